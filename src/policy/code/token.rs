//! Code cut into names, texts and signs, as far as languages agree on them.

use super::language::Language;

/// What a token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A name or a keyword.
    Name,
    /// A whole number.
    Number,
    /// A text in quotes, or in what stands for them; with its quotes.
    Text,
    /// A text that runs as a command: `` `…` ``, `qx(…)`; with its quotes.
    Command,
    /// A list of words: `qw(…)`, `%w[…]`; without its brackets.
    Words,
    /// Any other sign, and the end of a line.
    Sign(u8),
}

/// A piece of code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
}

/// Cuts the code. Comments and the patterns of JavaScript are left out.
pub fn tokens(code: &str, language: Language) -> Vec<Token<'_>> {
    let mut lexer = Lexer { code, language, at: 0, tokens: Vec::new(), open: [0; 3] };
    while lexer.at < code.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    code: &'a str,
    language: Language,
    at: usize,
    tokens: Vec<Token<'a>>,
    /// Up to where it is known that nothing closes: for each quote, and for patterns. Else each of many would be sought anew.
    open: [usize; 3],
}

impl<'a> Lexer<'a> {
    fn byte(&self, at: usize) -> u8 {
        self.code.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize) {
        let text = self.code.get(from..to).unwrap_or("");
        self.tokens.push(Token { kind, text });
    }

    fn step(&mut self) {
        let (from, byte) = (self.at, self.byte(self.at));
        match byte {
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'#' if self.has_hash_comments() => self.skip_line(),
            b'/' if self.language == Language::JavaScript && self.byte(from + 1) == b'/' => self.skip_line(),
            b'/' if self.language == Language::JavaScript && self.begins_pattern() => self.skip_pattern(),
            _ if is_quote(byte, self.language) => self.quoted(from),
            b'0'..=b'9' => self.run_of(Kind::Number, |byte| byte.is_ascii_digit()),
            _ if byte.is_ascii_alphabetic() || byte == b'_' => self.name(),
            b'%' if self.language == Language::Ruby => self.percent(),
            _ => {
                self.at += 1;
                self.push(Kind::Sign(byte), from, from + 1);
                // Signs of other alphabets: none of them begins anything.
                while !self.code.is_char_boundary(self.at) {
                    self.at += 1;
                }
            }
        }
    }

    fn run_of(&mut self, kind: Kind, is: fn(&u8) -> bool) {
        let from = self.at;
        self.at += self.code.as_bytes().get(from..).unwrap_or(&[]).iter().take_while(|byte| is(byte)).count();
        self.push(kind, from, self.at);
    }

