//! The boundary for the command line tool and for `opencode-swarm-pack/bridge`; the drop-in file has none of it. Text in,
//! text out: nothing here is called often enough for anything better.

use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::whole_ms;
use crate::bridge::{self, EventKind, Frame, Frames, Scope, Search, TypedEvent, data, title};
use crate::config::{Form, Routing};
use crate::policy::desk;
use crate::time::At;

/// A stream of server-sent events that arrives in pieces.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct FrameReader(Frames);

#[wasm_bindgen]
impl FrameReader {
    /// A reader at the begin of a stream.
    #[must_use]
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The frames that end in this piece, as a JSON list.
    pub fn push(&mut self, chunk: &[u8]) -> String {
        text(&self.0.push(chunk))
    }

    /// Bytes of a frame that has not ended.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.0.waiting_bytes()
    }

    /// Frames that were too long.
    #[must_use]
    pub fn skipped(&self) -> f64 {
        self.0.skipped() as f64
    }
}

/// The value of a frame's data, as JSON.
#[wasm_bindgen]
#[must_use]
pub fn bridge_data(given: &str) -> String {
    text(&data::read(given))
}

/// An event (JSON) without its wrappers.
///
/// # Errors
///
/// When it is no JSON.
#[wasm_bindgen]
pub fn bridge_unwrap(event: &str) -> Result<String, JsError> {
    Ok(text(&data::unwrap(value(event)?)))
}

/// The ids of an event (JSON).
///
/// # Errors
///
/// When it is no JSON.
#[wasm_bindgen]
pub fn bridge_ids(event: &str) -> Result<String, JsError> {
    Ok(text(&data::ids(&value(event)?)))
}

/// The kind of an event (JSON); nothing where it is none of the six.
///
/// # Errors
///
/// When it is no JSON.
#[wasm_bindgen]
pub fn bridge_kind(event: &str) -> Result<Option<String>, JsError> {
    Ok(bridge::kind(&value(event)?).map(|kind| EventKind::name(kind).to_owned()))
}

/// The event of a frame (`event` and `id` where there are such lines) that was read at a time.
///
/// # Errors
///
/// When there is no such scope.
#[wasm_bindgen]
pub fn bridge_typed_event(
    data: String,
    event: Option<String>,
    id: Option<String>,
    scope: &str,
    wall_ms: f64,
) -> Result<String, JsError> {
    let scope = Scope::named(scope).ok_or_else(|| JsError::new("a scope is session or global"))?;
    let at = At { wall_ms: whole_ms(wall_ms), mono_ms: 0 };
    Ok(text(&TypedEvent::new(Frame { event, id, retry: None, data }, scope, at.timestamp())))
}

/// The session that a search (JSON) finds.
///
/// # Errors
///
/// When it is no JSON.
#[wasm_bindgen]
pub fn bridge_resolve(search: &str) -> Result<String, JsError> {
    Ok(text(&Search::new(&value(search)?).resolve()))
}

/// The tags of a title, as JSON; nothing where it has none.
#[wasm_bindgen]
#[must_use]
pub fn bridge_read_title(given: &str) -> Option<String> {
    title::read(given).map(|tags| text(&tags))
}

/// The title that says these tags (JSON).
///
/// # Errors
///
/// Names the tag that is missing, unknown, or no text.
#[wasm_bindgen]
pub fn bridge_build_title(tags: &str) -> Result<String, JsError> {
    title::build(&value(tags)?).map_err(|why| JsError::new(&why))
}

/// The callback that a session with this title would cause when an event (JSON) comes: path, key and body as JSON. Nothing
/// is sent.
///
/// # Errors
///
/// The reason why nobody would be called back, or that the event is no JSON.
#[wasm_bindgen]
pub fn bridge_callback(event: &str, title: &str, directory: &str, is_later_form: bool) -> Result<String, JsError> {
    let form = if is_later_form { Form::Callback } else { Form::Agent };
    bridge::callback::dry_run(value(event)?, title, &Routing::default(), directory, form)
        .map_err(|why| JsError::new(&why))
}

