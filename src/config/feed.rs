//! The SSE feed for watchers that speak Swarm's dialect.

use serde::Serialize;

use super::reader::{Field, Object};

/// The feed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Feed {
    /// Whether it is served. Default: false.
    pub enabled: bool,
}

impl Object for Feed {
    const FIELDS: &'static [Field<Self>] = &[("enabled", |to, at| at.flag(&mut to.enabled))];
}
