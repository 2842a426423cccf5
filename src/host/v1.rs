//! The first generation of the host's plugin API (`server(input, options)`), as OpenCode 1.18 has it.
//!
//! Unknown fields and types are let pass; a field that is used and has the wrong type makes the whole unreadable.

use serde::Deserialize;

use super::HostError;
use crate::event::fit::cut;
use crate::ids::{IdError, SessionId};
use crate::input::{AskKind, CallPhase, Input, SessionFact};
use crate::limits::HOST_TEXT_BYTES_MAX;

/// Types of events that the pack listens to. The shim drops all others before any JSON is made.
pub const WANTED_EVENTS: &[&str] = &[
    "session.created",
    "session.updated",
    "session.deleted",
    "session.status",
    "session.idle",
    "session.error",
    "message.updated",
    "message.part.updated",
    "permission.asked",
    "permission.replied",
    "question.asked",
    "question.replied",
    "question.rejected",
];

/// The type of event of which the shim passes on only when the last one came.
pub const COUNTED_EVENT: &str = "message.part.delta";

/// Longest name of a model that is passed on, in bytes.
const MODEL_BYTES_MAX: usize = 160;

/// Longest name of a tool or an error that is passed on, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// What a hook was given, in the host's own shape, as far as it is read. The shim sends no more than this of it; a
/// recording of the host, which has everything, reads the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Heard {
    hook: String,
    event: Option<Event>,
    input: Option<HookInput>,
    /// The answer to a look-up.
    session: Option<Info>,
    /// Only for the counted event: how long ago the last one came.
    last_ago_ms: f64,
}

