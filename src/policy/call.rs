//! What the gate is asked, and what it asks back.

use serde_json::Value;

use super::action::Atom;
use super::written::Content;

/// Where the pack runs, as far as decisions depend on it. Paths are absolute.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The user's home folder.
    pub home: String,
    /// The user's name.
    pub user: String,
    /// The project root.
    pub root: String,
    /// The folder of the session.
    pub directory: String,
    /// What no call may write: the state folder, the configuration, plugin folders of the host, the package.
    pub protected: Vec<String>,
    /// Loopback ports on which approvals are answered.
    pub control_ports: Vec<u16>,
}

/// A tool call that waits for its decision.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The session it belongs to.
    pub session_id: &'a str,
    /// The tool.
    pub tool: &'a str,
    /// Its arguments; nothing where they cannot be read.
    pub args: Option<&'a Value>,
}

/// What a call would do, before the real paths are known.
#[derive(Clone, Debug, Default)]
pub struct Inquiry {
    pub(super) atoms: Vec<Atom>,
    pub(super) paths: Vec<String>,
    /// Files it writes, the last one last.
    pub(super) writes: Vec<(String, Content)>,
    /// The arguments could not be read.
    pub(super) is_unreadable: bool,
    pub(super) steps: usize,
}

impl Inquiry {
    /// Absolute paths whose real path decides; each once.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Steps that reading took, each about as much work as one byte. Bounded, whatever is read.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }
}
