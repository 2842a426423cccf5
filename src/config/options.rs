//! The options of the plugin entry, read into a tree.

use crate::sorted::Sorted;

use super::limits::{DEPTH_MAX, ENTRIES_MAX};
use super::tree::{Node, Origin, Value};

/// Converts the options; `null` is an empty object.
pub(super) fn convert(options: &serde_json::Value) -> Result<Node, String> {
    match options {
        serde_json::Value::Null => Ok(node(Value::Object(Sorted::NEW))),
        serde_json::Value::Object(_) => below(options, DEPTH_MAX),
        serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_)
        | serde_json::Value::Array(_) => Err("the configuration must be an object: { … }".to_owned()),
    }
}

/// Fails where a bound is passed.
fn below(value: &serde_json::Value, levels: usize) -> Result<Node, String> {
    Ok(node(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        // Without serde_json's arbitrary precision every number is within the range of f64.
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::INFINITY)),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => {
            let levels = down(levels)?;
            Value::List(items.iter().map(|item| below(item, levels)).collect::<Result<_, _>>()?)
        }
        serde_json::Value::Object(entries) => {
            let levels = down(levels)?;
            if entries.len() > ENTRIES_MAX {
                return Err(format!("an object has more than {ENTRIES_MAX} keys"));
            }
            let mut object = Sorted::NEW;
            for (key, value) in entries {
                object.insert(key.clone(), below(value, levels)?);
            }
            Value::Object(object)
        }
    }))
}

fn down(levels: usize) -> Result<usize, String> {
    levels.checked_sub(1).ok_or_else(|| format!("nested deeper than {DEPTH_MAX} levels"))
}

fn node(value: Value) -> Node {
    Node::new(Origin::Options, value)
}
