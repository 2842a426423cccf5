//! A pack, a clock that jumps, and a check of every line it writes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]
#![allow(dead_code, reason = "each test file uses a part")]

use std::sync::LazyLock;

use opencode_swarm_pack::boot::Boot;
use opencode_swarm_pack::effect::{Effect, Output};
use opencode_swarm_pack::host;
use opencode_swarm_pack::ids::BootId;
use opencode_swarm_pack::input::Input;
use opencode_swarm_pack::pack::Pack;
use opencode_swarm_pack::shim;
use opencode_swarm_pack::time::Now;
use serde_json::{Value, json};

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = include_str!("../../pkg/event.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
});

/// Why a line is not valid, if it is not.
pub fn complaint(line: &Value) -> Option<String> {
    SCHEMA.iter_errors(line).next().map(|error| format!("{}: {error}", error.instance_path()))
}

pub const START: Now = Now { wall_ms: 1_777_888_800_000, mono_ms: 1_000 };

/// Checks the lines of one boot: valid, within the bound, numbered without a gap, never back in time.
#[derive(Default)]
pub struct Checker {
    seq: u64,
    timestamp: String,
}

impl Checker {
    #[track_caller]
    pub fn check(&mut self, line: &str, bytes_max: usize) -> Value {
        assert!(line.ends_with('\n') && !line.trim_end().contains('\n'), "one line: {line:?}");
        assert!(line.len() <= bytes_max, "{} bytes: {line}", line.len());
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(complaint(&value), None, "{line}");
        assert_eq!(value["seq"], self.seq + 1, "no gap: {line}");
        self.seq += 1;
        let timestamp = value["timestamp"].as_str().unwrap();
        assert!(timestamp >= self.timestamp.as_str(), "time goes back: {line}");
        timestamp.clone_into(&mut self.timestamp);
        value
    }
}

/// A pack with its clock.
pub struct Harness {
    pub pack: Pack,
    pub now: Now,
    pub lines: Vec<Value>,
    pub effects: Vec<Effect>,
    pub wake_at_ms: Option<u64>,
    requests: u32,
    /// One for each sink; the lines of the first are kept.
    checkers: Vec<(String, Checker)>,
}

impl Harness {
    pub fn new() -> Self {
        Self::with_options(json!({}))
    }

    pub fn with_options(options: Value) -> Self {
        Self::with_boot(Boot { options: Some(options.to_string()), ..boot() })
    }

    pub fn with_boot(boot: Boot) -> Self {
        let mut harness = Self::unstarted(boot);
        harness.tell(json!("started"));
        harness
    }

    pub fn unstarted(boot: Boot) -> Self {
        let pack = Pack::new(START, 7, boot).expect("the pack is on");
        Self { pack, now: START, lines: vec![], effects: vec![], wake_at_ms: None, requests: 0, checkers: vec![] }
    }

    /// A fact of the shim's own.
    #[track_caller]
    pub fn tell(&mut self, input: Value) {
        self.give(shim::input(&input.to_string()).unwrap());
    }

    /// What a hook was given.
    #[track_caller]
    pub fn hear(&mut self, heard: Value) {
        self.give(host::v1::read(&heard.to_string()).unwrap());
    }

    /// An event of the host about a session.
    #[track_caller]
    pub fn event(&mut self, kind: &str, session: &str, fields: Value) {
        let mut properties = json!({ "sessionID": session });
        properties.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.hear(json!({ "hook": "event", "event": { "type": kind, "properties": properties } }));
    }

    #[track_caller]
    pub fn created(&mut self, session: &str) {
        self.event("session.created", session, json!({ "info": {} }));
    }

    #[track_caller]
    pub fn created_below(&mut self, session: &str, parent: &str) {
        self.event("session.created", session, json!({ "info": { "parentID": parent } }));
    }

    #[track_caller]
    pub fn busy(&mut self, session: &str) {
        self.event("session.status", session, json!({ "status": { "type": "busy" } }));
    }

    #[track_caller]
    pub fn answered(&mut self, session: &str) {
        let info = json!({ "role": "assistant", "providerID": "lab", "modelID": "m", "time": { "completed": 1 } });
        self.event("message.updated", session, json!({ "info": info }));
    }

    #[track_caller]
    pub fn failed(&mut self, session: &str, error: &str) {
        self.event("session.error", session, json!({ "error": { "name": error } }));
    }

    /// Idle as the host says it: the status first, then the event.
    #[track_caller]
    pub fn idle(&mut self, session: &str) {
        self.event("session.status", session, json!({ "status": { "type": "idle" } }));
        self.event("session.idle", session, json!({}));
    }

    #[track_caller]
    pub fn tool(&mut self, session: &str, call: &str, status: &str) {
        let part = json!({ "type": "tool", "tool": "bash", "callID": call, "state": { "status": status } });
        self.event("message.part.updated", session, json!({ "part": part }));
    }

