//! What is heard, as a tree that borrows.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Map, Number, Value};

/// What is heard, read once and thrown away: texts stay where they are, and no map is built of a handful of names. Half the
/// work of [`Value`], which has an owner for every name and every text.
#[derive(Debug, PartialEq)]
pub(crate) enum Tree<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    List(Vec<Self>),
    /// In the order in which they stand there; of two with one name the last counts.
    Object(Vec<(Self, Self)>),
}

impl<'t> Tree<'t> {
    /// Reads a text that is one value.
    pub fn read(text: &'t str) -> Result<Self, Error> {
        serde_json::from_str(text)
    }

    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().rev().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    pub const fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(flag) = self { Some(*flag) } else { None }
    }

    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().and_then(Number::as_f64)
    }

    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    pub fn as_u64(&self) -> Option<u64> {
        self.as_number().and_then(Number::as_u64)
    }

    /// The same with an owner.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.as_ref().to_owned()),
            Self::List(list) => Value::Array(list.iter().map(Self::to_value).collect()),
            Self::Object(entries) => {
                // One by one: `collect` brings a sort with it.
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(key.as_str().unwrap_or_default().to_owned(), value.to_value());
                }
                Value::Object(map)
            }
        }
    }
}

impl<'t> Deserialize<'t> for Tree<'t> {
    fn deserialize<D: Deserializer<'t>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Planting)
    }
}

struct Planting;

impl<'t> Visitor<'t> for Planting {
    type Value = Tree<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree<'t>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Tree<'t>, E> {
        Ok(Tree::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree<'t>, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree<'t>, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree<'t>, E> {
        Ok(Number::from_f64(number).map_or(Tree::Null, Tree::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Tree<'t>, E> {
        Ok(Tree::Text(Cow::Borrowed(text)))
    }

    /// One with escapes in it.
    fn visit_str<E>(self, text: &str) -> Result<Tree<'t>, E> {
        Ok(Tree::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut from: A) -> Result<Tree<'t>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = from.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut from: A) -> Result<Tree<'t>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = from.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_what_serde_json_reads() {
        for text in [
            "null",
            "true",
            "-1",
            "18446744073709551615",
            "1.5e3",
            r#""a""#,
            r#""\u00e9\n\"""#,
            "[]",
            "[1,[2],{}]",
            r#"{"a":{"b\tc":[null,false]},"a2":"x"}"#,
            r#"{"a":1,"a":2}"#,
        ] {
            let tree = Tree::read(text).unwrap();
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(tree.to_value(), value, "{text}");
            assert_eq!(tree.get("a").map(Tree::to_value).as_ref(), value.get("a"), "{text}");
        }
        for text in ["", "{", "[1,]", r#"{"a"}"#, "nul", "\"\u{1}\"", "1 2"] {
            assert!(Tree::read(text).is_err(), "{text}");
        }
        assert!(Tree::read(&"[".repeat(100_000)).is_err());
    }
}
