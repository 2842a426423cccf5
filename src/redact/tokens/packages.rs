//! Where packages come from.

use super::{Row, row};
use crate::redact::text::Set::{Alnum, Hex, LowerAlnum, Slug};

pub const ROWS: &[Row] = &[
    row("npm-token", "npm_", Alnum, 36).from(30).random().anywhere(),
    row("pypi-token", "pypi-", Slug, 180).from(40).random().anywhere(),
    row("crates-io-token", "cio", Alnum, 32).exact().random(),
    row("rubygems-key", "rubygems_", Hex, 48).anywhere(),
    row("nuget-key", "oy2", LowerAlnum, 43).exact().mixed(),
    row("docker-token", "dckr_pat_", Slug, 27).from(20).anywhere(),
    row("docker-token", "dckr_oat_", Slug, 32).from(20).anywhere(),
    row("clojars-token", "CLOJARS_", LowerAlnum, 60).anywhere(),
    row("artifactory-key", "AKCp", Alnum, 69).from(50).random(),
    row("artifactory-token", "cmVmd", Alnum, 59).from(55).random(),
    row("jsr-token", "jsrd_", Alnum, 40).random(),
    row("jsr-token", "jsrp_", Alnum, 40).random(),
];
