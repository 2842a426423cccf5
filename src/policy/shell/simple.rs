//! Simple commands: their words, assignments and redirects; calls of functions and aliases.

use std::rc::Rc;

use super::expand::weight;
use super::fields::Fields;
use super::reader::{Reader, is_variable};
use super::run::{Output, Run};
use super::tree::{Assign, Command, List, Node, Part, Raw, RawRedirect};
use super::vars::{ARGS, STDIN, Value};
use super::{Doubt, Redirect, RedirectKind, Stdin, Word, output};

/// Commands whose arguments may be assignments.
const DECLARE: [&str; 5] = ["export", "declare", "typeset", "readonly", "local"];

/// Calls of one function within itself that are read; the second is for whatever parameters.
const CALLS_MOST: usize = 2;

/// What redirects do to a command.
#[derive(Default)]
pub(super) struct Redirected {
    pub files: Vec<Redirect>,
    pub stdin: Option<Stdin>,
    /// Whether the output may go elsewhere.
    pub is_output_elsewhere: bool,
}

impl Run<'_, '_> {
    pub fn simple(&mut self, assigns: &[Assign], raws: &[Raw], redirects: &[RawRedirect]) {
        if let Some([Part::Text(name)]) = raws.first().map(Vec::as_slice) {
            self.aliased(name, raws);
        }
        let (words, values) = self.words(raws);
        let redirected = self.redirected(redirects);
        let mut env = Vec::new();
        for assign in assigns {
            let (value, word) = self.assigned_value(assign);
            if raws.is_empty() {
                self.assign(assign, value);
            }
            env.push((assign.name.clone(), word));
        }
        let stdin = redirected.stdin.clone().unwrap_or_else(|| self.stdin());
        let name = words.first().and_then(Word::known).map(|name| name.into_owned());
        if let Some(name) = &name
            && self.call(name, &words, &env, &redirected)
        {
            return;
        }
        self.print(&words, &stdin, &redirected);
        let is_exec = name.as_deref() == Some("exec") && words.len() == 1;
        let is_process = !words.is_empty();
        self.emit(words.clone(), env, redirected.files, stdin.clone());
        if is_exec && redirected.stdin.is_some() {
            let (kind, word) = match stdin {
                Stdin::Text(word) => ("text", word),
                Stdin::File(word) => ("file", word),
                Stdin::Inherited | Stdin::Pipe(_) => ("text", Word::unknown(Doubt::Input)),
            };
            self.vars.set(STDIN, Value::List(vec![(kind.to_owned(), word)]));
        }
        if is_process {
            self.effect(&words, values);
        }
    }

    /// The words of a command, and what the assignments among them set.
    fn words(&mut self, raws: &[Raw]) -> (Vec<Word>, Vec<(String, bool, Value)>) {
        let mut out = Fields::default();
        let mut values = Vec::new();
        let mut declares = false;
        for (index, raw) in raws.iter().enumerate() {
            if self.is_over {
                break;
            }
            let name = (declares && !super::braces::has_braces(raw)).then(|| declared(raw)).flatten();
            match name {
                Some((name, is_append, rest)) => {
                    let value = self.declared_value(&name, is_append, raw, rest, &mut out);
                    values.push((name, is_append, value));
                }
                None => self.fields(raw, &mut out),
            }
            if let ([Part::Text(text)], true) = (raw.as_slice(), index == 0 || !declares) {
                declares |= DECLARE.contains(&text.as_str());
            }
        }
        (out.into_words(), values)
    }

    /// `name=value` as an argument of `declare`: one word, and its value.
    fn declared_value(&mut self, name: &str, is_append: bool, raw: &Raw, rest: &str, out: &mut Fields) -> Value {
        let operator = if is_append { "+=" } else { "=" };
        let (value, word) = match raw.get(1) {
            Some(Part::Array(items)) => self.array(name, items, is_append),
            _ => {
                let word = self.assigned_after(rest, raw.get(1..).unwrap_or_default());
                (Value::Scalar(word.clone()), word)
            }
        };
        out.text(name);
        out.text(operator);
        out.value(&word, true, "");
        out.finish();
        value
    }

    fn assigned_value(&mut self, assign: &Assign) -> (Value, Word) {
        match assign.value.as_slice() {
            [Part::Array(items)] => self.array(&assign.name, items, assign.is_append),
            _ => {
                let word = self.assigned(&assign.value);
                (Value::Scalar(word.clone()), word)
            }
        }
    }

