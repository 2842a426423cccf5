//! What the arguments of the host's tools say. No other place knows their names.

use std::hash::{Hash, Hasher};

use serde_json::Value;

use crate::input::CallFacts;
use crate::limits::PATHS_PER_CALL_MAX;

/// What the host's tools call their arguments, for those who may have called one sensitive.
pub mod argument {
    /// A shell command.
    pub const COMMAND: &str = "command";
    /// The folder it is to run in.
    pub const FOLDER: &str = "workdir";
    /// The address to ask.
    pub const URL: &str = "url";
    /// The kind of agent to start.
    pub const AGENT: &str = "subagent_type";
    /// A file.
    pub const FILE: &str = "filePath";
    /// A patch, which names its files itself.
    pub const PATCH: &str = "patchText";

    /// The argument that names the files.
    pub fn files(tool: &str) -> &'static str {
        if tool == "apply_patch" { PATCH } else { FILE }
    }
}

/// The facts of a call. Of a tool that is not known (MCP, plugins) only its fingerprint.
pub fn facts(tool: &str, args: &Value) -> CallFacts {
    let text = |name: &str| args.get(name).and_then(Value::as_str).map(str::to_owned);
    let lines = |name: &str| text(name).map(|text| text.lines().count() as u64);
    let fingerprint = fingerprint(tool, args);
    let paths = || text(argument::FILE).into_iter().collect();
    match tool {
        "bash" => CallFacts {
            command: text(argument::COMMAND),
            cwd: text(argument::FOLDER),
            fingerprint,
            ..CallFacts::default()
        },
        "write" => CallFacts {
            paths: paths(),
            size_bytes: text("content").map(|content| content.len() as u64),
            insertions: lines("content"),
            fingerprint,
            ..CallFacts::default()
        },
        "edit" => CallFacts {
            paths: paths(),
            size_bytes: text("newString").map(|text| text.len() as u64),
            insertions: lines("newString"),
            deletions: lines("oldString"),
            fingerprint,
            ..CallFacts::default()
        },
        "apply_patch" => CallFacts { fingerprint, ..patch(&text(argument::PATCH).unwrap_or_default()) },
        "read" => CallFacts { paths: paths(), fingerprint, ..CallFacts::default() },
        "webfetch" => CallFacts { url: text(argument::URL), fingerprint, ..CallFacts::default() },
        "task" => CallFacts { agent: text(argument::AGENT), fingerprint, ..CallFacts::default() },
        _ => CallFacts { fingerprint, ..CallFacts::default() },
    }
}

/// Files and lines of a patch in the host's format (`*** Update File: …`).
fn patch(text: &str) -> CallFacts {
    let mut facts = CallFacts::default();
    let (mut insertions, mut deletions, mut size_bytes) = (0, 0, 0);
    for line in text.lines() {
        let file = ["*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: "]
            .iter()
            .find_map(|head| line.strip_prefix(head));
        match file {
            Some(file) if facts.paths.len() < PATHS_PER_CALL_MAX => facts.paths.push(file.trim().to_owned()),
            Some(_) => {}
            None if line.starts_with('+') => {
                insertions += 1;
                size_bytes += line.len() as u64; // the newline in the place of the plus
            }
            None if line.starts_with('-') => deletions += 1,
            None => {}
        }
    }
    facts.size_bytes = Some(size_bytes);
    facts.insertions = Some(insertions);
    facts.deletions = Some(deletions);
    facts
}

/// The same for the same tool with the same arguments, in whatever order they stand. For telling repeats apart, not for
/// safety.
fn fingerprint(tool: &str, args: &Value) -> u64 {
    // Seeded by nothing: the same in every process.
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    tool.hash(&mut hasher);
    mix(args, &mut hasher);
    hasher.finish()
}

/// Depth is bounded by the reader of the JSON, which refuses more than 128 levels.
fn mix(value: &Value, hasher: &mut impl Hasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(flag) => flag.hash(hasher),
        Value::Number(number) => number.to_string().hash(hasher),
        Value::String(text) => text.trim().hash(hasher),
        Value::Array(list) => {
            list.len().hash(hasher);
            list.iter().for_each(|item| mix(item, hasher));
        }
        Value::Object(map) => {
            map.len().hash(hasher);
            // Sorted by name: the map is one that keeps order.
            for (name, item) in map {
                name.hash(hasher);
                mix(item, hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_is_told_with_its_folder() {
        let facts = facts("bash", &json!({ "command": "ls", "workdir": "src", "description": "list" }));
        assert_eq!((facts.command.as_deref(), facts.cwd.as_deref()), (Some("ls"), Some("src")));
    }

    /// S0.28: path, size, lines; never content.
    #[test]
    fn a_write_is_told_by_its_size() {
        let facts = facts("write", &json!({ "filePath": "/p/a", "content": "one\ntwo\n" }));
        assert_eq!((facts.paths, facts.size_bytes, facts.insertions), (vec!["/p/a".to_owned()], Some(8), Some(2)));
    }

    #[test]
    fn a_patch_is_told_by_its_files_and_lines() {
        let text =
            "*** Begin Patch\n*** Add File: a\n+x\n*** Update File: b\n@@\n-y\n+z\n*** Delete File: c\n*** End Patch";
        let facts = facts("apply_patch", &json!({ "patchText": text }));
        assert_eq!((facts.paths.len(), facts.insertions, facts.deletions), (3, Some(2), Some(1)));
    }

    #[test]
    fn a_fingerprint_ignores_the_order_of_names_and_nothing_else() {
        let print = |args: Value| facts("x", &args).fingerprint;
        assert_eq!(print(json!({ "a": 1, "b": [2] })), print(json!({ "b": [2], "a": 1 })));
        assert_ne!(print(json!({ "a": 1 })), print(json!({ "a": 2 })));
        assert_ne!(print(json!({ "a": [[1], [2]] })), print(json!({ "a": [[1, 2], []] })));
    }

    #[test]
    fn arguments_of_wrong_shape_say_nothing() {
        for args in [json!(null), json!({ "command": 3 }), json!([]), json!({ "patchText": {} })] {
            for tool in ["bash", "write", "edit", "apply_patch", "webfetch", "task"] {
                assert_eq!(facts(tool, &args).command, None);
            }
        }
    }
}
