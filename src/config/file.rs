//! The text of a configuration file: JSON with `//` and `/* */` comments and trailing commas.
//!
//! At most 1 MiB and 64 levels; a byte order mark is skipped. Keys given twice are mistakes, and so is everything
//! else that other dialects have: single quotes, bare keys, missing commas.

use super::finding::Findings;
use super::json::{self, Unreadable};
use super::limits::FILE_BYTES_MAX;
use super::tree::{Node, Origin, Value};

/// Reads the text; keys given twice are noted in `findings`.
pub(super) fn parse(text: &str, findings: &mut Findings) -> Result<Node, Unreadable> {
    let whole = |message: String| Err(Unreadable { line: None, message });
    if text.len() > FILE_BYTES_MAX {
        return whole(format!("has {} bytes; at most {FILE_BYTES_MAX} are read", text.len()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match json::parse(text, Origin::Line, findings)? {
        Some(node) if matches!(node.value, Value::Object(_)) => Ok(node),
        Some(_) => whole("the configuration must be an object: { … }".to_owned()),
        // An empty file is what a crash leaves behind, and it may have held rules.
        None => whole("is empty; write {} for the defaults".to_owned()),
    }
}