    /// An array: its items, and how they read as a word.
    fn array(&mut self, name: &str, items: &[Raw], is_append: bool) -> (Value, Word) {
        let name = self.resolve(name);
        let mut list = if is_append { self.vars.get(&name).items() } else { Vec::new() };
        let is_known =
            !is_append || !matches!(self.vars.get(&name), Value::Outside | Value::Unknown(_) | Value::Fickle);
        self.step(list.iter().map(|(_, word)| weight(word)).sum());
        let mut next = list.len();
        let mut doubt = (!is_known).then_some(Doubt::Variable);
        let mut text = Fields::single();
        text.text("(");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                text.text(" ");
            }
            let keyed = keyed(item);
            let words = match keyed {
                Some((_, rest)) => vec![self.assigned_after(rest, item.get(1..).unwrap_or_default())],
                None => {
                    let mut out = Fields::default();
                    self.fields(item, &mut out);
                    out.into_words()
                }
            };
            for word in words {
                text.value(&word, true, "");
                if word.pieces.iter().any(|piece| matches!(piece, super::Piece::Unknown { is_quoted: false, .. })) {
                    doubt = word.doubt();
                }
                let key = keyed.map_or_else(|| next.to_string(), |(key, _)| key.to_owned());
                next += 1;
                match list.iter_mut().find(|(other, _)| keyed.is_some() && *other == key) {
                    Some((_, slot)) => *slot = word,
                    None => list.push((key, word)),
                }
                self.step(8 + if keyed.is_some() { list.len() } else { 0 });
            }
        }
        text.text(")");
        (doubt.map_or(Value::List(list), Value::Unknown), text.into_word())
    }

    /// Carries out an assignment that stands alone.
    fn assign(&mut self, assign: &Assign, value: Value) {
        let name = self.resolve(&assign.name);
        let value = match (&assign.index, value) {
            (Some(index), Value::Scalar(word)) => match self.key(&name, index) {
                Ok(key) => {
                    let mut items = self.vars.get(&name).items();
                    self.step(items.iter().map(|(_, word)| weight(word)).sum());
                    match items.iter_mut().find(|(other, _)| *other == key) {
                        Some((_, slot)) if assign.is_append => slot.append(word),
                        Some((_, slot)) => *slot = word,
                        None => items.push((key, word)),
                    }
                    Value::List(items)
                }
                Err(doubt) => Value::Unknown(doubt),
            },
            (None, Value::Scalar(word)) if assign.is_append => self.appended(&name, word),
            (_, value) => value,
        };
        self.set(&name, value);
    }

    /// `name+=text`
    pub fn appended(&mut self, name: &str, word: Word) -> Value {
        if let Value::List(_) = self.vars.get(name) {
            return Value::Unknown(Doubt::Variable);
        }
        let mut whole = self.variable(name);
        whole.append(word);
        Value::Scalar(whole)
    }

    pub fn redirected(&mut self, raws: &[RawRedirect]) -> Redirected {
        let mut redirected = Redirected::default();
        for raw in raws {
            self.redirect(raw, &mut redirected);
        }
        redirected
    }

    fn redirect(&mut self, raw: &RawRedirect, out: &mut Redirected) {
        let is_input = raw.operator.starts_with('<');
        if let Some(name) = &raw.variable {
            self.set(name, Value::Unknown(Doubt::Variable));
        }
        // The shell takes a free descriptor from 10 on for a variable.
        let usual = if raw.variable.is_some() { 10 } else { u32::from(!is_input) };
        let descriptor = raw.descriptor.unwrap_or(usual);
        let mut fields = Fields::default();
        let target = match &raw.document {
            Some(document) => document.get().map(|body| self.single(body)).unwrap_or_default(),
            None if raw.operator == "<<<" => {
                let mut word = self.single(&raw.target);
                word.push_text("\n");
                word
            }
            None => {
                self.fields(&raw.target, &mut fields);
                let mut words = fields.into_words();
                // More than one word is an error, but who knows in which shell.
                if words.len() > 1 { Word::unknown(Doubt::Syntax) } else { words.pop().unwrap_or_default() }
            }
        };
        out.is_output_elsewhere |= !is_input;
        let kind = match raw.operator {
            "<<" | "<<-" | "<<<" => {
                if descriptor == 0 {
                    out.stdin = Some(Stdin::Text(target));
                }
                return;
            }
            "<&" | ">&" if is_descriptor(&target) => {
                if descriptor == 0 {
                    let is_closed = target.known().is_some_and(|text| text == "-");
                    let word = if is_closed { Word::default() } else { Word::unknown(Doubt::Input) };
                    out.stdin = Some(Stdin::Text(word));
                }
                return;
            }
            "<" | "<&" => RedirectKind::Read,
            "<>" => RedirectKind::ReadWrite,
            ">>" | "&>>" => RedirectKind::Append,
            _ => RedirectKind::Write,
        };
        if descriptor == 0 {
            out.stdin = Some(Stdin::File(target.clone()));
        }
        out.files.push(Redirect { descriptor, kind, target });
    }

    /// Calls a function, where the name is one. False where the command may be another as well.
    fn call(&mut self, name: &str, words: &[Word], env: &[(String, Word)], redirected: &Redirected) -> bool {
        let mut is_certain = false;
        self.step(self.functions.len());
        for index in (0..self.functions.len()).rev() {
            let Some(function) = self.functions.get(index).filter(|function| function.name == name) else { continue };
            let (active, body) = (function.active, Rc::clone(&function.body));
            is_certain = !function.is_conditional;
            let position = self.around.position;
            self.script.is_fork_bomb |= active > 0 && (position.is_background || self.around.pipeline.is_some());
            if active < CALLS_MOST {
                self.enter_with(index, &body, active > 0, words, env, redirected);
            }
            if is_certain {
                break;
            }
        }
        is_certain
    }

    fn enter_with(
        &mut self,
        index: usize,
        body: &Command,
        is_again: bool,
        words: &[Word],
        env: &[(String, Word)],
        redirected: &Redirected,
    ) {
        let before = self.vars.get(ARGS).clone();
        let is_open = words.iter().any(|word| {
            word.pieces
                .iter()
                .any(|piece| matches!(piece, super::Piece::Unknown { is_quoted: false, .. } | super::Piece::Glob(_)))
        });
        let args = if is_again || is_open {
            Value::Unknown(Doubt::Parameter)
        } else {
            let args = words.iter().skip(1).enumerate();
            Value::List(args.map(|(index, word)| ((index + 1).to_string(), word.clone())).collect())
        };
        self.step(words.iter().map(weight).sum());
        self.vars.set(ARGS, args);
        let mut shadowed = Vec::new();
        for (name, word) in env {
            shadowed.push((name.clone(), self.vars.get(name).clone()));
            self.set(name, Value::Scalar(word.clone()));
        }
        let outer = self.save();
        let around = self.redirects.len();
        self.redirects.extend(redirected.files.iter().cloned());
        if let Some(stdin) = &redirected.stdin {
            self.around.stdin = stdin.clone();
        }
        self.enter(index, body);
        self.redirects.truncate(around);
        self.restore(outer);
        for (name, value) in shadowed {
            self.vars.set(&name, value);
        }
        self.vars.set(ARGS, before);
        if redirected.is_output_elsewhere && self.output.is_some() {
            self.output = Some(Output::Unknown);
        }
    }

    /// What an alias makes of a command. The command itself stays too: not every shell expands aliases in scripts.
    fn aliased(&mut self, name: &str, raws: &[Raw]) {
        let Some(index) = self.aliases.iter().position(|(other, _)| other == name) else { return };
        // An alias does not expand within itself.
        let (name, text) = self.aliases.remove(index);
        self.step(128 + 8 * text.len());
        let mut reader = Reader::new(&text, self.budget);
        let mut list = reader.script();
        let (is_bad, is_stopped) = (reader.is_bad, reader.is_stopped);
        if is_bad || is_stopped {
            self.doubt(if is_bad { Doubt::Code } else { Doubt::Bounds });
        }
        let words = self.words(raws).0;
        match last_simple(&mut list) {
            Some(last) => last.extend(words.iter().skip(1).map(raw_of)),
            None => self.doubt(Doubt::Code),
        }
        self.list(&list);
        self.aliases.insert(index.min(self.aliases.len()), (name, text));
    }

    /// Adds to what a substitution gives.
    fn print(&mut self, words: &[Word], stdin: &Stdin, redirected: &Redirected) {
        let Some(before) = self.output.take() else { return };
        let is_read = words.is_empty() && !redirected.files.is_empty();
        let folder = self.folder();
        let printed = match before {
            Output::Known(before) if self.around.is_sure && !is_read && !redirected.is_output_elsewhere => {
                let printed = output::of(words, stdin, &folder, self.given.user);
                printed.filter(|text| text.len() + before.len() < super::expand::TEXT_MOST).map(|text| before + &text)
            }
            Output::Known(_) | Output::Unknown => None,
        };
        self.step(printed.as_ref().map_or(0, String::len) / 4);
        self.output = Some(printed.map_or(Output::Unknown, Output::Known));
    }
}

