//! What is removed from texts before they leave, beside the built-in rules.

#[cfg(test)]
use std::collections::BTreeMap;

use serde::Serialize;

use super::limits::{PATTERNS_MAX, REDACT_NAMES_MAX};
use super::reader::{Field, Object, Reader, put};
use super::text::{RedactPattern, ToolWord};
use crate::sorted::Sorted;

/// Additions to the built-in redaction, and exceptions from it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Redact {
    /// Patterns whose matches are removed; at most 256. Default: none.
    #[cfg_attr(test, schemars(length(max = PATTERNS_MAX)))]
    pub patterns: Vec<RedactPattern>,
    /// For each tool the arguments whose values are removed; at most 256 tools with 256 arguments. Default: none.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Vec<ToolWord>>", extend("maxProperties" = REDACT_NAMES_MAX)))]
    pub arguments: Sorted<ToolWord, Vec<ToolWord>>,
    /// Patterns of harmless texts that the built-in rules would remove; at most 256. Default: none.
    #[cfg_attr(test, schemars(length(max = PATTERNS_MAX)))]
    pub allow: Vec<RedactPattern>,
}

impl Object for Redact {
    const FIELDS: &'static [Field<Self>] = &[
        ("patterns", |to, at| put(&mut to.patterns, at.texts(0, PATTERNS_MAX))),
        ("arguments", |to, at| arguments(&mut to.arguments, at)),
        ("allow", |to, at| put(&mut to.allow, at.texts(0, PATTERNS_MAX))),
    ];
}

fn arguments(to: &mut Sorted<ToolWord, Vec<ToolWord>>, at: &Reader) {
    at.each(REDACT_NAMES_MAX, &mut |tool, at| {
        let tool = ToolWord::try_from(tool.to_owned()).map_err(|why| at.wrong(&|| why.clone()));
        if let (Ok(tool), Some(names)) = (tool, at.texts(0, REDACT_NAMES_MAX)) {
            to.insert(tool, names);
        }
    });
}
