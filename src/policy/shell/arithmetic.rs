//! Arithmetic, with what it assigns.

use super::reader::{is_name, is_name_start};
use super::run::Run;
use super::tree::{Part, Raw};
use super::vars::Value;
use super::{Doubt, Word};

/// Operators with two sides: how strongly they bind, the longer before their beginnings.
const BINARY: [(&str, u8); 20] = [
    ("**", 11),
    ("<<", 8),
    (">>", 8),
    ("<=", 7),
    (">=", 7),
    ("==", 6),
    ("!=", 6),
    ("&&", 2),
    ("||", 1),
    ("*", 10),
    ("/", 10),
    ("%", 10),
    ("+", 9),
    ("-", 9),
    ("<", 7),
    (">", 7),
    ("&", 5),
    ("^", 4),
    ("|", 3),
    ("?", 0),
];

/// Operators that assign.
const ASSIGN: [&str; 11] = ["<<=", ">>=", "*=", "/=", "%=", "+=", "-=", "&=", "^=", "|=", "="];

/// Parentheses within parentheses, and other reasons to descend.
const NESTING_MOST: usize = 32;

/// A text that is evaluated.
struct Sum<'t, 'r, 'a, 'b> {
    rest: &'t str,
    run: &'r mut Run<'a, 'b>,
    depth: usize,
}

impl Run<'_, '_> {
    /// The value of an arithmetic expression.
    pub fn arithmetic(&mut self, raw: &Raw) -> Result<i64, Doubt> {
        let word = self.single(raw);
        match word.known() {
            Some(text) => self.number(&text),
            None => {
                for part in raw {
                    if let Part::Text(text) | Part::Quoted(text) = part {
                        self.forget_assigned(text);
                    }
                }
                Err(Doubt::Arithmetic)
            }
        }
    }

    /// The value of a text as an arithmetic expression.
    pub fn number(&mut self, text: &str) -> Result<i64, Doubt> {
        self.step(text.len());
        self.check_index(text);
        let is_branching = text.contains("&&") || text.contains("||") || text.contains('?');
        let mark = self.vars.mark();
        let mut sum = Sum { rest: text, run: self, depth: 0 };
        let result = sum.list();
        let is_whole = sum.blanks().is_empty();
        let result = if is_whole { result } else { result.and(Err(Doubt::Syntax)) };
        // What is assigned behind `&&` may not be.
        if result.is_err() || (is_branching && self.vars.is_changed(mark)) {
            self.forget_assigned(text);
            return result.and(Err(Doubt::Arithmetic));
        }
        result
    }

    /// A subscript is arithmetic, and a substitution in one is run: `a[$(…)]`.
    pub fn check_index(&mut self, text: &str) {
        if text.contains('[') && (text.contains("$(") || text.contains('`')) {
            self.doubt(Doubt::Code);
        }
    }

    /// Makes unknown whatever an expression may assign that was not evaluated.
    fn forget_assigned(&mut self, text: &str) {
        if !text.contains('=') && !text.contains("++") && !text.contains("--") {
            return;
        }
        for name in text.split(|letter: char| !letter.is_ascii() || !is_name(letter as u8)) {
            if name.bytes().next().is_some_and(is_name_start) {
                self.set(name, Value::Unknown(Doubt::Arithmetic));
            }
        }
    }
}

