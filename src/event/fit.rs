//! Keeps a line within its bound: still one JSON object, still valid against the schema, and marked.
//!
//! What goes first: the ends of lists, then the ends of long texts, then whole fields that no reader needs
//! ([`Event::spare_fields`]). Names of states and numbers are never cut: half of one would be a lie. Nor are ids, but for
//! the longest on the shortest lines: there, last of all, the parents go, and the names of agent, workspace and node are cut.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Event;
use super::line::Line;
use crate::json::{self, Tree};

/// Texts up to this many bytes are not cut: ids and words of a vocabulary are shorter.
const WHOLE_TEXT_BYTES: usize = 160;

/// To how many bytes the names of agent, workspace and node are cut where nothing else is left to give up.
const CUT_IDENTITY_BYTES: usize = 40;

/// The line with its newline.
pub fn text(line: &impl Serialize) -> String {
    let mut text = json::text(line);
    text.push('\n');
    text
}

/// The line with as much of its payload as fits into `bytes_max` bytes.
pub fn shorten(line: &Line<'_, &Event>, event: &Event, bytes_max: usize) -> String {
    let whole = text(line);
    let original_bytes = whole.len();
    // Read back from the text: a second serializer for every event would be a tenth of the whole pack.
    let mut payload = match Tree::read(&whole).ok().and_then(|line| line.get("payload").map(Tree::to_value)) {
        Some(Value::Object(payload)) => payload,
        Some(_) | None => Map::new(),
    };
    let mut spare = event.spare_fields().iter();
    let (mut parent_session_id, mut root_session_id) = (line.parent_session_id, line.root_session_id);
    let identity = [line.agent_id, line.workspace_id, line.node_id];
    let mut identity_bytes = usize::MAX;
    loop {
        let [agent_id, workspace_id, node_id] = identity.map(|id| cut(id, identity_bytes));
        let short = text(&Line {
            event_version: line.event_version,
            event_type: line.event_type,
            timestamp: line.timestamp,
            agent_id: &agent_id,
            workspace_id: &workspace_id,
            node_id: &node_id,
            session_id: line.session_id,
            parent_session_id,
            root_session_id,
            event_id: line.event_id,
            seq: line.seq,
            boot_id: line.boot_id,
            mono_ms: line.mono_ms,
            truncated: Some(true),
            original_bytes: Some(original_bytes),
            payload: &payload,
        });
        if short.len() <= bytes_max {
            return short;
        }
        let halved = halve_a_list(&mut payload) || payload.values_mut().any(cut_text);
        if !halved {
            match spare.next() {
                Some(field) => remove(&mut payload, field),
                None if parent_session_id.take().is_some() || root_session_id.take().is_some() => {}
                None if identity_bytes > CUT_IDENTITY_BYTES => identity_bytes = CUT_IDENTITY_BYTES,
                // The bounds of ids make this unreachable; a long line is better than none.
                None => return short,
            }
        }
    }
}

/// Leaves out a field, or with a dot a field of a field.
fn remove(payload: &mut Map<String, Value>, field: &str) {
    match field.split_once('.') {
        None => leave_out(payload, field),
        Some((name, inner)) => {
            if let Some(within) = payload.get_mut(name).and_then(Value::as_object_mut) {
                leave_out(within, inner);
            }
        }
    }
}

/// Made anew without the field: taking an entry out of the standard map is four kilobytes of wasm.
fn leave_out(payload: &mut Map<String, Value>, field: &str) {
    for (name, value) in std::mem::take(payload) {
        if name != field {
            payload.insert(name, value);
        }
    }
}

/// Halves the first list that can be, and counts what was cut where the payload counts such things.
fn halve_a_list(payload: &mut Map<String, Value>) -> bool {
    let Some((name, cut)) = payload.iter_mut().find_map(|(name, value)| Some((name.clone(), halve(value)?))) else {
        return false;
    };
    if COUNTED_LISTS.contains(&name.as_str()) {
        let omitted = payload.entry(format!("{name}_omitted")).or_insert(Value::from(0));
        *omitted = Value::from(omitted.as_u64().unwrap_or_default() + cut as u64);
    }
    true
}

/// Lists beside which stands how many are left out.
const COUNTED_LISTS: [&str; 2] = ["sessions", "open_calls"];

fn halve(value: &mut Value) -> Option<usize> {
    match value {
        Value::Array(list) if list.len() > 1 => {
            let before = list.len();
            list.truncate(before / 2);
            Some(before - list.len())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn cut_text(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.len() > WHOLE_TEXT_BYTES => {
            let half = (text.len() / 2).max(WHOLE_TEXT_BYTES - '…'.len_utf8());
            *text = cut(text, half);
            true
        }
        Value::Object(fields) => fields.values_mut().any(cut_text),
        Value::Array(list) => list.iter_mut().any(cut_text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The first `bytes_max` bytes of a text, less a broken character, and a mark of the cut. A text that fits is returned whole.
#[must_use]
pub fn cut(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = (0..=bytes_max).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_falls_between_characters_and_shows() {
        assert_eq!(cut("naïve", 3), "na…");
        assert_eq!(cut("naïve", 4), "naï…");
        assert_eq!(cut("naïve", 6), "naïve");
        assert_eq!(cut("é", 0), "…");
    }
}
