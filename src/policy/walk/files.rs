//! Files that are read, written and run, and what this session wrote into them.

use super::{Input, Scene, Walk};
use crate::policy::action::{ActionKind, Atom};
use crate::policy::code;
use crate::policy::commands::{self, Arg};
use crate::policy::danger::danger;
use crate::policy::places::{UNKNOWN, Verb, file_name, is_below, resolve};
use crate::policy::written::Content;

/// Bytes of a path: no system knows longer ones.
const PATH_BYTES_MAX: usize = 4096;
/// Links that one path leads through: more is a circle.
const LINKS_MAX: usize = 16;

impl Walk<'_> {
    /// Remembers what a file of this call holds.
    pub(in crate::policy) fn note_write(&mut self, target: &Arg, scene: &Scene, content: Input, is_more: bool) {
        let Some(mut path) = target.whole().and_then(|text| self.resolve(text, scene)) else {
            return;
        };
        // Of a folder everything below is meant.
        if target.text.ends_with('/') {
            path.push('/');
        }
        let content = match content {
            Input::Text(text) => Content::Text(text),
            Input::Network => Content::Network,
            Input::File(file) => self.content_of(&file, scene).unwrap_or(Content::Unknown),
            Input::None | Input::Names(_) | Input::Unknown => Content::Unknown,
        };
        let content = match (is_more, self.content(&path), content) {
            (true, Some(Content::Text(before)), Content::Text(text)) => {
                Content::Text([before.as_str(), &text].concat())
            }
            (true, Some(_), _) => Content::Unknown,
            (_, _, content) => content,
        };
        self.writes.push((path, content));
    }

    /// What a file holds, where this session wrote it.
    pub(in crate::policy) fn content(&self, path: &str) -> Option<&Content> {
        let is_it = |file: &str| file == path || file.ends_with('/') && path.starts_with(file);
        let here = self.writes.iter().rev().find(|(file, _)| is_it(file)).map(|(_, content)| content);
        here.or_else(|| self.written.content(path))
    }

    pub(in crate::policy) fn content_of(&self, file: &Arg, scene: &Scene) -> Option<Content> {
        let path = self.resolve(file.whole()?, scene)?;
        self.content(&path).cloned()
    }

    /// What a path stands for by a link that this call makes; nothing where none is on its way.
    pub(super) fn linked(&self, path: &str, cwd: Option<&str>) -> Option<String> {
        if self.links.is_empty() {
            return None;
        }
        let path = if path.starts_with('~') { resolve(path, cwd, &self.around.home)? } else { path.to_owned() };
        let followed = self.follow(&path, cwd)?;
        Some(followed).filter(|followed| resolve(&path, cwd, "").as_ref() != Some(followed))
    }

    /// The path with the links of this call followed, one name after the other: `..` behind a link goes up from where it leads.
    pub(in crate::policy) fn follow(&self, path: &str, cwd: Option<&str>) -> Option<String> {
        let folder = if path.starts_with('/') { "" } else { cwd? };
        let (mut out, mut follows) = (String::new(), 0);
        for part in folder.split('/').chain(path.split('/')) {
            match part {
                "" | "." => continue,
                ".." => out.truncate(out.rfind('/').unwrap_or(0)),
                part => {
                    out.push('/');
                    out.push_str(part);
                }
            }
            while follows < LINKS_MAX
                && let Some((_, to)) = self.links.iter().rev().find(|(link, _)| *link == out)
            {
                follows += 1;
                out = to.trim_end_matches('/').to_owned();
            }
        }
        Some(if out.is_empty() { "/".to_owned() } else { out })
    }

    /// The file that a name without a folder means, where this call puts folders of its own before those of the system.
    pub(super) fn shadowed(&self, name: &str) -> Option<String> {
        self.path_folders
            .iter()
            .map(|folder| [folder, "/", name].concat())
            .find(|path| self.content(path).is_some() || self.links.iter().any(|(link, _)| link == path))
    }

    /// A file that is written over with nothing: where it stands for many, that is as if they were deleted.
    pub(in crate::policy) fn emptied(&mut self, arg: &Arg, scene: &Scene) {
        let path = self.resolve(&arg.text, scene).filter(|_| arg.is_known);
        let danger = match &path {
            Some(path) => self
                .around
                .danger_of(path, Verb::DeleteTree, scene.is_elsewhere)
                .filter(|danger| matches!(danger.id, "discard-changes" | "delete-project"))
                .or_else(|| {
                    danger("discard-changes")
                        .filter(|_| is_below(path, &self.around.root) && commands::are_sources(arg))
                }),
            // A name out of a list of files.
            None => danger("unknown-target")
                .filter(|_| self.lists && !self.looks_outside && (arg.is_output || scene.is_conditional)),
        };
        let Some(danger) = danger else { return };
        // The write is an action already.
        let is_it = |atom: &Atom| {
            atom.verb == Verb::Write
                && path.as_ref().is_none_or(|path| atom.place.as_ref().is_some_and(|it| it.path == *path))
        };
        match self.atoms.iter().rposition(is_it) {
            Some(place) => self.mark(place, Some(danger)),
            None => self.flag(scene, danger.id, None),
        }
    }

    pub(super) fn is_outside(&self, arg: &Arg, scene: &Scene) -> bool {
        let path = self.resolve(&arg.text, scene);
        arg.text.starts_with(['/', '~', '.', UNKNOWN])
            && path.is_none_or(|path| !is_below(&path, &self.around.root) && !path.starts_with("/tmp/"))
    }

    /// A file of code that is run.
    pub(in crate::policy) fn run_file(&mut self, file: &Arg, language: code::Language, scene: &Scene) {
        match self.content_of(file, scene) {
            Some(content) => self.content_run(&content, language, scene),
            None if !file.is_known && (file.text.starts_with("/dev/fd/") || !file.text.contains(['/', '.'])) => {
                self.doubtful(scene, "unknown-code", "the file that runs is not known");
            }
            None if file.text.starts_with("/dev/fd/")
                || file.text.starts_with("/proc/self/fd/")
                || file.text == "/dev/stdin" =>
            {
                if scene.input == Input::None && file.text != "/dev/stdin" {
                    return self.doubtful(scene, "unknown-code", "what it runs is not known");
                }
                let input = scene.input.clone();
                self.input_run(&input, language, scene);
            }
            None if file.text.contains("://") => self.flag(scene, "remote-code", None),
            None => {}
        }
    }

    /// A script in a folder for everybody, outside of the project, that this session did not write.
    pub(in crate::policy) fn strange(&mut self, file: &Arg, scene: &Scene) {
        let path = self.resolve(&file.text, scene).unwrap_or_default();
        if !path.contains("/bin/")
            && !is_below(&path, &self.around.root)
            && ["/tmp", "/var/tmp", "/dev/shm"].iter().any(|folder| is_below(&path, folder))
            && self.content(&path).is_none()
            && self.linked(&path, None).is_none()
        {
            self.doubtful(scene, "unknown-code", "the file it runs was not written in this session");
        }
    }

    pub(super) fn content_run(&mut self, content: &Content, language: code::Language, scene: &Scene) {
        match content {
            Content::Text(text) => {
                let language = code::language_of(text).unwrap_or(language);
                self.code(text, language, scene);
            }
            Content::Network => self.flag(scene, "remote-code", None),
            Content::Unknown => {
                self.doubtful(scene, "unknown-code", "the file it runs was changed in a way that was not read")
            }
        }
    }

    /// A file that is touched.
    pub(in crate::policy) fn file(&mut self, arg: &Arg, verb: Verb, scene: &Scene) {
        if arg.text.is_empty() || arg.text == "-" || self.is_full(scene) {
            return;
        }
        if arg.text.len() > PATH_BYTES_MAX {
            return self.doubtful(scene, "unread", "a path is longer than any can be");
        }
        if !self.budget.spend(256 + arg.text.len()) {
            return self.doubtful(scene, "unread", "it touches too much to be read");
        }
        if let Some(rest) = arg.text.strip_prefix("file://") {
            return self.file(&arg.part(rest), verb, scene);
        }
        let mut atom = Atom::new(if verb == Verb::Read { ActionKind::FileRead } else { ActionKind::FileWrite });
        (atom.verb, atom.is_elsewhere) = (verb, scene.is_elsewhere);
        let begins_unknown = arg.text.starts_with(UNKNOWN);
        let cwd = if begins_unknown { None } else { scene.cwd.as_deref() };
        match resolve(&arg.text, cwd, &self.around.home) {
            Some(path) => {
                if !arg.is_known {
                    atom.doubt = Some("a part of the path is not known");
                }
                if let Some(path) = self.linked(&arg.text, cwd) {
                    let danger =
                        if path.starts_with(UNKNOWN) && verb != Verb::Read { danger("unknown-target") } else { None };
                    let place = Some(self.around.place(path));
                    self.atoms.push(Atom { place, danger, ..atom.clone() });
                }
                // Where `..` goes from a link of the disk nobody knows; what could be protected there counts as that.
                if let Some((at, up)) = arg.text.match_indices("/../").last()
                    && let Some((before, rest)) = arg.text.split_at_checked(at)
                    && let Some(rest) = rest.strip_prefix(up)
                    && !file_name(before).starts_with("..")
                    && !before.is_empty()
                {
                    let path = [self.around.root.as_str(), "/.opencode/", rest].concat();
                    if self.around.is_protected(&path) {
                        let place = Some(self.around.place(path));
                        self.atoms.push(Atom { place, ..atom.clone() });
                    }
                }
                atom.place = Some(self.around.place(path));
                // Of a link with a `/` behind it what it points to is meant.
                if verb == Verb::DeleteTree && arg.text.ends_with(['/', '.']) && arg.text.len() > 2 {
                    self.atoms.push(Atom { verb: Verb::ChangeTree, ..atom.clone() });
                }
            }
            None => {
                let is_tree = matches!(verb, Verb::DeleteTree | Verb::ChangeTree);
                let says_nothing =
                    file_name(&arg.text).chars().all(|sign| matches!(sign, UNKNOWN | '/' | '.' | '*' | '?'));
                // Where only the folder is not known, a plain name below it is no more than that.
                let is_plain = !begins_unknown && !says_nothing && !arg.text.contains("..");
                atom.doubt = Some("the path is not known");
                // A name out of a loop over what was found in the project.
                let is_looped = verb == Verb::Write && arg.is_output && self.lists && !self.looks_outside
                    || matches!(verb, Verb::Delete | Verb::Write)
                        && !arg.is_open
                        && scene.is_conditional
                        && self.lists
                        && !self.looks_outside;
                if verb != Verb::Read && !is_looped && (says_nothing || is_tree && !is_plain) {
                    atom.danger = danger("unknown-target");
                }
                if !says_nothing {
                    // What is known at its end still says what kind of file it is.
                    atom.is_elsewhere = true;
                    atom.place = resolve(&arg.text, Some("/…"), "").map(|path| self.around.place(path));
                }
            }
        }
        self.atoms.push(atom);
    }
}