impl<'t> Sum<'t, '_, '_, '_> {
    fn blanks(&mut self) -> &'t str {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n']);
        self.rest
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.blanks().strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn list(&mut self) -> Result<i64, Doubt> {
        if self.blanks().is_empty() {
            return Ok(0);
        }
        loop {
            let value = self.binary(0)?;
            if !self.eat(",") {
                return Ok(value);
            }
        }
    }

    /// An expression whose operators bind at least so strongly.
    fn binary(&mut self, least: u8) -> Result<i64, Doubt> {
        self.depth += 1;
        if self.depth > NESTING_MOST {
            return Err(Doubt::Bounds);
        }
        let mut left = self.unary(least == 0)?;
        loop {
            let rest = self.blanks();
            if ASSIGN.iter().any(|operator| rest.starts_with(operator)) && !rest.starts_with("==") {
                return Err(Doubt::Syntax);
            }
            let Some((operator, strength)) = BINARY.into_iter().find(|(operator, _)| rest.starts_with(operator)) else {
                break;
            };
            if strength < least {
                break;
            }
            self.eat(operator);
            if operator == "?" {
                let yes = self.binary(0)?;
                if !self.eat(":") {
                    return Err(Doubt::Syntax);
                }
                let no = self.binary(0)?;
                left = if left != 0 { yes } else { no };
                continue;
            }
            let right = self.binary(if operator == "**" { strength } else { strength + 1 })?;
            left = apply(operator, left, right)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self, may_assign: bool) -> Result<i64, Doubt> {
        let mut operators = Vec::new();
        loop {
            let rest = self.blanks();
            if rest.starts_with("++") || rest.starts_with("--") {
                let by = if rest.starts_with("++") { 1 } else { -1 };
                let behind = rest.get(2..).unwrap_or_default().trim_start();
                if behind.bytes().next().is_some_and(is_name_start) {
                    self.rest = behind;
                    let name = self.name();
                    let value = self.read(name)?.wrapping_add(by);
                    self.write(name, value);
                    return Ok(fold(&operators, value));
                }
            }
            match rest.bytes().next() {
                Some(operator @ (b'!' | b'~' | b'-' | b'+')) => {
                    operators.push(operator);
                    self.rest = rest.get(1..).unwrap_or_default();
                }
                Some(_) | None => break,
            }
        }
        let value = self.atom(may_assign && operators.is_empty())?;
        Ok(fold(&operators, value))
    }

    fn atom(&mut self, may_assign: bool) -> Result<i64, Doubt> {
        let rest = self.blanks();
        match rest.bytes().next() {
            Some(b'(') => {
                self.eat("(");
                let mut value = self.binary(0)?;
                while self.eat(",") {
                    value = self.binary(0)?;
                }
                if self.eat(")") { Ok(value) } else { Err(Doubt::Syntax) }
            }
            Some(byte) if byte.is_ascii_digit() => self.literal(),
            Some(byte) if is_name_start(byte) => self.named(may_assign),
            Some(_) | None => Err(Doubt::Syntax),
        }
    }

    fn name(&mut self) -> &'t str {
        let rest = self.rest;
        let end = rest.bytes().position(|byte| !is_name(byte)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        self.rest = behind;
        name
    }

    /// `12`, `0x1f`, `017`, `2#101`.
    fn literal(&mut self) -> Result<i64, Doubt> {
        let text = self.name();
        if let Some(digits) = self.rest.strip_prefix('#') {
            self.rest = digits;
            let radix = text.parse::<u32>().ok().filter(|radix| (2..=36).contains(radix)).ok_or(Doubt::Arithmetic)?;
            let digits = self.name();
            return i64::from_str_radix(digits, radix).map_err(|_| Doubt::Arithmetic);
        }
        let (digits, radix) = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
            Some(digits) => (digits, 16),
            None if text.len() > 1 && text.starts_with('0') => (text, 8),
            None => (text, 10),
        };
        i64::from_str_radix(digits, radix).map_err(|_| Doubt::Arithmetic)
    }

    /// A variable, with what is assigned to it.
    fn named(&mut self, may_assign: bool) -> Result<i64, Doubt> {
        let name = self.name();
        let rest = self.blanks();
        if rest.starts_with('[') {
            return Err(Doubt::Arithmetic);
        }
        let by = match rest.get(..2) {
            Some("++") => 1,
            Some("--") => -1,
            Some(_) | None => 0,
        };
        if by != 0 {
            self.rest = rest.get(2..).unwrap_or_default();
            let value = self.read(name)?;
            self.write(name, value.wrapping_add(by));
            return Ok(value);
        }
        let operator =
            ASSIGN.into_iter().find(|operator| rest.starts_with(operator)).filter(|_| !rest.starts_with("=="));
        let Some(operator) = operator else { return self.read(name) };
        if !may_assign {
            return Err(Doubt::Syntax);
        }
        self.eat(operator);
        let right = self.binary(0)?;
        let value = match operator.strip_suffix('=') {
            Some("") | None => right,
            Some(operator) => apply(operator, self.read(name)?, right)?,
        };
        self.write(name, value);
        Ok(value)
    }

    fn read(&mut self, name: &str) -> Result<i64, Doubt> {
        let Some(word) = self.run.lookup(name) else { return Ok(0) };
        let text = word.known().ok_or(Doubt::Arithmetic)?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(0);
        }
        self.run.check_index(text);
        // A value may be an expression itself; people's are numbers.
        text.parse().ok().filter(|_| !text.starts_with('0') || text == "0").ok_or(Doubt::Arithmetic)
    }

    fn write(&mut self, name: &str, value: i64) {
        self.run.set(name, Value::Scalar(Word::text(&value.to_string())));
    }
}

fn fold(operators: &[u8], value: i64) -> i64 {
    operators.iter().rev().fold(value, |value, operator| match operator {
        b'!' => i64::from(value == 0),
        b'~' => !value,
        b'-' => value.wrapping_neg(),
        _ => value,
    })
}

fn apply(operator: &str, left: i64, right: i64) -> Result<i64, Doubt> {
    let shift = || u32::try_from(right & 63).unwrap_or_default();
    Ok(match operator {
        "**" => {
            let exponent = u32::try_from(right).map_err(|_| Doubt::Arithmetic)?;
            left.wrapping_pow(exponent)
        }
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right).ok_or(Doubt::Arithmetic)?,
        "%" => left.checked_rem(right).ok_or(Doubt::Arithmetic)?,
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "<<" => left.wrapping_shl(shift()),
        ">>" => left.wrapping_shr(shift()),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "&" => left & right,
        "^" => left ^ right,
        "|" => left | right,
        "&&" => i64::from(left != 0 && right != 0),
        _ => i64::from(left != 0 || right != 0),
    })
}
