//! Callbacks through the front door: who is told, how often, in what order, and what a kill at any moment leaves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::wildcard_enum_match_arm, reason = "other orders are of no concern here, now and later")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Harness, boot};
use opencode_swarm_pack::boot::Boot;
use opencode_swarm_pack::effect::{CallbackRequest, Effect, Scheme};
use opencode_swarm_pack::event::session::Lane;
use serde_json::{Value, json};

const TITLE: &str = "T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:opencode:main:T-8";
const HOUR_MS: u64 = 3_600_000;

/// A pack, its journal, and what it sent.
struct Rig {
    h: Harness,
    seen: usize,
    journal: String,
    sent: Vec<Sent>,
    audit: Vec<Value>,
    mirror: Vec<Value>,
    runs: BTreeMap<String, Value>,
}

#[derive(Clone)]
struct Sent {
    id: String,
    attempt: u32,
    request: CallbackRequest,
    at_ms: u64,
}

impl Sent {
    fn body(&self) -> Value {
        serde_json::from_str(&self.request.body).unwrap()
    }
}

impl Rig {
    fn new(callbacks: Value) -> Self {
        Self::with_options(json!({ "heartbeat": { "enabled": false }, "callbacks": callbacks }))
    }

    fn with_options(options: Value) -> Self {
        Self::with_boot(Boot { options: Some(options.to_string()), ..boot() })
    }

    fn with_boot(boot: Boot) -> Self {
        let names = ["OPENCLAW_HOOK_TOKEN", "OPENCODE_WEBHOOK_SECRET", "OPS_SECRET", "OPS_SECRET_OLD"];
        let env_names = names.into_iter().collect();
        let h = Harness::with_boot(Boot { env_names, ..boot });
        let mut rig = Self {
            h,
            seen: 0,
            journal: String::new(),
            sent: vec![],
            audit: vec![],
            mirror: vec![],
            runs: BTreeMap::new(),
        };
        rig.take();
        rig
    }

    fn openclaw() -> Self {
        Self::new(json!({ "openclaw": {} }))
    }

    /// The next start, after `journal` was all that is left.
    fn next(callbacks: Value, journal: &str) -> Self {
        let mut rig = Self::new(callbacks);
        let lines: Vec<&str> = journal.split('\n').filter(|line| !line.is_empty()).collect();
        rig.h.tell(json!({ "journal_adopted": { "lines": lines } }));
        rig.take();
        rig
    }

    fn take(&mut self) {
        for effect in &self.h.effects[self.seen..] {
            match effect {
                Effect::AppendJournal { line } => self.journal.push_str(line),
                Effect::ReplaceJournal { lines } => self.journal.clone_from(lines),
                Effect::SendCallback { entry_id, attempt, request } => self.sent.push(Sent {
                    id: entry_id.to_string(),
                    attempt: *attempt,
                    request: request.clone(),
                    at_ms: self.h.now.mono_ms,
                }),
                Effect::AppendAudit { line, .. } => self.audit.push(serde_json::from_str(line).unwrap()),
                Effect::MirrorAudit { line, .. } => self.mirror.push(serde_json::from_str(line).unwrap()),
                Effect::MergeRun { run_id, fields, .. } => {
                    let run = self.runs.entry(run_id.clone()).or_insert_with(|| json!({}));
                    let fields: Value = serde_json::from_str(fields).unwrap();
                    run.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
                }
                _ => {}
            }
        }
        self.seen = self.h.effects.len();
    }

    fn created(&mut self, session: &str, title: &str) {
        self.h.event("session.created", session, json!({ "info": { "title": title } }));
        self.take();
    }

    fn turn(&mut self, session: &str) {
        self.h.busy(session);
        self.h.answered(session);
        self.h.idle(session);
        self.take();
    }

    #[track_caller]
    fn settle(&mut self, sent: &Sent, outcome: Value) {
        let settled = json!({ "entry_id": sent.id, "attempt": sent.attempt, "outcome": outcome });
        self.h.tell(json!({ "callback_settled": settled }));
        self.take();
    }

    fn pass(&mut self, ms: u64) {
        self.h.pass(ms, 0);
        self.take();
    }

    fn last(&self) -> Sent {
        self.sent.last().expect("something was sent").clone()
    }

    fn ids(&self) -> BTreeSet<&str> {
        self.sent.iter().map(|sent| sent.id.as_str()).collect()
    }

    /// Answers everything that is sent, until nothing is for a day.
    fn deliver_all(&mut self) {
        let mut answered = 0;
        for _ in 0..10_000 {
            while answered < self.sent.len() {
                let sent = self.sent[answered].clone();
                answered += 1;
                self.settle(&sent, json!({ "status": 200 }));
            }
            let before = self.sent.len();
            if self.h.wake_at_ms.is_none() {
                return;
            }
            self.pass(60_000);
            if self.sent.len() == before && self.h.wake_at_ms.is_none() {
                return;
            }
            if self.depth() == 0 {
                return;
            }
        }
        panic!("it is never done");
    }

    /// Callbacks in the journal that nobody has answered.
    fn depth(&self) -> usize {
        let lines: Vec<String> = self.journal.lines().map(str::to_owned).collect();
        opencode_swarm_pack::outbox::journal::read(&lines).entries.len()
    }
}

fn refused() -> Value {
    json!({ "error": "ECONNREFUSED", "was_sent": false })
}

fn timed_out() -> Value {
    json!({ "error": "timed_out", "was_sent": true })
}

