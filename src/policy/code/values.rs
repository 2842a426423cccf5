//! What texts in code say: escapes, texts that are joined, names that stand for one, the arguments of a call.

use super::language::Language;
use super::token::{Kind, Token, is_quote};
use crate::policy::commands::Arg;
use crate::policy::glob::is_one_of;

/// Names that are remembered with what they stand for.
const NAMES_MAX: usize = 64;
/// Bytes of a text that a name stands for: it is put in wherever the name stands.
const NAMED_BYTES_MAX: usize = 512;
/// Bytes of texts that are put together: people join a few words.
const JOINED_BYTES_MAX: usize = 4_096;
/// Tokens that are put together.
const JOINED_MAX: usize = 64;
/// Tokens of one call that are read.
const CALL_MAX: usize = 512;
/// Calls and modules that stand around a path and change nothing of it.
const WRAPPERS: &str = "expanduser glob Path join resolve str File URL quote";
const MODULES: &str = "os path pathlib Path np";

/// The tokens of a piece of code, and what its names stand for.
pub struct Code<'a> {
    pub text: &'a str,
    pub language: Language,
    pub tokens: Vec<Token<'a>>,
    names: Vec<(&'a str, Arg)>,
}

/// What a call is given.
#[derive(Default)]
pub struct Given {
    pub args: Vec<Arg>,
    /// Whether something is written to what it starts.
    pub is_fed: bool,
    /// Whether it is told to go into folders.
    pub is_recursive: bool,
    /// Tokens that were read for it.
    pub length: usize,
}

impl<'a> Code<'a> {
    pub fn new(text: &'a str, language: Language) -> Self {
        Self { text, language, tokens: super::token::tokens(text, language), names: Vec::new() }
    }