    /// Lets time pass; the timer rings whenever it was asked to, `late_ms` late.
    #[track_caller]
    pub fn pass(&mut self, ms: u64, late_ms: u64) {
        let end = self.now.mono_ms + ms;
        for _ in 0..100_000 {
            let Some(wake_at_ms) = self.wake_at_ms.filter(|at| at.max(&self.now.mono_ms) + late_ms <= end) else {
                self.jump_to(end);
                return;
            };
            self.jump_to(wake_at_ms.max(self.now.mono_ms) + late_ms);
            self.give(Input::Woke);
        }
        panic!("the timer rings for ever");
    }

    pub fn stop(&mut self) {
        self.tell(json!({ "stopping": { "cause": "disposed" } }));
    }

    #[track_caller]
    pub fn give(&mut self, input: Input) {
        let Output { effects, wake_at_ms } = self.pack.handle(self.now, input);
        self.wake_at_ms = wake_at_ms;
        for effect in &effects {
            if let Effect::Append { sink, line } = effect {
                let sink = sink.to_string();
                let is_first = self.checkers.first().is_none_or(|(first, _)| *first == sink);
                if !self.checkers.iter().any(|(name, _)| *name == sink) {
                    self.checkers.push((sink.clone(), Checker::default()));
                }
                let (_, checker) = self.checkers.iter_mut().find(|(name, _)| *name == sink).unwrap();
                let value = checker.check(line, 8_192);
                if is_first {
                    self.lines.push(value);
                }
            }
        }
        let asked = effects.iter().find_map(|effect| {
            let Effect::ResolvePaths { request, paths } = effect else { return None };
            Some((*request, paths.len()))
        });
        self.effects.extend(effects);
        // As the shim does: at once. Nothing leads elsewhere here.
        if let Some((request, paths)) = asked {
            self.give(Input::PathsResolved(request, vec![None; paths]));
        }
    }

    /// A tool is about to run; gives the number of its request.
    #[track_caller]
    pub fn request(&mut self, session: &str, call: &str, tool: &str, args: Value) -> u32 {
        self.requests += 1;
        let input = json!({ "sessionID": session, "callID": call, "tool": tool });
        let heard = json!({ "hook": "tool.execute.before", "request": self.requests, "input": input, "output": { "args": args } });
        self.hear(heard);
        self.requests
    }

    /// How many requests there were.
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// What became of a request: `held`, `allowed`, or what the model was told.
    #[track_caller]
    pub fn verdict(&self, request: u32) -> String {
        let mut verdict = "unheard".to_owned();
        for effect in &self.effects {
            if *effect == (Effect::HoldCall { request }) {
                assert_eq!(verdict, "unheard", "held once, and before it is settled");
                verdict = "held".to_owned();
            }
            if let Effect::SettleCall { request: it, denial } = effect
                && *it == request
            {
                assert!(["unheard", "held"].contains(&verdict.as_str()), "settled twice: {verdict}");
                verdict = denial.clone().unwrap_or_else(|| "allowed".to_owned());
            }
        }
        verdict
    }

    /// A line in the control file.
    pub fn control(&mut self, line: &Value) {
        self.tell(json!({ "control_heard": { "channel": "file", "text": line.to_string() } }));
    }

    /// Answers an approval with `approved` or `denied`.
    pub fn answer(&mut self, id: &str, status: &str) {
        self.control(&json!({ "type": "approval", "id": id, "status": status }));
    }

    /// The id of the approval that was asked for last.
    pub fn asked(&self) -> String {
        let asked = self.of_type("swarm.approval.requested").last().expect("an approval");
        asked["payload"]["id"].as_str().unwrap().to_owned()
    }

    /// The payloads of a type of event, in order.
    pub fn payloads<'a>(&'a self, event_type: &'a str) -> Vec<&'a Value> {
        self.of_type(event_type).map(|line| &line["payload"]).collect()
    }

    pub fn of_type<'a>(&'a self, event_type: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["event_type"] == event_type)
    }

    /// The boot of all lines so far.
    pub fn boot_id(&self) -> BootId {
        BootId::try_from(self.lines[0]["boot_id"].as_str().unwrap().to_owned()).unwrap()
    }

    pub fn last_beat(&self) -> &Value {
        self.of_type("swarm.heartbeat").last().expect("a beat")
    }

    /// `session: agent_state (reason)` of each state change.
    pub fn states(&self) -> Vec<String> {
        let told = self.of_type("swarm.state").map(|line| {
            let (session, payload) = (line["session_id"].as_str().unwrap(), &line["payload"]);
            let (state, reason) = (payload["agent_state"].as_str().unwrap(), payload["reason"].as_str().unwrap());
            format!("{session}: {state} ({reason})")
        });
        told.collect()
    }

    fn jump_to(&mut self, mono_ms: u64) {
        self.now.wall_ms += mono_ms - self.now.mono_ms;
        self.now.mono_ms = mono_ms;
    }
}

pub fn boot() -> Boot {
    Boot {
        pid: 4242,
        host_version: Some("1.18.33".into()),
        directory: "/home/ann/shop".into(),
        home: Some("/home/ann".into()),
        ..Boot::default()
    }
}
