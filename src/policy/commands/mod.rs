//! What commands do: a table, one file for each family of tools, and the engine that reads it.
//!
//! Adding a tool is adding a row with its examples. What a row can say is written in [`row`].

mod arg;
mod building;
mod engine;
mod filing;
mod finding;
mod git;
pub mod row;
mod special;
mod stdout;
pub mod tables;
mod transfer;

use row::Row;

pub use arg::Arg;
pub use engine::{apply, rule_of, words_of};
pub use finding::are_sources;
pub use stdout::output;
pub use tables::ANY;

#[cfg(test)]
pub use special::SPECIALS;

/// All tools by name, sorted.
#[derive(Debug)]
pub struct Names(Vec<(&'static str, &'static Row)>);

impl Names {
    /// The index of all tables.
    pub fn new() -> Self {
        let mut names: Vec<(&'static str, &'static Row)> = Vec::with_capacity(1_024);
        for row in tables::FAMILIES.iter().copied().flatten() {
            for name in row.names.split_ascii_whitespace() {
                let place = names.partition_point(|(other, _)| *other < name);
                names.insert(place, (name, row));
            }
        }
        Self(names)
    }

    /// The row of a tool. Versions behind a name (`python3.12`, `clang-15`) and `.exe` are no part of it.
    pub fn row(&self, name: &str) -> Option<&'static Row> {
        self.find(name).or_else(|| {
            let name = name.strip_suffix(".exe").unwrap_or(name);
            let plain = name.trim_end_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | '-'));
            self.find(plain).filter(|_| plain.len() > 1 || plain == name)
        })
    }

    fn find(&self, name: &str) -> Option<&'static Row> {
        let place = self.0.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
        self.0.get(place).map(|(_, row)| *row)
    }

    #[cfg(test)]
    pub(in crate::policy) fn all(&self) -> &[(&'static str, &'static Row)] {
        &self.0
    }
}