    pub fn token(&self, at: usize) -> Option<Token<'a>> {
        self.tokens.get(at).copied()
    }

    /// Whether this sign stands there.
    pub fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    fn is_number(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Number)
    }

    /// The name that stands there.
    pub fn name(&self, at: usize) -> Option<&'a str> {
        self.token(at).filter(|token| token.kind == Kind::Name).map(|token| token.text)
    }

    /// Remembers what a name stands for: `name = "text"`. One that is given something else later is not known.
    pub fn learn(&mut self, at: usize) {
        let Some(name) = self.name(at) else { return };
        let changes = |sign: u8| self.is_sign(at + 1, sign) && self.is_sign(at + 2, b'=');
        // `name := text`, `name += more`
        let is_changed = b"+-.|&*/".iter().any(|sign| changes(*sign));
        let from = if is_changed || changes(b':') { at + 2 } else { at + 1 };
        if !self.is_sign(from, b'=') || self.is_sign(from + 1, b'=') || self.is_sign(from + 1, b'>') {
            return;
        }
        let (mut value, _) = self.value(from + 1);
        value.is_known &= !is_changed;
        if let Some((_, known)) = self.names.iter_mut().find(|(known, _)| *known == name) {
            value.is_known = false;
            *known = value;
        } else if value.is_known && value.text.len() <= NAMED_BYTES_MAX && self.names.len() < NAMES_MAX {
            self.names.push((name, value));
        }
    }

    /// The value that begins there, texts put together, and the place behind it.
    pub fn value(&self, from: usize) -> (Arg, usize) {
        let mut arg = Arg { is_known: true, ..Arg::default() };
        let mut at = from;
        while let Some(token) = self.token(at) {
            let piece = match token.kind {
                Kind::Text => text_of(token.text, self.language),
                Kind::Number => Arg::known(token.text),
                Kind::Sign(b'-') if self.is_number(at + 1) => Arg::known("-"),
                // `$1`
                Kind::Sign(b'$') if self.is_number(at + 1) => {
                    at += 1;
                    Arg::unknown()
                }
                // `$name`
                Kind::Sign(b'$') => {
                    at += 1;
                    continue;
                }
                Kind::Name => {
                    let known = self.names.iter().find(|(name, _)| *name == token.text);
                    known.map_or_else(Arg::unknown, |(_, value)| value.clone())
                }
                Kind::Sign(_) | Kind::Command | Kind::Words => Arg::unknown(),
            };
            if !arg.text.is_empty() && (arg.text.len() + piece.text.len() > JOINED_BYTES_MAX || at > from + JOINED_MAX)
            {
                arg.is_known = false;
                break;
            }
            arg.is_known &= piece.is_known;
            arg.text.push_str(&piece.text);
            at += 1;
            if token.kind == Kind::Sign(b'-') {
                continue;
            }
            match self.token(at) {
                Some(next) if next.kind == Kind::Sign(b'+') || self.joins_with_dot(at) => at += 1,
                Some(next) if self.joins_alone(token, next) => {}
                Some(next) if next.kind == Kind::Sign(b'%') && self.language == Language::Python => {
                    arg.is_known = false;
                    break;
                }
                Some(next) if next.kind == Kind::Sign(b'.') => {
                    // What is called on it changes it.
                    arg.is_known = false;
                    break;
                }
                Some(next) if matches!(next.kind, Kind::Sign(b'(' | b'[')) => {
                    arg.is_known &= token.kind == Kind::Text;
                    break;
                }
                Some(_) | None => break,
            }
        }
        (arg, at)
    }

    /// Whether the text there is put to another, with which it was read.
    pub fn is_joined(&self, at: usize) -> bool {
        let text = |back: usize| {
            let before = at.checked_sub(back).and_then(|at| self.token(at));
            before.filter(|before| before.kind == Kind::Text)
        };
        let has_sign = at > 1 && (self.is_sign(at - 1, b'+') || self.joins_with_dot(at - 1));
        has_sign && text(2).is_some()
            || text(1).zip(self.token(at)).is_some_and(|(one, next)| self.joins_alone(one, next))
    }

    fn joins_with_dot(&self, at: usize) -> bool {
        matches!(self.language, Language::Perl | Language::Php) && self.is_sign(at, b'.')
    }

    /// Whether two values are one where they only stand beside each other.
    fn joins_alone(&self, one: Token, next: Token) -> bool {
        self.language == Language::Python && one.kind == Kind::Text && next.kind == Kind::Text
            || self.language == Language::Awk && matches!(next.kind, Kind::Text | Kind::Name | Kind::Number)
    }

    /// What is given to the call whose name stands before this place; nothing where it is no call.
    pub fn given(&self, from: usize) -> Option<Given> {
        let mut at = from;
        // `rm_rf!(…)`
        if self.is_sign(at, b'!') && self.is_sign(at + 1, b'(') {
            at += 1;
        }
        let has_parenthesis = self.is_sign(at, b'(');
        if !has_parenthesis && !self.begins_bare(at) {
            return None;
        }
        at += usize::from(has_parenthesis);
        let mut given = Given::default();
        let mut depth = 0_usize;
        // Whether the next thing begins an argument.
        let mut is_begin = true;
        while let Some(token) = self.token(at) {
            given.length = at - from;
            if given.length > CALL_MAX {
                given.args.push(Arg::unknown());
                break;
            }
            match token.kind {
                Kind::Sign(b'(' | b'[' | b'{') => depth += 1,
                Kind::Sign(b')' | b']' | b'}') if depth == 0 => break,
                Kind::Sign(b')' | b']' | b'}') => {
                    depth -= 1;
                    is_begin = false;
                }
                Kind::Sign(b',') => is_begin = true,
                Kind::Sign(b';' | b'\n') if !has_parenthesis => break,
                Kind::Sign(b'$') if is_begin && self.is_number(at + 1) => {
                    given.args.push(Arg::unknown());
                    is_begin = false;
                }
                Kind::Sign(b'$' | b'@' | b'\n' | b'&' | b'*' | b'\\' | b'<' | b'>') => {}
                Kind::Words => {
                    given.args.extend(token.text.split_ascii_whitespace().map(Arg::known));
                    is_begin = false;
                }
                Kind::Name if is_begin && self.is_wrapper(at) => {
                    // What it wraps is taken in its place.
                    at += 2;
                    depth += usize::from(self.is_sign(at - 1, b'('));
                    continue;
                }
                // `shell=True`, `recursive: true`: settings.
                Kind::Name if is_begin && self.is_setting(at) => {
                    given.is_fed |= matches!(token.text, "input" | "stdin")
                        && !matches!(self.name(at + 2), Some("None" | "subprocess" | "DEVNULL"));
                    given.is_recursive |= token.text == "recursive" && self.name(at + 2) != Some("false");
                    is_begin = false;
                }
                Kind::Name | Kind::Number | Kind::Text | Kind::Command | Kind::Sign(b'-') if is_begin => {
                    let (value, next) = self.value(at);
                    given.args.push(value);
                    is_begin = false;
                    at = next;
                    continue;
                }
                Kind::Name | Kind::Number | Kind::Text | Kind::Command | Kind::Sign(_) => {}
            }
            at += 1;
        }
        given.length = at - from;
        Some(given)
    }

    /// Whether a call without parentheses begins with this.
    fn begins_bare(&self, at: usize) -> bool {
        let may_be = matches!(self.language, Language::Ruby | Language::Perl | Language::Other | Language::Php);
        let Some(token) = self.token(at).filter(|_| may_be) else { return false };
        let runs = matches!(self.name(at.wrapping_sub(1)), Some("system" | "exec" | "eval" | "unlink" | "kill"));
        match token.kind {
            Kind::Text | Kind::Command | Kind::Words | Kind::Sign(b'$' | b'<') => true,
            Kind::Number => self.name(at.wrapping_sub(1)) == Some("kill"),
            Kind::Name if is_word_between(token.text) => false,
            Kind::Name if self.language == Language::Perl => runs || matches!(token.text, "glob" | "for"),
            Kind::Name if self.language == Language::Ruby => runs || self.is_deleting(at),
            Kind::Name | Kind::Sign(_) => false,
        }
    }

    /// `File.delete path`: of what deletes, a name is taken as what is deleted.
    fn is_deleting(&self, at: usize) -> bool {
        let name = self.name(at.wrapping_sub(1)).unwrap_or("");
        let module = self.name(at.wrapping_sub(3)).unwrap_or("");
        matches!(name, "rm_r" | "rm_rf" | "remove_dir") || module == "File" && matches!(name, "delete" | "unlink")
    }

    fn is_wrapper(&self, at: usize) -> bool {
        let name = self.name(at).unwrap_or("");
        self.is_sign(at + 1, b'(') && is_one_of(WRAPPERS, name)
            || self.is_sign(at + 1, b'.') && is_one_of(MODULES, name)
    }

    fn is_setting(&self, at: usize) -> bool {
        self.is_sign(at + 1, b'=') && !self.is_sign(at + 2, b'=')
            || self.is_sign(at + 1, b':') && !self.is_sign(at + 2, b':')
    }
}

