//! The first generation of the host's plugin API (`server(input, options)`), as OpenCode 1.18 has it.
//!
//! Unknown fields and types are let pass; a field that is used and has the wrong type makes the whole unreadable.

use serde_json::Value;

use super::{HostError, forward, tools};
use crate::event::fit::cut;
use crate::input::{
    AskKind, CallFailure, CallResult, CallStage, FailureClass, HostEvent, Input, Permission, Reply, RequestedCall,
    SessionFact, Tokens,
};
use crate::json::Tree;
use crate::limits::{FILES_MAX, HOST_TEXT_BYTES_MAX};
use crate::object::Object;
use crate::routing::Tags;
use crate::time::whole;

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

/// Patterns of one ask that are passed on: the rest says no more about it.
const PATTERNS_MAX: usize = 64;

/// Longest name of a tool or an error that is passed on, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Reads what a hook was given: a JSON object `{hook, event?, input?, output?, session?}` with the host's own shapes. The
/// shim sends no more of them than is read here; a recording of the host, which has everything, reads the same.
///
/// # Errors
///
/// When the text is too long, is no JSON, or lacks what its hook must have.
pub fn read(text: &str) -> Result<Input, HostError> {
    if text.len() > HOST_TEXT_BYTES_MAX {
        let message = format!("longer than {HOST_TEXT_BYTES_MAX} bytes");
        return Err(HostError { kind: "text".into(), message });
    }
    let heard = Tree::read(text).map_err(|error| HostError {
        kind: "text".into(),
        // Only the category and the place: serde's own words may quote the text.
        message: format!("not the expected JSON ({:?} error at column {})", error.classify(), error.column()),
    })?;
    let heard = Object::new(&heard);
    let of_event = heard.object("event").and_then(|event| event.text("type"));
    let kind = of_event.ok().flatten().or_else(|| heard.text("hook").ok().flatten()).unwrap_or("text").to_owned();
    input(&kind, heard).map_err(|message| HostError { kind, message })
}

fn input(kind: &str, heard: Object) -> Result<Input, String> {
    if heard.text("hook")? == Some("forward") {
        return Ok(Input::HostForwarded(Box::new(forwarded(kind, heard.object("event")?)?)));
    }
    let is_event = heard.get("event").is_some();
    let properties = heard.object("event")?.object("properties")?;
    let given = if is_event { properties } else { heard.object("input")? };
    let fact = match kind {
        "tool.execute.before" if !is_event => return requested(given, heard),
        "permission.asked" if is_event => return permission_asked(given),
        "permission.replied" if is_event => return permission_replied(given),
        COUNTED_EVENT => Some(SessionFact::TokensStreamed {
            first_ago_ms: heard.number("firstAgoMs")?.unwrap_or_default(),
            last_ago_ms: heard.number("lastAgoMs")?.unwrap_or_default(),
        }),
        // An error of the host that concerns no session (a plugin did not load) names none.
        "session.error" if given.get("sessionID").is_none() => None,
        _ if is_event => event_fact(kind, given)?,
        _ => hook_fact(kind, given, heard)?,
    };
    let Some(fact) = fact else { return Ok(Input::HostHeard) };
    Ok(Input::SessionHeard { session_id: given.id("sessionID")?, fact })
}

/// Takes the fields that may be told, and no other. One that is not plain is as good as missing.
fn forwarded(kind: &str, event: Object) -> Result<HostEvent, String> {
    let given = event.object("properties")?;
    let at = |path: &str| path.split('.').try_fold(given.whole(), |value, name| value.get(name));
    let plain = |value: &&Tree| matches!(value, Tree::Text(_) | Tree::Number(_) | Tree::Bool(_));
    Ok(HostEvent {
        kind: name(Some(kind), "unknown"),
        id: event.text("id")?.map(|id| name(Some(id), "")),
        // An id that cannot be used leaves an event of the process.
        session_id: given.id_if_any("sessionID").ok().flatten(),
        parent_id: given.object("info").and_then(|info| info.id_if_any("parentID")).ok().flatten(),
        fields: forward::fields_of(kind)
            .iter()
            .filter_map(|&path| Some((path, at(path).filter(plain)?.to_value())))
            .collect(),
    })
}

/// A call that waits for the gate. Arguments that could not be made text of are said to be so, with the reason in their place.
fn requested(given: Object, heard: Object) -> Result<Input, String> {
    let tool = name(given.text("tool")?, "unknown");
    let args = heard.object("output")?.get("args").map_or(Value::Null, Tree::to_value);
    let facts = Box::new(tools::facts(&tool, &args));
    let args = if heard.get("unreadable").is_some() { None } else { Some(args) };
    let request = heard.number("request")?.map_or(0, whole);
    let request = u32::try_from(request).map_err(|_| "has a request that is no number of ours")?;
    let call = Box::new(RequestedCall { request, call_id: given.id("callID")?, tool, facts, args });
    Ok(Input::CallRequested { session_id: given.id("sessionID")?, call })
}

