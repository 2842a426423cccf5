//! Chat. Webhook URLs are in `url`, bots without a prefix in `odd`.

use super::{Row, row};
use crate::redact::text::Set::{Base64, Dotted, Slug};

pub const ROWS: &[Row] = &[
    row("slack-token", "xoxb-", Slug, 50).from(16).anywhere().mixed(),
    row("slack-token", "xoxp-", Slug, 70).from(16).anywhere().mixed(),
    row("slack-token", "xoxa-", Slug, 50).from(16).anywhere().mixed(),
    row("slack-token", "xoxr-", Slug, 50).from(16).anywhere().mixed(),
    row("slack-token", "xoxs-", Slug, 50).from(16).anywhere().mixed(),
    row("slack-token", "xoxo-", Slug, 50).from(16).anywhere().mixed(),
    row("slack-token", "xoxc-", Slug, 50).from(16).anywhere().mixed(),
    row("slack-token", "xoxd-", Base64, 120).from(16).anywhere().mixed(),
    row("slack-token", "xoxe-", Slug, 146).from(16).anywhere().mixed(),
    row("slack-token", "xoxe.", Dotted, 166).from(16).anywhere().mixed(),
    row("slack-token", "xapp-", Slug, 94).from(16).anywhere().mixed(),
    row("slack-token", "xwfp-", Slug, 60).from(16).anywhere().mixed(),
];
