//! Commands where nothing says that there is one: words behind a tool that nobody knows, texts in code that starts programs.
//!
//! Only what is dangerous for certain is taken: a title or a message may read like a command, too.

use super::language::Language;
use crate::policy::commands::Arg;
use crate::policy::places::file_name;
use crate::policy::walk::{Input, Scene, Walk};

/// Words at which another command may begin: wrappers have few of their own before it.
const PLACES_MAX: usize = 12;

/// Looks at the words as if a command began at each that names one, and at each that has words in it.
pub fn suspect(walk: &mut Walk, words: &[Arg], scene: &Scene) {
    if std::mem::replace(&mut walk.is_suspecting, true) {
        return;
    }
    let scene = Scene { input: Input::None, ..scene.clone() };
    for (at, word) in words.iter().enumerate().take(PLACES_MAX) {
        // `!code`, `|code` and `enter:execute(code)` of tools that have keys.
        let text = word.text.trim_start_matches(['!', '|', ':', '+', ' ']);
        let text = match text.split_once("execute(") {
            Some((_, code)) => code.trim_end_matches(')'),
            None => text,
        };
        let name = text.split([' ', '\n']).next().unwrap_or("");
        if !word.is_known || walk.names.row(file_name(name)).is_none() {
            continue;
        }
        let mark = walk.mark_certain();
        if name.len() < text.len() {
            walk.code(text, Language::Shell, &scene);
        } else {
            let argv = words.get(at..).unwrap_or(&[]);
            walk.deeper(&scene, |walk| walk.run(argv, &scene));
        }
        if walk.keep_certain(mark) {
            break;
        }
    }
    walk.is_suspecting = false;
}
