//! The boot, read. It crosses as a list of fields with NUL between them, not as JSON: a map of JSON values took a third of
//! the functions that a start enters so often that the host compiles them in the middle of it.
//!
//! No field has a NUL in it: no path, variable or user name can. The last may, and has all the rest.

use crate::boot::{Boot, BootFile, SecretValues};
use crate::config::EnvNames;
use crate::event::session::Lane;
use crate::sorted::Sorted;

use super::named;

/// Reads what `textOf` in `plugin-shim/boot.js` makes of a [`Boot`].
///
/// # Errors
///
/// When it is none, with the field that is missing or wrong.
pub fn boot(text: &str) -> Result<Boot, String> {
    let mut fields = Fields(text);
    Ok(Boot {
        pid: fields.next().parse().map_err(|_| "has no pid")?,
        lane: named(&LANES, Some(fields.next())).ok_or("has no lane")?,
        host_version: fields.next_if_any(),
        directory: fields.next_if_any().ok_or("has no directory")?,
        root: fields.next().to_owned(),
        server_url: fields.next_if_any(),
        home: fields.next_if_any(),
        user: fields.next().to_owned(),
        traceparent: fields.next_if_any(),
        options: fields.next_if_any(),
        protected: fields.list(),
        env: variables(&fields.list()),
        secrets: SecretValues(fields.list()),
        env_names: EnvNames::from_text(fields.next()),
        config_file: file(fields),
    })
}

const LANES: [(&str, Lane); 5] =
    [("run", Lane::Run), ("serve", Lane::Serve), ("tui", Lane::Tui), ("acp", Lane::Acp), ("unknown", Lane::Unknown)];

/// Names and values in turn.
fn variables(texts: &[String]) -> Sorted<String, String> {
    let mut variables = Sorted::NEW;
    for text in texts {
        if let Some((name, value)) = text.split_once('=') {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    variables
}

/// Path, error, text; a file with an error has no text.
fn file(mut fields: Fields) -> Option<BootFile> {
    let path = fields.next_if_any()?;
    let error = fields.next_if_any();
    let text = if error.is_none() { Some(fields.0.to_owned()) } else { None };
    Some(BootFile { path, text, error })
}

/// What is left to be read.
struct Fields<'t>(&'t str);

impl<'t> Fields<'t> {
    /// The next field; empty behind the last.
    fn next(&mut self) -> &'t str {
        let end = self.0.bytes().position(|byte| byte == 0);
        let (field, rest) =
            end.and_then(|end| Some((self.0.get(..end)?, self.0.get(end + 1..)?))).unwrap_or((self.0, ""));
        self.0 = rest;
        field
    }

    fn next_if_any(&mut self) -> Option<String> {
        match self.next() {
            "" => None,
            field => Some(field.to_owned()),
        }
    }

    /// Fields up to the next empty one.
    fn list(&mut self) -> Vec<String> {
        let mut list = Vec::new();
        while let Some(field) = self.next_if_any() {
            list.push(field);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the shim writes it.
    fn text(fields: &[&str]) -> String {
        fields.join("\0")
    }

    #[test]
    fn a_boot_is_read_whole() {
        let said = text(&[
            "7",
            "tui",
            "1.18.33",
            "/p",
            "/r",
            "http://127.0.0.1:4096/",
            "/h",
            "ada",
            "t",
            r#"{"a":1}"#, //
            "/p/a",
            "/p/b c",
            "",
            "SWARM_AGENT_ID=a=b",
            "",
            "s3cret",
            "",
            "PATH=HOME", //
            "swarm.json",
            "",
            "{\0}",
        ]);
        let boot = boot(&said).unwrap();
        assert_eq!((boot.pid, boot.lane, boot.host_version.as_deref()), (7, Lane::Tui, Some("1.18.33")));
        assert_eq!((boot.directory.as_str(), boot.root.as_str(), boot.home.as_deref()), ("/p", "/r", Some("/h")));
        assert_eq!((boot.server_url.as_deref(), boot.user.as_str()), (Some("http://127.0.0.1:4096/"), "ada"));
        let file = boot.config_file.unwrap();
        assert_eq!((file.path.as_str(), file.text.as_deref(), file.error), ("swarm.json", Some("{\0}"), None));
        assert_eq!(boot.options.as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(boot.env.get("SWARM_AGENT_ID").map(String::as_str), Some("a=b"));
        assert!(boot.env_names.contains("HOME") && boot.env_names.contains("PATH") && !boot.env_names.contains("OM"));
        assert_eq!(boot.protected, ["/p/a", "/p/b c"]);
        assert_eq!((boot.secrets.0, boot.traceparent.as_deref()), (vec!["s3cret".to_owned()], Some("t")));
    }

    #[test]
    fn what_is_not_there_is_nothing() {
        let boot = boot(&text(&["7", "run", "", "/p", "", "", "", "", "", "", "", "", "", "", "", "", ""])).unwrap();
        assert_eq!((boot.host_version, boot.home, boot.options), (None, None, None));
        assert!(boot.config_file.is_none() && boot.protected.is_empty() && boot.env.is_empty());
    }

    #[test]
    fn a_file_that_could_not_be_read_has_an_error_and_no_text() {
        let said = text(&["7", "run", "", "/p", "", "", "", "", "", "", "", "", "", "", "swarm.json", "EACCES", ""]);
        let file = boot(&said).unwrap().config_file.unwrap();
        assert_eq!((file.text, file.error.as_deref()), (None, Some("EACCES")));
    }

    #[test]
    fn a_boot_without_what_it_must_have_is_refused() {
        for (said, why) in
            [("", "has no pid"), ("{}", "has no pid"), ("1\0swim", "has no lane"), ("1\0run\0\0", "has no directory")]
        {
            assert_eq!(boot(said).unwrap_err(), why, "{said:?}");
        }
    }
}
