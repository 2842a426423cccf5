//! The bodies of callbacks, field by field as their receivers read them. No time and no counter stands in what a
//! receiver compares, so that a repeat is the same to the byte.

use super::Pack;
use crate::config::Form;
use crate::event::fit::cut;
use crate::event::lifecycle::{Lifecycle, LifecyclePayload, LifecycleSession, LifecycleState, Phase, Provenance};
use crate::ids::SessionId;
use crate::json::Tree;
use crate::lifecycle::{Ending, Life, ending};
use crate::outbox::entry::push_hex;
use crate::outbox::json::Json;
use crate::routing::{Routing, Tag};
use crate::session::Session;
use crate::time::At;

/// Longest name that a receiver gave our callback, in bytes.
const RUN_ID_BYTES_MAX: usize = 128;

/// The event of the host that the end of a turn is told as.
pub(super) const fn host_event(exit_status: i64) -> &'static str {
    if exit_status == 0 { "session.idle" } else { "session.error" }
}

/// `opencode:<session>:<phase>`.
pub(super) fn lifecycle_key(session_id: &SessionId, phase: Phase) -> String {
    ["opencode:", session_id.as_str(), ":", phase.name()].concat()
}

/// `<session>|<run>`, for the first turn of a run.
pub(super) fn openclaw_key(routing: &Routing, session_id: &SessionId) -> String {
    [session_id.as_str(), "|", routing.tags.get(Tag::RunId).unwrap_or("no-run")].concat()
}

/// The callback of the bridge, for a routed session.
pub(super) fn openclaw(routing: &Routing, session_id: &SessionId, event: &str, form: Form) -> String {
    let tag = |tag| routing.tags.get(tag);
    let (run, task) = (tag(Tag::RunId).unwrap_or("unknown"), tag(Tag::TaskId).unwrap_or("unknown"));
    let plain = ["OpenCode plugin event=", event, " run=", run, " task=", task].concat();
    let ids = |to: Json| {
        to.text("eventType", event)
            .text("runId", run)
            .text("taskId", task)
            .text("projectId", tag(Tag::ProjectId))
            .text("repoRoot", tag(Tag::RepoRoot))
            .text("requestedAgentId", tag(Tag::Requested))
            .text("resolvedAgentId", tag(Tag::Resolved))
            .text("originSessionKey", tag(Tag::OriginSession))
            .text("originSessionId", tag(Tag::OriginSessionId))
            .text("callbackTargetSessionKey", tag(Tag::CallbackSession))
            .text("callbackTargetSessionId", tag(Tag::CallbackSessionId))
            .text("callbackRelaySessionKey", tag(Tag::RelaySession))
            .text("callbackRelaySessionId", tag(Tag::RelaySessionId))
            .text("opencodeSessionId", session_id.as_str())
            .text("workflowId", tag(Tag::WorkflowId))
            .text("stepId", tag(Tag::StepId))
    };
    let to = match form {
        Form::Agent => Json::default().text("message", plain.as_str()),
        Form::Callback => {
            let message = ids(Json::default().text("kind", "opencode.callback")).end();
            Json::default().text("source", "opencode.callback").text("message", message.as_str())
        }
    };
    let to = to
        .text("name", "OpenCode")
        .text("agentId", tag(Tag::Requested))
        .text("sessionKey", tag(Tag::CallbackSession))
        .text("sessionId", tag(Tag::CallbackSessionId))
        .text("wakeMode", "now")
        .flag("deliver", tag(Tag::Deliver) == Some("true"));
    match form {
        Form::Agent => to.end(),
        Form::Callback => {
            let next = Json::default().text("action", "none").text("taskId", task).end();
            let intent = Json::default().text("kind", "notify").text("taskId", task).text("reason", event).end();
            ids(to).raw("next", &next).raw("intent", &intent).end()
        }
    }
}

/// The routing envelope.
pub(super) fn envelope(routing: &Routing, root: &str, server_url: Option<&str>) -> String {
    let mut to = Json::default();
    let mut has_root = false;
    for (name, value) in routing.tags.named() {
        to = match name {
            "deliver" => to.flag(name, value == "true"),
            "repo_root" => {
                has_root = true;
                to.text(name, value)
            }
            _ => to.text(name, value),
        };
    }
    if !has_root {
        to = to.text("repo_root", root);
    }
    to.text("agent_id", routing.tags.get(Tag::Resolved))
        .text("session_key", routing.session_key().as_deref())
        .text("opencode_server_url", server_url)
        .flag("fallback_used", routing.is_fallback)
        .end()
}

/// What the bridge's record of an attempt says of the session and the request; of one that another process wrote down, only
/// the request is known.
pub(super) fn mirrored(session: &str, request: &str, routing: &Routing) -> String {
    let sent = Tree::read(request).unwrap_or(Tree::Null);
    let field = |name: &str| sent.get(name).and_then(Tree::as_str);
    let tag = |tag| routing.tags.get(tag);
    let words = || field("message").into_iter().flat_map(|message| message.split(' '));
    let word = |name: &str| words().find_map(|word| word.strip_prefix(name)).filter(|value| *value != "unknown");
    let requested = tag(Tag::Requested).or_else(|| field("agentId"));
    let target = tag(Tag::CallbackSession).or_else(|| field("sessionKey"));
    Json::default()
        .text("taskId", tag(Tag::TaskId).or_else(|| field("taskId")).or_else(|| word("task=")))
        .text("runId", tag(Tag::RunId).or_else(|| field("runId")).or_else(|| word("run=")))
        .text("agentId", requested)
        .text("requestedAgentId", requested)
        .text("resolvedAgentId", tag(Tag::Resolved).or_else(|| field("resolvedAgentId")))
        .text("callbackTargetSessionKey", target)
        .text("callbackTargetSessionId", tag(Tag::CallbackSessionId).or_else(|| field("sessionId")))
        .text("projectId", tag(Tag::ProjectId))
        .text("repoRoot", tag(Tag::RepoRoot))
        .text("opencodeSessionId", session)
        .text("workflowId", tag(Tag::WorkflowId))
        .text("stepId", tag(Tag::StepId))
        .text("event", field("eventType").or_else(|| word("event=")))
        .end()
}

