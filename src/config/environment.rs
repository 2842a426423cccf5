//! What environment variables say, as parts of the same tree that a file makes.
//!
//! A variable that is set to nothing, or to blanks, counts as not set. A bad one is a problem, and is ignored.

use crate::sorted::Sorted;

use super::env_names::EnvNames;
use super::finding::Findings;
use super::limits::HEARTBEAT_INTERVAL_MS;
use super::load::Piece;
use super::routing::Routing;
use super::suggestion::nearest_within;
use super::tree::{Node, Origin, Path, Value};

/// What a variable means: the section it belongs to, and how its text becomes a part of it.
struct Variable {
    /// The name, then older names; the first that is set counts.
    names: &'static [&'static str],
    section: &'static str,
    read: fn(&Writer, &str) -> Result<Node, String>,
}

/// The variables with a place in the file. `SWARM_CALLBACKS` comes last: off means off.
static VARIABLES: [Variable; 12] = [
    Variable { names: &["SWARM_PACK"], section: "enabled", read: |at, text| Ok(at.value(Value::Bool(switch(text)?))) },
    Variable { names: &["SWARM_HEARTBEAT"], section: "heartbeat", read: heartbeat },
    Variable { names: &["SWARM_TELEMETRY"], section: "telemetry", read: |at, text| at.enabled(text) },
    Variable {
        names: &["SWARM_POLICY"],
        section: "policy",
        read: |at, text| Ok(at.under(&["profile"], at.text(text))),
    },
    Variable { names: &["SWARM_EVENTS"], section: "events", read: events },
    Variable {
        names: &["SWARM_CONTROL"],
        section: "approvals",
        read: |at, text| Ok(at.under(&["control"], at.words(text))),
    },
    Variable {
        names: &["SWARM_AGENT_ID", "FORGE_AGENT_ID"],
        section: "identity",
        read: |at, text| Ok(at.under(&["agent_id"], at.text(text))),
    },
    Variable {
        names: &["SWARM_WORKSPACE_ID", "FORGE_WORKSPACE_ID"],
        section: "identity",
        read: |at, text| Ok(at.under(&["workspace_id"], at.text(text))),
    },
    Variable {
        names: &["SWARM_NODE_ID", "FORGE_NODE_ID"],
        section: "identity",
        read: |at, text| Ok(at.under(&["node_id"], at.text(text))),
    },
    Variable {
        names: &["OPENCLAW_HOOK_BASE_URL"],
        section: "callbacks",
        read: |at, text| Ok(at.under(&["openclaw", "url"], at.text(text))),
    },
    Variable {
        names: &["OPENCODE_WEBHOOK_URL"],
        section: "callbacks",
        read: |at, text| Ok(at.under(&["orgloop", "url"], at.text(text))),
    },
    Variable { names: &["SWARM_CALLBACKS"], section: "callbacks", read: callbacks },
];

/// The parts of the configuration the environment sets.
pub(super) fn pieces(env: &Sorted<String, String>, findings: &mut Findings) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // The look-ups are many.
    if env.is_empty() {
        return pieces;
    }
    for variable in &VARIABLES {
        let Some((name, text)) = variable.names.iter().find_map(|name| Some((*name, value(env, name)?))) else {
            continue;
        };
        let writer = Writer(Origin::Variable(name));
        match (variable.read)(&writer, text) {
            Ok(node) => pieces.push(Piece { top: variable.section.to_owned(), node }),
            Err(message) => findings.note(&Path::Key(&Path::Root, variable.section), writer.0, &|| message.clone()),
        }
    }
    pieces
}

/// The variables without a place in the file, in the order of [`Routing`].
const ROUTING_VARIABLES: [&str; 6] = [
    "SWARM_RUN_ID",
    "SWARM_TASK_ID",
    "SWARM_CALLBACK_SESSION",
    "SWARM_CALLBACK_AGENT",
    "OPENCLAW_BRIDGE_AUDIT_DIR",
    "OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH",
];

/// The names of all variables whose values the pack reads. None of them holds a secret.
pub fn variables() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().flat_map(|variable| variable.names).copied().chain(ROUTING_VARIABLES)
}

/// What our variables begin with.
const PREFIX: &str = "SWARM_";

/// What follows in the variables that Swarm itself gives to the commands it runs.
const OF_SWARM: [&str; 2] = ["EVENT_", "ENTITY_"];

