//! Words before expansion to words after it.

use super::braces::{self, Bit};
use super::fields::Fields;
use super::reader::{is_name, is_variable};
use super::run::{Output, Run};
use super::tree::{List, Part, Raw};
use super::vars::{CWD, Value};
use super::{Doubt, Piece, Stdin, Word};
use crate::redact::says_secret;

/// Longest text that an expansion makes. What is longer is not known.
pub(super) const TEXT_MOST: usize = 16 << 10;
/// Pieces of a value. More come of doubling something unknown again and again.
const PIECES_MOST: usize = 64;

impl Run<'_, '_> {
    /// All words that come of one.
    pub fn fields(&mut self, raw: &Raw, out: &mut Fields) {
        if !braces::has_braces(raw) {
            self.stretch(raw, out);
            return out.finish();
        }
        let budget = &mut *self.budget;
        let Some(words) = braces::expand(raw, &mut |steps| budget.spend(steps)) else {
            // What runs inside of it is still seen.
            self.single(raw);
            out.unknown(Doubt::Bounds, false);
            return out.finish();
        };
        for word in words {
            let mut bits = word.into_iter().peekable();
            let mut is_first = true;
            while let Some(bit) = bits.next() {
                match bit {
                    Bit::Part(part) => {
                        // `$a{b,c}` is `$ab $ac`.
                        let is_longer =
                            matches!(bits.peek(), Some(Bit::Text(text)) if text.bytes().next().is_some_and(is_name));
                        if let (Part::Param(param), true) = (part, is_longer)
                            && param.anchor == b'$'
                        {
                            out.unknown(Doubt::Variable, param.is_quoted);
                        } else {
                            self.part(part, out);
                        }
                    }
                    Bit::Text(mut text) => {
                        while let Some(Bit::Text(more)) = bits.next_if(|bit| matches!(bit, Bit::Text(_))) {
                            text.push_str(&more);
                        }
                        self.bare(&text, is_first, bits.peek().is_none(), out);
                    }
                }
                is_first = false;
            }
            out.finish();
        }
    }

    /// Everything as one word: values, subjects, targets, here-documents.
    pub fn single(&mut self, raw: &Raw) -> Word {
        let mut out = Fields::single();
        self.stretch(raw, &mut out);
        out.into_word()
    }

    fn stretch(&mut self, raw: &[Part], out: &mut Fields) {
        for (index, part) in raw.iter().enumerate() {
            match part {
                Part::Text(text) => self.bare(text, index == 0, index + 1 == raw.len(), out),
                Part::Quoted(_)
                | Part::Param(_)
                | Part::Command { .. }
                | Part::Process { .. }
                | Part::Arithmetic { .. }
                | Part::Array(_) => self.part(part, out),
            }
        }
    }

    /// The value of an assignment, in which `~` has its meaning behind a colon, too.
    pub fn assigned(&mut self, raw: &[Part]) -> Word {
        self.assigned_after("", raw)
    }

    /// The same, where the beginning of it is cut off already.
    pub fn assigned_after(&mut self, beginning: &str, raw: &[Part]) -> Word {
        let mut out = Fields::single();
        let beginning = (!beginning.is_empty()).then(|| Part::Text(beginning.to_owned()));
        let mut parts = beginning.iter().chain(raw).enumerate().peekable();
        while let Some((index, part)) = parts.next() {
            let Part::Text(text) = part else {
                self.part(part, &mut out);
                continue;
            };
            let mut pieces = text.split(':');
            self.bare(pieces.next().unwrap_or_default(), index == 0, parts.peek().is_none(), &mut out);
            for piece in pieces {
                out.text(":");
                self.tilde(piece, parts.peek().is_none(), &mut out);
            }
        }
        out.into_word()
    }

