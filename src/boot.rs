//! What the pack is told once, when it starts for a directory.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::event::session::Lane;

/// The facts of one start. Values of secret environment variables are not among them, only their names.
#[derive(Clone, Debug, Default, Deserialize)]
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
    /// Home folder, to be written `~`.
    pub home: Option<String>,
    /// The configuration file, where there is one.
    pub config_file: Option<BootFile>,
    /// Plugin options from the host's configuration.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub options: Option<serde_json::Value>,
    /// The variables of the pack that are set and hold no secret.
    pub env: BTreeMap<String, String>,
    /// Names of all variables that are set.
    pub env_names: BTreeSet<String>,
}

/// A configuration file as it was found.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BootFile {
    /// Its path, as messages name it.
    pub path: String,
    /// Its text, where it could be read.
    pub text: Option<String>,
    /// Why it could not.
    pub error: Option<String>,
}
