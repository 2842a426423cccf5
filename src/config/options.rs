//! The options of the plugin entry, read into a tree.

use std::collections::BTreeMap;

use super::limits::DEPTH_MAX;
use super::tree::{Node, Origin, Value};

/// Converts the options; `null` is an empty object.
pub(super) fn convert(options: &serde_json::Value) -> Result<Node, String> {
    match options {
        serde_json::Value::Null => Ok(node(Value::Object(BTreeMap::new()))),
        serde_json::Value::Object(_) => {
            below(options, DEPTH_MAX).ok_or_else(|| format!("nested deeper than {DEPTH_MAX} levels"))
        }
        serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_)
        | serde_json::Value::Array(_) => Err("the configuration must be an object: { … }".to_owned()),
    }
}

/// `None` when the bound of levels is passed.
fn below(value: &serde_json::Value, levels: usize) -> Option<Node> {
    Some(node(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        // Without serde_json's arbitrary precision every number is within the range of f64.
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::INFINITY)),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => {
            let levels = levels.checked_sub(1)?;
            Value::List(items.iter().map(|item| below(item, levels)).collect::<Option<_>>()?)
        }
        serde_json::Value::Object(entries) => {
            let levels = levels.checked_sub(1)?;
            let mut object = BTreeMap::new();
            for (key, value) in entries {
                object.insert(key.clone(), below(value, levels)?);
            }
            Value::Object(object)
        }
    }))
}

fn node(value: Value) -> Node {
    Node::new(Origin::Options, value)
}
