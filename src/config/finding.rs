//! Mistakes of one source while it is read: what they are, and which parts of the source they cost.

use crate::sorted::Sorted;

use super::limits::{PROBLEMS_MAX, QUOTED_BYTES_MAX};
use super::problem::cut;
use super::tree::{Origin, Path};

/// A mistake before its place is put into words.
pub(super) struct Finding {
    /// The key at the top of the configuration; `None` when the source as a whole is meant.
    pub top: Option<String>,
    /// The dotted path; empty when the source as a whole is meant.
    pub path: String,
    pub origin: Origin,
    pub message: String,
}

impl Finding {
    /// What comes first in a list: the source as a whole, then line by line.
    fn order(&self) -> (bool, Origin, &str) {
        (self.top.is_some(), self.origin, &self.path)
    }
}

/// The first mistakes of a source with their words, and the parts that all of them cost.
#[derive(Default)]
pub(super) struct Findings {
    /// In the order a person reads the source.
    pub listed: Vec<Finding>,
    pub more: usize,
    /// Keys at the top, and names of variables.
    hit: Sorted<String, ()>,
    hit_all: bool,
}

impl Findings {
    /// Notes a mistake. Beyond [`PROBLEMS_MAX`] it is only counted, and `message` is not asked.
    pub(super) fn note(&mut self, path: &Path, origin: Origin, message: &dyn Fn() -> String) {
        let top = path.top().map(str::to_owned);
        match variable(origin).or(top.as_deref()) {
            Some(part) => drop(self.hit.insert(part.to_owned(), ())),
            None => self.hit_all = true,
        }
        // What costs the whole source is listed whatever else was.
        if top.is_some() && self.listed.len() >= PROBLEMS_MAX {
            self.more += 1;
            return;
        }
        let path = cut(&path.to_string(), QUOTED_BYTES_MAX);
        let finding = Finding { top, path, origin, message: message() };
        let place = self.listed.partition_point(|earlier| earlier.order() <= finding.order());
        self.listed.insert(place, finding);
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.hit_all && self.hit.is_empty()
    }

    /// Whether the part of the source under this key, written at `origin`, is lost.
    ///
    /// A file or the options lose a whole section; of the environment only the variable is lost,
    /// unless the mistake shows in the section as a whole.
    pub(super) fn costs(&self, top: &str, origin: Origin) -> bool {
        let is_hit = |part| self.hit.contains(part);
        self.hit_all || is_hit(top) || variable(origin).is_some_and(is_hit)
    }
}

fn variable(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::Variable(name) => Some(name),
        Origin::Line(_) | Origin::Options | Origin::Default => None,
    }
}