/// S1.8, S1.10, S1.11, S1.44: one request, in the same breath as the idle, field by field.
#[test]
fn a_routed_session_calls_back_when_it_goes_idle() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", &format!("{TITLE} callbackSessionId=sid-1"));
    rig.h.busy("ses_1");
    rig.h.answered("ses_1");
    rig.h.event("session.status", "ses_1", json!({ "status": { "type": "idle" } }));
    rig.take();
    assert_eq!(rig.sent.len(), 0, "the status alone is no idle");
    rig.h.event("session.idle", "ses_1", json!({}));
    rig.take();
    assert_eq!(rig.sent.len(), 1);
    let sent = rig.last();
    assert_eq!(sent.request.url, "http://127.0.0.1:18789/hooks/agent");
    assert_eq!(
        (sent.request.scheme, sent.request.secrets.as_slice()),
        (Scheme::Bearer, &["OPENCLAW_HOOK_TOKEN".to_owned()][..])
    );
    assert_eq!(
        sent.request.body,
        r#"{"message":"OpenCode plugin event=session.idle run=run-8 task=T-8","name":"OpenCode","agentId":"main","sessionKey":"hook:opencode:main:T-8","sessionId":"sid-1","wakeMode":"now","deliver":false}"#
    );
    rig.settle(&sent, json!({ "status": 200, "body": "{\"ok\":true,\"runId\":\"5d0c\"}" }));
    let delivered = rig.h.payloads("swarm.delivery.delivered")[0];
    assert_eq!((&delivered["key"], &delivered["receiver_run_id"]), (&json!("ses_1|run-8"), &json!("5d0c")));
    assert_eq!(rig.depth(), 0);
}

/// S1.5, X.2: nobody asked, nobody is called; telemetry goes on.
#[test]
fn an_untagged_session_calls_nobody_and_says_nothing() {
    let mut rig = Rig::openclaw();
    for (session, title) in [("ses_1", "Fix the cart"), ("ses_2", "T-8 runId=r taskId=T-8")] {
        rig.created(session, title);
        rig.turn(session);
    }
    assert_eq!((rig.sent.len(), rig.audit.len(), rig.journal.as_str()), (0, 0, ""));
    assert_eq!(rig.h.of_type("swarm.turn.finished").count(), 2);
    assert_eq!(rig.h.of_type("swarm.routing.error").count(), 0);
}

/// S1.45: error then idle, two idles, an abort, a second turn.
#[test]
fn each_turn_is_one_callback_and_an_error_outranks_the_idle_after_it() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.h.busy("ses_1");
    rig.h.failed("ses_1", "APIError");
    rig.h.idle("ses_1");
    rig.h.idle("ses_1");
    rig.take();
    rig.deliver_all();
    rig.h.busy("ses_1");
    rig.h.failed("ses_1", "MessageAbortedError");
    rig.h.idle("ses_1");
    rig.h.idle("ses_1");
    rig.take();
    rig.deliver_all();
    rig.turn("ses_1");
    rig.deliver_all();
    let keys: Vec<_> = rig
        .h
        .payloads("swarm.delivery.delivered")
        .iter()
        .map(|payload| payload["key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys, ["ses_1|run-8", "ses_1|run-8|2", "ses_1|run-8|3"]);
    let events: Vec<_> =
        rig.sent.iter().map(|sent| sent.body()["message"].as_str().unwrap()[22..36].to_owned()).collect();
    assert_eq!(events, ["session.error ", "session.error ", "session.idle r"]);
}

/// S1.44: a run without an id has the literal fall-back in its key.
#[test]
fn a_route_without_a_run_has_no_run_in_its_key() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", "callbackSession=hook:x requested=main");
    rig.turn("ses_1");
    rig.deliver_all();
    assert_eq!(rig.h.payloads("swarm.delivery.delivered")[0]["key"], "ses_1|no-run");
    assert!(rig.last().request.body.contains("run=unknown task=unknown"));
}

#[test]
fn retries_are_the_same_to_the_byte_with_growing_pauses() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    for _ in 0..4 {
        let sent = rig.last();
        rig.settle(&sent, refused());
        rig.pass(8_001);
    }
    assert_eq!(rig.sent.len(), 5);
    assert_eq!(rig.ids().len(), 1);
    assert!(rig.sent.iter().all(|sent| sent.request == rig.sent[0].request));
    for (n, pair) in rig.sent.windows(2).enumerate() {
        let (bound_ms, gap_ms) =
            (1_000 << n, rig.h.payloads("swarm.delivery.failed")[n]["retry_in_ms"].as_u64().unwrap());
        assert!((1..=bound_ms).contains(&gap_ms), "{gap_ms} of {bound_ms}");
        assert!(pair[1].at_ms - pair[0].at_ms >= gap_ms);
    }
    rig.deliver_all();
    let delivered = rig.h.payloads("swarm.delivery.delivered")[0];
    assert_eq!((&delivered["attempts"], &delivered["possible_duplicate"]), (&json!(5), &Value::Null));
}

/// A time-out leaves open whether the request arrived; a refused connection does not.
#[test]
fn a_repeat_after_a_time_out_is_marked() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    let first = rig.last();
    rig.settle(&first, timed_out());
    rig.pass(2_000);
    let second = rig.last();
    rig.settle(&first, json!({ "status": 200 }));
    assert_eq!(rig.depth(), 1, "an answer to an older attempt changes nothing");
    rig.settle(&second, json!({ "status": 200 }));
    assert_eq!(rig.h.payloads("swarm.delivery.delivered")[0]["possible_duplicate"], true);
    rig.settle(&second, json!({ "status": 200 }));
    assert_eq!(rig.h.of_type("swarm.delivery.delivered").count(), 1);
}