fn is_descriptor(target: &Word) -> bool {
    target
        .known()
        .is_some_and(|text| text == "-" || text.trim_end_matches('-').bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name before `=` in an argument, whether it is appended to, and the text behind.
fn declared(raw: &Raw) -> Option<(String, bool, &str)> {
    let Some(Part::Text(text)) = raw.first() else { return None };
    let (name, rest) = text.split_once('=')?;
    let (name, is_append) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
    is_variable(name).then(|| (name.to_owned(), is_append, rest))
}

/// `[key]=value` of an array: the key, and the text behind.
fn keyed(raw: &Raw) -> Option<(&str, &str)> {
    let Some(Part::Text(text)) = raw.first() else { return None };
    text.strip_prefix('[')?.split_once("]=")
}

/// The words of the last command, where that is a simple one.
fn last_simple(list: &mut List) -> Option<&mut Vec<Raw>> {
    match list.last_mut()?.pipelines.last_mut()?.stages.last_mut()? {
        Command { node: Node::Simple { words, .. }, .. } => Some(words),
        _ => None,
    }
}

/// A word that expands to this one again.
fn raw_of(word: &Word) -> Raw {
    word.pieces
        .iter()
        .map(|piece| match piece {
            super::Piece::Text(text) => Part::Quoted(text.clone()),
            super::Piece::Glob(pattern) => Part::Text(pattern.clone()),
            super::Piece::Unknown { is_quoted, .. } => Part::Param(Box::new(super::tree::Param {
                name: "?".to_owned(),
                is_quoted: *is_quoted,
                ..super::tree::Param::default()
            })),
        })
        .collect()
}
