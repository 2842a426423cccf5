//! What is known of variables at a point of the script, and what remains known after a branch.

use super::{Doubt, Piece, Word};

/// The folder is kept as a variable, so that branches join it like any other. No variable has such a name.
pub(super) const CWD: &str = "/cwd";
/// What `exec <file` made of standard input.
pub(super) const STDIN: &str = "/stdin";
/// The folders of `pushd`.
pub(super) const STACK: &str = "/stack";
/// Set where a file may have set any variable.
pub(super) const SOURCED: &str = "/sourced";
/// The parameters.
pub(super) const ARGS: &str = "@";

/// Variables that are followed. What is not followed is not known.
const VARIABLES_MOST: usize = 1 << 10;

/// What is known of a variable.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum Value {
    /// Nothing in the script has set it: it may come from outside.
    #[default]
    Outside,
    /// It is not set.
    Unset,
    /// A text, as far as it is known.
    Scalar(Word),
    /// An array: its keys and values.
    List(Vec<(String, Word)>),
    /// Another variable (`declare -n`).
    Alias(String),
    /// Not known.
    Unknown(Doubt),
    /// Not known, and whatever is assigned becomes something else (`declare -i`, `-u`).
    Fickle,
}

impl Value {
    /// The text, where it is one.
    pub fn scalar(&self) -> Option<&Word> {
        match self {
            Self::Scalar(word) => Some(word),
            Self::Outside | Self::Unset | Self::List(_) | Self::Alias(_) | Self::Unknown(_) | Self::Fickle => None,
        }
    }

    /// The array, where it is one.
    pub fn list(&self) -> Option<&Vec<(String, Word)>> {
        match self {
            Self::List(items) => Some(items),
            Self::Outside | Self::Unset | Self::Scalar(_) | Self::Alias(_) | Self::Unknown(_) | Self::Fickle => None,
        }
    }

    /// What it is an array of, where something may be added to it.
    pub fn items(&self) -> Vec<(String, Word)> {
        match (self.list(), self.scalar()) {
            (Some(items), _) => items.clone(),
            (None, Some(word)) => vec![("0".to_owned(), word.clone())],
            (None, None) => Vec::new(),
        }
    }

    pub fn text(text: &str) -> Self {
        Self::Scalar(Word::text(text))
    }
}

impl Word {
    /// This text.
    #[inline(never)]
    pub(super) fn text(text: &str) -> Self {
        let mut word = Self::default();
        word.push_text(text);
        word
    }

    /// Something unknown within one word.
    #[inline(never)]
    pub(super) fn unknown(doubt: Doubt) -> Self {
        Self { pieces: vec![Piece::Unknown { doubt, is_quoted: true }] }
    }

    /// Adds what another is made of.
    pub(super) fn append(&mut self, other: Self) {
        for piece in other.pieces {
            match piece {
                Piece::Text(text) => self.push_text(&text),
                Piece::Glob(_) | Piece::Unknown { .. } => self.pieces.push(piece),
            }
        }
    }

    #[inline(never)]
    pub(super) fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            Some(Piece::Glob(_) | Piece::Unknown { .. }) | None => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }
}

/// The variables, and what they were before.
#[derive(Debug, Default)]
pub(super) struct Vars {
    /// By name.
    table: Vec<(String, Value)>,
    /// What was changed, with the value before; undone from the end.
    log: Vec<(String, Value)>,
}

/// What a branch made of the variables it changed.
pub(super) type Change = Vec<(String, Value)>;

impl Vars {
    #[inline(never)]
    pub fn get(&self, name: &str) -> &Value {
        static OUTSIDE: Value = Value::Outside;
        match self.place(name) {
            Ok(index) => self.table.get(index).map_or(&OUTSIDE, |(_, value)| value),
            Err(_) => &OUTSIDE,
        }
    }

    #[inline(never)]
    pub fn set(&mut self, name: &str, value: Value) {
        let before = self.put(name, value);
        self.log.push((name.to_owned(), before));
    }

    fn put(&mut self, name: &str, value: Value) -> Value {
        match self.place(name) {
            Ok(index) => self.table.get_mut(index).map(|(_, slot)| std::mem::replace(slot, value)).unwrap_or_default(),
            Err(index) => {
                if self.table.len() < VARIABLES_MOST {
                    self.table.insert(index, (name.to_owned(), value));
                }
                Value::Outside
            }
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.table.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }

    /// Whether a variable may have been set that is not followed.
    pub fn is_full(&self) -> bool {
        self.table.len() >= VARIABLES_MOST
    }

    /// The names of all that are followed.
    pub fn names(&self) -> Vec<String> {
        self.table.iter().map(|(name, _)| name.clone()).collect()
    }

    /// A point to come back to.
    pub fn mark(&self) -> usize {
        self.log.len()
    }

    /// Whether anything was set since then.
    pub fn is_changed(&self, mark: usize) -> bool {
        self.log.len() > mark
    }

    /// Back to that point.
    pub fn undo(&mut self, mark: usize) {
        while self.log.len() > mark {
            if let Some((name, before)) = self.log.pop() {
                self.put(&name, before);
            }
        }
    }

    /// Back to that point; what was changed since then.
    pub fn take(&mut self, mark: usize) -> Change {
        let names = self.log.get(mark..).unwrap_or_default().iter();
        let mut change: Change = names.map(|(name, _)| (name.clone(), Value::Unset)).collect();
        sort(&mut change);
        change.dedup_by(|one, other| one.0 == other.0);
        for (name, value) in &mut change {
            *value = self.get(name).clone();
        }
        self.undo(mark);
        change
    }

    /// Goes on after something since that point of which nobody knows whether it ran.
    #[inline(never)]
    pub fn perhaps(&mut self, mark: usize) {
        let change = self.take(mark);
        self.join(vec![change, Change::new()]);
    }

    /// Goes on after one of several branches of which nobody knows which was taken. An empty one is none taken.
    pub fn join(&mut self, branches: Vec<Change>) {
        let count = branches.len();
        let mut all: Change = branches.into_iter().flatten().collect();
        sort(&mut all);
        let mut rest = all.into_iter().peekable();
        while let Some((name, value)) = rest.next() {
            let mut same = 1;
            let mut is_same = true;
            while let Some((_, other)) = rest.next_if(|(other, _)| *other == name) {
                same += 1;
                is_same &= other == value;
            }
            is_same &= same == count || *self.get(&name) == value;
            let is_fickle = value == Value::Fickle || *self.get(&name) == Value::Fickle;
            let joined = match (is_same, is_fickle) {
                (true, _) => value,
                (false, true) => Value::Fickle,
                (false, false) => Value::Unknown(Doubt::Variable),
            };
            self.set(&name, joined);
        }
    }
}

/// One sort for all: each type of items would have its own.
#[inline(never)]
fn sort(change: &mut Change) {
    change.sort_unstable_by(|one, other| one.0.cmp(&other.0));
}
