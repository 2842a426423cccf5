//! The rows, one file for each family. What they can say is written in [`super::row`].

mod build;
mod cloud;
mod containers;
mod databases;
mod files;
mod git;
mod interpreters;
mod network;
mod packages;
mod secrets;
mod system;
mod wrappers;

use super::row::{Row, lines};

/// All families.
pub static FAMILIES: &[&[Row]] = &[
    build::ROWS,
    cloud::ROWS,
    containers::ROWS,
    databases::ROWS,
    files::ROWS,
    git::ROWS,
    interpreters::ROWS,
    network::ROWS,
    packages::ROWS,
    secrets::ROWS,
    system::ROWS,
    wrappers::ROWS,
];

/// What is taken of a tool that stands in no row.
pub static ANY: Row = Row {
    names: "",
    text: lines!(
        "help
        opts -o --output --out
        delete*|destroy*|drop*|purge*|wipe*|terminate*|nuke|teardown|decommission|erase*|truncate* !--dry-run : !tool-deletes
        * delete*|destroy*|drop*|purge*|wipe*|terminate*|nuke|teardown|decommission|erase*|truncate* !--dry-run : !tool-deletes
        * * delete|destroy|drop|purge|wipe|terminate|remove-all !--dry-run : !tool-deletes
        uninstall --purge|-y|--yes|--all : !tool-deletes
        publish|unpublish|yank !--dry-run : !publish
        -o|--output|--out : w=-o|--output|--out
        : &operands &suspect"
    ),
    #[cfg(test)]
    examples: &[],
};
