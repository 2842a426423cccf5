//! A recorded session of the host through the core, natively: what the pack would have written.
//!
//! ```sh
//! cargo run --example replay -- tests/data/host-1.18.33/a-plain-text.jsonl
//! ```
//!
//! A recording has one JSON object a line: `{kind: "init" | "event" | "hook" | "dispose", ms, inst, …}`; see
//! `tests/host/harness/README.md` for how to make one.

#![allow(clippy::indexing_slicing, reason = "a JSON value that lacks a name reads as null")]

use std::collections::BTreeMap;
use std::error::Error;

use opencode_swarm_pack::boot::Boot;
use opencode_swarm_pack::effect::{Effect, Output};
use opencode_swarm_pack::event::session::Lane;
use opencode_swarm_pack::host;
use opencode_swarm_pack::input::{Input, StopCause};
use opencode_swarm_pack::pack::Pack;
use opencode_swarm_pack::time::Now;
use serde_json::{Value, json};

/// Wall time at which every recording begins: the lines are the same each time.
const BEGAN_MS: u64 = 1_777_888_800_000;

/// One instance of the plugin in the recording.
struct Instance {
    number: u64,
    directory: String,
    pack: Pack,
    now_ms: u64,
    wake_at_ms: Option<u64>,
}

impl Instance {
    fn new(entry: &Value, head: &Value, seed: u64) -> Option<Self> {
        let directory = entry["directory"].as_str().unwrap_or_default().to_owned();
        let number = entry["inst"].as_u64().unwrap_or_default();
        let now_ms = entry["ms"].as_u64().unwrap_or_default();
        let lane = match head["mode"].as_str() {
            Some("run") => Lane::Run,
            Some("serve") => Lane::Serve,
            _ => Lane::Unknown,
        };
        let boot = Boot {
            pid: 4242,
            lane,
            host_version: head["host"].as_str().map(str::to_owned),
            directory: directory.clone(),
            home: Some("/home/user".into()),
            ..Boot::default()
        };
        let pack = Pack::new(at(now_ms), seed, boot)?;
        Some(Self { number, directory, pack, now_ms, wake_at_ms: None })
    }

    /// Lets time pass up to a moment: the timer rings whenever it was asked to.
    fn pass(&mut self, until_ms: u64, lines: &mut Vec<String>) {
        while let Some(wake_at_ms) = self.wake_at_ms.filter(|wake_at_ms| *wake_at_ms <= until_ms) {
            self.now_ms = wake_at_ms;
            self.give(Input::Woke, lines);
        }
        self.now_ms = until_ms.max(self.now_ms);
    }

    fn give(&mut self, input: Input, lines: &mut Vec<String>) {
        let Output { effects, wake_at_ms } = self.pack.handle(at(self.now_ms), input);
        self.wake_at_ms = wake_at_ms;
        lines.extend(effects.into_iter().filter_map(|effect| {
            if let Effect::Append { line, .. } = effect { Some(line.trim_end().to_owned()) } else { None }
        }));
    }
}

fn at(ms: u64) -> Now {
    Now { wall_ms: BEGAN_MS + ms, mono_ms: ms }
}

/// The lines that the pack writes for a recording, in order.
///
/// # Errors
///
/// When the recording is not one, or holds something the core cannot read.
pub fn replay(recording: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut lines = Vec::new();
    let mut head = Value::Null;
    let mut instances: Vec<Instance> = Vec::new();
    let mut directories: BTreeMap<String, String> = BTreeMap::new();
    for line in recording.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let session = &entry["event"]["properties"];
        if let (Some(id), Some(directory)) = (session["sessionID"].as_str(), session["info"]["directory"].as_str()) {
            directories.insert(id.to_owned(), directory.to_owned());
        }
        let input = match entry["kind"].as_str() {
            Some("scenario") => {
                head = entry;
                continue;
            }
            Some("init") => {
                instances.extend(Instance::new(&entry, &head, instances.len() as u64));
                Input::Started
            }
            Some("event") => {
                let kind = entry["event"]["type"].as_str().unwrap_or_default();
                if kind != host::v1::COUNTED_EVENT && !host::v1::WANTED_EVENTS.contains(&kind) {
                    continue;
                }
                host::v1::read(&json!({ "hook": "event", "event": entry["event"] }).to_string())?
            }
            Some("hook")
                if ["chat.message", "tool.execute.before", "shell.env"]
                    .contains(&entry["name"].as_str().unwrap_or_default()) =>
            {
                host::v1::read(
                    &json!({ "hook": entry["name"], "input": entry["input"], "output": entry["output"] }).to_string(),
                )?
            }
            Some("dispose") => Input::Stopping { cause: StopCause::Disposed },
            _ => continue,
        };
        // Two copies of the recorder in one process count alike; the session tells which directory is meant.
        let id = entry["event"]["properties"]["sessionID"].as_str().or_else(|| entry["input"]["sessionID"].as_str());
        let directory =
            id.and_then(|id| directories.get(id)).map(String::as_str).or_else(|| entry["directory"].as_str());
        let instance = instances.iter_mut().rev().find(|instance| {
            Some(instance.number) == entry["inst"].as_u64()
                && directory.is_none_or(|directory| directory == instance.directory)
        });
        if let Some(instance) = instance {
            instance.pass(entry["ms"].as_u64().unwrap_or_default(), &mut lines);
            instance.give(input, &mut lines);
        }
    }
    for mut instance in instances {
        instance.give(Input::Stopping { cause: StopCause::Exited }, &mut lines);
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("usage: replay RECORDING.jsonl")?;
    let recording = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    for line in replay(&recording)? {
        println!("{line}");
    }
    Ok(())
}
