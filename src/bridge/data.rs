//! The data of a frame: text to value, the event inside its wrappers, the ids it carries.

use serde::Serialize;
use serde_json::{Map, Value};

/// Wrappers that are taken off at most; a deeper event is somebody's own.
pub const WRAPPERS_MAX: usize = 3;

/// Keys that an object may have for its `data` to be the event: one with more is an event that has data.
const DATA_KEYS_MAX: usize = 4;

/// The value that data stands for: its JSON; nothing where it is blank; `{"raw": text}` where it is no JSON.
#[must_use]
pub fn read(text: &str) -> Value {
    let text = trim(text);
    if text.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(text).unwrap_or_else(|_| Value::Object(Map::from_iter([("raw".to_owned(), text.into())])))
}

/// An event without its wrappers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Unwrapped {
    /// The event.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub payload: Value,
    /// The names it stood under, outermost first: `payload` or `data`.
    #[cfg_attr(test, ts(type = "Array<'payload' | 'data'>"))]
    pub wrappers: Vec<&'static str>,
}

/// Takes off up to [`WRAPPERS_MAX`] wrappers: `payload` always, `data` where little else stands beside it.
#[must_use]
pub fn unwrap(mut value: Value) -> Unwrapped {
    let mut wrappers = Vec::new();
    for _ in 0..WRAPPERS_MAX {
        let Some(object) = value.as_object_mut() else { break };
        let is_wrapper = object.len() <= DATA_KEYS_MAX;
        let Some((name, inner)) = ["payload", "data"]
            .into_iter()
            .filter(|name| *name == "payload" || is_wrapper)
            .find_map(|name| Some((name, object.get_mut(name)?.take())))
        else {
            break;
        };
        wrappers.push(name);
        value = inner;
    }
    Unwrapped { payload: value, wrappers }
}

/// The ids of an event, as bridges spell them.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Ids {
    /// The run, from `run_id` or `runId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub run_id: Option<String>,
    /// The task, from `task_id` or `taskId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub task_id: Option<String>,
    /// The session, from `session_id`, `sessionId` or `session`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub session_id: Option<String>,
}

/// Picks the ids of an event: of each, the first text under one of its names that is not blank.
#[must_use]
pub fn ids(event: &Value) -> Ids {
    Ids {
        run_id: first(event, &["run_id", "runId"]),
        task_id: first(event, &["task_id", "taskId"]),
        session_id: first(event, &["session_id", "sessionId", "session"]),
    }
}

fn first(event: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(event.get(name))).map(str::to_owned)
}

/// A text that is not blank, without the blanks around it.
pub(super) fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).map(trim).filter(|text| !text.is_empty())
}

/// Blank as JavaScript has it: a byte order mark counts, too, and a stream may begin with one.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}
