//! JSON with comments and trailing commas, read into a tree that knows its lines.
//!
//! By hand, because the place of every value is wanted and little else: strings and numbers are serde_json's
//! work, and the tests hold the rest against a full parser. Linear in the text, and never deeper than
//! [`DEPTH_MAX`].

use crate::json::Tree;
use crate::sorted::Sorted;

use super::finding::Findings;
use super::limits::{DEPTH_MAX, ENTRIES_MAX};
use super::tree::{Node, Origin, Path, Value};

/// Why a text is no configuration at all.
pub(super) struct Unreadable {
    /// The line, where there is one.
    pub line: Option<usize>,
    pub message: String,
}

/// Reads the one value of the text; `None` when there is none. Keys given twice are noted in `findings`. `origin` makes of
/// a line where a value was written.
pub(super) fn parse(
    text: &str,
    origin: fn(usize) -> Origin,
    findings: &mut Findings,
) -> Result<Option<Node>, Unreadable> {
    let mut parser = Parser { text, at: 0, line: 1, origin, findings };
    if parser.peek()?.is_none() {
        return Ok(None);
    }
    let value = parser.value(&Path::Root, DEPTH_MAX)?;
    match parser.peek()? {
        None => Ok(Some(value)),
        Some(_) => Err(parser.expected("the end of the text")),
    }
}

struct Parser<'t, 'f> {
    text: &'t str,
    /// The byte that is read next.
    at: usize,
    /// Its line, from 1.
    line: usize,
    origin: fn(usize) -> Origin,
    findings: &'f mut Findings,
}

impl Parser<'_, '_> {
    fn value(&mut self, path: &Path, levels: usize) -> Result<Node, Unreadable> {
        let first = self.peek()?;
        let origin = (self.origin)(self.line);
        let value = match first {
            Some(b'{') => Value::Object(self.object(path, self.below(levels)?)?),
            Some(b'[') => Value::List(self.list(path, self.below(levels)?)?),
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(_) | None => self.word()?,
        };
        Ok(Node::new(origin, value))
    }

    fn below(&self, levels: usize) -> Result<usize, Unreadable> {
        let message = || format!("is nested deeper than {DEPTH_MAX} levels");
        levels.checked_sub(1).ok_or_else(|| Unreadable { line: Some(self.line), message: message() })
    }

    fn object(&mut self, path: &Path, levels: usize) -> Result<Sorted<String, Node>, Unreadable> {
        let mut entries = Sorted::NEW;
        self.at += 1;
        while !self.takes(b'}')? {
            let line = self.line;
            if self.peek()? != Some(b'"') {
                return Err(self.expected("a key in double quotes, or \"}\""));
            }
            let key = self.string()?;
            if !self.takes(b':')? {
                return Err(self.expected("\":\" after the key"));
            }
            let path = Path::Key(path, &key);
            // The value may begin lines below its key; the key is what a message points at.
            let node = Node { origin: (self.origin)(line), ..self.value(&path, levels)? };
            if entries.len() >= ENTRIES_MAX {
                return Err(self.wrong(&format!("an object has more than {ENTRIES_MAX} keys")));
            }
            if let Some(first) = entries.get(&key).map(line_of) {
                let message = || format!("key is given twice, first in line {first}; keep one");
                self.findings.note(&path, (self.origin)(line), &message);
            } else {
                entries.insert(key, node);
            }
            if !self.takes(b',')? && self.peek()? != Some(b'}') {
                return Err(self.expected("\",\" or \"}\""));
            }
        }
        Ok(entries)
    }

    fn list(&mut self, path: &Path, levels: usize) -> Result<Vec<Node>, Unreadable> {
        let mut items = Vec::new();
        self.at += 1;
        while !self.takes(b']')? {
            items.push(self.value(&Path::Index(path, items.len()), levels)?);
            if !self.takes(b',')? && self.peek()? != Some(b']') {
                return Err(self.expected("\",\" or \"]\""));
            }
        }
        Ok(items)
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        let mut is_escaped = false;
        let end = self.rest().bytes().skip(1).position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        });
        let literal = end.and_then(|inner| self.rest().get(..inner + 2));
        let text = match literal.and_then(|literal| Tree::read(literal).ok()) {
            Some(Tree::Text(text)) => Some(text.into_owned()),
            Some(_) | None => None,
        };
        self.at += literal.map_or(0, str::len);
        text.ok_or_else(|| self.wrong("broken string: a bad escape, a line break, or the closing quote is missing"))
    }

    fn number(&mut self) -> Result<f64, Unreadable> {
        let literal = self.run(|byte| matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E' | b'0'..=b'9'));
        // By way of a value: reading a number as such brings all of serde's sentences about wrong types with it.
        let number = Tree::read(literal).ok().and_then(|value| value.as_f64());
        number.ok_or_else(|| self.wrong("broken number"))
    }

    fn word(&mut self) -> Result<Value, Unreadable> {
        match self.run(|byte| byte.is_ascii_alphanumeric()) {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            _ => Err(self.expected("a value")),
        }
    }

    /// Takes the bytes that fit.
    fn run(&mut self, fits: fn(u8) -> bool) -> &str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let bytes = rest.bytes().position(|byte| !fits(byte)).unwrap_or(rest.len());
        self.at += bytes;
        rest.get(..bytes).unwrap_or_default()
    }

    /// Takes this byte if it comes next.
    fn takes(&mut self, byte: u8) -> Result<bool, Unreadable> {
        let is_next = self.peek()? == Some(byte);
        self.at += usize::from(is_next);
        Ok(is_next)
    }

    /// The next byte behind blanks and comments.
    fn peek(&mut self) -> Result<Option<u8>, Unreadable> {
        loop {
            let rest = self.rest();
            let skipped = match rest.as_bytes() {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
                [b'/', b'/', ..] => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                [b'/', b'*', ..] => {
                    let inner = rest.get(2..).and_then(|inner| inner.find("*/"));
                    inner.ok_or_else(|| self.wrong("a comment is not closed"))? + 4
                }
                [byte, ..] => return Ok(Some(*byte)),
                [] => return Ok(None),
            };
            let lines = rest.bytes().take(skipped).filter(|byte| *byte == b'\n').count();
            self.at += skipped;
            self.line += lines;
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn expected(&self, what: &str) -> Unreadable {
        self.wrong(&format!("expected {what}"))
    }

    fn wrong(&self, what: &str) -> Unreadable {
        Unreadable { line: Some(self.line), message: format!("not valid JSON with comments: {what}") }
    }
}

fn line_of(node: &Node) -> usize {
    match node.origin {
        Origin::Line(line) => line,
        Origin::Options | Origin::Variable(_) | Origin::Default => 0,
    }
}
