//! Events about tokens, money and files.

use serde::Serialize;

use crate::telemetry::usage::Taken;
use crate::time::Timestamp;

/// Tokens and money, with Swarm's field names.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Amounts {
    /// Tokens the model read, without those from the cache.
    pub input_tokens: u64,
    /// Tokens the model wrote.
    pub output_tokens: u64,
    /// Tokens the model thought.
    pub reasoning_tokens: u64,
    /// Tokens taken from the cache.
    pub cache_read_tokens: u64,
    /// Tokens put into the cache.
    pub cache_write_tokens: u64,
    /// All of them.
    pub total_tokens: u64,
    /// Money in whole US cents. Rounded half to even from the cumulative sum, so that the cents of all turns add up.
    pub total_cost_cents: i64,
    /// Money in US dollars, an exact decimal.
    pub cost_usd: String,
}

impl Amounts {
    /// What was taken after `before`.
    #[must_use]
    pub fn new(taken: Taken, before: Taken) -> Self {
        let tokens = taken.tokens;
        let parts = [tokens.input, tokens.output, tokens.reasoning, tokens.cache_read, tokens.cache_write];
        Self {
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            reasoning_tokens: tokens.reasoning,
            cache_read_tokens: tokens.cache_read,
            cache_write_tokens: tokens.cache_write,
            total_tokens: parts.iter().fold(0, |sum, part| sum.saturating_add(*part)),
            total_cost_cents: (before.cost + taken.cost).cents() - before.cost.cents(),
            cost_usd: taken.cost.to_string(),
        }
    }
}

/// When usage is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum UsageScope {
    /// A turn is over.
    Turn,
    /// The session is over.
    Session,
}

/// What one model took.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ModelUsage {
    /// `provider/model`; empty where it is not known, or for those beyond the sixteenth.
    pub model: String,
    /// Its share.
    #[serde(flatten)]
    pub amounts: Amounts,
}

/// What a session took since this boot. The amounts at the top are the session's own, cumulative; children stand apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UsageReport {
    /// When it is told.
    pub scope: UsageScope,
    /// The session alone.
    #[serde(flatten)]
    pub amounts: Amounts,
    /// The turn that is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<Amounts>,
    /// The session and all below it, where some are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<Amounts>,
    /// The session's amounts by model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<ModelUsage>,
    /// Always `opencode`: the host's own numbers.
    pub source: Source,
    /// When it was summed, RFC 3339.
    pub updated_at: Timestamp,
}

/// Who counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Source {
    /// The host.
    #[default]
    Opencode,
}

/// Files that a turn of a session changed, by whatever means. Git projects only: elsewhere the host does not look.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    /// Paths relative to the project, at most 32.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// How many there are.
    pub files_changed: u64,
    /// Lines added, as the host found them when it compared the files; where it did not, those that tools told of (edit,
    /// `apply_patch`), and commands do not.
    pub insertions: u64,
    /// Lines taken away by them.
    pub deletions: u64,
    /// Always `opencode`.
    pub source: Source,
    /// When it was seen, RFC 3339.
    pub updated_at: Timestamp,
}
