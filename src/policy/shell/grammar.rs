//! Lists, pipelines and simple commands.

use std::cell::OnceCell;
use std::rc::Rc;

use super::reader::{Pending, Reader, is_name, is_variable};
use super::tree::{Assign, Chain, Command, Link, List, Node, Part, Pipeline, Raw, RawRedirect};
use super::words::{META, Stop};

/// Words that end a list.
const CLOSERS: [&str; 8] = ["then", "do", "done", "fi", "else", "elif", "esac", "}"];

/// Words that begin something else than a simple command, or end a list.
const RESERVED: [&str; 11] = ["in", "if", "for", "while", "until", "case", "select", "function", "{", "[[", "!"];

/// Redirects, the longer before their beginnings.
const REDIRECTS: [&str; 12] = ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];

impl Reader<'_, '_> {
    /// The whole text. What has no place there is skipped, so that what follows is read.
    pub fn script(&mut self) -> List {
        let mut list = List::new();
        loop {
            list.extend(self.list());
            match self.closer() {
                Some(closer) => self.skip(closer.len()),
                None if self.peek().is_none() => return list,
                None => _ = self.take(),
            }
            self.bad();
        }
    }

    /// A list up to its closer, which is skipped, as is what has no place there.
    pub fn enclosed(&mut self, end: &str) -> List {
        let mut list = List::new();
        self.parens += usize::from(end == ")");
        loop {
            list.extend(self.list());
            match self.closer() {
                Some(closer) => {
                    self.skip(closer.len());
                    if closer == end {
                        break;
                    }
                }
                None if self.peek().is_none() => {
                    self.bad();
                    break;
                }
                None => _ = self.take(),
            }
            self.bad();
        }
        self.parens -= usize::from(end == ")");
        list
    }

    /// A list that must not be empty.
    pub fn block(&mut self) -> List {
        let list = self.list();
        self.is_bad |= list.is_empty();
        list
    }

    /// Over the word that has to be here.
    pub fn expect(&mut self, word: &str) {
        self.newlines();
        if self.keyword() == word {
            self.skip(word.len());
        } else {
            self.bad();
        }
    }

