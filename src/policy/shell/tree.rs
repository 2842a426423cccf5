//! What the grammar finds: lists of pipelines of commands, and words before expansion.

use std::cell::OnceCell;
use std::rc::Rc;

/// Pipelines in order.
pub(super) type List = Vec<Chain>;

/// A word before expansion.
pub(super) type Raw = Vec<Part>;

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub pipelines: Vec<Pipeline>,
    pub is_background: bool,
}

/// Commands joined by `|`.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub link: Link,
    pub is_negated: bool,
    pub stages: Vec<Command>,
}

/// When a pipeline runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Link {
    /// It is the first one.
    Always,
    /// After `&&`.
    And,
    /// After `||`.
    Or,
}

/// A command of any form, with its own redirects.
#[derive(Debug)]
pub(super) struct Command {
    pub node: Node,
    pub redirects: Vec<RawRedirect>,
}

/// The forms of a command.
#[derive(Debug)]
pub(super) enum Node {
    Simple {
        assigns: Vec<Assign>,
        words: Vec<Raw>,
    },
    /// `{ …; }`
    Group(List),
    /// `( … )`
    Subshell(List),
    /// Conditions with what follows from each; the last may stand alone.
    If {
        arms: Vec<(List, List)>,
        otherwise: List,
    },
    /// `while` and `until`.
    While {
        condition: List,
        body: List,
    },
    /// `for` and `select`; without words it goes over the parameters.
    For {
        name: String,
        words: Option<Vec<Raw>>,
        is_select: bool,
        body: List,
    },
    /// `for ((a; b; c))`
    Count {
        terms: Vec<Raw>,
        body: List,
    },
    Case {
        subject: Raw,
        arms: Vec<Arm>,
    },
    Function {
        name: String,
        body: Rc<Command>,
    },
    /// `[[ … ]]`
    Test(Vec<Raw>),
    /// `(( … ))`
    Arithmetic(Raw),
    Coproc {
        name: String,
        body: Box<Command>,
    },
}

/// An arm of `case`.
#[derive(Debug)]
pub(super) struct Arm {
    pub patterns: Vec<Raw>,
    pub list: List,
    /// Whether the next one may follow (`;&`, `;;&`).
    pub falls_through: bool,
}

/// `name=value`, `name+=value`, `name[index]=value`.
#[derive(Debug)]
pub(super) struct Assign {
    pub name: String,
    pub index: Option<Raw>,
    pub is_append: bool,
    pub value: Raw,
}

/// A redirect before expansion.
#[derive(Debug)]
pub(super) struct RawRedirect {
    pub descriptor: Option<u32>,
    /// `{name}>…`
    pub variable: Option<String>,
    pub operator: &'static str,
    pub target: Raw,
    /// Filled when the line ends on which it stands.
    pub document: Option<Rc<OnceCell<Raw>>>,
}

/// A piece of a word before expansion.
#[derive(Debug)]
pub(super) enum Part {
    /// Outside of quotes, where braces, patterns and `~` have their meaning.
    Text(String),
    /// Within quotes or behind a backslash.
    Quoted(String),
    Param(Box<Param>),
    /// `$(…)` and backquotes.
    Command {
        list: List,
        is_quoted: bool,
    },
    /// `<(…)`, and `>(…)` which is fed by the command.
    Process {
        list: List,
        is_fed: bool,
    },
    Arithmetic {
        text: Raw,
        is_quoted: bool,
    },
    /// `(a b c)` behind `name=`.
    Array(Vec<Raw>),
}

/// `$name`, `${name…}`.
#[derive(Debug, Default)]
pub(super) struct Param {
    pub name: String,
    pub index: Option<Raw>,
    /// `#`, `!` or nothing.
    pub prefix: u8,
    /// The first letter of the operator, nothing where there is none; of `:-` it is the second.
    pub operator: u8,
    /// `:-` rather than `-`, `##` rather than `#`.
    pub is_doubled: bool,
    /// `/#` and `/%`, the letter behind `@`; `$` where it stands without braces.
    pub anchor: u8,
    pub word: Raw,
    pub other: Raw,
    pub is_quoted: bool,
}

impl Default for Command {
    fn default() -> Self {
        Self { node: Node::Group(List::new()), redirects: Vec::new() }
    }
}
