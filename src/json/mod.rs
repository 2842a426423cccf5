//! JSON as it crosses the boundary and stands in lines: our own shapes as text, and what is heard as a tree.

mod text;
mod tree;

pub(crate) use text::text;
pub(crate) use tree::Tree;
