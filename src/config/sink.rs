//! Where event lines go.

use std::fmt::{self, Display, Formatter};

use super::limits::{PATH_BYTES_MAX, SINK_FD};
use super::text::{FilePath, within};

/// A destination of event lines.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(into = "String")]
pub enum Sink {
    /// A file: `events.jsonl` in the state folder, or this path (relative ones start at the project root).
    File {
        /// The path, when it is not the usual one.
        path: Option<String>,
    },
    /// The standard output of the host. Visible in a terminal, so never a default.
    Stdout,
    /// The standard error of the host.
    Stderr,
    /// A descriptor the host inherited, from 3.
    Fd(u32),
}

impl TryFrom<String> for Sink {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "file" => Ok(Self::File { path: None }),
            None if text == "stdout" => Ok(Self::Stdout),
            None if text == "stderr" => Ok(Self::Stderr),
            None if text == "off" => Err("\"off\" stands alone; write an empty list for no sink".to_owned()),
            Some(("file", path)) => Ok(Self::File { path: Some(file_path(path)?) }),
            Some(("fd", number)) => fd(number).map(Self::Fd),
            None | Some(_) => {
                Err("unknown sink; use \"file\", \"file:<path>\", \"stdout\", \"stderr\" or \"fd:<n>\"".to_owned())
            }
        }
    }
}

impl Display for Sink {
    /// The form of the configuration.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::File { path: None } => f.write_str("file"),
            Self::File { path: Some(path) } => write!(f, "file:{path}"),
            Self::Stdout => f.write_str("stdout"),
            Self::Stderr => f.write_str("stderr"),
            Self::Fd(number) => write!(f, "fd:{number}"),
        }
    }
}

impl From<Sink> for String {
    fn from(sink: Sink) -> Self {
        sink.to_string()
    }
}

/// The path behind `file:`.
pub(super) fn file_path(path: &str) -> Result<String, String> {
    within(path, PATH_BYTES_MAX)?;
    let checked = FilePath::try_from(path.to_owned()).map_err(|why| format!("the path after \"file:\" {why}"))?;
    Ok(checked.into())
}

fn fd(number: &str) -> Result<u32, String> {
    let refused = || format!("not a descriptor; use \"fd:<n>\" with {SINK_FD}, or \"stdout\" or \"stderr\"");
    let canonical = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    let number: u32 = number.parse().ok().filter(|_| canonical).ok_or_else(refused)?;
    let fits = (SINK_FD.min..=SINK_FD.max).contains(&u64::from(number));
    fits.then_some(number).ok_or_else(refused)
}

#[cfg(test)]
impl schemars::JsonSchema for Sink {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sink".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`file` (events.jsonl in the state folder), `file:<path>`, `stdout`, `stderr`, or `fd:<n>` (an inherited descriptor, from 3).",
            "type": "string",
            "pattern": r"^(file(:[^\u0000-\u001f\u007f-\u009f]{1,4096})?|stdout|stderr|fd:([3-9]|[1-9][0-9]{1,6}))$"
        })
    }
}