/// S4.27: what no repeat can mend is given up at once, and says why.
#[test]
fn a_refusal_is_a_dead_letter_that_says_why() {
    for (status, reason) in [
        (301, "redirect"),
        (400, "http_400"),
        (401, "http_401"),
        (404, "http_404"),
        (405, "http_405"),
        (410, "http_410"),
        (413, "http_413"),
    ] {
        let mut rig = Rig::openclaw();
        rig.created("ses_1", TITLE);
        rig.turn("ses_1");
        let sent = rig.last();
        rig.settle(&sent, json!({ "status": status }));
        rig.pass(HOUR_MS);
        assert_eq!((rig.sent.len(), rig.depth()), (1, 0), "{status}");
        assert_eq!(rig.h.payloads("swarm.delivery.dead_lettered")[0]["reason"], reason);
    }
}

#[test]
fn a_wrong_token_is_reported_and_not_hammered() {
    let mut rig = Rig::openclaw();
    for n in 0..40 {
        rig.created(&format!("ses_{n}"), TITLE);
        rig.turn(&format!("ses_{n}"));
    }
    let under_way = rig.sent.len();
    assert_eq!(under_way, 8);
    for sent in rig.sent.clone() {
        rig.settle(&sent, json!({ "status": 401 }));
    }
    rig.pass(599_000);
    assert_eq!(rig.sent.len(), under_way, "left alone");
    rig.pass(2_000);
    assert_eq!(rig.sent.len(), under_way + 1, "one, to see");
    assert_eq!(rig.h.payloads("swarm.pack.error")[0]["code"], "receiver_refused");
}

#[test]
fn a_receiver_that_names_a_time_is_left_alone_until_then() {
    for (retry_after, ms) in [("7", 7_000), ("Mon, 04 May 2026 10:00:09 GMT", 9_000)] {
        let mut rig = Rig::openclaw();
        rig.created("ses_1", TITLE);
        rig.turn("ses_1");
        let sent = rig.last();
        rig.settle(&sent, json!({ "status": 429, "retry_after": retry_after }));
        rig.created("ses_2", TITLE);
        rig.turn("ses_2");
        rig.pass(ms - 1);
        assert_eq!(rig.sent.len(), 1, "{retry_after}");
        rig.pass(1_001);
        assert_eq!(rig.sent.len(), 3, "{retry_after}");
    }
}

/// S2.35: five failures in a row open the breaker for half a minute; then one callback tries.
#[test]
fn a_receiver_that_fails_five_times_is_left_alone() {
    let mut rig = Rig::new(json!({ "openclaw": {} }));
    for n in 0..6 {
        rig.created(&format!("ses_{n}"), TITLE);
        rig.turn(&format!("ses_{n}"));
    }
    for sent in rig.sent.clone() {
        rig.settle(&sent, refused());
    }
    rig.pass(29_999);
    assert_eq!(rig.sent.len(), 6);
    rig.pass(1);
    assert_eq!(rig.sent.len(), 7);
    let probe = rig.last();
    rig.settle(&probe, json!({ "status": 200 }));
    rig.pass(60_000);
    assert_eq!(rig.sent.len(), 12, "all of them after the one");
}

/// After eight attempts every ten minutes, after a week a dead letter; and each of them one key.
#[test]
fn a_receiver_that_never_comes_back_gets_a_dead_letter_after_a_week() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    let mut times = vec![];
    while rig.h.of_type("swarm.delivery.dead_lettered").count() == 0 {
        let sent = rig.last();
        if times.last() != Some(&sent.at_ms) {
            times.push(sent.at_ms);
            rig.settle(&sent, refused());
        }
        assert!(times.len() < 2_000);
        rig.pass(rig.h.wake_at_ms.map_or(0, |at_ms| at_ms.saturating_sub(rig.h.now.mono_ms)));
    }
    assert_eq!((rig.depth(), rig.ids().len()), (0, 1));
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps[..7].iter().all(|gap| *gap <= 120_000), "{gaps:?}");
    assert!(gaps[8..].iter().all(|gap| *gap == 600_000), "{gaps:?}");
    let dead = rig.h.payloads("swarm.delivery.dead_lettered")[0];
    assert_eq!(dead["reason"], "expired");
    assert!(times.len() > 1_000 && times.last().unwrap() - times[0] >= 168 * HOUR_MS);
}

/// In one session in order, and sessions independent of each other.
#[test]
fn a_session_keeps_its_order_and_holds_up_no_other() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.created("ses_2", TITLE);
    rig.turn("ses_1");
    rig.turn("ses_1");
    rig.turn("ses_2");
    assert_eq!(rig.sent.len(), 2);
    let first = rig.sent[0].clone();
    rig.settle(&first, json!({ "status": 503 }));
    assert_eq!(rig.sent.len(), 2, "the second waits for the first");
    rig.pass(2_000);
    let again = rig.last();
    assert_eq!(again.id, first.id);
    rig.settle(&again, json!({ "status": 200 }));
    assert_eq!(rig.sent.len(), 4);
    assert_ne!(rig.last().id, first.id);
}

/// S1.45, S4.4, S4.16: what was answered is not sent again after a restart; what was not, is.
#[test]
fn a_restart_sends_what_was_not_answered_and_nothing_else() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.created("ses_2", TITLE);
    rig.turn("ses_1");
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 200 }));
    rig.turn("ses_2");
    let mut next = Rig::next(json!({ "openclaw": {} }), &rig.journal);
    assert_eq!(next.sent.len(), 1);
    assert_eq!(next.last().request, rig.last().request);
    next.deliver_all();
    assert_eq!(next.h.payloads("swarm.delivery.delivered")[0]["possible_duplicate"], true);
    // Another turn of a session that has called back before is the second.
    next.created("ses_1", TITLE);
    next.turn("ses_1");
    next.deliver_all();
    assert_eq!(next.h.payloads("swarm.delivery.delivered")[1]["key"], "ses_1|run-8|2");
    let third = Rig::next(json!({ "openclaw": {} }), &next.journal);
    assert_eq!(third.sent.len(), 0);
}

