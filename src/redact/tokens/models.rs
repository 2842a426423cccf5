//! Those who serve models.

use super::{Row, row};
use crate::redact::text::Set::{Alnum, Hex, Slug, Word};

pub const ROWS: &[Row] = &[
    row("openai-key", "sk-", Slug, 48).from(20).random(),
    row("openai-key", "sk-proj-", Slug, 156).from(20).mixed().anywhere(),
    row("openai-key", "sk-svcacct-", Slug, 156).from(20).mixed().anywhere(),
    row("openai-key", "sk-admin-", Slug, 156).from(20).mixed().anywhere(),
    row("openai-key", "sk-None-", Slug, 100).from(20).mixed().anywhere(),
    row("anthropic-key", "sk-ant-", Slug, 101).from(16).mixed().anywhere(),
    row("openrouter-key", "sk-or-", Slug, 67).from(20).mixed().anywhere(),
    row("langfuse-key", "sk-lf-", Slug, 36).from(20).mixed(),
    row("huggingface-token", "hf_", Alnum, 34).from(30).random(),
    row("huggingface-token", "api_org_", Alnum, 34).random(),
    row("groq-key", "gsk_", Alnum, 52).from(20).random(),
    row("replicate-token", "r8_", Slug, 37).from(30).random(),
    row("perplexity-key", "pplx-", Alnum, 48).from(20),
    row("xai-key", "xai-", Slug, 80).from(32).random(),
    row("cerebras-key", "csk-", Alnum, 48).from(30).random(),
    row("nvidia-key", "nvapi-", Slug, 64).from(30).anywhere(),
    row("fireworks-key", "fw_", Alnum, 24).from(20).random(),
    row("together-key", "tgp_v1_", Slug, 43).from(30),
    row("langsmith-key", "lsv2_pt_", Word, 43).from(30),
    row("langsmith-key", "lsv2_sk_", Word, 43).from(30),
    row("pinecone-key", "pcsk_", Word, 70).from(30).random(),
    row("tavily-key", "tvly-", Slug, 36).from(24).random(),
    row("firecrawl-key", "fc-", Alnum, 32).from(32).random(),
    row("wandb-key", "wandb_v1_", Word, 77).from(40),
    row("elevenlabs-key", "sk_", Alnum, 48).from(24).random(),
    row("cohere-key", "co_api_", Alnum, 40).from(24).random(),
    row("jina-key", "jina_", Slug, 60).from(30).random(),
    row("voyage-key", "pa-", Slug, 43).from(40).random(),
    row("cursor-key", "key_", Hex, 64).exact().mixed(),
    row("cursor-key", "crsr_", Hex, 64).mixed(),
];
