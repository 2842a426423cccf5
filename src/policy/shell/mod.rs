//! From a command line to the simple commands that it could run.
//!
//! Reads the grammar of bash as far as people and models write it, and follows what can be known without running anything:
//! quoting, expansion, variables set to literals, functions, `cd`, `eval` of known text. It runs nothing, opens nothing and asks
//! nothing; what only a run would tell is a [`Doubt`], and no command that stands in the text is left out.
//!
//! Look at [`read`] first, then at [`Script`].

mod arithmetic;
mod braces;
mod budget;
mod builtins;
mod compound;
mod dollar;
mod escape;
mod expand;
mod fields;
mod grammar;
mod output;
mod param;
mod pattern;
mod reader;
mod run;
mod script;
mod simple;
mod tree;
mod vars;
mod words;

#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use script::{Cwd, Doubt, Piece, Position, Redirect, RedirectKind, Script, Simple, Stdin, Word};

/// What is known before the first line.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The home folder.
    pub home: &'a str,
    /// The name of the user.
    pub user: &'a str,
    /// The absolute folder in which the script starts.
    pub cwd: &'a str,
    /// Variables that are known, for example of an enclosing script. A name of digits is a parameter: `("1", …)` is `$1`.
    pub vars: &'a [(String, Word)],
}

/// Reads a command line. Never fails: what could not be read is in [`Script::doubts`], and then no caller may take the script
/// for known.
#[must_use]
pub fn read(source: &str, given: &Given, budget: &mut Budget) -> Script {
    run::Run::new(given, budget).script(source)
}