/// A process that calls nobody of that name back keeps what another configuration left.
#[test]
fn callbacks_for_somebody_else_wait_for_a_process_that_knows_them() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    let mut other = Rig::next(json!({ "orgloop": {} }), &rig.journal);
    other.pass(HOUR_MS);
    assert_eq!((other.sent.len(), other.depth()), (0, 1));
    let next = Rig::next(json!({ "openclaw": {} }), &other.journal);
    assert_eq!(next.sent.len(), 1);
}

/// The process is killed with any byte of the journal as its last: one key, the same bytes, and never lost once its
/// line was whole; one request only, where no attempt was left without an answer.
#[test]
fn a_kill_at_every_byte_of_the_journal_loses_nothing() {
    let mut rig = Rig::new(json!({ "openclaw": {}, "orgloop": {} }));
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    for sent in rig.sent.clone() {
        rig.settle(&sent, if sent.request.url.contains("hooks") { timed_out() } else { json!({ "status": 200 }) });
    }
    rig.pass(2_000);
    let last = rig.last();
    rig.settle(&last, json!({ "status": 200 }));
    rig.h.event("session.deleted", "ses_1", json!({}));
    rig.take();
    let bodies: BTreeMap<&str, &str> =
        rig.sent.iter().map(|sent| (sent.id.as_str(), sent.request.body.as_str())).collect();
    assert_eq!(bodies.len(), 3);
    for end in (0..=rig.journal.len()).filter(|&end| rig.journal.is_char_boundary(end)) {
        let left = &rig.journal[..end];
        let whole: Vec<Value> = left.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let is = |word: &str| whole.iter().filter(|line| line["is"] == word).count();
        let (queued, delivered) = (is("queued"), is("delivered"));
        let mut next = Rig::next(json!({ "openclaw": {}, "orgloop": {} }), left);
        next.deliver_all();
        assert_eq!(next.sent.len(), queued - delivered, "at byte {end}");
        for sent in &next.sent {
            assert_eq!(bodies[sent.id.as_str()], sent.request.body);
        }
        for delivered in next.h.payloads("swarm.delivery.delivered") {
            let id = delivered["entry_id"].as_str().unwrap();
            let of_id: Vec<_> = whole.iter().filter(|line| line["id"] == id).map(|line| &line["is"]).collect();
            let is_open = of_id.last().is_some_and(|last| *last == "sent");
            let was_doubtful = whole.iter().any(|line| line["id"] == id && line["doubt"] == true);
            assert_eq!(delivered["possible_duplicate"] == true, is_open || was_doubtful, "at byte {end}");
        }
    }
}

/// Lines of others, halves of lines, and a file that is no journal at all.
#[test]
fn garbage_in_a_journal_is_let_pass() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    let garbage = format!(
        "\u{0}\u{0}\n{{\"is\":\"queued\"}}\nnull\n[]\n{}{{\"is\":\"sent\",\"id\":7}}\n{{\"is\":\"que",
        rig.journal
    );
    let mut next = Rig::next(json!({ "openclaw": {} }), &garbage);
    next.deliver_all();
    assert_eq!(next.sent.len(), 1);
    assert_eq!(next.h.payloads("swarm.pack.error")[0]["code"], "unreadable");
}

/// S1.22, S1.23: an error event, a record, no request.
#[test]
fn a_route_that_cannot_be_is_told_and_not_guessed() {
    let mut rig = Rig::openclaw();
    rig.created("ses_0", TITLE);
    rig.created("ses_1", "T-9 requested=main resolved=build");
    rig.turn("ses_1");
    assert_eq!(rig.sent.len(), 0);
    let error = rig.h.payloads("swarm.routing.error")[0];
    assert_eq!((&error["code"], &error["requested_agent_id"]), (&json!("missing_target"), &json!("main")));
    assert_eq!(
        (&rig.audit[0]["phase"], &rig.audit[0]["reason"]),
        (&json!("skipped_no_payload"), &json!("missing_target"))
    );
    assert_eq!(rig.audit[0]["tags"]["fallback_used"], false);
}

