//! Writing what was read, with other numbers of functions.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{Error, Reencode};

/// The new number of each function, by its old one.
#[derive(Default)]
pub struct Numbers(BTreeMap<u32, u32>);

/// A function that is not in this half was asked for.
#[derive(Debug)]
pub struct Missing(u32);

impl Numbers {
    /// The next free number for this function.
    pub fn add(&mut self, old: u32) {
        let new = self.0.len() as u32;
        self.0.insert(old, new);
    }

    /// Nothing where it is not in this half.
    pub fn get(&self, old: u32) -> Option<u32> {
        self.0.get(&old).copied()
    }
}

impl Reencode for Numbers {
    type Error = Missing;

    fn function_index(&mut self, old: u32) -> Result<u32, Error<Missing>> {
        self.get(old).ok_or(Error::UserError(Missing(old)))
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "function {} is not in this half", self.0)
    }
}

impl std::error::Error for Missing {}
