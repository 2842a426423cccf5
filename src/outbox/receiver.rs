//! One receiver: how it is, and what a request to it looks like.

use super::entry::Entry;
use crate::config::{Callbacks, Form, SecretRef};
use crate::effect::{CallbackRequest, Scheme};
use crate::limits::{BREAKER_FAILURES, BREAKER_OPEN_MS, IN_FLIGHT_MAX, UNAUTHORIZED_MS};

/// Prefix of the names of webhooks, before the id they are configured with.
pub const WEBHOOK: &str = "webhook:";

/// How a receiver is.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// `openclaw`, `orgloop`, `webhook:<id>`.
    pub name: String,
    /// Callbacks under way to it.
    pub in_flight: usize,
    failures: u32,
    closed_until_ms: u64,
}

/// The circuit breaker of a receiver, as a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breaker {
    /// Callbacks go out.
    Closed,
    /// None goes out.
    Open,
    /// One goes out, to see.
    HalfOpen,
}

impl Breaker {
    /// The state as a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

impl Receiver {
    /// A receiver nothing is known of.
    #[must_use]
    pub const fn new(name: String) -> Self {
        Self { name, in_flight: 0, failures: 0, closed_until_ms: 0 }
    }

    /// The receivers of a configuration. OpenClaw without a token is none: it takes nothing without.
    #[must_use]
    pub fn all(callbacks: &Callbacks) -> Vec<Self> {
        let openclaw =
            callbacks.openclaw.as_ref().filter(|openclaw| openclaw.token.is_some()).map(|_| "openclaw".to_owned());
        let orgloop = callbacks.orgloop.as_ref().map(|_| "orgloop".to_owned());
        let webhooks = callbacks.webhooks.iter().map(|webhook| [WEBHOOK, &webhook.id].concat());
        openclaw.into_iter().chain(orgloop).chain(webhooks).map(Self::new).collect()
    }

    /// It answered as it should, or at least refused as one who is well.
    pub const fn answered(&mut self) {
        self.failures = 0;
        self.closed_until_ms = 0;
    }

    /// It did not; `after_ms` is what it asked for.
    pub fn failed(&mut self, now_ms: u64, after_ms: Option<u64>) {
        self.failures = self.failures.saturating_add(1);
        let pause_ms = if self.failures >= BREAKER_FAILURES { BREAKER_OPEN_MS } else { 0 };
        self.leave_alone(now_ms, pause_ms.max(after_ms.unwrap_or_default()));
    }

    /// It does not accept our token, and would not accept it for anything else.
    pub fn unauthorized(&mut self, now_ms: u64) {
        self.leave_alone(now_ms, UNAUTHORIZED_MS);
        self.failures = BREAKER_FAILURES;
    }

    /// How many more callbacks may go out.
    #[must_use]
    pub fn room(&self, now_ms: u64) -> usize {
        match self.breaker(now_ms) {
            Breaker::Open => 0,
            Breaker::HalfOpen => 1_usize.saturating_sub(self.in_flight),
            Breaker::Closed => IN_FLIGHT_MAX.saturating_sub(self.in_flight),
        }
    }

    /// When callbacks may go out again, in monotonic milliseconds.
    #[must_use]
    pub const fn open_at_ms(&self) -> u64 {
        self.closed_until_ms
    }

    /// Its circuit breaker.
    #[must_use]
    pub const fn breaker(&self, now_ms: u64) -> Breaker {
        if self.closed_until_ms > now_ms {
            Breaker::Open
        } else if self.failures >= BREAKER_FAILURES {
            Breaker::HalfOpen
        } else {
            Breaker::Closed
        }
    }

    fn leave_alone(&mut self, now_ms: u64, pause_ms: u64) {
        self.closed_until_ms = self.closed_until_ms.max(now_ms.saturating_add(pause_ms));
    }
}

/// The request for a callback: address and secret as they are configured now, body as it always was. Nothing where the
/// receiver is not configured any more.
#[must_use]
pub fn request(callbacks: &Callbacks, entry: &Entry) -> Option<CallbackRequest> {
    let named = |secret: &Option<SecretRef>| secret.iter().map(|secret| secret.variable().to_owned()).collect();
    let (url, scheme, secrets): (String, Scheme, Vec<String>) = match entry.receiver.as_str() {
        "openclaw" => {
            let openclaw = callbacks.openclaw.as_ref()?;
            (below(&openclaw.url, &entry.path), Scheme::Bearer, named(&openclaw.token))
        }
        "orgloop" => {
            let orgloop = callbacks.orgloop.as_ref()?;
            (orgloop.url.to_string(), Scheme::HubSha256, named(&orgloop.secret))
        }
        name => {
            let id = name.strip_prefix(WEBHOOK)?;
            let webhook = callbacks.webhooks.iter().find(|webhook| &*webhook.id == id)?;
            let secrets = webhook.secrets.iter().map(|secret| secret.variable().to_owned()).collect();
            (webhook.url.to_string(), Scheme::StandardWebhooks, secrets)
        }
    };
    let allows_private_networks = callbacks.allow_private_networks;
    Some(CallbackRequest { url, scheme, secrets, allows_private_networks, body: entry.body.clone() })
}

/// The hook of OpenClaw that is called.
#[must_use]
pub const fn hook(form: Form) -> &'static str {
    match form {
        Form::Agent => "/hooks/agent",
        Form::Callback => "/hooks/opencode-callback",
    }
}

/// An address with a path below it, before its query.
fn below(url: &str, path: &str) -> String {
    let (base, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    [base.trim_end_matches('/'), path, query].concat()
}
