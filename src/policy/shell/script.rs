//! What a command line would run, as far as it can be known without running it.

use std::borrow::Cow;

/// Everything a command line could run: every branch of it, every body, every substitution.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Script {
    /// The simple commands, in the order in which a shell would come to them.
    pub commands: Vec<Simple>,
    /// What could not be read, and belongs to no one command. Where there is any, not everything is known.
    pub doubts: Vec<Doubt>,
    /// Whether a function starts itself through a pipe or in the background.
    pub is_fork_bomb: bool,
}

/// A simple command after expansion.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Simple {
    /// The command and its arguments. Never empty, but for a command of assignments or redirects only.
    pub words: Vec<Word>,
    /// Assignments in front of it (`A=b cmd`), or what an assignment alone sets.
    pub env: Vec<(String, Word)>,
    /// Its redirects, with those of the compound commands around it.
    pub redirects: Vec<Redirect>,
    /// Where its standard input comes from.
    pub stdin: Stdin,
    /// The folder it runs in.
    pub cwd: Cwd,
    /// Where it stands.
    pub position: Position,
}

/// A word after expansion: pieces in order. No piece at all is the empty word.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Word {
    /// What it is made of. Neighbouring texts are one piece.
    pub pieces: Vec<Piece>,
}

/// A piece of a word.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// These characters, exactly.
    Text(String),
    /// An unquoted pattern (`*`, `?`, `[a-z]`, `@(a|b)`), as it was written: names of files take its place.
    Glob(String),
    /// Something that only a run would tell. Unquoted it may be any number of words, also none.
    Unknown {
        /// Why.
        doubt: Doubt,
        /// Whether it stays within one word.
        is_quoted: bool,
    },
}

impl Word {
    /// The whole word, where all of it is known.
    #[must_use]
    pub fn known(&self) -> Option<Cow<'_, str>> {
        match self.pieces.as_slice() {
            [] => Some(Cow::Borrowed("")),
            [Piece::Text(text)] => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    /// What it certainly begins with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            Some(Piece::Glob(_) | Piece::Unknown { .. }) | None => "",
        }
    }

    /// Why it is not wholly known; nothing where it is, a pattern included.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Unknown { doubt, .. } => Some(*doubt),
            Piece::Text(_) | Piece::Glob(_) => None,
        })
    }
}

/// Why something cannot be known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doubt {
    /// A variable that was set outside of the script, or to something unknown.
    Variable,
    /// The same, of a variable whose name says that it holds a secret.
    Secret,
    /// The output of a command.
    Substitution,
    /// A parameter of a function or script (`$1`, `$@`).
    Parameter,
    /// The result of arithmetic with unknown parts.
    Arithmetic,
    /// What is read at run time (`read`, `mapfile`, a loop over unknown words).
    Input,
    /// Code made at run time (`eval` of something unknown).
    Code,
    /// A file of commands whose content is unknown (`source`).
    File,
    /// It is no valid shell, or a form that is not read.
    Syntax,
    /// It is longer, deeper or wider than is read.
    Bounds,
}

/// A redirect to or from something that is not a descriptor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Redirect {
    /// The descriptor; `&>` counts as 1.
    pub descriptor: u32,
    /// What is done.
    pub kind: RedirectKind,
    /// The file.
    pub target: Word,
}

/// What a redirect does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectKind {
    /// `<`
    Read,
    /// `>`, `>|`, `&>`
    Write,
    /// `>>`, `&>>`
    Append,
    /// `<>`
    ReadWrite,
}

/// Where standard input comes from.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Stdin {
    /// From outside.
    #[default]
    Inherited,
    /// From a here-document or here-string.
    Text(Word),
    /// From a file.
    File(Word),
    /// From the command before it in its pipeline. The index in [`Script::commands`] of the last simple command
    /// of that stage; a compound stage has several.
    Pipe(usize),
}

/// A folder.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Cwd {
    /// The one in which the script starts.
    #[default]
    Start,
    /// This one: absolute, or relative to the start.
    At(String),
    /// Not known: after `cd $X`, or after a branch that may or may not have been taken.
    Unknown,
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Position {
    /// Commands of one pipeline have one number; a command alone has its own.
    pub pipeline: u32,
    /// `&`
    pub is_background: bool,
    /// In the body of a function, whether it is called or not.
    pub in_function: bool,
    /// In `$(…)`, backquotes or `<(…)`: its output becomes part of another command.
    pub in_substitution: bool,
    /// In a body that may run never or often (`if`, `case`, loops, after `||`).
    pub is_conditional: bool,
}
