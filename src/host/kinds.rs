//! What the host's events mean to a bridge that tells only six kinds apart, by their type and typed fields; words inside
//! a message never decide. And whose they are.

use serde_json::Value;

/// The six kinds of a bridge, from the one that outranks all others to the one that outranks none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EventKind {
    /// Somebody is asked: a permission, or a question.
    PermissionRequested,
    /// The task failed.
    TaskFailed,
    /// Nothing moves.
    TaskStalled,
    /// The task is done.
    TaskCompleted,
    /// It moves.
    TaskProgress,
    /// It began.
    TaskStarted,
}

impl EventKind {
    /// The kind as it stands in an event.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// The kind in a sentence.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        self.words().1
    }

    /// The state of a run that such an event leads to.
    #[must_use]
    pub const fn lifecycle_state(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::PermissionRequested => {
                ("permission.requested", "OpenCode waits for a permission or an answer", "awaiting_permission")
            }
            Self::TaskFailed => ("task.failed", "the task failed", "failed"),
            Self::TaskStalled => ("task.stalled", "the task stalled", "stalled"),
            Self::TaskCompleted => ("task.completed", "the task is done", "completed"),
            Self::TaskProgress => ("task.progress", "the task moved", "running"),
            Self::TaskStarted => ("task.started", "the task or the server started", "planning"),
        }
    }
}

/// The kind of each type of event that the host is known to send. No kind where the type alone says none: an idle
/// session may have completed its task, failed at it, or been stopped; the event before tells. Neither does an answer to a question: what comes next tells.
const KINDS: &[(&str, Option<EventKind>)] = &[
    ("catalog.updated", None),
    ("command.executed", None),
    ("file.edited", None),
    ("file.watcher.updated", None),
    ("global.disposed", None),
    ("installation.updated", None),
    ("integration.updated", None),
    ("lsp.client.diagnostics", None),
    ("lsp.updated", None),
    ("message.part.delta", Some(EventKind::TaskProgress)),
    ("message.part.removed", None),
    ("message.part.updated", Some(EventKind::TaskProgress)),
    ("message.removed", None),
    ("permission.asked", Some(EventKind::PermissionRequested)),
    ("permission.replied", None),
    ("permission.updated", Some(EventKind::PermissionRequested)),
    ("plugin.added", None),
    ("project.updated", None),
    ("question.asked", Some(EventKind::PermissionRequested)),
    ("question.rejected", None),
    ("question.replied", None),
    ("reference.updated", None),
    ("server.connected", Some(EventKind::TaskStarted)),
    ("server.heartbeat", None),
    ("server.instance.disposed", None),
    ("session.compacted", None),
    ("session.created", Some(EventKind::TaskStarted)),
    ("session.deleted", None),
    ("session.diff", None),
    ("session.error", Some(EventKind::TaskFailed)),
    ("session.idle", None),
    ("session.status", None),
    ("session.updated", None),
    ("todo.updated", None),
    ("vcs.branch.updated", None),
];

/// The kind of an event of the host; nothing where the host is not known to send its type.
#[must_use]
pub fn known_kind(event: &Value) -> Option<Option<EventKind>> {
    let kind = text_at(event, &["type"])?;
    if kind == "message.updated" {
        return Some(kind_of_message(event));
    }
    KINDS.iter().find(|(known, _)| *known == kind).map(|(_, kind)| *kind)
}

/// A message is the person's, or a piece of the model's answer; the last piece says why the model stopped.
fn kind_of_message(event: &Value) -> Option<EventKind> {
    let is_failed = event.pointer("/properties/info/error").is_some_and(|error| !error.is_null());
    match (text_at(event, &["properties", "info", "role"]), text_at(event, &["properties", "info", "finish"])) {
        (Some("user"), _) => Some(EventKind::TaskStarted),
        (Some("assistant"), _) if is_failed => Some(EventKind::TaskFailed),
        (Some("assistant"), Some("stop")) => Some(EventKind::TaskCompleted),
        (Some("assistant"), _) => Some(EventKind::TaskProgress),
        (_, _) => None,
    }
}

/// The session of an event, where the host says it in one of its own places.
#[must_use]
pub fn session_of(event: &Value) -> Option<&str> {
    const PLACES: [&[&str]; 4] = [
        &["properties", "sessionID"],
        &["properties", "info", "sessionID"],
        &["properties", "part", "sessionID"],
        &["sessionID"],
    ];
    PLACES.iter().find_map(|place| text_at(event, place))
}

fn text_at<'v>(value: &'v Value, place: &[&str]) -> Option<&'v str> {
    place.iter().try_fold(value, |value, name| value.get(name))?.as_str().filter(|text| !text.is_empty())
}
