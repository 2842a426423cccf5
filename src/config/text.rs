//! Strings with a form of their own: checked once when they are read, trusted from then on.

use super::limits::{
    EVENT_PATTERN_BYTES_MAX, EXAMPLE_BYTES_MAX, ID_BYTES_MAX, NAME_BYTES_MAX, NAME_ID_BYTES_MAX, PATH_BYTES_MAX,
    REASON_BYTES_MAX, REDACT_PATTERN_BYTES_MAX, RULE_WORD_BYTES_MAX, SESSION_KEY_BYTES_MAX,
};

/// Declares a string type: its name, its check, and the same check as the pattern of the JSON Schema.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, check: $check:expr, pattern: $pattern:literal, bytes_max: $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
        #[serde(into = "String")]
        #[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("pattern" = $pattern, "maxLength" = $max)))]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            /// Refuses with a sentence that does not repeat the text.
            fn try_from(text: String) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), String> = $check;
                $crate::config::text::within(&text, $max).and_then(|()| check(&text)).map(|()| Self(text))
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(super) use text;

text! {
    /// Names an agent, a workspace, a node or a task for a supervisor. Empty: not known.
    ///
    /// At most 128 bytes, no control character, no `"` and no `\`, so that it stands in a line as it is.
    #[derive(Default)]
    Id, check: id, pattern: r#"^[^\u0000-\u001f\u007f-\u009f"\\]*$"#, bytes_max: ID_BYTES_MAX
}

text! {
    /// Names a run: 1 to 128 letters, digits, `.`, `_` and `-`, and not `.` or `..`, because files are named after it.
    RunId, check: run_id, pattern: r"^(?!\.{1,2}$)[A-Za-z0-9._-]+$", bytes_max: ID_BYTES_MAX
}

text! {
    /// The session at the receiver that a callback is for; the characters of an [`Id`], at most 512 bytes.
    SessionKey, check: session_key, pattern: r#"^[^\u0000-\u001f\u007f-\u009f"\\]+$"#, bytes_max: SESSION_KEY_BYTES_MAX
}

text! {
    /// Names a rule or a webhook in events and messages: 1 to 64 letters, digits, `.`, `_` and `-`.
    Name, check: name, pattern: "^[A-Za-z0-9._-]+$", bytes_max: NAME_ID_BYTES_MAX
}

text! {
    /// A pattern over event types of the pack, such as `swarm.turn.*`; `*` stands for any characters, dots too.
    EventPattern, check: event_pattern, pattern: r"^swarm\.[a-z_*]+(\.[a-z_*]+)*$", bytes_max: EVENT_PATTERN_BYTES_MAX
}

text! {
    /// A pattern over event types of the host, such as `session.*`; `*` stands for any characters, dots too.
    HostEventPattern, check: host_event_pattern, pattern: "^[A-Za-z0-9._*-]+$", bytes_max: EVENT_PATTERN_BYTES_MAX
}

text! {
    /// A pattern of what is removed from texts, or of what is not, in at most 512 bytes on one line.
    RedactPattern, check: line, pattern: r"^[^\u0000-\u001f\u007f-\u009f]+$", bytes_max: REDACT_PATTERN_BYTES_MAX
}

text! {
    /// The name of a tool or of one of its arguments.
    ToolWord, check: line, pattern: r"^[^\u0000-\u001f\u007f-\u009f]+$", bytes_max: NAME_BYTES_MAX
}

text! {
    /// A word of a command, or a pattern over paths or tools, in at most 512 bytes on one line.
    RuleWord, check: line, pattern: r"^[^\u0000-\u001f\u007f-\u009f]+$", bytes_max: RULE_WORD_BYTES_MAX
}

text! {
    /// A pattern over `host` or `host:port`; `*` stands for any characters, `*:23` for a port at any host.
    HostPattern, check: host_pattern, pattern: r"^[A-Za-z0-9.*_:\[\]-]+$", bytes_max: RULE_WORD_BYTES_MAX
}

text! {
    /// Why a rule is there, in the words the model and a person read; one line.
    Reason, check: line, pattern: r"^[^\u0000-\u001f\u007f-\u009f]+$", bytes_max: REASON_BYTES_MAX
}

text! {
    /// What a rule must match, or must not: a command line, a path, a host or a tool.
    Example, check: not_empty, pattern: r"^[\s\S]+$", bytes_max: EXAMPLE_BYTES_MAX
}

text! {
    /// A path in the file system, absolute or below the project root.
    FilePath, check: line, pattern: r"^[^\u0000-\u001f\u007f-\u009f]+$", bytes_max: PATH_BYTES_MAX
}

/// The length check all of them share.
pub(super) fn within(text: &str, bytes_max: usize) -> Result<(), String> {
    ensure(text.len() <= bytes_max, || format!("has {} bytes; use at most {bytes_max}", text.len()))
}

pub(super) fn ensure(is_right: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(message()) }
}

fn not_empty(text: &str) -> Result<(), String> {
    ensure(!text.is_empty(), || "is empty".to_owned())
}

fn line(text: &str) -> Result<(), String> {
    not_empty(text)?;
    ensure(!text.chars().any(char::is_control), || "contains a control character".to_owned())
}

fn id(text: &str) -> Result<(), String> {
    let stands_as_it_is = |c: char| !c.is_control() && !matches!(c, '"' | '\\');
    ensure(text.chars().all(stands_as_it_is), || {
        "contains a control character, a quote or a backslash; use none of them".to_owned()
    })
}

fn session_key(text: &str) -> Result<(), String> {
    not_empty(text).and_then(|()| id(text))
}

fn name(text: &str) -> Result<(), String> {
    not_empty(text)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    ensure(text.bytes().all(fits), || "use only letters, digits, \".\", \"_\" and \"-\"".to_owned())
}

fn run_id(text: &str) -> Result<(), String> {
    name(text)?;
    ensure(text != "." && text != "..", || "is the name of a folder, not of a run".to_owned())
}

fn event_pattern(text: &str) -> Result<(), String> {
    let part_fits = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'*'))
    };
    let is_pattern = text.strip_prefix("swarm.").is_some_and(|rest| rest.split('.').all(part_fits));
    ensure(is_pattern, || {
        "not a pattern over events; begin with \"swarm.\", then small letters, \"_\", \".\" and \"*\"".to_owned()
    })
}

fn host_event_pattern(text: &str) -> Result<(), String> {
    not_empty(text)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'*');
    ensure(text.bytes().all(fits), || {
        "not a pattern over events; use letters, digits, \".\", \"_\", \"-\" and \"*\"".to_owned()
    })
}

fn host_pattern(text: &str) -> Result<(), String> {
    not_empty(text)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".*_:[]-".contains(&byte);
    ensure(text.bytes().all(fits), || {
        "not a host; use \"host\" or \"host:port\" with \"*\" for any characters, not an address with a path".to_owned()
    })
}
