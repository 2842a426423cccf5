//! Reads a tree into typed values and finds every mistake on the way, in one pass.
//!
//! Each type lists its keys once, as an [`Object`]; tests hold the lists against the types and the schema.
//! Not serde's derive: it stops at the first mistake, its sentences quote the value, which could be a secret, and it
//! took 40 KiB more of the gzipped wasm. For the same reason some methods are never inlined: they would be copied
//! to every key.

use crate::sorted::Sorted;
use std::cell::RefCell;

use super::env_names::EnvNames;
use super::finding::Findings;
use super::limits::{Bound, Shown};
use super::suggestion::{is_similar, nearest, one_of};
use super::tree::{Node, Path, Value};

/// A key and how its value gets into the type. A value with a mistake is noted and leaves the type as it was.
pub(super) type Field<T> = (&'static str, fn(&mut T, &Reader));

/// A type that is written as an object.
pub(super) trait Object: Sized + 'static {
    /// Every key there is, in the order messages list them.
    const FIELDS: &'static [Field<Self>];
    /// The keys without a default.
    const REQUIRED: &'static [&'static str] = &[];
}

/// What the reading of one tree shares.
pub(super) struct Reading<'c> {
    pub findings: RefCell<Findings>,
    pub env_names: &'c EnvNames,
    /// Whether `callbacks.allow_private_networks` is set anywhere in the tree: receivers are judged by it.
    pub allows_private_networks: bool,
}

/// One value on its way into a type, and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r> {
    node: &'r Node,
    path: &'r Path<'r>,
    pub reading: &'r Reading<'r>,
}

impl<'r> Reader<'r> {
    pub(super) fn root(node: &'r Node, reading: &'r Reading<'r>) -> Self {
        Self { node, path: &Path::Root, reading }
    }

    /// Notes a mistake of this value.
    #[inline(never)]
    pub(super) fn wrong(&self, message: &dyn Fn() -> String) {
        self.reading.findings.borrow_mut().note(self.path, self.node.origin, message);
    }

    /// Notes a mistake of a key of this object.
    pub(super) fn wrong_key(&self, key: &str, message: &dyn Fn() -> String) {
        match self.node.get(key) {
            Some(node) => Reader { node, path: &Path::Key(self.path, key), reading: self.reading }.wrong(message),
            None => self.wrong(message),
        }
    }

    #[inline(never)]
    pub(super) fn expected(&self, what: &str) {
        self.wrong(&|| format!("expected {what}, got {}", self.node.value.kind()));
    }

    /// `null` takes an optional value away; everything else is for `read`.
    pub(super) fn optional<T>(&self, to: &mut Option<T>, read: fn(&Self) -> Option<T>) {
        if matches!(self.node.value, Value::Null) {
            *to = None;
        } else if let Some(value) = read(self) {
            *to = Some(value);
        }
    }

    #[inline(never)]
    pub(super) fn flag(&self, to: &mut bool) {
        let Value::Bool(value) = self.node.value else { return self.expected("true or false") };
        *to = value;
    }

    #[inline(never)]
    pub(super) fn number(&self) -> Option<f64> {
        if let Value::Number(value) = self.node.value {
            return Some(value);
        }
        self.expected("a number");
        None
    }

    /// A whole number within the bound. The mistake quotes the number, which is never a secret.
    pub(super) fn whole<T: TryFrom<u64>>(&self, bound: Bound) -> Option<T> {
        T::try_from(self.whole_number(bound)?).ok()
    }

    #[inline(never)]
    fn whole_number(&self, bound: Bound) -> Option<u64> {
        let number = self.number()?;
        if !(bound.min as f64..=bound.max as f64).contains(&number) {
            self.wrong(&|| format!("{} is out of range; use {bound}", Shown(number)));
        } else if number.fract() != 0.0 {
            self.wrong(&|| format!("{} is not a whole number; use {bound}", Shown(number)));
        } else {
            return Some(number as u64);
        }
        None
    }

