//! Compound commands: branches, loops, groups, functions, tests.

use std::rc::Rc;

use super::reader::Reader;
use super::tree::{Arm, Command, List, Node, Raw};
use super::words::Stop;

impl Reader<'_, '_> {
    /// A compound command, if one begins here.
    pub fn compound(&mut self) -> Option<Node> {
        if self.peek() == Some(b'(') {
            if self.is_arithmetic() {
                self.skip(2);
                let text = self.parts(&Stop::PAREN);
                self.skip(2);
                return Some(Node::Arithmetic(text));
            }
            self.skip(1);
            return Some(Node::Subshell(self.filled(")")));
        }
        let word = self.keyword();
        let length = word.len();
        let read = match word {
            "{" => |reader: &mut Self| Node::Group(reader.filled("}")),
            "if" => Self::branches,
            "while" | "until" => Self::repeat,
            "for" => |reader: &mut Self| reader.over(false),
            "select" => |reader: &mut Self| reader.over(true),
            "case" => Self::case,
            "[[" => Self::test,
            "function" => |reader: &mut Self| {
                reader.blanks();
                let name = reader.word().unwrap_or_default();
                reader.is_bad |= name.is_empty();
                reader.is_definition();
                reader.function(super::grammar::plain(&name)).node
            },
            "coproc" => Self::coproc,
            _ => return None,
        };
        self.skip(length);
        Some(read(self))
    }

    fn filled(&mut self, end: &str) -> List {
        let list = self.enclosed(end);
        self.is_bad |= list.is_empty();
        list
    }

    fn branches(&mut self) -> Node {
        let mut arms = Vec::new();
        let mut otherwise = List::new();
        loop {
            let condition = self.block();
            self.expect("then");
            arms.push((condition, self.block()));
            match self.closer() {
                Some("elif") => self.skip(4),
                Some("else") => {
                    self.skip(4);
                    otherwise = self.block();
                    break;
                }
                Some(_) | None => break,
            }
        }
        self.expect("fi");
        Node::If { arms, otherwise }
    }

    fn repeat(&mut self) -> Node {
        let condition = self.block();
        let body = self.body();
        Node::While { condition, body }
    }

    /// `do … done`, or `{ … }` as `for` has it.
    fn body(&mut self) -> List {
        self.newlines();
        if self.keyword() == "{" {
            self.skip(1);
            return self.filled("}");
        }
        self.expect("do");
        let body = self.block();
        self.expect("done");
        body
    }

    fn over(&mut self, is_select: bool) -> Node {
        self.blanks();
        if !is_select && self.looks_at("((") {
            return self.count();
        }
        let name = super::grammar::plain(&self.word().unwrap_or_default());
        self.is_bad |= name.is_empty();
        self.newlines();
        let mut words = None;
        if self.keyword() == "in" {
            self.skip(2);
            let mut list = Vec::new();
            loop {
                self.blanks();
                match self.word() {
                    Some(word) => list.push(word),
                    None => break,
                }
            }
            words = Some(list);
            self.is_bad |= !matches!(self.peek(), Some(b';' | b'\n'));
        }
        self.eat(";");
        let body = self.body();
        Node::For { name, words, is_select, body }
    }

    fn count(&mut self) -> Node {
        self.skip(2);
        let mut terms = Vec::new();
        loop {
            terms.push(self.parts(&Stop::TERM));
            if !self.eat(";") {
                break;
            }
        }
        self.is_bad |= terms.len() != 3 || !self.eat("))");
        self.blanks();
        self.eat(";");
        let body = self.body();
        Node::Count { terms, body }
    }

    fn case(&mut self) -> Node {
        self.blanks();
        let subject = self.word().unwrap_or_default();
        self.is_bad |= subject.is_empty();
        self.expect("in");
        let mut arms = Vec::new();
        loop {
            self.newlines();
            if self.keyword() == "esac" || self.peek().is_none() {
                break;
            }
            let start = self.at;
            self.eat("(");
            let mut patterns: Vec<Raw> = Vec::new();
            loop {
                self.blanks();
                patterns.extend(self.word());
                self.blanks();
                if !self.eat("|") {
                    break;
                }
            }
            self.is_bad |= patterns.is_empty();
            self.close(b')');
            let list = self.list();
            let end = self.closer();
            arms.push(Arm { patterns, list, falls_through: end.is_some_and(|end| end.ends_with('&')) });
            match end {
                Some(end) if end.starts_with(';') => self.skip(end.len()),
                Some("esac") => break,
                Some(_) | None => {}
            }
            if self.at == start {
                break;
            }
        }
        self.expect("esac");
        Node::Case { subject, arms }
    }

    fn test(&mut self) -> Node {
        let mut words = Vec::new();
        let mut is_regex = false;
        loop {
            self.newlines();
            let word = if is_regex { Some(self.parts(&Stop::REGEX)) } else { self.word() };
            is_regex = false;
            match word {
                Some(word) => {
                    match super::grammar::plain(&word).as_str() {
                        "]]" => break,
                        "=~" => is_regex = true,
                        _ => {}
                    }
                    words.push(word);
                }
                None if matches!(self.peek(), Some(b'&' | b'|' | b'(' | b')' | b'<' | b'>')) => self.skip(1),
                None => break self.bad(),
            }
        }
        Node::Test(words)
    }

    /// Whether `()` follows, which is skipped.
    pub fn is_definition(&mut self) -> bool {
        let start = self.at;
        self.blanks();
        if self.eat("(") {
            self.blanks();
            if self.eat(")") {
                return true;
            }
        }
        self.at = start;
        false
    }

    /// The body of a function.
    pub fn function(&mut self, name: String) -> Command {
        self.newlines();
        let body = self.nested(|reader| {
            let node = reader.compound()?;
            Some(Command { node, redirects: reader.redirects() })
        });
        self.is_bad |= body.is_none();
        let body = Rc::new(body.unwrap_or_default());
        Command { node: Node::Function { name, body }, redirects: Vec::new() }
    }

    fn coproc(&mut self) -> Node {
        self.blanks();
        let start = self.at;
        let name = self.name().to_owned();
        self.skip(name.len());
        self.blanks();
        let mut body = self.nested(|reader| {
            let node = reader.compound()?;
            Some(Command { node, redirects: reader.redirects() })
        });
        let is_named = body.is_some() && !name.is_empty();
        if body.is_none() {
            self.at = start;
            body = Some(self.command());
        }
        self.is_bad |= self.at == start;
        let name = if is_named { name } else { "COPROC".to_owned() };
        Node::Coproc { name, body: Box::new(body.unwrap_or_default()) }
    }
}