fn permission_asked(given: Object) -> Result<Input, String> {
    let metadata = given.object("metadata")?;
    let text = |name: &str| metadata.get(name).and_then(Tree::as_str).map(str::to_owned);
    let patterns = given.list("patterns")?.filter_map(Tree::as_str).take(PATTERNS_MAX).map(str::to_owned);
    let permission = Box::new(Permission {
        name: name(given.text("permission")?, "unknown"),
        patterns: patterns.collect(),
        command: text("command"),
        path: text("filepath").or_else(|| text("parentDir")),
        url: text("url"),
    });
    let call_id = given.object("tool")?.id_if_any("callID").ok().flatten();
    Ok(Input::PermissionAsked { session_id: given.id("sessionID")?, ask_id: given.id("id")?, call_id, permission })
}

fn permission_replied(given: Object) -> Result<Input, String> {
    let reply = match given.text("reply")? {
        Some("reject") => Reply::Reject,
        Some("always") => Reply::Always,
        Some(_) | None => Reply::Once,
    };
    Ok(Input::PermissionReplied { session_id: given.id("sessionID")?, ask_id: given.id("requestID")?, reply })
}

fn hook_fact(hook: &str, given: Object, heard: Object) -> Result<Option<SessionFact>, String> {
    Ok(Some(match hook {
        "chat.message" => SessionFact::PromptReceived,
        "shell.env" => SessionFact::EnvironmentAsked { call_id: given.id_if_any("callID").ok().flatten() },
        "session.get" => {
            let session = heard.object("session")?;
            let parent_id = session.id_if_any("parentID")?;
            SessionFact::LookedUp { parent_id, model: model(session)?, tags: tags(session) }
        }
        _ => return Ok(None),
    }))
}

fn event_fact(kind: &str, given: Object) -> Result<Option<SessionFact>, String> {
    Ok(Some(match kind {
        "session.created" => seen(given, true)?,
        "session.updated" => seen(given, false)?,
        "session.deleted" => SessionFact::Deleted,
        "session.idle" => SessionFact::WentIdle,
        "session.status" => return status(given),
        "session.error" => SessionFact::Failed { error: name(given.object("error")?.text("name")?, "UnknownError") },
        "message.updated" => return message(given),
        "message.part.updated" => return part(given),
        "question.asked" => asked(given)?,
        "question.replied" | "question.rejected" => {
            SessionFact::AskSettled { ask_id: given.id("requestID")?, is_rejected: kind == "question.rejected" }
        }
        _ => return Ok(None),
    }))
}

fn asked(given: Object) -> Result<SessionFact, String> {
    // A call whose id cannot be used is asked for all the same.
    let call_id = given.object("tool")?.id_if_any("callID").ok().flatten();
    Ok(SessionFact::AskRaised { ask_id: given.id("id")?, kind: AskKind::Question, call_id })
}

fn seen(given: Object, is_new: bool) -> Result<SessionFact, String> {
    let info = given.object("info")?;
    given.must("info", given.get("info"))?;
    // Later titles are the model's.
    let tags = if is_new { tags(info) } else { None };
    Ok(SessionFact::Seen { parent_id: info.id_if_any("parentID")?, is_new, model: model(info)?, tags })
}

/// All that is kept of a title.
fn tags(info: Object) -> Option<Box<Tags>> {
    Tags::parse(info.text("title").ok().flatten()?).map(Box::new)
}

/// `idle` is no fact here: the event of that name follows at once, and it is the one that ends a turn.
fn status(given: Object) -> Result<Option<SessionFact>, String> {
    let status = given.object("status")?;
    Ok(match status.must("status", status.text("type")?)? {
        "busy" => Some(SessionFact::BecameBusy),
        "retry" => Some(SessionFact::RetryScheduled),
        _ => None,
    })
}

fn message(given: Object) -> Result<Option<SessionFact>, String> {
    let info = given.object("info")?;
    given.must("info", given.get("info"))?;
    // The user's message is repeated at any time, also long after its turn: it says only what the host compared for it.
    if info.text("role")? != Some("assistant") {
        return compared(info);
    }
    let error = info.get("error").is_some();
    Ok(Some(SessionFact::AnswerProgressed {
        model: model(info)?,
        is_finished: info.object("time")?.number("completed")?.is_some(),
        error: if error { Some(name(info.object("error")?.text("name")?, "UnknownError")) } else { None },
    }))
}

/// What changed since a prompt. Only git projects have it.
fn compared(info: Object) -> Result<Option<SessionFact>, String> {
    let Some(prompt_id) = info.text("id")? else { return Ok(None) };
    let summary = info.object("summary")?;
    let Some(diffs) = summary.get("diffs").and_then(Tree::as_list) else { return Ok(None) };
    let lines = |diff: Object, name: &str| diff.number(name).ok().flatten().map_or(0, whole);
    let changes = diffs.iter().map(Object::new).take(FILES_MAX).filter_map(|diff| {
        let file = diff.text("file").ok().flatten()?;
        Some((file.to_owned(), lines(diff, "additions"), lines(diff, "deletions")))
    });
    Ok(Some(SessionFact::TurnCompared { prompt_id: cut(prompt_id, NAME_BYTES_MAX), changes: changes.collect() }))
}

