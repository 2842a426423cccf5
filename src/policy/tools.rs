//! From the tools of the host to actions. The names of their arguments are the host's own.

use serde_json::Value;

use super::action::{ActionKind, Atom, Change};
use super::commands::Arg;
use super::danger::danger;
use super::glob::is_one_of;
use super::places::{Verb, resolve};
use super::walk::{Scene, Walk};
use super::written::{Content, Written};

/// Tools that change nothing and reach nothing but the project: no action of a guarded kind.
const QUIET: &str = "glob grep list ls todowrite todoread task skill question lsp lsp_diagnostics lsp_hover invalid plan_enter plan_exit batch codesearch websearch";
/// Values looked at within the arguments of a tool nobody knows.
const VALUES_MAX: usize = 256;
/// Files in one patch.
const PATCH_FILES_MAX: usize = 256;

/// Whether a tool is quiet.
pub fn is_quiet(tool: &str) -> bool {
    is_one_of(QUIET, tool)
}

/// Adds the actions of a call; false where its arguments cannot be read.
pub fn take(walk: &mut Walk, tool: &str, args: &Value) -> bool {
    let text = |name: &str| args.get(name).and_then(Value::as_str);
    let scene = Scene { cwd: Some(walk.around.directory.clone()), ..Scene::default() };
    match tool {
        "bash" | "shell" => {
            let Some(command) = text("command") else { return false };
            let cwd = match text("workdir") {
                Some(folder) => resolve(folder, Some(&walk.around.directory), &walk.around.home),
                None => scene.cwd,
            };
            walk.shell(command, &Scene { cwd, ..Scene::default() });
        }
        "write" => {
            let (Some(path), Some(content)) = (text("filePath"), text("content")) else { return false };
            let change =
                Change { size_bytes: Some(content.len() as u64), insertions: Some(lines(content)), deletions: None };
            file(walk, path, Verb::Write, Some(change), &scene);
        }
        "edit" => {
            let (Some(path), Some(new)) = (text("filePath"), text("newString")) else { return false };
            let change = Change {
                size_bytes: Some(new.len() as u64),
                insertions: Some(lines(new)),
                deletions: text("oldString").map(lines),
            };
            file(walk, path, Verb::Write, Some(change), &scene);
        }
        "multiedit" => {
            let (Some(path), Some(edits)) = (text("filePath"), args.get("edits").and_then(Value::as_array)) else {
                return false;
            };
            let sum = |name: &str, of: fn(&str) -> u64| {
                edits.iter().filter_map(|edit| edit.get(name)?.as_str()).map(of).sum()
            };
            let change = Change {
                size_bytes: Some(sum("newString", |text| text.len() as u64)),
                insertions: Some(sum("newString", lines)),
                deletions: Some(sum("oldString", lines)),
            };
            file(walk, path, Verb::Write, Some(change), &scene);
        }
        "apply_patch" | "patch" => {
            let Some(patch) = text("patchText") else { return false };
            return take_patch(walk, patch, &scene);
        }
        "read" => {
            let Some(path) = text("filePath") else { return false };
            file(walk, path, Verb::Read, None, &scene);
        }
        "webfetch" => {
            let Some(url) = text("url") else { return false };
            walk.url(&Arg::known(url), &scene);
        }
        _ => other(walk, tool, args, &scene),
    }
    true
}

fn lines(text: &str) -> u64 {
    text.lines().count() as u64
}

fn file(walk: &mut Walk, path: &str, verb: Verb, change: Option<Change>, scene: &Scene) {
    let arg = Arg::known(path);
    let before = walk.atoms.len();
    walk.file(&arg, verb, scene);
    if let Some(atom) = walk.atoms.get_mut(before) {
        atom.change = change;
    }
}

/// One file of a patch in the host's format, with what is said about it so far.
struct Part<'p> {
    path: &'p str,
    verb: Verb,
    change: Change,
}

fn take_patch(walk: &mut Walk, patch: &str, scene: &Scene) -> bool {
    let mut parts: Vec<Part> = Vec::new();
    for line in patch.lines() {
        let header = [
            ("*** Add File: ", Verb::Write),
            ("*** Update File: ", Verb::Write),
            ("*** Delete File: ", Verb::Delete),
            ("*** Move to: ", Verb::Write),
        ]
        .into_iter()
        .find_map(|(head, verb)| line.trim_start().strip_prefix(head).map(|path| (path.trim(), verb)));
        let Some(part) = parts.last_mut().filter(|_| header.is_none()) else {
            if let Some((path, verb)) = header {
                if parts.len() >= PATCH_FILES_MAX {
                    return false;
                }
                parts.push(Part {
                    path,
                    verb,
                    change: Change { size_bytes: Some(0), insertions: Some(0), deletions: Some(0) },
                });
            }
            continue;
        };
        let count = |number: &mut Option<u64>, more: u64| *number = number.map(|number| number + more);
        if let Some(text) = line.strip_prefix('+') {
            count(&mut part.change.insertions, 1);
            count(&mut part.change.size_bytes, text.len() as u64 + 1);
        } else if line.starts_with('-') {
            count(&mut part.change.deletions, 1);
        }
    }
    for part in &parts {
        file(walk, part.path, part.verb, Some(part.change), scene);
    }
    !parts.is_empty()
}

