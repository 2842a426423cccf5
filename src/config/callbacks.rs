//! Who is told when a turn or a session ends.

use serde::Serialize;

use super::env_names::EnvNames;
use super::limits::{IDLE_GRACE_MS, PATTERNS_MAX, WEBHOOK_SECRETS_MAX, WEBHOOKS_MAX};
use super::reader::{Field, Object, Reader, put};
use super::secret::SecretRef;
use super::text::{EventPattern, Name};
use super::url::ReceiverUrl;

/// The receivers. A receiver that is left out (or is `null`) hears nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Callbacks {
    /// OpenClaw, for sessions with a callback target (`OPENCLAW_HOOK_BASE_URL`). Default: none.
    pub openclaw: Option<OpenClaw>,
    /// OrgLoop, for the start and the stop of root sessions (`OPENCODE_WEBHOOK_URL`). Default: none.
    pub orgloop: Option<OrgLoop>,
    /// Any other receiver, at most 16. Default: none.
    #[cfg_attr(test, schemars(length(max = WEBHOOKS_MAX)))]
    pub webhooks: Vec<Webhook>,
    /// Whether child sessions are told about too. Default: false.
    pub children: bool,
    /// Whether a receiver may have an address in a private network. Default: false.
    pub allow_private_networks: bool,
}

impl Callbacks {
    /// Names that are no secrets but hold one, for receivers that name none of their own. `null` counts as none.
    pub(super) fn take_defaults(&mut self, env_names: &EnvNames) {
        let set = |name: &str| env_names.contains(name).then(|| SecretRef::to_variable(name)).flatten();
        if let Some(openclaw) = &mut self.openclaw {
            openclaw.token = openclaw.token.take().or_else(|| set("OPENCLAW_HOOK_TOKEN"));
        }
        if let Some(orgloop) = &mut self.orgloop {
            orgloop.secret = orgloop.secret.take().or_else(|| set("OPENCODE_WEBHOOK_SECRET"));
        }
    }
}

impl Object for Callbacks {
    const FIELDS: &'static [Field<Self>] = &[
        ("openclaw", |to, at| at.optional(&mut to.openclaw, read_over_default)),
        ("orgloop", |to, at| at.optional(&mut to.orgloop, read_over_default)),
        ("webhooks", |to, at| put(&mut to.webhooks, at.list(0, WEBHOOKS_MAX, webhook))),
        ("children", |to, at| at.flag(&mut to.children)),
        ("allow_private_networks", |to, at| at.flag(&mut to.allow_private_networks)),
    ];
}

fn read_over_default<T: Object + Default>(at: &Reader) -> Option<T> {
    let mut to = T::default();
    at.object(&mut to);
    Some(to)
}

/// An address, if callbacks may go there.
fn url(at: &Reader) -> Option<ReceiverUrl> {
    let url: ReceiverUrl = at.checked()?;
    if url.is_private() && !at.reading.allows_private_networks {
        let remedy = "set callbacks.allow_private_networks to true to allow it";
        at.wrong(&|| format!("an address in a private network; {remedy}"));
    }
    Some(url)
}

/// A reference to a secret that is set.
fn secret(at: &Reader) -> Option<SecretRef> {
    let secret: SecretRef = at.checked()?;
    if !at.reading.env_names.contains(secret.variable()) {
        at.wrong(&|| format!("environment variable {} is not set", secret.variable()));
    }
    Some(secret)
}

/// OpenClaw's hooks.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct OpenClaw {
    /// The gateway, without `/hooks`. Default: `http://127.0.0.1:18789`.
    pub url: ReceiverUrl,
    /// The hook token as `${NAME}`. Default: `${OPENCLAW_HOOK_TOKEN}` when that is set, else none.
    pub token: Option<SecretRef>,
    /// When it is told. Default: `per_turn`.
    pub mode: Mode,
    /// Which of its hooks. Default: `agent`.
    pub form: Form,
    /// Whether the files of the bridge are kept, too: one record for each attempt in `audit/callbacks.jsonl`, and the file of
    /// each run in `runs/`, both in `opencode-bridge` of `$OPENCLAW_STATE_DIR`, else of `~/.openclaw`. Default: false.
    pub bridge_files: bool,
}

impl Default for OpenClaw {
    fn default() -> Self {
        Self {
            url: ReceiverUrl::openclaw(),
            token: None,
            mode: Mode::PerTurn,
            form: Form::default(),
            bridge_files: false,
        }
    }
}