    fn name(&mut self) {
        let from = self.at;
        self.run_of(Kind::Name, |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let (name, next) = (self.code.get(from..self.at).unwrap_or(""), self.byte(self.at));
        let kind = match (self.language, name) {
            // `f"…"`, `rb'…'`: letters before a text are a part of it.
            (Language::Python, _) if is_prefix(name) && is_quote(next, self.language) => return self.quoted(from),
            (Language::Perl, "q" | "qq") => Kind::Text,
            (Language::Perl, "qx") => Kind::Command,
            (Language::Perl, "qw") => Kind::Words,
            _ => return,
        };
        if next.is_ascii_punctuation() && !matches!(next, b'=' | b',' | b';' | b')') {
            self.tokens.pop();
            self.bracketed(kind, self.at);
        }
    }

    /// `%w[…]`, `%x(…)` and their like.
    fn percent(&mut self) {
        let from = self.at;
        let kind = match self.byte(from + 1) {
            b'w' | b'W' | b'i' => Kind::Words,
            b'q' | b'Q' => Kind::Text,
            b'x' => Kind::Command,
            _ => Kind::Sign(b'%'),
        };
        if kind != Kind::Sign(b'%') && matches!(self.byte(from + 2), b'(' | b'[' | b'{' | b'<' | b'|' | b'!' | b'/') {
            return self.bracketed(kind, from + 2);
        }
        self.at += 1;
        self.push(Kind::Sign(b'%'), from, from + 1);
    }

    /// What stands between a sign and its other half; without them.
    fn bracketed(&mut self, kind: Kind, open: usize) {
        let (from, one) = (open + 1, self.byte(open));
        let other = match one {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            other => other,
        };
        let (mut at, mut depth) = (from, 0_usize);
        while at < self.code.len() {
            match self.byte(at) {
                b'\\' => at += 1,
                byte if byte == other && depth == 0 => break,
                byte if byte == other => depth -= 1,
                byte if byte == one => depth += 1,
                _ => {}
            }
            at += 1;
        }
        self.at = (at + 1).min(self.code.len());
        self.push(kind, from, at.min(self.code.len()));
    }

    /// A text that begins here, with the letters in front of its quotes.
    fn quoted(&mut self, from: usize) {
        let mut at = from;
        while !is_quote(self.byte(at), self.language) {
            at += 1;
        }
        let quote = self.byte(at);
        let is_three = self.language == Language::Python && self.byte(at + 1) == quote && self.byte(at + 2) == quote;
        let open = if is_three { 3 } else { 1 };
        // In these an end of a line ends a text that has none: it was no text, but a sign alone.
        let is_short = !is_three
            && quote != b'`'
            && matches!(self.language, Language::Python | Language::JavaScript | Language::Awk | Language::Other);
        at += open;
        let known = usize::from(quote == b'"');
        loop {
            match self.byte(at) {
                byte if is_short && (byte == b'\n' || at >= self.code.len()) => return self.alone(known, at),
                _ if at >= self.code.len() => break,
                b'\\' => at += 1,
                _ if is_short && at < self.open.get(known).copied().unwrap_or(0) => return self.alone(known, at),
                byte if byte == quote && (!is_three || self.byte(at + 1) == quote && self.byte(at + 2) == quote) => {
                    at += open;
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        self.at = at.min(self.code.len());
        while !self.code.is_char_boundary(self.at) {
            self.at += 1;
        }
        if self.byte(from) != quote {
            self.tokens.pop();
        }
        let runs = quote == b'`' && matches!(self.language, Language::Perl | Language::Ruby | Language::Php);
        self.push(if runs { Kind::Command } else { Kind::Text }, from, self.at);
    }

    /// A quote or a slash that begins nothing, for nothing ends it before that place.
    fn alone(&mut self, known: usize, to: usize) {
        if let Some(open) = self.open.get_mut(known) {
            *open = to.max(*open);
        }
        self.at += 1;
        self.push(Kind::Sign(self.byte(self.at - 1)), self.at - 1, self.at);
    }

    fn has_hash_comments(&self) -> bool {
        self.language != Language::JavaScript
            && self.at.checked_sub(1).is_none_or(|before| self.byte(before).is_ascii_whitespace())
    }

    fn skip_line(&mut self) {
        let rest = self.code.get(self.at..).unwrap_or("");
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Whether a `/` begins a pattern: where a value may begin, nothing is divided.
    fn begins_pattern(&self) -> bool {
        self.tokens.last().is_none_or(|before| match before.kind {
            Kind::Name => before.text == "return",
            Kind::Sign(sign) => !matches!(sign, b')' | b']' | b'}'),
            Kind::Number | Kind::Text | Kind::Command | Kind::Words => false,
        })
    }

    fn skip_pattern(&mut self) {
        let (mut at, mut is_class) = (self.at + 1, false);
        loop {
            match self.byte(at) {
                0 | b'\n' => return self.alone(2, at),
                _ if at < self.open.get(2).copied().unwrap_or(0) => return self.alone(2, at),
                b'\\' => at += 1,
                b'[' => is_class = true,
                b']' => is_class = false,
                b'/' if !is_class => break,
                _ => {}
            }
            at += 1;
        }
        self.at = at + 1;
        while !self.code.is_char_boundary(self.at) {
            self.at += 1;
        }
    }
}

/// Letters that may stand before a text of Python.
fn is_prefix(name: &str) -> bool {
    name.len() <= 2 && name.bytes().all(|byte| matches!(byte.to_ascii_lowercase(), b'r' | b'b' | b'f' | b'u' | b't'))
}

pub const fn is_quote(byte: u8, language: Language) -> bool {
    matches!(byte, b'"' | b'\'') || byte == b'`' && !matches!(language, Language::Python | Language::Awk)
}
