//! What a dollar begins: parameters, substitutions, arithmetic.

use super::reader::Reader;
use super::tree::{Param, Part, Raw};
use super::words::{Quote, Stop};

/// How often the end of a `((` is looked for in vain in one text.
const ENDLESS_MOST: usize = 4;

impl Reader<'_, '_> {
    /// Reads what begins with `$`; false where it is only a dollar.
    pub fn dollar(&mut self, stop: &Stop, raw: &mut Raw) -> bool {
        self.step(48);
        let is_quoted = stop.is_quoted;
        match self.peek_at(1) {
            Some(b'(') => {
                self.skip(1);
                let part = self.substitution(is_quoted);
                raw.push(part);
            }
            Some(b'{') => {
                self.skip(2);
                let part = self.nested(|reader| Some(reader.braced(stop)));
                raw.extend(part);
            }
            Some(b'[') => {
                self.skip(2);
                let text = self.nested(|reader| reader.parts(&Stop { at: b"]", pair: (b'[', b']'), ..Stop::PAREN }));
                self.close(b']');
                raw.push(Part::Arithmetic { text, is_quoted });
            }
            Some(b'\'') if !is_quoted => {
                self.skip(2);
                self.ansi(raw);
            }
            // `$"…"` is `"…"`, but for its translation.
            Some(b'"') if !is_quoted && stop.quote == Quote::Opens => self.skip(1),
            Some(_) | None => {
                self.skip(1);
                let name = self.parameter();
                if name.is_empty() {
                    super::words::push(raw, is_quoted, "$");
                } else {
                    let param = Param { name, is_quoted, anchor: b'$', ..Param::default() };
                    raw.push(Part::Param(Box::new(param)));
                }
            }
        }
        true
    }

    /// The name of a parameter; of digits only one.
    fn parameter(&mut self) -> String {
        let name = match self.peek() {
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                self.rest().get(..1).unwrap_or_default()
            }
            Some(_) | None => self.name(),
        };
        self.skip(name.len());
        name.to_owned()
    }

    /// Behind the dollar of `$(…)` or `$((…))`.
    fn substitution(&mut self, is_quoted: bool) -> Part {
        if self.is_arithmetic() {
            self.skip(2);
            let text = self.nested(|reader| reader.parts(&Stop::PAREN));
            self.close(b')');
            self.close(b')');
            return Part::Arithmetic { text, is_quoted };
        }
        self.skip(1);
        let list = self.enclosed(")");
        Part::Command { list, is_quoted }
    }

    /// Whether `((` here begins arithmetic, and not a subshell within parentheses: its end is `))`.
    pub fn is_arithmetic(&mut self) -> bool {
        // Each look goes to the end of the text. Whoever has so many without one has no arithmetic.
        if self.endless >= ENDLESS_MOST || !self.looks_at("((") {
            return false;
        }
        let rest = self.rest().as_bytes();
        let mut depth = 0_usize;
        let mut quote = 0;
        let mut bytes = rest.iter().enumerate();
        while let Some((index, byte)) = bytes.next() {
            match byte {
                b'\\' if quote != b'\'' => _ = bytes.next(),
                b'\'' | b'"' | b'`' if quote == 0 => quote = *byte,
                _ if quote == *byte => quote = 0,
                _ if quote != 0 => {}
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 1 {
                        self.step(index);
                        return rest.get(index + 1) == Some(&b')');
                    }
                }
                _ => {}
            }
        }
        // Without an end it is read as commands, of which then none is missed.
        self.step(rest.len());
        self.endless += 1;
        false
    }

    /// Behind `${`.
    fn braced(&mut self, stop: &Stop) -> Part {
        let is_quoted = stop.is_quoted;
        // `${ list; }` and `${|list;}` are substitutions without a subshell.
        if matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'|')) {
            self.skip(1);
            let list = self.enclosed("}");
            return Part::Command { list, is_quoted };
        }
        let mut param = Param { is_quoted, ..Param::default() };
        let next = self.peek_at(1);
        param.prefix = match self.peek() {
            Some(b'#') if !matches!(next, Some(b'}' | b':' | b'%' | b'/' | b'^' | b',' | b'=' | b'+') | None) => b'#',
            Some(b'!')
                if !matches!(next, Some(b'}' | b':' | b'%' | b'/' | b'^' | b',' | b'=' | b'+' | b'-') | None) =>
            {
                b'!'
            }
            Some(_) | None => 0,
        };
        self.skip(usize::from(param.prefix != 0));
        let digits = self.while_bytes(|byte| byte.is_ascii_digit());
        if digits.is_empty() {
            param.name = self.parameter();
        } else {
            param.name = digits.to_owned();
            self.skip(digits.len());
        }
        if self.peek() == Some(b'[') {
            self.skip(1);
            param.index = Some(self.parts(&Stop::INDEX));
            self.close(b']');
        }
        self.operation(&mut param);
        let rest = if self.peek() == Some(b'}') { Raw::new() } else { self.parts(&Stop::BRACE.quoted(is_quoted)) };
        self.close(b'}');
        if param.name.is_empty() || !rest.is_empty() {
            // What it would have run stays: bash says "bad substitution", another shell may not.
            return Part::Param(Box::new(Param { operator: b'B', other: rest, ..param }));
        }
        Part::Param(Box::new(param))
    }

    /// Behind the name within braces.
    fn operation(&mut self, param: &mut Param) {
        let Some(byte) = self.peek() else { return };
        let next = self.peek_at(1);
        let brace = Stop::BRACE.quoted(param.is_quoted);
        match (byte, next) {
            (b':', Some(letter @ (b'-' | b'=' | b'?' | b'+'))) => {
                (param.operator, param.is_doubled) = (letter, true);
                self.skip(2);
                param.word = self.parts(&brace);
            }
            (b'-' | b'=' | b'?' | b'+', _) => {
                param.operator = byte;
                self.skip(1);
                param.word = self.parts(&brace);
            }
            (b'#' | b'%' | b'^' | b',' | b'~', _) => {
                param.operator = byte;
                param.is_doubled = next == Some(byte);
                self.skip(1 + usize::from(param.is_doubled));
                param.word = self.parts(&Stop::BRACE);
            }
            (b'/', _) => {
                param.operator = byte;
                self.skip(1);
                match self.peek() {
                    Some(b'/') => param.is_doubled = true,
                    Some(anchor @ (b'#' | b'%')) => param.anchor = anchor,
                    Some(_) | None => {}
                }
                self.skip(usize::from(param.is_doubled || param.anchor != 0));
                param.word = self.parts(&Stop::SLASH);
                if self.eat("/") {
                    param.other = self.parts(&Stop::BRACE);
                }
            }
            (b':', _) => {
                param.operator = byte;
                self.skip(1);
                param.word = self.parts(&Stop::OFFSET);
                if self.eat(":") {
                    param.is_doubled = true;
                    param.other = self.parts(&Stop::OFFSET);
                }
            }
            (b'@', Some(letter)) if letter.is_ascii_alphabetic() => {
                param.operator = b'@';
                param.anchor = letter;
                self.skip(2);
            }
            // `${!prefix*}` and `${!prefix@}`
            (b'@' | b'*', Some(b'}')) if param.prefix == b'!' => {
                param.operator = b'*';
                self.skip(1);
            }
            _ => {}
        }
    }
}
