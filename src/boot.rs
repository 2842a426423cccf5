//! What the pack is told once, when it starts for a directory.

use crate::config::EnvNames;
use crate::event::session::Lane;
use crate::sorted::Sorted;

/// The facts of one start.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Boot {
    /// Process id.
    pub pid: u32,
    /// How the host runs.
    pub lane: Lane,
    /// Version of the host, where it says so.
    pub host_version: Option<String>,
    /// Project directory.
    pub directory: String,
    /// The project's root: paths are told relative to it. Empty: the directory.
    pub root: String,
    /// Where the host says that it listens. Only of one that serves it is true.
    pub server_url: Option<String>,
    /// Home folder, to be written `~`.
    pub home: Option<String>,
    /// Name of the user.
    pub user: String,
    /// What no tool call may write: the pack's own places. Absolute paths.
    pub protected: Vec<String>,
    /// The configuration file, where there is one.
    pub config_file: Option<BootFile>,
    /// Plugin options from the host's configuration; JSON.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub options: Option<String>,
    /// The variables of the pack that are set and hold no secret.
    #[cfg_attr(test, ts(type = "{ [key in string]: string }"))]
    pub env: Sorted<String, String>,
    /// Names of all variables that are set.
    #[cfg_attr(test, ts(type = "string[]"))]
    pub env_names: EnvNames,
    /// Values of the variables whose names say secret: what is to be redacted. They go into the redactor and nowhere else.
    pub secrets: SecretValues,
    /// The trace that the process was started in, from `TRACEPARENT`.
    pub traceparent: Option<String>,
}

/// Literal secrets.
#[derive(Clone, Default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SecretValues(pub Vec<String>);

/// Tells how many there are.
impl std::fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

/// A configuration file as it was found.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BootFile {
    /// Its path, as messages name it.
    pub path: String,
    /// Its text, where it could be read.
    pub text: Option<String>,
    /// Why it could not.
    pub error: Option<String>,
}
