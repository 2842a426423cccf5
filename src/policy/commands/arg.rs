//! A word of a command, as the table sees it.

use std::borrow::Cow;

use crate::policy::places::UNKNOWN;
use crate::policy::shell::{Doubt, Piece, Word};

/// A word: its text with patterns as they were written, and [`UNKNOWN`] for what is not known.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Arg {
    /// The text.
    pub text: String,
    /// Whether all of it is known; a pattern is.
    pub is_known: bool,
    /// Whether some of it is a pattern of the shell.
    pub is_glob: bool,
    /// Whether it may be any number of words.
    pub is_open: bool,
    /// Whether it is what another command prints, as many words as that may be.
    pub is_output: bool,
    /// Whether a variable is in it whose name says secret.
    pub is_secret: bool,
}

impl Arg {
    /// A word that is known.
    pub fn known(text: &str) -> Self {
        Self { text: text.to_owned(), is_known: true, ..Self::default() }
    }

    /// A word of which nothing is known.
    pub fn unknown() -> Self {
        Self { text: UNKNOWN.to_string(), is_open: true, is_output: true, ..Self::default() }
    }

    /// A word of a script.
    pub fn read(word: &Word) -> Self {
        let mut arg = Self { is_known: true, ..Self::default() };
        for piece in &word.pieces {
            match piece {
                Piece::Text(text) if arg.text.is_empty() => arg.text.clone_from(text),
                Piece::Text(text) => arg.text.push_str(text),
                Piece::Glob(text) => {
                    arg.is_glob = true;
                    arg.text.push_str(text);
                }
                Piece::Unknown { is_quoted, doubt } => {
                    arg.is_known = false;
                    arg.is_secret |= *doubt == Doubt::Secret;
                    arg.is_output |= !is_quoted && *doubt == Doubt::Substitution;
                    arg.is_open |= !is_quoted;
                    arg.text.push(UNKNOWN);
                }
            }
        }
        arg
    }

    /// Whether it may be any word, or none.
    pub fn is_nothing_known(&self) -> bool {
        !self.is_known && self.text.chars().all(|sign| sign == UNKNOWN)
    }

    /// The text, where all of it is known.
    pub fn whole(&self) -> Option<&str> {
        self.is_known.then_some(self.text.as_str())
    }

    /// What has this name in the folder that it names.
    pub fn below(&self, name: &str) -> Self {
        Self { text: [self.text.trim_end_matches('/'), "/", name].concat(), ..self.clone() }
    }

    /// As the shell reader has it.
    pub fn word(&self) -> Word {
        let mut pieces = Vec::new();
        for (at, text) in self.text.split(UNKNOWN).enumerate() {
            if at > 0 {
                let doubt = if self.is_secret { Doubt::Secret } else { Doubt::Parameter };
                pieces.push(Piece::Unknown { doubt, is_quoted: !self.is_open });
            }
            if !text.is_empty() {
                let text = text.to_owned();
                pieces.push(if self.is_glob { Piece::Glob(text) } else { Piece::Text(text) });
            }
        }
        Word { pieces }
    }

    /// A part of it, as a word of its own.
    pub fn part(&self, text: &str) -> Self {
        let is_known = self.is_known || !text.contains(UNKNOWN);
        Self {
            text: text.to_owned(),
            is_known,
            is_glob: self.is_glob,
            is_open: self.is_open && !is_known,
            is_output: self.is_output && !is_known,
            is_secret: self.is_secret && !is_known,
        }
    }
}

/// The words with a blank between them, as a shell at the other end reads them. Nothing where one is not known.
pub fn joined(args: &[Arg]) -> Option<Cow<'_, str>> {
    if let [one] = args {
        return one.whole().map(Cow::Borrowed);
    }
    let mut out = String::new();
    for arg in args {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(arg.whole()?);
    }
    Some(Cow::Owned(out))
}