/// S1.21, S1.22: the gateway itself does not call that agent or that session: its words are told, nobody else is called.
#[test]
fn a_target_that_the_gateway_refuses_is_a_routing_error() {
    let refused = r#"{"ok":false,"error":"sessionKey must start with one of: hook:"}"#;
    for (status, body, expected) in [(400, refused, 1), (400, r#"{"error":"message required"}"#, 0), (413, refused, 0)]
    {
        let mut rig = Rig::openclaw();
        rig.created("ses_1", TITLE);
        rig.turn("ses_1");
        let sent = rig.last();
        rig.settle(&sent, json!({ "status": status, "body": body }));
        let errors = rig.h.payloads("swarm.routing.error");
        assert_eq!(errors.len(), expected, "{status} {body}");
        if let Some(error) = errors.first() {
            assert_eq!(error["message"], "sessionKey must start with one of: hook:");
            assert_eq!((&error["code"], &error["requested_agent_id"]), (&json!("refused_target"), &json!("main")));
        }
        assert_eq!((rig.sent.len(), rig.h.payloads("swarm.delivery.dead_lettered").len()), (1, 1));
    }
}

/// S1.20, S1.55: two callers, turns interleaved; each hears of its own.
#[test]
fn each_caller_hears_of_its_own_session() {
    let mut rig = Rig::openclaw();
    rig.created("ses_a", "callbackSession=hook:a requested=main runId=a");
    rig.created("ses_b", "callbackSession=hook:b requested=scrum runId=b");
    rig.h.busy("ses_a");
    rig.h.busy("ses_b");
    rig.h.answered("ses_a");
    rig.h.idle("ses_a");
    rig.h.answered("ses_b");
    rig.h.idle("ses_b");
    rig.take();
    let told: Vec<_> =
        rig.sent.iter().map(|sent| (sent.body()["sessionKey"].clone(), sent.body()["agentId"].clone())).collect();
    assert_eq!(told, [(json!("hook:a"), json!("main")), (json!("hook:b"), json!("scrum"))]);
}

/// X.4: the title of a session from before is asked for once, and a later title changes nothing.
#[test]
fn a_session_from_before_is_looked_up_once_for_its_title() {
    let mut rig = Rig::openclaw();
    rig.h.event(
        "session.updated",
        "ses_1",
        json!({ "info": { "title": "callbackSession=hook:model requested=main" } }),
    );
    rig.h.event("session.updated", "ses_1", json!({ "info": {} }));
    let look_ups = rig.h.effects.iter().filter(|effect| matches!(effect, Effect::LookUpSession { .. })).count();
    assert_eq!(look_ups, 1);
    rig.h.hear(json!({ "hook": "session.get", "input": { "sessionID": "ses_1" }, "session": { "title": TITLE } }));
    rig.created("ses_1", "callbackSession=hook:other requested=main");
    rig.turn("ses_1");
    assert_eq!(rig.last().body()["sessionKey"], "hook:opencode:main:T-8");
}

/// X.3: child sessions call nobody back unless asked to.
#[test]
fn child_sessions_are_left_out_unless_they_are_wanted() {
    for (children, expected) in [(false, 0), (true, 1)] {
        let mut rig = Rig::new(json!({ "openclaw": {}, "children": children }));
        rig.created("ses_1", "Fix the cart");
        let info = json!({ "parentID": "ses_1", "title": TITLE });
        rig.h.event("session.created", "ses_2", json!({ "info": info }));
        rig.take();
        rig.turn("ses_2");
        assert_eq!(rig.sent.len(), expected);
        assert_eq!(rig.h.of_type("swarm.lifecycle").count(), 1 + expected);
    }
}

/// S1.56: somebody wants to be called back, and there is no gateway to do it with.
#[test]
fn a_route_without_a_gateway_is_a_record() {
    let mut rig = Rig::new(json!({}));
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    assert_eq!(rig.sent.len(), 0);
    assert_eq!(
        (&rig.audit[0]["reason"], &rig.audit[0]["ok"], &rig.audit[0]["status"]),
        (&json!("missing_hook_env"), &json!(false), &json!(0))
    );
}

/// S1.2, S1.13, S1.17, S1.18, S1.19, S1.46: the file of the run and the records tell who asked, who worked, who was called.
#[test]
fn a_run_has_a_file_and_records() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", &format!("{TITLE} originSession=hook:origin"));
    assert_eq!(rig.runs["run-8"]["state"], "session_created");
    rig.turn("ses_1");
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 503, "was_sent": true }));
    assert_eq!((&rig.runs["run-8"]["callbackOk"], &rig.runs["run-8"]["callbackSentAt"]), (&json!(false), &Value::Null));
    rig.deliver_all();
    rig.pass(5_000);
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 200, "body": "{}" }));
    let run = &rig.runs["run-8"];
    assert_eq!(
        (&run["state"], &run["callbackStatus"], &run["callbackOk"]),
        (&json!("completed"), &json!(200), &json!(true))
    );
    assert!(run["callbackSentAt"].is_string() && run["execution_lane"].is_string());
    let envelope = &run["envelope"];
    for (name, value) in [
        ("requested_agent_id", "main"),
        ("resolved_agent_id", "build"),
        ("agent_id", "build"),
        ("origin_session_key", "hook:origin"),
        ("callback_target_session_key", "hook:opencode:main:T-8"),
        ("session_key", "hook:opencode:build:T-8"),
    ] {
        assert_eq!(envelope[name], value, "{name}");
    }
    assert!(rig.audit.iter().all(|record| record["created_at"].is_string() && record.get("raw").is_none()));
    assert!(rig.audit.iter().any(|record| record["ok"] == true && record["status"] == 200));
}

/// S1.7: where a server listens, the envelope says where; elsewhere the host's word for it is worth nothing.
#[test]
fn the_envelope_names_the_server_that_listens() {
    for (lane, expected) in [(Lane::Serve, json!("http://127.0.0.1:4096/")), (Lane::Run, Value::Null)] {
        let options = json!({ "callbacks": { "openclaw": {} } });
        let server_url = Some("http://127.0.0.1:4096/".to_owned());
        let mut rig = Rig::with_boot(Boot { lane, server_url, options: Some(options.to_string()), ..boot() });
        rig.created("ses_1", TITLE);
        assert_eq!(rig.runs["run-8"]["envelope"]["opencode_server_url"], expected);
    }
}

/// S1.47: on request the bridge's own record of each attempt is kept, too, also of one that another process wrote down.
#[test]
fn the_bridge_has_a_record_of_each_attempt() {
    let callbacks = json!({ "openclaw": { "bridge_files": true } });
    let mut rig = Rig::new(callbacks.clone());
    rig.created("ses_1", &format!("{TITLE} projectId=p callbackSessionId=s-1"));
    rig.turn("ses_1");
    let journal = rig.journal.clone();
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 503, "was_sent": true, "body": "busy" }));
    let mut record = rig.mirror[0].clone();
    assert!(record["createdAt"].take().as_str().is_some_and(|at| at.ends_with('Z')));
    let expected = json!({
        "taskId": "T-8",
        "runId": "run-8",
        "agentId": "main",
        "requestedAgentId": "main",
        "resolvedAgentId": "build",
        "callbackTargetSessionKey": "hook:opencode:main:T-8",
        "callbackTargetSessionId": "s-1",
        "projectId": "p",
        "opencodeSessionId": "ses_1",
        "event": "session.idle",
        "callbackStatus": 503,
        "callbackOk": false,
        "callbackBody": "busy",
        "createdAt": null,
    });
    assert_eq!(record, expected);
    assert!(rig.h.effects.iter().all(|effect| !matches!(effect, Effect::MergeRun { is_mirrored: false, .. })));
    let mut next = Rig::next(callbacks, &journal);
    next.deliver_all();
    let record = &next.mirror[0];
    for (name, value) in [
        ("taskId", json!("T-8")),
        ("runId", json!("run-8")),
        ("agentId", json!("main")),
        ("callbackTargetSessionKey", json!("hook:opencode:main:T-8")),
        ("event", json!("session.idle")),
        ("callbackStatus", json!(200)),
        ("callbackOk", json!(true)),
    ] {
        assert_eq!(record[name], value, "{name}");
    }
    let mut without = Rig::openclaw();
    without.created("ses_1", TITLE);
    without.turn("ses_1");
    without.deliver_all();
    assert_eq!(without.mirror.len(), 0);
}