    /// What ends a list, if it is here.
    pub fn closer(&self) -> Option<&'static str> {
        match self.peek()? {
            b')' => Some(")"),
            b';' => [";;&", ";;", ";&"].into_iter().find(|end| self.looks_at(end)),
            _ => {
                let word = self.keyword();
                CLOSERS.into_iter().find(|closer| *closer == word)
            }
        }
    }

    /// The word that is here, where it is nothing but letters of keywords; else nothing.
    pub fn keyword(&self) -> &str {
        let rest = self.rest().as_bytes();
        // No keyword is longer than eight letters.
        let end = rest.iter().take(9).position(|byte| META.contains(byte)).unwrap_or(rest.len().min(9));
        self.rest().get(..end).unwrap_or_default()
    }

    /// Pipelines up to a closer, to the end, or to what has no place in a list.
    pub fn list(&mut self) -> List {
        let mut list = List::new();
        loop {
            self.newlines();
            if self.peek().is_none() || self.closer().is_some() {
                return list;
            }
            let start = self.at;
            let chain = self.chain();
            if self.at == start {
                return list;
            }
            list.push(chain);
        }
    }

    fn chain(&mut self) -> Chain {
        let mut chain = Chain::default();
        let mut link = Link::Always;
        loop {
            let start = self.at;
            let pipeline = self.pipeline(link);
            if self.at > start {
                chain.pipelines.push(pipeline);
            } else {
                self.is_bad |= link != Link::Always;
            }
            self.blanks();
            link = if self.eat("&&") {
                Link::And
            } else if self.eat("||") {
                Link::Or
            } else {
                break;
            };
            self.is_bad |= self.at == start + 2;
            self.newlines();
        }
        if self.closer().is_some() {
        } else if self.peek() == Some(b'&') {
            chain.is_background = true;
            self.is_bad |= chain.pipelines.is_empty();
            self.skip(1);
        } else if self.peek() == Some(b';') {
            self.is_bad |= chain.pipelines.is_empty();
            self.skip(1);
        } else if !matches!(self.peek(), Some(b'\n') | None) {
            self.bad();
        }
        chain
    }

    fn pipeline(&mut self, link: Link) -> Pipeline {
        let mut pipeline = Pipeline { link, is_negated: false, stages: Vec::new() };
        let mut has_prefix = false;
        loop {
            self.blanks();
            if self.keyword() == "!" {
                pipeline.is_negated = !pipeline.is_negated;
                self.skip(1);
            } else if self.keyword() == "time" {
                self.skip(4);
                self.blanks();
                for option in ["-p", "--"] {
                    if self.keyword() == option {
                        self.skip(2);
                        self.blanks();
                    }
                }
            } else {
                break;
            }
            has_prefix = true;
        }
        loop {
            let start = self.at;
            let command = self.command();
            if self.at > start {
                pipeline.stages.push(command);
            } else {
                let is_end = matches!(self.peek(), Some(b';' | b'\n') | None);
                self.is_bad |= !(has_prefix && is_end && pipeline.stages.is_empty());
            }
            self.blanks();
            let is_pipe = !self.looks_at("||") && (self.eat("|&") || self.eat("|"));
            if !is_pipe {
                return pipeline;
            }
            self.newlines();
        }
    }

    /// One command of any form; nothing is skipped where none is.
    pub fn command(&mut self) -> Command {
        self.nested(|reader| {
            reader.blanks();
            reader.step(32);
            match reader.commands.checked_sub(1) {
                Some(left) => reader.commands = left,
                None => reader.is_stopped = true,
            }
            match reader.compound() {
                Some(node) => Command { node, redirects: reader.redirects() },
                None => reader.simple(),
            }
        })
    }

    pub fn redirects(&mut self) -> Vec<RawRedirect> {
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            match self.redirect() {
                Some(redirect) => redirects.push(redirect),
                None => return redirects,
            }
        }
    }

    fn simple(&mut self) -> Command {
        let (mut assigns, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect() {
                redirects.push(redirect);
            } else if let Some(assign) = words.is_empty().then(|| self.assign()).flatten() {
                self.step(32);
                assigns.push(assign);
            } else if let Some(word) = self.argument() {
                words.push(word);
                if let ([name], true) = (words.as_slice(), self.is_definition()) {
                    let name = plain(name);
                    return self.function(name);
                }
            } else {
                break;
            }
        }
        if let Some([Part::Text(name)]) = words.first().map(Vec::as_slice) {
            // A keyword that was broken by a continued line.
            self.is_bad |= RESERVED.contains(&name.as_str()) || CLOSERS.contains(&name.as_str());
        }
        Command { node: Node::Simple { assigns, words }, redirects }
    }

    /// A word of a command; `name=(…)` is one.
    fn argument(&mut self) -> Option<Raw> {
        let mut word = self.word()?;
        let is_array = match word.as_slice() {
            [Part::Text(text)] => text.strip_suffix('=').is_some_and(|name| is_variable(name.trim_end_matches('+'))),
            _ => false,
        };
        if is_array && self.peek() == Some(b'(') {
            word.push(self.array());
        }
        Some(word)
    }

    fn array(&mut self) -> Part {
        self.skip(1);
        let mut items = Vec::new();
        loop {
            self.newlines();
            match self.word() {
                Some(item) => items.push(item),
                None => break,
            }
        }
        self.close(b')');
        Part::Array(items)
    }

    /// An assignment; nothing is skipped where none is.
    fn assign(&mut self) -> Option<Assign> {
        let name = self.name();
        let behind = self.rest().get(name.len()..).filter(|_| !name.is_empty())?;
        let index_length = match behind.strip_prefix('[') {
            Some(inner) => index_length(inner)? + 2,
            None => 0,
        };
        let operator = behind.get(index_length..)?;
        let is_append = operator.starts_with("+=");
        if !is_append && !operator.starts_with('=') {
            return None;
        }
        let name = name.to_owned();
        self.skip(name.len());
        let index = (index_length > 0).then(|| {
            self.skip(1);
            let index = self.parts(&Stop::INDEX);
            self.close(b']');
            index
        });
        self.skip(1 + usize::from(is_append));
        let value = match self.peek() {
            Some(b'(') => Raw::from([self.array()]),
            Some(_) | None => self.word().unwrap_or_default(),
        };
        Some(Assign { name, index, is_append, value })
    }

    /// A redirect; nothing is skipped where none is.
    fn redirect(&mut self) -> Option<RawRedirect> {
        let digits = self.while_bytes(|byte| byte.is_ascii_digit());
        let mut prefix = digits.len();
        let mut variable = None;
        if let Some(inner) = self.rest().strip_prefix('{') {
            let length = inner.bytes().position(|byte| !is_name(byte)).unwrap_or(inner.len());
            let name = inner.get(..length).filter(|name| is_variable(name))?;
            inner.get(length..)?.strip_prefix('}')?;
            variable = Some(name.to_owned());
            prefix = length + 2;
        }
        let rest = self.rest().get(prefix..)?;
        let operator = REDIRECTS.into_iter().find(|operator| rest.starts_with(operator))?;
        let is_process = operator.len() == 1 && rest.get(1..)?.starts_with('(');
        if (prefix > 0 && operator.starts_with('&')) || is_process {
            return None;
        }
        self.step(64);
        self.skip(prefix + operator.len());
        self.blanks();
        let start = self.at;
        let target = self.word().unwrap_or_default();
        self.is_bad |= self.at == start;
        let document = (operator == "<<" || operator == "<<-").then(|| {
            let document = Rc::new(OnceCell::new());
            let is_quoted = !matches!(target.as_slice(), [Part::Text(_)]);
            self.pending.push(Pending {
                delimiter: plain(&target),
                is_quoted,
                strips_tabs: operator == "<<-",
                document: Rc::clone(&document),
            });
            document
        });
        Some(RawRedirect { descriptor: digits.parse().ok(), variable, operator, target, document })
    }
}

/// The text of a word that has nothing to expand.
pub(super) fn plain(raw: &Raw) -> String {
    let mut text = String::new();
    for part in raw {
        match part {
            Part::Text(piece) | Part::Quoted(piece) => text.push_str(piece),
            Part::Param(_) | Part::Command { .. } | Part::Process { .. } | Part::Arithmetic { .. } | Part::Array(_) => {
                text.push('$');
            }
        }
    }
    text
}

/// How long the index is that begins here. People's are short; a long one makes the assignment a word, of which
/// nothing is lost but the value.
fn index_length(inner: &str) -> Option<usize> {
    const INDEX_MOST: usize = 1 << 10;
    let mut depth = 0_usize;
    for (index, byte) in inner.bytes().take(INDEX_MOST).enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 0 => return Some(index),
            b']' => depth -= 1,
            b'\n' | b';' => return None,
            _ => {}
        }
    }
    None
}