fn part(given: Object) -> Result<Option<SessionFact>, String> {
    let part = given.object("part")?;
    Ok(Some(match part.must("part", part.text("type")?)? {
        "tool" => {
            let tool = name(part.text("tool")?, "unknown");
            let stage = stage(&tool, part.object("state")?)?;
            SessionFact::CallSeen { call_id: part.id("callID")?, tool, stage }
        }
        "step-finish" => SessionFact::StepFinished {
            step_id: cut(part.must("id", part.text("id")?)?, NAME_BYTES_MAX),
            tokens: tokens(part.object("tokens")?)?,
            cost_usd: part.number("cost")?.unwrap_or_default(),
        },
        "patch" => SessionFact::FilesPatched {
            files: part.list("files")?.filter_map(Tree::as_str).map(str::to_owned).collect(),
        },
        "step-start" | "text" | "reasoning" => {
            SessionFact::AnswerProgressed { model: None, is_finished: false, error: None }
        }
        _ => return Ok(None),
    }))
}

fn stage(tool: &str, state: Object) -> Result<CallStage, String> {
    let metadata = state.object("metadata")?;
    Ok(match state.text("status")? {
        Some("pending") => CallStage::Pending,
        // Of the arguments only a command: that of a person passes no hook.
        Some("running") => CallStage::Running {
            command: state.object("input")?.get("command").and_then(Tree::as_str).map(str::to_owned),
        },
        Some("completed") => CallStage::Completed(result(tool, metadata)?),
        Some("error") => CallStage::Failed(failure(
            state.text("error")?.unwrap_or_default(),
            metadata.get("interrupted") == Some(&Tree::Bool(true)),
        )),
        Some(_) | None => return Err("has a tool part of unknown status".into()),
    })
}

fn result(tool: &str, metadata: Object) -> Result<CallResult, String> {
    let files = || metadata.list("files").map(|files| files.chain(metadata.get("filediff")));
    let sum = |field: &str| -> Result<Option<u64>, String> {
        let lines: Vec<f64> = files()?.filter_map(|file| file.get(field).and_then(Tree::as_f64)).collect();
        Ok((!lines.is_empty()).then(|| whole(lines.iter().sum())))
    };
    Ok(CallResult {
        // There and null for a command that was ended from outside.
        exit_code: metadata.value("exit").map(Tree::as_i64),
        insertions: sum("additions")?,
        deletions: sum("deletions")?,
        child_session_id: if tool == "task" { metadata.id_if_any("sessionId")? } else { None },
        // The host runs a tool of that name in the place of one that does not exist.
        is_invalid: tool == "invalid",
    })
}

/// The host's own words tell why a call did not run; they are its only sign.
fn failure(message: &str, is_interrupted: bool) -> CallFailure {
    let class = if is_interrupted || message == "Tool execution aborted" {
        FailureClass::Interrupted
    } else if message.starts_with("The user rejected permission to use this specific tool call") {
        FailureClass::PermissionRejected
    } else if message.starts_with("The user has specified a rule which prevents you from using this specific tool call")
    {
        FailureClass::PermissionDenied
    } else {
        FailureClass::ToolError
    };
    CallFailure { class, message: message.to_owned() }
}

fn tokens(tokens: Object) -> Result<Tokens, String> {
    let count = |of: Object, name: &str| of.number(name).map(|count| whole(count.unwrap_or_default()));
    let cache = tokens.object("cache")?;
    Ok(Tokens {
        input: count(tokens, "input")?,
        output: count(tokens, "output")?,
        reasoning: count(tokens, "reasoning")?,
        cache_read: count(cache, "read")?,
        cache_write: count(cache, "write")?,
    })
}

/// A session has its model in an object, a message of the model beside everything else.
fn model(info: Object) -> Result<Option<String>, String> {
    let of_session = info.object("model")?;
    let (provider, model) = match of_session.text("id")? {
        Some(model) => (of_session.text("providerID")?, Some(model)),
        None => (info.text("providerID")?, info.text("modelID")?),
    };
    let named = provider.zip(model);
    Ok(named.map(|(provider, model)| cut(&plain(&format!("{provider}/{model}")), MODEL_BYTES_MAX)))
}

/// A name of the host's or the model's, in a form that fits into a line.
fn name(text: Option<&str>, fallback: &str) -> String {
    match text {
        Some(text) if !text.is_empty() => cut(&plain(text), NAME_BYTES_MAX),
        Some(_) | None => fallback.to_owned(),
    }
}

/// Without characters that grow in JSON or disturb a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '"' || c == '\\' { '?' } else { c }).collect()
}