/// A tool of a server or plugin: what it does nobody knows, but what it is told may be a command or a protected place.
fn other(walk: &mut Walk, tool: &str, args: &Value, scene: &Scene) {
    let is_quiet = is_quiet(tool);
    let atom = Atom { tool: Some(tool.to_owned()), is_pure: is_quiet, ..Atom::new(ActionKind::ToolUse) };
    walk.atoms.push(atom);
    if is_quiet {
        if let Some(path) = args.get("path").and_then(Value::as_str).filter(|_| tool == "grep") {
            file(walk, path, Verb::Read, None, scene);
        }
        return;
    }
    let place = walk.atoms.len() - 1;
    let mut left = VALUES_MAX;
    look(walk, place, "", args, scene, &mut left);
}

/// Depth is bounded by the reader of the JSON.
fn look(walk: &mut Walk, place: usize, name: &str, value: &Value, scene: &Scene, left: &mut usize) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    match value {
        Value::String(text) => {
            if matches!(name, "command" | "cmd" | "script" | "shell_command") {
                let text = text.clone();
                walk.code(&text, super::code::Language::Shell, scene);
            } else if text.len() < 4_096 && !text.contains('\n') {
                let path = text.strip_prefix("file://").unwrap_or(text);
                let touched = walk.resolve(path, scene);
                if touched.is_some_and(|path| walk.around.is_protected(&path)) {
                    walk.mark(place, danger("self-protection"));
                } else if text.contains("://") {
                    walk.url(&Arg::known(text), scene);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| look(walk, place, name, value, scene, left)),
        Value::Object(map) => {
            for (name, value) in map {
                look(walk, place, name, value, scene, left);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Remembers what a file tool wrote.
pub fn note(written: &mut Written, session: &str, tool: &str, args: &Value, place: &dyn Fn(&str) -> Option<String>) {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let edit = |written: &mut Written, path: &str, edit: &Value| {
        let is_all = edit.get("replaceAll").and_then(Value::as_bool).unwrap_or(false);
        written.edit(
            session,
            path,
            &text(edit, "oldString").unwrap_or_default(),
            &text(edit, "newString").unwrap_or_default(),
            is_all,
        );
    };
    if tool == "apply_patch" || tool == "patch" {
        return note_patch(written, session, &text(args, "patchText").unwrap_or_default(), place);
    }
    let Some(path) = text(args, "filePath").and_then(|path| place(&path)) else { return };
    match tool {
        "write" => written.note(session, &path, text(args, "content").map_or(Content::Unknown, Content::Text)),
        "edit" => edit(written, &path, args),
        "multiedit" => {
            for each in args.get("edits").and_then(Value::as_array).into_iter().flatten() {
                edit(written, &path, each);
            }
        }
        _ => {}
    }
}

/// A file that a patch adds is known; one that it changes is not.
fn note_patch(written: &mut Written, session: &str, patch: &str, place: &dyn Fn(&str) -> Option<String>) {
    let mut adding: Option<(String, String)> = None;
    for line in patch.lines() {
        if line.starts_with("*** ") {
            if let Some((path, text)) = adding.take() {
                written.note(session, &path, Content::Text(text));
            }
            if let Some(path) = line.strip_prefix("*** Add File: ").and_then(|path| place(path.trim())) {
                adding = Some((path, String::new()));
            } else if let Some(path) = line
                .strip_prefix("*** Update File: ")
                .or_else(|| line.strip_prefix("*** Move to: "))
                .and_then(|path| place(path.trim()))
                && (written.content(&path).is_some() || line.starts_with("*** Move to: "))
            {
                written.note(session, &path, Content::Unknown);
            }
        } else if let (Some((_, text)), Some(line)) = (&mut adding, line.strip_prefix('+')) {
            text.push_str(line);
            text.push('\n');
        }
    }
    if let Some((path, text)) = adding {
        written.note(session, &path, Content::Text(text));
    }
}