/// OrgLoop hears that a session began.
pub(super) fn orgloop_start(session_id: &SessionId, directory: &str, at: At, session: Option<&Session>) -> String {
    let timestamp = at.timestamp().to_string();
    Json::default()
        .text("session_id", session_id.as_str())
        .text("hook_type", "start")
        .text("cwd", directory)
        .text("model", session.and_then(|session| session.model.as_deref()))
        .text("timestamp", timestamp.as_str())
        .end()
}

/// OrgLoop hears that it ended.
pub(super) fn orgloop_stop(
    session_id: &SessionId,
    directory: &str,
    at: At,
    life: &Life,
    status: i64,
    routing: Option<&Routing>,
) -> String {
    let lasted_ms = at.since(life.began.mono_ms);
    let timestamp = at.timestamp().to_string();
    let summary = match life.files_changed {
        0 => ending(status).phase.name().to_owned(),
        1 => "1 file changed".to_owned(),
        files => [&files.to_string(), " files changed"].concat(),
    };
    let body = Json::default()
        .text("session_id", session_id.as_str())
        .text("hook_type", "stop")
        .text("cwd", directory)
        .raw("duration_seconds", &seconds(lasted_ms))
        .raw("exit_status", &status.to_string())
        .text("summary", summary.as_str())
        .text("model", life.model.as_deref())
        .text("timestamp", timestamp.as_str());
    match routing.filter(|routing| routing.is_routed()) {
        None => body.end(),
        Some(routing) => {
            let meta = Json::default()
                .text("openclaw_callback_session_key", routing.tags.get(Tag::CallbackSession))
                .text("openclaw_callback_agent_id", routing.tags.get(Tag::Requested))
                .end();
            body.text("working_directory", directory).raw("meta", &meta).end()
        }
    }
}

/// What a receiver calls our callback: OpenClaw's `runId`, OrgLoop's `event_id`.
pub(super) fn receiver_run_id(body: &str) -> Option<String> {
    let answer = Tree::read(body).ok()?;
    let name = ["runId", "event_id"].into_iter().find_map(|name| answer.get(name)?.as_str())?;
    Some(cut(name, RUN_ID_BYTES_MAX))
}

/// Why a receiver says that it refuses.
pub(super) fn refusal(body: &str) -> Option<String> {
    let answer = Tree::read(body).ok()?;
    Some(answer.get("error")?.as_str()?.to_owned())
}

/// Milliseconds as seconds, without the rounding of a float.
fn seconds(ms: u64) -> String {
    let (whole, rest) = (ms / 1_000, ms % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = (1_000 + rest).to_string();
    [&whole.to_string(), ".", digits.get(1..).unwrap_or_default().trim_end_matches('0')].concat()
}

impl Pack {
    pub(super) fn lifecycle_started(&mut self, at: At, session_id: &SessionId) -> Lifecycle {
        self.lifecycle(at, session_id, None)
    }

    pub(super) fn lifecycle_ended(&mut self, at: At, session_id: &SessionId, life: &Life) -> Lifecycle {
        self.lifecycle(at, session_id, Some(life))
    }

    fn lifecycle(&mut self, at: At, session_id: &SessionId, life: Option<&Life>) -> Lifecycle {
        let ended = life.map(|life| (ending(life.exit_status), life.exit_status));
        let (phase, outcome, reason) = match &ended {
            None => (Phase::Started, None, None),
            Some((Ending { phase, outcome, reason }, _)) => (*phase, Some(*outcome), Some(reason.clone())),
        };
        let cwd = self.config.events.expose_process.then(|| self.folders.shown_absolute(&self.boot.directory));
        let mut hex = |prefix: &str| {
            let mut text = prefix.to_owned();
            push_hex(&mut text, self.random.next());
            text
        };
        Lifecycle {
            id: hex("evt_"),
            timestamp: at.timestamp(),
            source: "opencode",
            kind: if ended.is_some() { "actor.stopped" } else { "resource.changed" },
            provenance: Some(Provenance {
                platform: "opencode",
                platform_event: ["session.", phase.name()].concat(),
                author: "opencode",
                author_type: "bot",
                session_id: session_id.clone(),
                working_directory: cwd.clone(),
            }),
            payload: Some(LifecyclePayload {
                lifecycle: LifecycleState {
                    phase,
                    terminal: ended.is_some(),
                    outcome,
                    reason,
                    dedupe_key: lifecycle_key(session_id, phase),
                },
                session: LifecycleSession {
                    id: session_id.clone(),
                    adapter: "opencode",
                    harness: "opencode",
                    cwd,
                    started_at: ended.is_none().then(|| at.timestamp()),
                    ended_at: ended.is_some().then(|| at.timestamp()),
                    exit_status: ended.map(|(_, status)| status),
                },
            }),
            trace_id: Some(hex("trc_")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        for (ms, text) in
            [(0, "0"), (75_000, "75"), (42_517, "42.517"), (42_500, "42.5"), (1, "0.001"), (1_010, "1.01")]
        {
            assert_eq!(seconds(ms), text);
        }
    }
}