/// S1.46: news whose key was answered before is a record, and no request.
#[test]
fn what_was_told_before_is_a_record() {
    let orgloop = json!({ "orgloop": {} });
    let mut rig = Rig::new(orgloop.clone());
    rig.created("ses_1", "Fix the cart");
    rig.deliver_all();
    let mut next = Rig::next(orgloop, &rig.journal);
    next.created("ses_1", "Fix the cart");
    assert_eq!(next.sent.len(), 0);
    let record = next.audit.last().unwrap();
    assert_eq!((&record["phase"], &record["dedupeKey"]), (&json!("deduped"), &json!("opencode:ses_1:started")));
}

/// S4.1, S4.6, S4.17, S4.18, S4.19, S4.20, S4.21, S4.22: one start and one stop, with the documented fields.
#[test]
fn orgloop_hears_one_start_and_one_stop() {
    let mut rig = Rig::new(json!({ "orgloop": {} }));
    rig.created("ses_1", "Fix the cart");
    rig.deliver_all();
    rig.turn("ses_1");
    rig.h.now.mono_ms += 500;
    rig.h.now.wall_ms += 500;
    rig.turn("ses_1");
    assert_eq!(rig.sent.len(), 1);
    rig.h.stop();
    rig.take();
    assert_eq!(rig.sent.len(), 2);
    let (start, stop) = (rig.sent[0].body(), rig.sent[1].body());
    assert_eq!(
        (&start["hook_type"], &start["session_id"], &start["cwd"]),
        (&json!("start"), &json!("ses_1"), &json!("/home/ann/shop"))
    );
    assert_eq!(
        (&stop["hook_type"], &stop["exit_status"], &stop["duration_seconds"]),
        (&json!("stop"), &json!(0), &json!(0.5))
    );
    assert_eq!((&stop["model"], &stop["summary"]), (&json!("lab/m"), &json!("completed")));
    assert_eq!(rig.sent[1].request.scheme, Scheme::HubSha256);
    let keys: Vec<_> = rig
        .h
        .payloads("swarm.lifecycle")
        .iter()
        .map(|event| event["payload"]["lifecycle"]["dedupe_key"].clone())
        .collect();
    assert_eq!(keys, [json!("opencode:ses_1:started"), json!("opencode:ses_1:completed")]);
    // The answer comes after the end, and is written down.
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 200 }));
    assert_eq!(rig.depth(), 0);
    assert_eq!(rig.h.of_type("swarm.delivery.delivered").count(), 2);
}

/// S4.7, S4.8, S4.9, S4.10, S4.11: how a session ends decides its exit status.
#[test]
fn the_end_of_a_session_is_an_exit_status() {
    type End = (&'static str, fn(&mut Rig), i64, &'static str);
    let ends: [End; 6] = [
        ("idle", |rig| rig.turn("ses_1"), 0, "completed"),
        (
            "error",
            |rig| {
                rig.h.busy("ses_1");
                rig.h.failed("ses_1", "APIError");
                rig.h.idle("ses_1");
            },
            1,
            "failed",
        ),
        (
            "abort",
            |rig| {
                rig.h.busy("ses_1");
                rig.h.failed("ses_1", "MessageAbortedError");
                rig.h.idle("ses_1");
            },
            130,
            "stopped",
        ),
        ("disposed while busy", |rig| rig.h.busy("ses_1"), 143, "stopped"),
        (
            "deleted while busy",
            |rig| {
                rig.h.busy("ses_1");
                rig.h.event("session.deleted", "ses_1", json!({}));
            },
            130,
            "stopped",
        ),
        ("never worked", |_| {}, 0, "completed"),
    ];
    for (name, end, status, phase) in ends {
        let mut rig = Rig::new(json!({ "orgloop": {} }));
        rig.created("ses_1", "");
        rig.deliver_all();
        end(&mut rig);
        rig.h.stop();
        rig.take();
        assert_eq!(rig.last().body()["exit_status"], status, "{name}");
        let last = rig.h.payloads("swarm.lifecycle")[1];
        assert_eq!(last["payload"]["lifecycle"]["phase"], phase, "{name}");
        assert_eq!(
            (&last["type"], &last["payload"]["session"]["exit_status"]),
            (&json!("actor.stopped"), &json!(status))
        );
        assert_eq!(rig.sent.len(), 2, "{name}");
    }
}

