//! Code of other languages that commands run: looked through for what it does to files, to the machine and to databases.
//!
//! `token` cuts it into names and texts, `values` knows what texts say and what a call is given, `calls` what calls do, `tells` what
//! words say that stand anywhere, `sql` statements of databases. Begin with [`scan`].

mod calls;
mod language;
mod scan;
mod sql;
mod suspect;
mod tells;
mod token;
mod values;

#[cfg(test)]
mod tests;

pub use language::{Language, language_of};
pub use scan::scan;
pub use suspect::suspect;
