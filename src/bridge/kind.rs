//! Which of the six kinds an event is: by its type and typed fields where the host is known to send it, by the words in
//! it where it comes from somebody else.

use serde_json::Value;

use crate::host::kinds::known_kind;

pub use crate::host::kinds::EventKind;

/// Words by which an unknown event is told, the first that is found decides. It is all that older bridges had, and
/// takes a message that speaks of an error for one; so it is the last resort.
const WORDS: [(EventKind, &[&str]); 6] = [
    (EventKind::PermissionRequested, &["permission", "question.asked"]),
    (EventKind::TaskFailed, &["error", "failed"]),
    (EventKind::TaskStalled, &["stalled"]),
    (EventKind::TaskCompleted, &["complete", "done"]),
    (EventKind::TaskProgress, &["progress", "delta", "assistant"]),
    (EventKind::TaskStarted, &["start", "created", "connected"]),
];

/// The kind of an event, without its wrappers.
#[must_use]
pub fn kind(event: &Value) -> Option<EventKind> {
    known_kind(event).unwrap_or_else(|| kind_by_words(event))
}

fn kind_by_words(event: &Value) -> Option<EventKind> {
    let text = lowered(event);
    WORDS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(kind, _)| *kind)
}

/// A value as text in which case does not count.
pub(super) fn lowered(value: &Value) -> String {
    let mut text = value.to_string();
    text.make_ascii_lowercase();
    text
}
