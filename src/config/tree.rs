//! A configuration before it is checked: plain values that remember where they were written.
//!
//! File, plugin options and environment all become this, so one reader checks all three and
//! every message can name its place.

use crate::sorted::Sorted;

/// Where a value was written.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Origin {
    /// The configuration file, at this line (from 1).
    Line(usize),
    /// The options of the plugin entry.
    Options,
    /// The environment variable of this name.
    Variable(&'static str),
    /// Nowhere: the empty configuration everything is laid over.
    Default,
}

/// A value and its origin.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub origin: Origin,
    pub value: Value,
}

/// A JSON value. Numbers are `f64`: every bound of the configuration fits.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Object(Sorted<String, Node>),
}

impl Value {
    /// What it is, for "expected …, got …": the kind and never the content.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl Node {
    pub(super) fn new(origin: Origin, value: Value) -> Self {
        Self { origin, value }
    }

    /// An object with one entry.
    pub(super) fn object(origin: Origin, key: String, node: Node) -> Self {
        let mut entries = Sorted::NEW;
        entries.insert(key, node);
        Self::new(origin, Value::Object(entries))
    }

    /// Lays `over` on top: objects key by key, everything else (lists too) replaced.
    pub(super) fn merge(&mut self, over: Node) {
        match (&mut self.value, over.value) {
            (Value::Object(entries), Value::Object(newer)) => {
                for (key, node) in newer {
                    match entries.get_mut(&key) {
                        Some(entry) => entry.merge(node),
                        None => {
                            entries.insert(key, node);
                        }
                    }
                }
            }
            (value, newer) => *value = newer,
        }
        self.origin = over.origin;
    }

    /// The value of a key, if this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        if let Value::Object(entries) = &self.value { entries.get(key) } else { None }
    }
}

/// The way from the root to a value.
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The key at the top of the way: the section.
    pub(super) fn top(&self) -> Option<&str> {
        match self {
            Path::Root => None,
            Path::Key(Path::Root, key) => Some(key),
            Path::Key(parent, _) | Path::Index(parent, _) => parent.top(),
        }
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, key) if is_plain(key) => f.write_str(key),
            Path::Key(parent, key) if is_plain(key) => write!(f, "{parent}.{key}"),
            Path::Key(parent, key) => {
                let key = super::problem::cut(key, super::limits::NAME_BYTES_MAX);
                write!(f, "{parent}[\"{key}\"]")
            }
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Whether a key reads well behind a dot.
fn is_plain(key: &str) -> bool {
    let short = (1..=super::limits::NAME_BYTES_MAX).contains(&key.len());
    short && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}