impl Object for OpenClaw {
    const FIELDS: &'static [Field<Self>] = &[
        ("url", |to, at| put(&mut to.url, url(at))),
        ("token", |to, at| at.optional(&mut to.token, secret)),
        ("mode", |to, at| at.word(&mut to.mode, &MODES)),
        ("form", |to, at| at.word(&mut to.form, &[("agent", Form::Agent), ("callback", Form::Callback)])),
        ("bridge_files", |to, at| at.flag(&mut to.bridge_files)),
    ];
}

/// OrgLoop's `opencode` connector.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct OrgLoop {
    /// The webhook of the source. Default: `http://127.0.0.1:4800/webhook/opencode`.
    pub url: ReceiverUrl,
    /// The secret of the signature as `${NAME}`. Default: `${OPENCODE_WEBHOOK_SECRET}` when that is set, else unsigned.
    pub secret: Option<SecretRef>,
    /// When it is told. Default: `per_session`.
    pub mode: Mode,
    /// Idle time in milliseconds after which a session counts as ended; 1000 to 86400000. Default: 600000.
    #[cfg_attr(test, schemars(range(min = IDLE_GRACE_MS.min, max = IDLE_GRACE_MS.max)))]
    pub idle_grace_ms: u64,
}

impl Default for OrgLoop {
    fn default() -> Self {
        Self { url: ReceiverUrl::orgloop(), secret: None, mode: Mode::PerSession, idle_grace_ms: 600_000 }
    }
}

impl Object for OrgLoop {
    const FIELDS: &'static [Field<Self>] = &[
        ("url", |to, at| put(&mut to.url, url(at))),
        ("secret", |to, at| at.optional(&mut to.secret, secret)),
        ("mode", |to, at| at.word(&mut to.mode, &MODES)),
        ("idle_grace_ms", |to, at| put(&mut to.idle_grace_ms, at.whole(IDLE_GRACE_MS))),
    ];
}

/// A receiver of events, signed by the Standard Webhooks rules.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Webhook {
    /// Its name in events and messages; each webhook has its own.
    pub id: Name,
    /// Where it listens.
    pub url: ReceiverUrl,
    /// The secrets of its signatures as `${NAME}`, at most 4, the current one first. Default: none, unsigned.
    #[cfg_attr(test, schemars(default, length(max = WEBHOOK_SECRETS_MAX)))]
    pub secrets: Vec<SecretRef>,
    /// What it hears: event types of the pack, `*` for any characters; 1 to 256.
    #[cfg_attr(test, schemars(length(min = 1, max = PATTERNS_MAX)))]
    pub events: Vec<EventPattern>,
}

/// A webhook while it is read.
#[derive(Default)]
struct WebhookForm {
    id: Option<Name>,
    url: Option<ReceiverUrl>,
    secrets: Vec<SecretRef>,
    events: Option<Vec<EventPattern>>,
}

impl Object for WebhookForm {
    const FIELDS: &'static [Field<Self>] = &[
        ("id", |to, at| to.id = at.checked()),
        ("url", |to, at| to.url = url(at)),
        ("secrets", |to, at| put(&mut to.secrets, at.list(0, WEBHOOK_SECRETS_MAX, |at, _| secret(at)))),
        ("events", |to, at| to.events = at.texts(1, PATTERNS_MAX)),
    ];
    const REQUIRED: &'static [&'static str] = &["id", "url", "events"];
}

fn webhook(at: &Reader, before: &[Webhook]) -> Option<Webhook> {
    let mut form = WebhookForm::default();
    at.object(&mut form);
    let webhook = Webhook { id: form.id?, url: form.url?, secrets: form.secrets, events: form.events? };
    if before.iter().any(|earlier| earlier.id == webhook.id) {
        at.wrong_key("id", &|| format!("another webhook has the id \"{}\"; give each its own", webhook.id));
    }
    Some(webhook)
}

/// When a receiver is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Mode {
    /// At the end of each turn.
    PerTurn,
    /// When the session or the process ends, or the session was idle for the grace.
    PerSession,
}

const MODES: [(&str, Mode); 2] = [("per_turn", Mode::PerTurn), ("per_session", Mode::PerSession)];

/// The hook of OpenClaw that is called.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Form {
    /// `POST /hooks/agent`.
    #[default]
    Agent,
    /// `POST /hooks/opencode-callback`, the mapped hook of later bridges.
    Callback,
}
