//! Tagged session titles for programs outside: by the names that stand in the title.

use serde_json::{Map, Value};

use crate::routing::{Tag, Tags};

/// The tags of a title by name; nothing where it has none.
#[must_use]
pub fn read(title: &str) -> Option<Value> {
    let tags = Tags::parse(title)?;
    let set = Tag::by_name().filter_map(|(name, tag)| Some((name.to_owned(), tags.get(tag)?.into())));
    Some(Value::Object(Map::from_iter(set)))
}

/// The title that says these tags.
///
/// # Errors
///
/// Names the tag that is missing, unknown, or no text.
pub fn build(given: &Value) -> Result<String, String> {
    let mut tags = Tags::default();
    for (name, value) in given.as_object().into_iter().flatten() {
        let (_, tag) = Tag::by_name().find(|(known, _)| known == name).ok_or_else(|| format!("{name} is no tag"))?;
        let value = value.as_str().ok_or_else(|| format!("{name} is no text"))?;
        // An empty value cannot be read back: it counts as not given.
        tags.fill(tag, Some(value).filter(|value| !value.is_empty()));
    }
    tags.title().map_err(|missing| format!("{missing} is missing"))
}