/// The names among those of all variables that look like one of ours, each with the one that is meant. What is like none
/// belongs to somebody else.
pub(super) fn misspelt(names: &EnvNames) -> Vec<(String, String)> {
    let full = |word: &str| [PREFIX, word].concat();
    names.after(PREFIX).filter_map(|word| Some((full(word), full(meant(word)?)))).collect()
}

/// The name, without what ours begin with, that is meant by one that is none of them.
#[inline(never)] // nothing of most starts
fn meant(word: &str) -> Option<&'static str> {
    let known: Vec<&str> = variables().chain(["SWARM_CONFIG"]).filter_map(|name| name.strip_prefix(PREFIX)).collect();
    if known.contains(&word) || OF_SWARM.iter().any(|prefix| word.starts_with(prefix)) {
        return None;
    }
    // Of short words, one other letter makes another word.
    let slips_max = if word.len() < 6 { 1 } else { 2 };
    nearest_within(slips_max, word, &known)
}

/// The part of the configuration that only the environment has.
pub(super) fn routing(env: &Sorted<String, String>, findings: &mut Findings) -> Routing {
    let [run, task, session, agent, audit, mirror] = ROUTING_VARIABLES;
    Routing {
        run_id: routed(env, run, findings),
        task_id: routed(env, task, findings),
        callback_session: routed(env, session, findings),
        callback_agent: routed(env, agent, findings),
        bridge_audit_dir: routed(env, audit, findings),
        bridge_mirror: routed(env, mirror, findings),
    }
}

fn routed<T: TryFrom<String, Error = String>>(
    env: &Sorted<String, String>,
    name: &'static str,
    findings: &mut Findings,
) -> Option<T> {
    let path = Path::Key(&Path::Root, "routing");
    let note = |message: String| findings.note(&path, Origin::Variable(name), &|| message.clone());
    T::try_from(value(env, name)?.to_owned()).map_err(note).ok()
}

fn value<'e>(env: &'e Sorted<String, String>, name: &str) -> Option<&'e str> {
    env.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Makes nodes that say which variable they come from.
struct Writer(Origin);

impl Writer {
    fn value(&self, value: Value) -> Node {
        Node::new(self.0, value)
    }

    fn text(&self, text: &str) -> Node {
        self.value(Value::Text(text.to_owned()))
    }

    fn words(&self, text: &str) -> Node {
        self.value(Value::List(text.split(',').map(|word| self.text(word.trim())).collect()))
    }

    fn enabled(&self, text: &str) -> Result<Node, String> {
        Ok(self.under(&["enabled"], self.value(Value::Bool(switch(text)?))))
    }

    fn object<const N: usize>(&self, entries: [(&str, Node); N]) -> Node {
        let mut object = Sorted::NEW;
        for (key, node) in entries {
            object.insert(key.to_owned(), node);
        }
        self.value(Value::Object(object))
    }

    /// The node inside objects with these keys.
    fn under(&self, keys: &[&str], node: Node) -> Node {
        keys.iter().rev().fold(node, |node, key| self.object([(key, node)]))
    }
}

fn switch(text: &str) -> Result<bool, String> {
    is_on(text).ok_or_else(|| "use 0 (off) or 1 (on)".to_owned())
}

fn is_on(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "on" => Some(true),
        "0" | "false" | "off" => Some(false),
        _ => None,
    }
}

fn heartbeat(at: &Writer, text: &str) -> Result<Node, String> {
    if is_on(text).is_some() {
        return at.enabled(text);
    }
    let bound = HEARTBEAT_INTERVAL_MS;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let interval_ms = text.parse().ok().filter(|ms| digits && (bound.min..=bound.max).contains(ms));
    let interval_ms = interval_ms.ok_or_else(|| format!("use 0 (off), 1 (on) or {bound}"))?;
    let interval_ms = at.value(Value::Number(interval_ms as f64));
    Ok(at.object([("enabled", at.value(Value::Bool(true))), ("interval_ms", interval_ms)]))
}

fn events(at: &Writer, text: &str) -> Result<Node, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(at.under(&["sinks"], at.value(Value::List(Vec::new()))));
    }
    if text.split(',').any(|word| word.trim() == "off") {
        return Err("\"off\" stands alone; leave it out, or leave out the sinks".to_owned());
    }
    Ok(at.under(&["sinks"], at.words(text)))
}

/// Off is the absence of receivers; on is what they are anyway.
fn callbacks(at: &Writer, text: &str) -> Result<Node, String> {
    if switch(text)? {
        return Ok(at.object([]));
    }
    let none = || at.value(Value::Null);
    Ok(at.object([("openclaw", none()), ("orgloop", none()), ("webhooks", at.value(Value::List(Vec::new())))]))
}