/// Words that stand between two parts of a sentence of Perl or Ruby.
fn is_word_between(name: &str) -> bool {
    matches!(name, "if" | "unless" | "and" | "or" | "while" | "until" | "do" | "end" | "then")
}

/// What a text says, as far as that is known. It comes with its quotes, or from between brackets without.
pub fn text_of(text: &str, language: Language) -> Arg {
    let bytes = text.as_bytes();
    let start = bytes.iter().take(3).position(|&byte| is_quote(byte, language));
    let Some((start, &quote)) = start.and_then(|start| Some((start, bytes.get(start)?))) else {
        return Arg::known(text);
    };
    let prefix = text.get(..start).unwrap_or("");
    let mut body = text.get(start..).unwrap_or("");
    let three = [quote; 3];
    let ends: &[u8] =
        if language == Language::Python && body.as_bytes().starts_with(&three) { &three } else { &three[..1] };
    body = body.get(ends.len()..).unwrap_or("");
    if body.as_bytes().ends_with(ends) {
        body = body.get(..body.len() - ends.len()).unwrap_or(body);
    }
    let is_formatted = quote == b'`'
        || language == Language::Python && prefix.contains(['f', 'F'])
        || quote == b'"' && matches!(language, Language::Perl | Language::Php | Language::Ruby);
    let is_raw = language == Language::Python && prefix.contains(['r', 'R']);
    let mut arg = Arg { is_known: true, ..Arg::default() };
    let mut signs = body.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if !is_raw => escape(&mut arg, &mut signs),
            _ => {
                let makes = match sign {
                    '{' => language == Language::Python,
                    '$' => signs.peek().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '{' | '_')),
                    '@' => language == Language::Perl,
                    '#' => signs.peek() == Some(&'{'),
                    _ => false,
                };
                arg.is_known &= !(is_formatted && makes);
                arg.text.push(sign);
            }
        }
    }
    arg
}

/// What stands behind a backslash.
fn escape(arg: &mut Arg, signs: &mut std::iter::Peekable<std::str::Chars>) {
    let Some(letter) = signs.next() else { return };
    let (radix, most) = match letter {
        'n' => return arg.text.push('\n'),
        't' => return arg.text.push('\t'),
        '\n' => return,
        'x' => (16, 2),
        'u' => (16, 4),
        '0'..='7' => (8, 2),
        other => return arg.text.push(other),
    };
    let mut value = if radix == 8 { letter.to_digit(8).unwrap_or(0) } else { 0 };
    for _ in 0..most {
        let Some(digit) = signs.peek().and_then(|sign| sign.to_digit(radix)) else { break };
        value = value * radix + digit;
        signs.next();
    }
    match char::from_u32(value) {
        Some(sign) => arg.text.push(sign),
        None => arg.is_known = false,
    }
}