/// S4.11, S4.12, S4.13, S4.14, S4.15, S4.28: our own events have the form of those that the real connector made.
#[test]
fn lifecycle_events_have_the_form_of_the_connectors() {
    let recorded = include_str!("data/orgloop-0.7.9.jsonl");
    let theirs = |case: &str| {
        let lines = recorded.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.into_iter().find(|line| line["case"] == case).unwrap()["event"].clone()
    };
    let mut rig = Rig::new(json!({ "orgloop": {} }));
    rig.created("ses_1", "Fix the cart");
    rig.turn("ses_1");
    rig.h.stop();
    let events = rig.h.payloads("swarm.lifecycle");
    let ended = recorded.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        (line["event"]["payload"]["lifecycle"]["phase"] == "completed").then(|| line["event"].clone())
    });
    for (ours, theirs) in [(events[0], theirs("start")), (events[1], ended.into_iter().next().unwrap())] {
        for field in ["type", "source"] {
            assert_eq!(ours[field], theirs[field]);
        }
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&ours["provenance"]), keys(&theirs["provenance"]));
        for field in ["platform", "platform_event", "author_type"] {
            assert_eq!(ours["provenance"][field], theirs["provenance"][field]);
        }
        let (mine, other) = (&ours["payload"], &theirs["payload"]);
        assert_eq!(mine["lifecycle"], other["lifecycle"]);
        assert!(keys(&mine["session"]).is_subset(&keys(&other["session"])), "{mine}");
        assert_eq!(mine["session"]["exit_status"].is_i64(), ours["type"] == "actor.stopped");
        let is_hex = |text: &Value, prefix: &str| {
            let digits = text.as_str().unwrap().strip_prefix(prefix).unwrap();
            digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        assert!(is_hex(&ours["id"], "evt_") && is_hex(&ours["trace_id"], "trc_"));
        let (at, form) = (ours["timestamp"].as_str().unwrap(), theirs["timestamp"].as_str().unwrap());
        assert_eq!((at.len(), at.ends_with('Z')), (form.len(), true));
    }
}

/// S4.3: a secret that is not set is a configuration error; nothing is sent, signed or not.
#[test]
fn an_unset_secret_sends_nothing() {
    let mut rig = Rig::new(json!({ "orgloop": { "secret": "${NOBODY_SET_THIS}" } }));
    rig.created("ses_1", "Fix the cart");
    rig.turn("ses_1");
    rig.h.stop();
    rig.take();
    assert_eq!(rig.sent.len(), 0);
    let error = rig.h.payloads("swarm.pack.error")[0];
    assert_eq!(error["code"], "config_invalid");
    assert!(error["message"].as_str().unwrap().contains("environment variable NOBODY_SET_THIS is not set"), "{error}");
}

/// S4.9: a signal leaves no time to send; it is written down for the next start.
#[test]
fn a_signal_writes_down_what_the_next_start_sends() {
    let mut rig = Rig::new(json!({ "orgloop": {} }));
    rig.created("ses_1", "");
    rig.deliver_all();
    rig.h.busy("ses_1");
    rig.h.tell(json!({ "stopping": { "cause": { "signal": "SIGTERM" } } }));
    rig.take();
    assert_eq!((rig.sent.len(), rig.depth()), (1, 1));
    let mut next = Rig::next(json!({ "orgloop": {} }), &rig.journal);
    assert_eq!(next.last().body()["exit_status"], 143);
    next.deliver_all();
    assert_eq!(next.h.payloads("swarm.delivery.delivered")[0]["possible_duplicate"], Value::Null);
}

/// S4.1: a session that stays idle for the grace has ended, once.
#[test]
fn an_idle_session_ends_after_its_grace() {
    let mut rig = Rig::new(json!({ "orgloop": { "idle_grace_ms": 5000 } }));
    rig.created("ses_1", "");
    rig.deliver_all();
    rig.turn("ses_1");
    rig.pass(4_000);
    rig.turn("ses_1");
    rig.pass(4_900);
    assert_eq!(rig.sent.len(), 1);
    rig.pass(200);
    assert_eq!(rig.sent.len(), 2);
    rig.turn("ses_1");
    rig.pass(10_000);
    rig.h.stop();
    rig.take();
    assert_eq!(rig.sent.len(), 2);
}

#[test]
fn orgloop_may_hear_of_every_turn() {
    let mut rig = Rig::new(json!({ "orgloop": { "mode": "per_turn" } }));
    rig.created("ses_1", "");
    for _ in 0..3 {
        rig.turn("ses_1");
        rig.h.idle("ses_1");
    }
    rig.take();
    rig.deliver_all();
    let kinds: Vec<_> = rig.sent.iter().map(|sent| sent.body()["hook_type"].clone()).collect();
    assert_eq!(kinds, [json!("start"), json!("stop"), json!("stop"), json!("stop")]);
    assert_eq!(rig.ids().len(), 4);
}

/// S4.23: the connector that passes things on is told whom to call.
#[test]
fn the_coding_agent_connector_is_told_whom_to_call_back() {
    let mut rig =
        Rig::new(json!({ "orgloop": { "url": "http://127.0.0.1:4800/webhook/coding-agent", "mode": "per_turn" } }));
    rig.created("ses_1", TITLE);
    rig.deliver_all();
    rig.turn("ses_1");
    assert_eq!(rig.last().body()["meta"]["openclaw_callback_session_key"], "hook:opencode:main:T-8");
}

#[test]
fn a_webhook_hears_the_events_it_asked_for_as_they_were_written() {
    let hook = json!({ "id": "ops", "url": "http://127.0.0.1:9/h?x=1", "secrets": ["${OPS_SECRET}", "${OPS_SECRET_OLD}"], "events": ["swarm.turn.*"] });
    let mut rig = Rig::new(json!({ "webhooks": [hook] }));
    rig.created("ses_1", "");
    rig.turn("ses_1");
    assert_eq!(rig.sent.len(), 1);
    let line = rig.h.of_type("swarm.turn.finished").next().unwrap();
    assert_eq!(&rig.last().body(), line);
    assert_eq!(rig.last().request.secrets, ["OPS_SECRET", "OPS_SECRET_OLD"]);
    assert_eq!(rig.last().request.scheme, Scheme::StandardWebhooks);
    assert!(!rig.journal.contains("x=1"), "no query in a file");
}

