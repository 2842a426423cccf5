//! The atomic actions of a call.

use super::danger::Danger;
use super::places::Verb;

/// The kind of an action, in Swarm's names.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum ActionKind {
    /// A command runs.
    CommandExec,
    /// A file is written, moved or deleted.
    FileWrite,
    /// A file is read.
    FileRead,
    /// A host is contacted.
    NetworkAccess,
    /// Any other tool is used.
    ToolUse,
}

impl ActionKind {
    /// Its name in events, rules and approvals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CommandExec => "command_exec",
            Self::FileWrite => "file_write",
            Self::FileRead => "file_read",
            Self::NetworkAccess => "network_access",
            Self::ToolUse => "tool_use",
        }
    }
}

/// One thing a call would do. Texts are raw.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Atom {
    /// What kind of thing.
    pub kind: ActionKind,
    /// The effective words of a command; what is not known of a word is `…`. Empty for other kinds.
    pub argv: Vec<String>,
    /// The folder a command runs in, absolute; nothing where it is not known.
    pub cwd: Option<String>,
    /// The file of a file action.
    pub place: Option<Place>,
    /// How much a file tool changes; nothing for files that commands touch.
    pub change: Option<Change>,
    /// The host of a network action, without user and query.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// The tool of a tool action.
    pub tool: Option<String>,
    /// Why not everything about it is known.
    pub doubt: Option<&'static str>,
    /// What is done to the file.
    pub(super) verb: Verb,
    /// On another machine or in a container.
    pub(super) is_elsewhere: bool,
    /// It only looks.
    pub(super) is_pure: bool,
    /// The built-in rule that was found while reading.
    pub(super) danger: Option<&'static Danger>,
}

impl Atom {
    /// Nothing but a kind.
    pub(super) const fn new(kind: ActionKind) -> Self {
        Self {
            kind,
            argv: Vec::new(),
            cwd: None,
            place: None,
            change: None,
            host: None,
            port: None,
            tool: None,
            doubt: None,
            verb: Verb::Read,
            is_elsewhere: false,
            is_pure: false,
            danger: None,
        }
    }
}

/// A file, or the files below a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Absolute, without `.` and `..`; symlinks as they are.
    pub path: String,
    /// Its real path, where that is known and another.
    pub real: Option<String>,
    /// As it is told: relative to the project root within it, else absolute.
    pub shown: String,
    /// Whether it is in the project.
    pub is_inside: bool,
}

/// The size of a change by a file tool.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Change {
    /// Bytes of the new text.
    pub size_bytes: Option<u64>,
    /// Lines that are added.
    pub insertions: Option<u64>,
    /// Lines that are taken away.
    pub deletions: Option<u64>,
}