#[derive(Debug, Deserialize)]
struct Event {
    r#type: String,
    #[serde(default)]
    properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Properties {
    #[serde(rename = "sessionID")]
    session_id: Option<String>,
    id: Option<String>,
    #[serde(rename = "requestID")]
    request_id: Option<String>,
    info: Option<Info>,
    part: Option<Part>,
    status: Option<Status>,
    error: Option<Named>,
}

/// A session or a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Info {
    #[serde(rename = "parentID")]
    parent_id: Option<String>,
    role: Option<String>,
    model: Option<Model>,
    #[serde(rename = "providerID")]
    provider_id: Option<String>,
    #[serde(rename = "modelID")]
    model_id: Option<String>,
    time: Option<Time>,
    error: Option<Named>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Model {
    id: Option<String>,
    #[serde(rename = "providerID")]
    provider_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Time {
    completed: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Part {
    r#type: String,
    #[serde(rename = "callID")]
    call_id: Option<String>,
    tool: Option<String>,
    state: Option<State>,
}

#[derive(Debug, Deserialize)]
struct State {
    status: String,
}

#[derive(Debug, Deserialize)]
struct Status {
    r#type: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HookInput {
    #[serde(rename = "sessionID")]
    session_id: Option<String>,
    #[serde(rename = "callID")]
    call_id: Option<String>,
    tool: Option<String>,
}

/// Reads what a hook was given.
///
/// # Errors
///
/// When the text is too long, is no JSON, or lacks what its hook must have.
pub fn read(text: &str) -> Result<Input, HostError> {
    if text.len() > HOST_TEXT_BYTES_MAX {
        let message = format!("longer than {HOST_TEXT_BYTES_MAX} bytes");
        return Err(HostError { kind: "text".into(), message });
    }
    let heard: Heard = serde_json::from_str(text).map_err(|error| HostError {
        kind: "text".into(),
        // Only the category and the place: serde's own words may quote the text.
        message: format!("not the expected JSON ({:?} error at column {})", error.classify(), error.column()),
    })?;
    let kind = heard.event.as_ref().map_or(&heard.hook, |event| &event.r#type).clone();
    heard.input().map_err(|message| HostError { kind, message })
}

impl Heard {
    fn input(self) -> Result<Input, String> {
        let Self { hook, event, input, session, last_ago_ms } = self;
        match event {
            Some(event) => event.input(last_ago_ms),
            None => input.unwrap_or_default().input(&hook, session),
        }
    }
}

impl HookInput {
    fn input(self, hook: &str, session: Option<Info>) -> Result<Input, String> {
        let fact = match hook {
            "chat.message" => SessionFact::PromptReceived,
            "tool.execute.before" => call(self.call_id, self.tool, CallPhase::Open)?,
            "session.get" => {
                let session = session.unwrap_or_default();
                SessionFact::LookedUp { parent_id: session.parent()?, model: session.model() }
            }
            _ => return Ok(Input::HostHeard),
        };
        Ok(Input::SessionHeard { session_id: id("sessionID", self.session_id)?, fact })
    }
}

impl Event {
    fn input(self, last_ago_ms: f64) -> Result<Input, String> {
        let Self { r#type, mut properties } = self;
        // An error of the host that concerns no session (a plugin did not load) names none.
        if r#type == "session.error" && properties.session_id.is_none() {
            return Ok(Input::HostHeard);
        }
        let session_id = properties.session_id.take();
        let Some(fact) = properties.fact(&r#type, last_ago_ms)? else { return Ok(Input::HostHeard) };
        Ok(Input::SessionHeard { session_id: id("sessionID", session_id)?, fact })
    }
}

impl Properties {
    fn fact(self, kind: &str, last_ago_ms: f64) -> Result<Option<SessionFact>, String> {
        Ok(Some(match kind {
            "session.created" => self.seen(true)?,
            "session.updated" => self.seen(false)?,
            "session.deleted" => SessionFact::Deleted,
            "session.idle" => SessionFact::WentIdle,
            "session.status" => return self.status(),
            "session.error" => {
                SessionFact::Failed { error: name(self.error.and_then(|error| error.name), "UnknownError") }
            }
            "message.updated" => return self.message(),
            "message.part.updated" => return self.part(),
            COUNTED_EVENT => SessionFact::TokensStreamed { last_ago_ms },
            "permission.asked" => SessionFact::AskRaised { ask_id: id("id", self.id)?, kind: AskKind::Permission },
            "question.asked" => SessionFact::AskRaised { ask_id: id("id", self.id)?, kind: AskKind::Question },
            "permission.replied" | "question.replied" | "question.rejected" => {
                SessionFact::AskSettled { ask_id: id("requestID", self.request_id)? }
            }
            _ => return Ok(None),
        }))
    }

    fn seen(self, is_new: bool) -> Result<SessionFact, String> {
        let info = self.info.ok_or("has no info")?;
        Ok(SessionFact::Seen { parent_id: info.parent()?, is_new, model: info.model() })
    }

    /// `idle` is no fact here: the event of that name follows at once, and it is the one that ends a turn.
    fn status(self) -> Result<Option<SessionFact>, String> {
        let status = self.status.ok_or("has no status")?;
        Ok(match status.r#type.as_str() {
            "busy" => Some(SessionFact::BecameBusy),
            "retry" => Some(SessionFact::RetryScheduled),
            _ => None,
        })
    }

    fn message(self) -> Result<Option<SessionFact>, String> {
        let info = self.info.ok_or("has no info")?;
        // The user's message is repeated at any time, also long after its turn: it says nothing.
        if info.role.as_deref() != Some("assistant") {
            return Ok(None);
        }
        Ok(Some(SessionFact::AnswerProgressed {
            model: info.model(),
            is_finished: info.time.is_some_and(|time| time.completed.is_some()),
            error: info.error.map(|error| name(error.name, "UnknownError")),
        }))
    }

    fn part(self) -> Result<Option<SessionFact>, String> {
        let part = self.part.ok_or("has no part")?;
        match part.r#type.as_str() {
            "tool" => {
                let phase = match part.state.as_ref().map(|state| state.status.as_str()) {
                    Some("pending" | "running") => CallPhase::Open,
                    Some("completed" | "error") => CallPhase::Closed,
                    Some(_) | None => return Err("has a tool part of unknown status".into()),
                };
                call(part.call_id, part.tool, phase).map(Some)
            }
            "step-finish" => Ok(Some(SessionFact::AnswerProgressed { model: None, is_finished: true, error: None })),
            "step-start" | "text" | "reasoning" => {
                Ok(Some(SessionFact::AnswerProgressed { model: None, is_finished: false, error: None }))
            }
            _ => Ok(None),
        }
    }
}

impl Info {
    fn parent(&self) -> Result<Option<SessionId>, String> {
        self.parent_id.clone().map(|parent_id| id("parentID", Some(parent_id))).transpose()
    }

    fn model(&self) -> Option<String> {
        // A session has its model in an object, a message of the model beside everything else.
        let of_session = self.model.as_ref().and_then(|model| model.provider_id.as_ref().zip(model.id.as_ref()));
        let (provider, model) = of_session.or_else(|| self.provider_id.as_ref().zip(self.model_id.as_ref()))?;
        Some(cut(&plain(&format!("{provider}/{model}")), MODEL_BYTES_MAX))
    }
}

fn call(call_id: Option<String>, tool: Option<String>, phase: CallPhase) -> Result<SessionFact, String> {
    Ok(SessionFact::CallSeen { call_id: id("callID", call_id)?, tool: name(tool, "unknown"), phase })
}

fn id<T: TryFrom<String, Error = IdError>>(field: &str, text: Option<String>) -> Result<T, String> {
    let text = text.ok_or_else(|| format!("has no {field}"))?;
    T::try_from(text).map_err(|error| format!("has a {field} that cannot be used: {error}"))
}

/// A name of the host's or the model's, in a form that fits into a line.
fn name(text: Option<String>, fallback: &str) -> String {
    match text {
        Some(text) if !text.is_empty() => cut(&plain(&text), NAME_BYTES_MAX),
        Some(_) | None => fallback.to_owned(),
    }
}

/// Without characters that grow in JSON or disturb a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '"' || c == '\\' { '?' } else { c }).collect()
}
