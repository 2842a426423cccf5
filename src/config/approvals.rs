//! Who answers a prompt, how, and for how long it waits.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::limits::{APPROVAL_DEADLINE_MS, CONTROL_PORT, CONTROLS_MAX};
use super::reader::{Field, Object, Reader, put};
use super::sink::file_path;

/// Approvals.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Approvals {
    /// Channels on which a supervisor answers, at most 4 (`SWARM_CONTROL`). Empty: the file in the state folder
    /// is read too, but the session counts as unattended. Default: none.
    #[cfg_attr(test, schemars(length(max = CONTROLS_MAX), extend("uniqueItems" = true)))]
    pub control: Vec<Control>,
    /// How long a prompt waits, in milliseconds, before it counts as denied; 1000 to 86400000. Default: 300000.
    #[cfg_attr(test, schemars(range(min = APPROVAL_DEADLINE_MS.min, max = APPROVAL_DEADLINE_MS.max)))]
    pub deadline_ms: u64,
    /// Where the question is asked. Default: `hold`.
    pub lane: Lane,
}

impl Default for Approvals {
    fn default() -> Self {
        Self { control: Vec::new(), deadline_ms: 300_000, lane: Lane::default() }
    }
}

impl Object for Approvals {
    const FIELDS: &'static [Field<Self>] = &[
        ("control", |to, at| put(&mut to.control, at.list(0, CONTROLS_MAX, control))),
        ("deadline_ms", |to, at| put(&mut to.deadline_ms, at.whole(APPROVAL_DEADLINE_MS))),
        ("lane", |to, at| at.word(&mut to.lane, &[("hold", Lane::Hold), ("host", Lane::Host)])),
    ];
}

fn control(at: &Reader, before: &[Control]) -> Option<Control> {
    let control = at.checked()?;
    if before.contains(&control) {
        at.wrong(&|| format!("channel \"{control}\" is given twice; keep one"));
    }
    Some(control)
}

/// Where the question is asked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Lane {
    /// The call is held until an answer comes over a control channel; works without a terminal.
    #[default]
    Hold,
    /// The host's own dialog asks too; terminal user interface only.
    Host,
}

/// A channel for answers.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "String")]
pub enum Control {
    /// JSON lines in `control.jsonl` of the state folder, or in this file.
    File {
        /// The path, when it is not the usual one.
        path: Option<String>,
    },
    /// A port on loopback, with a bearer token.
    Http {
        /// The port; `None` for any free one.
        port: Option<u16>,
    },
}

impl TryFrom<String> for Control {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "file" => Ok(Self::File { path: None }),
            None if text == "http" => Ok(Self::Http { port: None }),
            Some(("file", path)) => Ok(Self::File { path: Some(file_path(path)?) }),
            Some(("http", port)) => control_port(port).map(|port| Self::Http { port: Some(port) }),
            None | Some(_) => {
                Err("unknown channel; use \"file\", \"file:<path>\", \"http\" or \"http:<port>\"".to_owned())
            }
        }
    }
}

fn control_port(text: &str) -> Result<u16, String> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let port = text.parse().ok().filter(|_| canonical);
    port.ok_or_else(|| format!("not a port; use \"http:<port>\" with {CONTROL_PORT}, or \"http\" for a free one"))
}

impl Display for Control {
    /// The form of the configuration.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::File { path: None } => f.write_str("file"),
            Self::File { path: Some(path) } => write!(f, "file:{path}"),
            Self::Http { port: None } => f.write_str("http"),
            Self::Http { port: Some(port) } => write!(f, "http:{port}"),
        }
    }
}

impl From<Control> for String {
    fn from(control: Control) -> Self {
        control.to_string()
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Control {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Control".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`file` (control.jsonl in the state folder), `file:<path>`, `http` (a free port on loopback), or `http:<port>`.",
            "type": "string",
            "pattern": r"^(file(:[^\u0000-\u001f\u007f-\u009f]{1,4096})?|http(:[1-9][0-9]{0,4})?)$"
        })
    }
}
