//! Which events of the host are passed through, and the few plain fields of each that may be told.
//!
//! A field that is not named here is never read: no message, no title, no argument, no output, no content of a file. Of a
//! type that is not named here only the name and the id are told.

use crate::config::Forward;
use crate::star::matches;

/// Types that come by the hundred and say little: passed through only where `allow` names them without a `*`. So are all deltas.
const NOISE: &[&str] = &[
    "catalog.updated",
    "integration.updated",
    "plugin.added",
    "reference.updated",
    "server.connected",
    "server.heartbeat",
];

const SESSION: &[&str] = &["info.parentID", "info.agent", "info.model.providerID", "info.model.id"];
const REPLY: &[&str] = &["requestID", "reply"];
const PTY: &[&str] = &["id", "exitCode", "info.id", "info.status"];

/// Paths of fields in an event's properties, by its type.
const FIELDS: &[(&str, &[&str])] = &[
    ("command.executed", &["name", "messageID"]),
    ("file.edited", &["file"]),
    ("file.watcher.updated", &["file", "event"]),
    ("installation.updated", &["version"]),
    ("lsp.client.diagnostics", &["serverID", "path"]),
    ("mcp.tools.changed", &["server"]),
    ("message.part.delta", &["messageID", "partID", "field"]),
    ("message.part.removed", &["messageID", "partID"]),
    (
        "message.part.updated",
        &["part.id", "part.messageID", "part.type", "part.tool", "part.callID", "part.state.status"],
    ),
    ("message.removed", &["messageID"]),
    (
        "message.updated",
        &["info.id", "info.role", "info.agent", "info.providerID", "info.modelID", "info.finish", "info.error.name"],
    ),
    ("permission.asked", &["id", "permission", "tool.callID"]),
    ("permission.replied", REPLY),
    ("plugin.added", &["id"]),
    ("pty.created", PTY),
    ("pty.deleted", PTY),
    ("pty.exited", PTY),
    ("pty.updated", PTY),
    ("question.asked", &["id", "tool.callID"]),
    ("question.rejected", REPLY),
    ("question.replied", &["requestID"]),
    ("session.created", SESSION),
    ("session.deleted", SESSION),
    ("session.error", &["error.name", "error.data.statusCode"]),
    ("session.status", &["status.type", "status.attempt", "status.next"]),
    ("session.updated", SESSION),
    ("vcs.branch.updated", &["branch"]),
];

/// What of an event of this type is to be handed over; nothing where it is not to be passed through. The answer is the
/// same at every time.
#[must_use]
pub fn fields(kind: &str, forward: &Forward) -> Option<&'static [&'static str]> {
    let is_noise = NOISE.contains(&kind) || kind.ends_with(".delta");
    let is_allowed = forward.allow.iter().any(|pattern| &**pattern == kind || (!is_noise && matches(pattern, kind)));
    let is_denied = || forward.deny.iter().any(|pattern| matches(pattern, kind));
    (is_allowed && !is_denied()).then(|| fields_of(kind))
}

/// The fields of a type that may be told.
pub(super) fn fields_of(kind: &str) -> &'static [&'static str] {
    FIELDS.iter().find(|(known, _)| *known == kind).map_or(&[], |(_, fields)| *fields)
}

/// Whether a field is the path of a file.
pub(crate) fn is_path(field: &str) -> bool {
    matches!(field, "file" | "path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn forward(allow: &[&str], deny: &[&str]) -> Forward {
        let patterns =
            |texts: &[&str]| texts.iter().map(|text| (*text).to_owned().try_into().expect("a pattern")).collect();
        Forward { allow: patterns(allow), deny: patterns(deny) }
    }

    /// S0.13: off by default; deny wins; noise only by its full name.
    #[test]
    fn what_is_passed_through_is_chosen() {
        assert_eq!(fields("session.idle", &Forward::default()), None);
        let all = forward(&["*"], &["session.*"]);
        assert_eq!(fields("session.idle", &all), None);
        assert_eq!(fields("file.edited", &all), Some(&["file"][..]));
        assert_eq!(fields("from.tomorrow", &all), Some(&[][..]));
        for noise in ["message.part.delta", "plugin.added", "session.next.text.delta"] {
            assert_eq!(fields(noise, &all), None, "{noise}");
            assert_eq!(fields(noise, &forward(&["*", "m*", "plugin.*", "s*"], &[])), None, "{noise}");
            assert!(fields(noise, &forward(&[noise], &[])).is_some(), "{noise}");
        }
        assert_eq!(fields("plugin.added", &forward(&["plugin.added"], &["plugin.*"])), None);
    }
}