    #[inline(never)]
    pub(super) fn text(&self) -> Option<&'r str> {
        if let Value::Text(text) = &self.node.value {
            return Some(text);
        }
        self.expected("a string");
        None
    }

    /// A string with a form of its own.
    #[inline(never)]
    pub(super) fn checked<T: TryFrom<String, Error = String>>(&self) -> Option<T> {
        let checked = T::try_from(self.text()?.to_owned());
        checked.map_err(|why| self.wrong(&|| why.clone())).ok()
    }

    /// One of a few words.
    #[inline(never)]
    pub(super) fn word<T: Copy>(&self, to: &mut T, words: &[(&str, T)]) {
        let Some(text) = self.text() else { return };
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => *to = *value,
            None => self.wrong(&|| {
                let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                format!("unknown word; use {}", one_of(&words))
            }),
        }
    }

    /// A list of `min` to `max` entries. `read` also sees the entries before.
    #[inline(never)]
    pub(super) fn list<T>(&self, min: usize, max: usize, read: fn(&Reader, &[T]) -> Option<T>) -> Option<Vec<T>> {
        let mut list = Vec::new();
        let is_list = self.each_item(min, max, &mut |at| list.extend(read(at, &list)));
        is_list.then_some(list)
    }

    /// Every entry of a list; false where it is none.
    #[inline(never)]
    fn each_item(&self, min: usize, max: usize, read: &mut dyn FnMut(&Reader)) -> bool {
        let Some(items) = self.items(min, max) else { return false };
        for (index, node) in items.iter().enumerate() {
            let path = Path::Index(self.path, index);
            read(&Reader { node, path: &path, reading: self.reading });
        }
        true
    }

    /// A list of strings with a form of their own.
    pub(super) fn texts<T: TryFrom<String, Error = String>>(&self, min: usize, max: usize) -> Option<Vec<T>> {
        self.list(min, max, |at, _| at.checked())
    }

    /// An object with any keys.
    pub(super) fn each(&self, max: usize, read: &mut dyn FnMut(&str, &Reader)) {
        let Some(entries) = self.entries() else { return };
        if entries.len() > max {
            return self.wrong(&|| format!("has {} entries; use at most {max}", entries.len()));
        }
        for (key, node) in entries.iter() {
            read(key, &Reader { node, path: &Path::Key(self.path, key), reading: self.reading });
        }
    }

    /// An object with the keys of its type, over what the type already holds.
    pub(super) fn object<T: Object>(&self, to: &mut T) {
        let name = |field: usize| T::FIELDS.get(field).map(|(name, _)| *name);
        self.fields(&name, T::REQUIRED, &mut |field, at| {
            if let Some((_, read)) = T::FIELDS.get(field) {
                read(to, at);
            }
        });
    }

    /// The same for all types: `name` gives the names of the fields in their order.
    #[inline(never)]
    fn fields(
        &self,
        name: &dyn Fn(usize) -> Option<&'static str>,
        required: &[&str],
        read: &mut dyn FnMut(usize, &Reader),
    ) {
        let Some(entries) = self.entries() else { return };
        let names = || (0..).map_while(name);
        for (key, node) in entries.iter() {
            let path = Path::Key(self.path, key);
            let at = Reader { node, path: &path, reading: self.reading };
            match names().position(|name| name == key.as_str()) {
                Some(field) => read(field, &at),
                None => at.wrong(&|| unknown_key(key, &names().collect::<Vec<_>>())),
            }
        }
        for key in required {
            if !self.has_like(key) {
                self.wrong(&|| format!("key \"{key}\" is missing"));
            }
        }
    }

    /// Whether the object has this key.
    pub(super) fn has(&self, key: &str) -> bool {
        matches!(&self.node.value, Value::Object(entries) if entries.contains(key))
    }

    /// Whether the object has this key, or one that was most likely meant to be it (and was noted as unknown).
    pub(super) fn has_like(&self, key: &str) -> bool {
        matches!(&self.node.value, Value::Object(entries) if entries.keys().any(|entry| is_similar(entry, key)))
    }

    /// Whether this is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// Whether this is a string.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.node.value, Value::Text(_))
    }

    #[inline(never)]
    fn items(&self, min: usize, max: usize) -> Option<&'r [Node]> {
        let Value::List(items) = &self.node.value else {
            self.expected("a list");
            return None;
        };
        if items.len() > max {
            self.wrong(&|| format!("has {} entries; use at most {max}", items.len()));
        } else if items.len() < min {
            self.wrong(&|| "is empty".to_owned());
        } else {
            return Some(items);
        }
        None
    }

    #[inline(never)]
    fn entries(&self) -> Option<&'r Sorted<String, Node>> {
        if let Value::Object(entries) = &self.node.value {
            return Some(entries);
        }
        self.expected("an object");
        None
    }
}

/// Puts a value that was read where it belongs; one that was not is noted already.
pub(super) fn put<T>(to: &mut T, read: Option<T>) {
    if let Some(value) = read {
        *to = value;
    }
}

fn unknown_key(key: &str, known: &[&str]) -> String {
    match nearest(key, known) {
        Some(known) => format!("unknown key; did you mean \"{known}\"?"),
        None => format!("unknown key; use {}", one_of(known)),
    }
}