/// The routing envelope of a session with this title, as JSON.
///
/// # Errors
///
/// The reason why there is no route, or what is missing.
#[wasm_bindgen]
pub fn bridge_envelope(title: &str, root: &str, server_url: Option<String>) -> Result<String, JsError> {
    crate::pack::routing_envelope(title, root, server_url.as_deref()).map_err(|why| JsError::new(&why))
}

/// What waits in a journal of callbacks, a JSON object a line, without the bodies.
#[wasm_bindgen]
#[must_use]
pub fn journal_entries(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let entries = crate::outbox::journal::read(&lines).entries;
    entries.iter().map(crate::outbox::journal::brief).collect()
}

/// The callback to OpenClaw that what `boot` (see `shim::boot`) says would cause in a session with this title when an event
/// (JSON) comes: path, key and body as JSON. Nothing is sent.
///
/// # Errors
///
/// The reason why nobody would be called back, or that one of the texts is not what the tool should say.
#[wasm_bindgen]
pub fn callback_here(boot: &str, event: &str, title: &str) -> Result<String, JsError> {
    let boot = crate::shim::boot(boot).map_err(|why| JsError::new(&why))?;
    let config = crate::pack::load_config(&boot).config;
    let form = config.callbacks.openclaw.map_or(Form::Agent, |openclaw| openclaw.form);
    bridge::callback::dry_run(value(event)?, title, &config.routing, &boot.directory, form)
        .map_err(|why| JsError::new(&why))
}

/// The gateway that what `boot` (see `shim::boot`) says would call back, as JSON: `url`, `token` (the name of its variable)
/// and `form`; nothing where there is none.
///
/// # Errors
///
/// What is wrong with the one that is configured, or that `boot` is not what the tool should say.
#[wasm_bindgen]
pub fn openclaw_receiver(boot: &str) -> Result<Option<String>, JsError> {
    let boot = crate::shim::boot(boot).map_err(|why| JsError::new(&why))?;
    let loaded = crate::pack::load_config(&boot);
    let Some(openclaw) = loaded.config.callbacks.openclaw else {
        let mut told = loaded.problems.iter().map(ToString::to_string);
        let is_its = |problem: &String| problem.contains("OPENCLAW_HOOK") || problem.contains("callbacks.openclaw");
        return told.find(is_its).map_or(Ok(None), |problem| Err(JsError::new(&problem)));
    };
    let token = openclaw.token.as_ref().map(|token| token.variable());
    Ok(Some(text(&serde_json::json!({ "url": openclaw.url, "token": token, "form": openclaw.form }))))
}

fn value(json: &str) -> Result<Value, JsError> {
    serde_json::from_str(json).map_err(|error| JsError::new(&format!("not JSON (column {})", error.column())))
}

/// The gate alone, for the command line tool and the bench.
#[wasm_bindgen]
pub struct Desk(desk::Desk);

#[wasm_bindgen]
impl Desk {
    /// A gate for what `setup` (JSON) says.
    ///
    /// # Errors
    ///
    /// When `setup` is not what the tool should say.
    pub fn open(setup: &str) -> Result<Self, JsError> {
        Ok(Self(desk::open(setup)?))
    }

    /// What is wrong with the policy.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.0.problems().to_vec()
    }

    /// The profile in force.
    #[must_use]
    pub fn profile(&self) -> String {
        self.0.profile().to_owned()
    }

    /// Takes a call; gives the paths whose real path is wanted.
    pub fn inquire(&mut self, tool: &str, args: &str) -> Vec<String> {
        self.0.inquire(tool, args).to_vec()
    }

    /// Decides on the call that was taken last (JSON); an empty real path is an unknown one.
    #[must_use]
    pub fn decide(&self, real: Vec<String>) -> String {
        self.0.decide(&real)
    }

    /// Remembers a script that a call wrote.
    pub fn note_written(&mut self, tool: &str, args: &str) {
        self.0.note_written(tool, args);
    }
}

fn text(made: &impl Serialize) -> String {
    // Cannot fail: our own shapes have text keys and no failing serializer.
    serde_json::to_string(made).unwrap_or_default()
}