    pub fn part(&mut self, part: &Part, out: &mut Fields) {
        self.step(1);
        match part {
            Part::Text(text) => self.bare(text, !out.is_open(), true, out),
            Part::Quoted(text) => {
                self.step(text.len());
                out.text(text);
            }
            Part::Param(param) => self.param(param, out),
            Part::Command { list, is_quoted } => self.substitution(list, *is_quoted, out),
            Part::Process { list, is_fed } => {
                let outer = self.around.stdin.clone();
                if *is_fed {
                    self.around.stdin = Stdin::Text(Word::unknown(Doubt::Substitution));
                }
                self.captured(list);
                self.around.stdin = outer;
                // A descriptor of the shell, whichever: no file.
                out.text("/dev/fd/");
                out.unknown(Doubt::Substitution, true);
            }
            Part::Arithmetic { text, is_quoted } => match self.arithmetic(text) {
                Ok(number) => out.value(&Word::text(&number.to_string()), *is_quoted, ""),
                Err(doubt) => out.unknown(doubt, *is_quoted),
            },
            Part::Array(items) => {
                out.text("(");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.text(" ");
                    }
                    let word = self.single(item);
                    out.value(&word, true, "");
                }
                out.text(")");
            }
        }
    }

    fn bare(&mut self, text: &str, is_first: bool, is_last: bool, out: &mut Fields) {
        self.step(text.len());
        if is_first { self.tilde(text, is_last, out) } else { out.bare(text) }
    }

    /// Text at the beginning of a word. The name of a user ends with the word, or with a slash.
    fn tilde(&mut self, text: &str, is_last: bool, out: &mut Fields) {
        let Some(behind) = text.strip_prefix('~') else {
            // `make DIR=~/x`: it looks like an assignment.
            return match text.split_once('=') {
                Some((name, value)) if value.starts_with('~') && is_variable(name) && !out.is_single() => {
                    out.text(name);
                    out.text("=");
                    self.tilde(value, is_last, out);
                }
                Some(_) | None => out.bare(text),
            };
        };
        let end = match behind.find('/') {
            Some(end) => end,
            None if is_last => behind.len(),
            None => return out.bare(text),
        };
        let (user, path) = behind.split_at(end);
        let word = match user {
            "" => self.variable("HOME"),
            "+" => self.folder(),
            "-" => self.variable("OLDPWD"),
            "root" => Word::text("/root"),
            user if user == self.given.user => Word::text(self.given.home),
            user if user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) => {
                Word::unknown(Doubt::Variable)
            }
            _ => return out.bare(text),
        };
        out.value(&word, true, "");
        if !path.is_empty() {
            out.bare(path);
        }
    }

    /// The folder in which we are.
    pub fn folder(&self) -> Word {
        let folder = self.vars.get(CWD);
        if *folder == Value::Outside {
            return Word::text(self.given.cwd);
        }
        folder.scalar().cloned().unwrap_or_else(|| Word::unknown(Doubt::Variable))
    }

    /// What a variable holds.
    pub fn variable(&mut self, name: &str) -> Word {
        self.lookup(name).unwrap_or_default()
    }

    /// What a variable holds; `None` where it is certainly not set.
    pub fn lookup(&mut self, name: &str) -> Option<Word> {
        let name = self.resolve(name);
        let word = match self.vars.get(&name) {
            Value::Scalar(word) => word.clone(),
            Value::Unset => return None,
            Value::List(items) => items.first().map(|(_, word)| word.clone())?,
            Value::Unknown(doubt) => Word::unknown(*doubt),
            Value::Outside | Value::Alias(_) | Value::Fickle => {
                Word::unknown(if says_secret(&name) { Doubt::Secret } else { Doubt::Variable })
            }
        };
        self.step(weight(&word));
        Some(word)
    }

    /// The variable that a name means.
    pub fn resolve(&self, name: &str) -> String {
        let mut name = name;
        for _ in 0..4 {
            match self.vars.get(name) {
                Value::Alias(other) => name = other,
                Value::Outside
                | Value::Unset
                | Value::Scalar(_)
                | Value::List(_)
                | Value::Unknown(_)
                | Value::Fickle => break,
            }
        }
        name.to_owned()
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        let name = self.resolve(name);
        if !is_variable(&name) {
            return;
        }
        let is_fickle = *self.vars.get(&name) == Value::Fickle && value != Value::Unset;
        let is_long = value.scalar().is_some_and(|word| size(word) > TEXT_MOST || word.pieces.len() > PIECES_MOST);
        let value = match (is_fickle, is_long) {
            (true, _) => Value::Fickle,
            (false, true) => Value::Unknown(Doubt::Bounds),
            (false, false) => value,
        };
        self.step(16);
        self.vars.set(&name, value);
    }

    /// What separates the words of an expansion; `None` where nobody knows.
    pub fn separators(&mut self) -> Option<String> {
        let separators = self.vars.get("IFS");
        if *separators == Value::Unset {
            return Some(" \t\n".to_owned());
        }
        separators.scalar()?.known().map(|text| text.into_owned())
    }

    /// Adds a value as its quotes say.
    pub fn value(&mut self, word: &Word, is_quoted: bool, out: &mut Fields) {
        self.step(weight(word));
        if is_quoted || out.is_single() {
            return out.value(word, is_quoted, "");
        }
        match self.separators() {
            Some(separators) => out.value(word, false, &separators),
            None => out.unknown(Doubt::Variable, false),
        }
    }

    fn substitution(&mut self, list: &List, is_quoted: bool, out: &mut Fields) {
        match self.captured(list) {
            Output::Known(text) => self.value(&Word::text(text.trim_end_matches('\n')), is_quoted, out),
            Output::Unknown => out.unknown(Doubt::Substitution, is_quoted),
        }
    }

    /// Runs a list whose output is wanted.
    fn captured(&mut self, list: &List) -> Output {
        let outer = self.save();
        let output = self.output.replace(Output::Known(String::new()));
        let redirects = std::mem::take(&mut self.redirects);
        self.around.position.in_substitution = true;
        self.around.is_sure = true;
        self.around.pipeline = None;
        self.subshell(list);
        self.redirects = redirects;
        self.restore(outer);
        std::mem::replace(&mut self.output, output).unwrap_or(Output::Unknown)
    }
}

/// How much work it is to copy a word.
pub(super) fn weight(word: &Word) -> usize {
    8 + size(word) / 2
}

/// How much text there is.
pub(super) fn size(word: &Word) -> usize {
    word.pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Glob(text) => text.len(),
            Piece::Unknown { .. } => 1,
        })
        .sum()
}
