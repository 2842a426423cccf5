//! The cursor over a text: blanks, comments, ends of lines, and the here-documents that begin there.

use std::cell::OnceCell;
use std::rc::Rc;

use super::Budget;
use super::tree::Raw;
use super::words::Stop;

/// Reads one text. A text inside of it (backquotes, a here-document) has a reader of its own on the same budget.
pub(super) struct Reader<'s, 'b> {
    pub source: &'s str,
    pub at: usize,
    pub budget: &'b mut Budget,
    /// Here-documents whose lines are still to come.
    pub pending: Vec<Pending>,
    /// How many `$(` are open.
    pub parens: usize,
    /// How often the end of a `((` was looked for in vain.
    pub endless: usize,
    /// It is no valid shell.
    pub is_bad: bool,
    /// A bound was met; nothing more is read.
    pub is_stopped: bool,
    /// Commands that may still be read.
    pub commands: usize,
}

/// A here-document whose lines are still to come.
pub(super) struct Pending {
    pub delimiter: String,
    pub is_quoted: bool,
    pub strips_tabs: bool,
    pub document: Rc<OnceCell<Raw>>,
}

impl<'s, 'b> Reader<'s, 'b> {
    pub fn new(source: &'s str, budget: &'b mut Budget) -> Self {
        let commands = budget.commands;
        Self {
            source,
            at: 0,
            budget,
            pending: Vec::new(),
            parens: 0,
            endless: 0,
            is_bad: false,
            is_stopped: false,
            commands,
        }
    }

    /// Reads a text inside of this one.
    pub fn within<T>(&mut self, source: &str, read: impl FnOnce(&mut Reader) -> T) -> T {
        let mut inner = Reader::new(source, self.budget);
        inner.commands = self.commands;
        let result = read(&mut inner);
        inner.documents();
        let (is_bad, is_stopped) = (inner.is_bad, inner.is_stopped);
        self.commands = inner.commands;
        self.is_bad |= is_bad;
        self.is_stopped |= is_stopped;
        result
    }

    pub fn bad(&mut self) {
        self.is_bad = true;
    }

    /// Takes steps from the budget.
    pub fn step(&mut self, steps: usize) {
        if !self.budget.spend(steps) {
            self.is_stopped = true;
        }
    }

    /// One level deeper; where that is too deep, nothing more is read.
    pub fn nested<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if !self.budget.enter() {
            self.is_stopped = true;
            return T::default();
        }
        let result = read(self);
        self.budget.leave();
        result
    }

    pub fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    pub fn peek_at(&self, offset: usize) -> Option<u8> {
        if self.is_stopped { None } else { self.source.as_bytes().get(self.at + offset).copied() }
    }

    pub fn rest(&self) -> &'s str {
        if self.is_stopped { "" } else { self.source.get(self.at..).unwrap_or_default() }
    }

    pub fn looks_at(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    pub fn eat(&mut self, text: &str) -> bool {
        let found = self.looks_at(text);
        if found {
            self.skip(text.len());
        }
        found
    }

    /// Over so many bytes, which end at the boundary of a character.
    pub fn skip(&mut self, bytes: usize) {
        self.at = self.source.len().min(self.at + bytes);
        self.step(bytes);
    }

    /// The next character.
    pub fn take(&mut self) -> &'s str {
        let rest = self.rest();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.skip(length);
        rest.get(..length).unwrap_or_default()
    }

    /// The longest beginning of the rest whose bytes are all so.
    pub fn while_bytes(&self, so: impl Fn(u8) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !so(byte)).unwrap_or(rest.len());
        rest.get(..length).unwrap_or_default()
    }

    /// A name of a variable, possibly empty; nothing is skipped.
    pub fn name(&self) -> &'s str {
        match self.peek() {
            Some(byte) if is_name_start(byte) => self.while_bytes(is_name),
            Some(_) | None => "",
        }
    }

    /// Over blanks, continued lines and a comment.
    pub fn blanks(&mut self) {
        loop {
            if matches!(self.peek(), Some(b' ' | b'\t')) {
                self.skip(1);
            } else if !self.eat("\\\n") {
                break;
            }
        }
        if self.peek() == Some(b'#') {
            let comment = self.while_bytes(|byte| byte != b'\n');
            self.skip(comment.len());
        }
    }

    /// Over blanks and ends of lines.
    pub fn newlines(&mut self) {
        self.blanks();
        while self.peek() == Some(b'\n') {
            self.newline();
            self.blanks();
        }
    }

    /// Over the end of a line, and the here-documents that follow it.
    pub fn newline(&mut self) {
        self.skip(1);
        self.documents();
    }

    /// Reads the here-documents that begin here.
    pub fn documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let body = self.document(&pending);
            let raw = if pending.is_quoted {
                Raw::from([super::tree::Part::Quoted(body)])
            } else {
                self.within(&body, |inner| inner.parts(&Stop::DOCUMENT))
            };
            // Each is filled once: it is taken from the list of those to come.
            let _ = pending.document.set(raw);
        }
    }

    fn document(&mut self, pending: &Pending) -> String {
        let mut body = String::new();
        let mut is_continued = false;
        while self.peek().is_some() {
            let whole = self.while_bytes(|byte| byte != b'\n');
            let line = if pending.strips_tabs { whole.trim_start_matches('\t') } else { whole };
            if !is_continued {
                if line == pending.delimiter {
                    self.skip(whole.len() + 1);
                    return body;
                }
                // `$(cat <<EOF` … `EOF)`: bash lets the parenthesis end it, too.
                let behind = line.strip_prefix(pending.delimiter.as_str());
                if self.parens > 0 && behind.is_some_and(|behind| behind.contains(')')) {
                    self.skip(whole.len() - line.len() + pending.delimiter.len());
                    return body;
                }
            }
            body.push_str(line);
            body.push('\n');
            self.skip(whole.len() + 1);
            is_continued = !pending.is_quoted && line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        }
        // Bash only warns when the delimiter never comes.
        body
    }
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the text is the name of a variable.
pub(super) fn is_variable(text: &str) -> bool {
    text.bytes().next().is_some_and(is_name_start) && text.bytes().all(is_name)
}