/// What became of a webhook's callback is no news for webhooks: each would cause the next.
#[test]
fn a_webhook_that_hears_everything_does_not_hear_itself() {
    let hook = json!({ "id": "all", "url": "http://127.0.0.1:9/", "events": ["swarm.*"] });
    let mut rig = Rig::new(json!({ "webhooks": [hook] }));
    rig.created("ses_1", "");
    rig.turn("ses_1");
    rig.deliver_all();
    let told = rig.sent.len();
    assert!(told >= 4);
    rig.pass(30_000);
    assert_eq!(rig.sent.len(), told);
}

/// X.1: one idle, consistent in all of them, and a receiver that hangs delays no other.
#[test]
fn receivers_do_not_wait_for_each_other() {
    let hook = json!({ "id": "ops", "url": "http://127.0.0.1:9/", "events": ["swarm.turn.finished"] });
    let mut rig = Rig::new(json!({ "openclaw": {}, "orgloop": { "mode": "per_turn" }, "webhooks": [hook] }));
    rig.created("ses_1", TITLE);
    let start = rig.last();
    rig.settle(&start, json!({ "status": 200 }));
    rig.turn("ses_1");
    assert_eq!(rig.sent.len(), 4);
    let webhook = rig.sent.iter().find(|sent| sent.request.scheme == Scheme::StandardWebhooks).unwrap().clone();
    rig.settle(&webhook, json!({ "status": 200 }));
    rig.turn("ses_1");
    assert_eq!(rig.sent.len(), 5, "only the one that answered gets the next");
}

/// 1,000 sessions end at once, two receivers are down for a minute: all delivered, one key each.
#[test]
fn a_thousand_sessions_survive_a_minute_without_receivers() {
    let mut rig = Rig::new(json!({ "openclaw": {}, "orgloop": { "mode": "per_turn" } }));
    for n in 0..1_000 {
        rig.created(&format!("ses_{n}"), &format!("callbackSession=hook:{n} requested=main runId=r{n}"));
        rig.turn(&format!("ses_{n}"));
    }
    let (start_ms, mut at) = (rig.h.now.mono_ms, 0);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut most = 0;
    while taken.len() < 3_000 {
        while at < rig.sent.len() {
            let sent = rig.sent[at].clone();
            at += 1;
            let is_up = rig.h.now.mono_ms - start_ms > 60_000;
            rig.settle(&sent, if is_up { json!({ "status": 200 }) } else { refused() });
            if is_up {
                *taken.entry(sent.id).or_default() += 1;
            } else {
                most = most.max(at);
            }
        }
        rig.pass(1_000);
        assert!(rig.h.now.mono_ms - start_ms < HOUR_MS, "{} taken", taken.len());
    }
    assert_eq!(taken.len(), 3_000);
    assert!(taken.values().all(|&times| times == 1));
    assert!(most < 100, "{most} requests while nobody was there");
}

/// At the bound the oldest goes, and is counted.
#[test]
fn the_outbox_is_bounded_and_counts_what_it_drops() {
    let hook = json!({ "id": "all", "url": "http://127.0.0.1:9/", "events": ["swarm.turn.finished"] });
    let mut rig = Rig::new(json!({ "webhooks": [hook] }));
    rig.created("ses_1", "");
    for _ in 0..10_005 {
        rig.turn("ses_1");
    }
    assert_eq!(rig.depth(), 10_000);
    let dead = rig.h.payloads("swarm.delivery.dead_lettered");
    let totals: Vec<_> = dead.iter().map(|payload| payload["dropped_total"].as_u64().unwrap()).collect();
    assert_eq!(totals, [1, 2, 4]);
}

#[test]
fn a_clock_that_goes_back_an_hour_stops_nothing() {
    let mut rig = Rig::openclaw();
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 503 }));
    rig.h.now.wall_ms -= HOUR_MS;
    rig.pass(2_000);
    assert_eq!(rig.sent.len(), 2);
    rig.deliver_all();
    assert_eq!(rig.h.of_type("swarm.delivery.delivered").count(), 1);
}

/// The journal does not grow with what is done.
#[test]
fn the_journal_is_written_anew_when_most_of_it_is_done() {
    let mut rig = Rig::new(json!({ "orgloop": { "mode": "per_turn" } }));
    rig.created("ses_1", "");
    for _ in 0..3_000 {
        rig.turn("ses_1");
        let sent = rig.last();
        rig.settle(&sent, json!({ "status": 200 }));
    }
    let sent = rig.last();
    rig.settle(&sent, json!({ "status": 200 }));
    let anew = rig.h.effects.iter().filter(|effect| matches!(effect, Effect::ReplaceJournal { .. })).count();
    assert!((1..4).contains(&anew), "{anew}");
    assert!(rig.journal.len() < 3_000_000, "{}", rig.journal.len());
    let next = Rig::next(json!({ "orgloop": { "mode": "per_turn" } }), &rig.journal);
    assert_eq!(next.sent.len(), 0);
}

/// The form of later bridges.
#[test]
fn the_later_form_is_the_message_of_the_mapped_hook() {
    let mut rig = Rig::new(json!({ "openclaw": { "form": "callback", "url": "http://127.0.0.1:18789/" } }));
    rig.created("ses_1", TITLE);
    rig.turn("ses_1");
    let (url, body) = (rig.last().request.url, rig.last().body());
    assert_eq!(url, "http://127.0.0.1:18789/hooks/opencode-callback");
    assert_eq!(
        (&body["source"], &body["next"]["action"], &body["intent"]["kind"]),
        (&json!("opencode.callback"), &json!("none"), &json!("notify"))
    );
    let message: Value = serde_json::from_str(body["message"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&message["kind"], &message["eventType"], &message["opencodeSessionId"]),
        (&json!("opencode.callback"), &json!("session.idle"), &json!("ses_1"))
    );
}
