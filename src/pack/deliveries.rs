//! From news to callbacks, and from answers to lines: who is told of what, under which key.

use super::Pack;
use super::messages;
use crate::config::Mode;
use crate::effect::Effect;
use crate::event::callback::{Delivery, DeliveryDeadLettered, DeliveryDelivered, DeliveryFailed, RoutingFailed};
use crate::event::fit::cut;
use crate::event::heartbeat::{OutboxHealth, ReceiverHealth};
use crate::event::lifecycle::Phase;
use crate::event::line::Subject;
use crate::event::pack::{ErrorCode, PackError};
use crate::event::session::Lane;
use crate::ids::{EntryId, SessionId};
use crate::input::CallbackOutcome;
use crate::json;
use crate::lifecycle::{Lives, ending, turn_status};
use crate::limits::{ANSWER_BYTES_MAX, CALLBACK_BODY_BYTES_MAX, SESSIONS_MAX, TEXT_BYTES_MAX};
use crate::outbox::answer::Answer;
use crate::outbox::json::Json;
use crate::outbox::receiver::{WEBHOOK, hook};
use crate::outbox::{Entry, NewEntry, News, Outbox, Receiver};
use crate::routing::{Routing, Standing, Tag, Tags};
use crate::session::TurnEnd;
use crate::sorted::Sorted;
use crate::star::matches;
use crate::time::At;
use crate::timers::Timer;

const OPENCLAW: &str = "openclaw";
const ORGLOOP: &str = "orgloop";

/// Idle time after which a session counts as ended where no receiver says otherwise, in milliseconds.
const IDLE_GRACE_MS: u64 = 600_000;

/// What the pack keeps for those who are to be told.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    outbox: Outbox,
    lives: Lives,
    routes: Sorted<SessionId, Routing>,
    /// The exit status of a turn that the end of the process cuts off.
    pub(super) cut_off_status: Option<i64>,
    /// The process dies before anything could be sent.
    pub(super) is_too_late: bool,
}

impl Deliveries {
    pub(super) fn new(config: &crate::config::Config) -> Self {
        Self { outbox: Outbox::new(Receiver::all(&config.callbacks)), ..Self::default() }
    }
}

impl Deliveries {
    pub(super) fn calls_back(&self) -> bool {
        !self.outbox.receivers().is_empty()
    }
}

impl Pack {
    /// A session is seen for the first time.
    pub(super) fn session_began(&mut self, at: At, subject: &Subject) {
        let Some(session_id) = self.heeded(subject) else { return };
        self.deliveries.lives.begin(at, &session_id);
        let started = self.lifecycle_started(at, &session_id);
        let key = messages::lifecycle_key(&session_id, Phase::Started);
        self.emit(at, subject, started);
        let body = messages::orgloop_start(&session_id, &self.boot.directory, at, self.book.get(&session_id));
        self.tell_orgloop(at, &session_id, key, body);
    }

    /// Freezes for whom a session works. Later titles change nothing.
    pub(super) fn route(&mut self, at: At, session_id: &SessionId, tags: Option<Tags>) {
        let Some(subject) = self.book.get(session_id).map(|session| session.subject().clone()) else { return };
        if self.heeded(&subject).is_none() || self.deliveries.routes.contains(session_id) {
            return;
        }
        let routing = Routing::resolve(tags, &self.config.routing, &self.boot.directory);
        if let Standing::Refused(error) = &routing.standing {
            let failed = self.routing_failed(&routing, error.code(), error.to_string());
            self.emit(at, &subject, failed);
            let record = Json::default().text("phase", "skipped_no_payload").text("reason", error.code());
            self.audit(at, Some((session_id, &routing)), record);
        }
        if self.deliveries.routes.len() >= SESSIONS_MAX {
            let first = self.deliveries.routes.keys().next().cloned();
            first.and_then(|first| self.deliveries.routes.remove(&first));
        }
        self.deliveries.routes.insert(session_id.clone(), routing);
        self.merge_run(at, session_id, "session_created", "session.created");
    }

    /// Whether it is not decided yet for whom a session works: its title must be asked for.
    pub(super) fn must_look_up(&self, session_id: &SessionId) -> bool {
        self.deliveries.outbox.has(OPENCLAW) && !self.deliveries.routes.contains(session_id)
    }

    /// A turn is over.
    pub(super) fn turn_over(
        &mut self,
        at: At,
        subject: &Subject,
        end: &TurnEnd,
        files_changed: u64,
        model: Option<&str>,
    ) {
        let Some(session_id) = self.heeded(subject) else { return };
        // Nobody answered what its title is: the environment alone tells.
        self.route(at, &session_id, None);
        let status = self.deliveries.cut_off_status.unwrap_or_else(|| turn_status(end.reason));
        self.deliveries.lives.turn_ended(at, &session_id, status, files_changed, model);
        let grace_ms = self.grace_ms();
        self.timers.set(Timer::Grace(session_id.clone()), at.mono_ms.saturating_add(grace_ms));
        if self.config.callbacks.orgloop.as_ref().is_some_and(|orgloop| orgloop.mode == Mode::PerTurn) {
            self.stop_at_orgloop(at, &session_id, status);
        }
        let state = if status == 0 { "completed" } else { "failed" };
        self.merge_run(at, &session_id, state, messages::host_event(status));
        if self.openclaw_mode() == Mode::PerTurn {
            self.call_back(at, &session_id, status);
        }
    }

    /// A session will not go on: it was deleted, was idle for long, or the process ends. Told once.
    pub(super) fn session_over(&mut self, at: At, subject: &Subject) {
        let Some(session_id) = self.heeded(subject) else { return };
        let Some(life) = self.deliveries.lives.end(&session_id) else { return };
        let ended = self.lifecycle_ended(at, &session_id, &life);
        self.emit(at, subject, ended);
        if self.config.callbacks.orgloop.as_ref().is_some_and(|orgloop| orgloop.mode == Mode::PerSession) {
            self.stop_at_orgloop(at, &session_id, life.exit_status);
        }
        if self.openclaw_mode() == Mode::PerSession {
            self.call_back(at, &session_id, life.exit_status);
        }
    }

    /// A session is gone from the book.
    pub(super) fn forget_deliveries(&mut self, subject: &Subject) {
        if let Some(session_id) = subject.session_id() {
            self.timers.cancel(&Timer::Grace(session_id.clone()));
            self.deliveries.lives.forget(session_id);
            self.deliveries.routes.remove(session_id);
        }
    }

    /// The time after which an idle session counts as ended is over, or begins again with what moved since.
    pub(super) fn grace_due(&mut self, at: At, session_id: &SessionId) {
        let Some(session) = self.book.get(session_id).filter(|session| !session.is_in_turn()) else { return };
        let subject = session.subject().clone();
        let idle_ms = self.deliveries.lives.get(session_id).and_then(|life| life.idle_ms).unwrap_or(at.mono_ms);
        let due_ms = idle_ms.saturating_add(self.grace_ms());
        if due_ms > at.mono_ms {
            self.timers.set(Timer::Grace(session_id.clone()), due_ms);
        } else {
            self.session_over(at, &subject);
        }
    }

    /// Offers a line that was written to the webhooks that want it. What became of a webhook's own callbacks is offered
    /// to none: each would cause the next.
    pub(super) fn offer(&mut self, at: At, subject: &Subject, event_type: &str, line: &str, is_about_webhook: bool) {
        if is_about_webhook || self.config.callbacks.webhooks.is_empty() {
            return;
        }
        let wants =
            |webhook: &&crate::config::Webhook| webhook.events.iter().any(|pattern| matches(pattern, event_type));
        let names: Vec<String> = self
            .config
            .callbacks
            .webhooks
            .iter()
            .filter(wants)
            .map(|webhook| [WEBHOOK, &webhook.id].concat())
            .collect();
        for receiver in names {
            let session = subject.session_id().map(ToString::to_string).unwrap_or_default();
            let (key, body) = (self.writer.event_id(), line.trim_end().to_owned());
            self.queue(at, NewEntry { receiver, session, key, body, ..NewEntry::default() });
        }
    }

    #[inline(never)] // nothing of a start
    pub(super) fn callback_settled(&mut self, at: At, id: &EntryId, attempt: u32, outcome: &CallbackOutcome) {
        let attempt = (id, attempt);
        let news = self.deliveries.outbox.settle(at, attempt, outcome, &mut self.random, &mut self.effects);
        if let Some(news) = news {
            self.tell_delivery(at, news);
        }
        self.deliveries.outbox.compact(&mut self.effects);
    }

    #[inline(never)] // nothing of a start
    pub(super) fn journal_adopted(&mut self, at: At, lines: &[String]) {
        let unreadable = self.deliveries.outbox.adopt(at, lines, &mut self.effects);
        // The last line of a process that was killed is torn by right.
        if unreadable > 1 {
            let message = format!("{unreadable} lines of a journal of callbacks cannot be read and were left out");
            self.error(
                at,
                PackError { place: Some("outbox".to_owned()), ..PackError::new(ErrorCode::Unreadable, message) },
            );
        }
    }

    /// Sends what is due, unless the process dies under our hands.
    pub(super) fn pump_outbox(&mut self, at: At) {
        if self.deliveries.is_too_late || self.deliveries.outbox.receivers().is_empty() {
            return;
        }
        self.deliveries.outbox.pump(at, &self.config.callbacks, &mut self.effects);
        match self.deliveries.outbox.next_ms() {
            Some(next_ms) => self.timers.set(Timer::Outbox, next_ms),
            None => self.timers.cancel(&Timer::Outbox),
        }
    }

    pub(super) fn outbox_health(&self, at: At) -> Option<OutboxHealth> {
        let outbox = &self.deliveries.outbox;
        if outbox.receivers().is_empty() {
            return None;
        }
        let oldest = outbox.entries().map(|entry| entry.queued_wall_ms).min();
        let receivers = outbox.receivers().iter().map(|receiver| ReceiverHealth {
            receiver: receiver.name.clone(),
            breaker: receiver.breaker(at.mono_ms).name(),
            in_flight: receiver.in_flight as u64,
        });
        Some(OutboxHealth {
            depth: outbox.entries().len() as u64,
            oldest_age_ms: oldest.map(|oldest_ms| at.wall_ms.saturating_sub(oldest_ms)),
            dropped: outbox.dropped(),
            receivers: receivers.collect(),
        })
    }

    /// The session, if those who are called back hear of it.
    fn heeded(&self, subject: &Subject) -> Option<SessionId> {
        match subject {
            Subject::Root(session_id) => Some(session_id.clone()),
            Subject::Child { session_id, .. } => self.config.callbacks.children.then(|| session_id.clone()),
            Subject::Process => None,
        }
    }

    /// Without a gateway it is still told, in the audit, that somebody was to be called back.
    fn openclaw_mode(&self) -> Mode {
        self.config.callbacks.openclaw.as_ref().map_or(Mode::PerTurn, |openclaw| openclaw.mode)
    }

    fn grace_ms(&self) -> u64 {
        self.config.callbacks.orgloop.as_ref().map_or(IDLE_GRACE_MS, |orgloop| orgloop.idle_grace_ms)
    }

    fn stop_at_orgloop(&mut self, at: At, session_id: &SessionId, status: i64) {
        let Some(life) = self.deliveries.lives.get(session_id) else { return };
        let phase = ending(status).phase;
        let base = messages::lifecycle_key(session_id, phase);
        let is_per_turn = self.config.callbacks.orgloop.as_ref().is_some_and(|orgloop| orgloop.mode == Mode::PerTurn);
        let key = if is_per_turn { self.deliveries.outbox.next_key(ORGLOOP, &base) } else { base };
        let is_to_agent =
            self.config.callbacks.orgloop.as_ref().is_some_and(|orgloop| orgloop.url.ends_with("/coding-agent"));
        let routing = self.deliveries.routes.get(session_id).filter(|_| is_to_agent);
        let body = messages::orgloop_stop(session_id, &self.boot.directory, at, life, status, routing);
        self.tell_orgloop(at, session_id, key, body);
    }

    fn tell_orgloop(&mut self, at: At, session_id: &SessionId, key: String, body: String) {
        let (receiver, session) = (ORGLOOP.to_owned(), session_id.to_string());
        self.queue(at, NewEntry { receiver, session, key, body, ..NewEntry::default() });
    }

    /// Calls back whoever a session works for.
    fn call_back(&mut self, at: At, session_id: &SessionId, status: i64) {
        let Some(routing) = self.deliveries.routes.get(session_id).filter(|routing| routing.is_routed()).cloned()
        else {
            return;
        };
        let event = messages::host_event(status);
        let base = messages::openclaw_key(&routing, session_id);
        let record = Json::default().text("event_type", event).text("dedupeKey", base.as_str());
        if !self.deliveries.outbox.has(OPENCLAW) {
            let record = record.flag("ok", false).number("status", 0).text("reason", "missing_hook_env");
            self.audit(at, Some((session_id, &routing)), record);
            return self.mirror(at, &messages::mirrored(session_id.as_str(), "", &routing), 0, false, None);
        }
        let form = self.config.callbacks.openclaw.as_ref().map(|openclaw| openclaw.form).unwrap_or_default();
        let body = messages::openclaw(&routing, session_id, event, form);
        let key = self.deliveries.outbox.next_key(OPENCLAW, &base);
        self.audit(at, Some((session_id, &routing)), record.text("phase", "terminal").raw("payload", &body));
        self.queue(
            at,
            NewEntry {
                receiver: OPENCLAW.to_owned(),
                session: session_id.to_string(),
                key,
                path: hook(form).to_owned(),
                body,
                run: routing.tags.get(Tag::RunId).map(str::to_owned),
            },
        );
    }

    fn queue(&mut self, at: At, new: NewEntry) {
        if !self.deliveries.outbox.has(&new.receiver) || new.body.len() > CALLBACK_BODY_BYTES_MAX {
            return;
        }
        if self.deliveries.outbox.has_key(&new.receiver, &new.key) {
            let record = Json::default()
                .text("phase", "deduped")
                .text("receiver", new.receiver.as_str())
                .text("session_id", new.session.as_str())
                .text("dedupeKey", new.key.as_str());
            return self.audit(at, None, record);
        }
        let dropped = self.deliveries.outbox.queue(at, new, &mut self.effects);
        let dropped_total = self.deliveries.outbox.dropped();
        // At a flood, each line about what was dropped would cost another callback.
        if let Some(entry) = dropped.filter(|_| dropped_total.is_power_of_two()) {
            let is_about_webhook = entry.receiver.starts_with(WEBHOOK);
            let subject = subject(&entry);
            let event = DeliveryDeadLettered {
                delivery: delivery(entry, None),
                reason: "outbox_full".to_owned(),
                dropped_total: Some(dropped_total),
            };
            self.emit_about(at, &subject, event, is_about_webhook);
        }
    }

    fn tell_delivery(&mut self, at: At, news: News) {
        let News { entry, status, body, answer, retry_in_ms } = news;
        let (subject, is_about_webhook) = (subject(&entry), entry.receiver.starts_with(WEBHOOK));
        let reason = match &answer {
            Answer::Taken => None,
            Answer::Later { reason, .. } | Answer::Never { reason, .. } => Some(reason.clone()),
        };
        let body = body.map(|body| cut(&self.redactor.redact(&body).text, ANSWER_BYTES_MAX));
        if !is_about_webhook {
            self.audit_answer(at, &entry, status, body.as_deref(), reason.as_deref());
        }
        let receiver = entry.receiver.clone();
        let age_ms = at.wall_ms.saturating_sub(entry.queued_wall_ms);
        let delivery = delivery(entry, status);
        match answer {
            Answer::Taken => {
                let receiver_run_id = body.as_deref().and_then(messages::receiver_run_id);
                self.emit_about(
                    at,
                    &subject,
                    DeliveryDelivered { delivery, receiver_run_id, age_ms },
                    is_about_webhook,
                );
            }
            Answer::Later { reason, .. } => {
                self.emit_about(at, &subject, DeliveryFailed { delivery, reason, retry_in_ms }, is_about_webhook);
            }
            Answer::Never { reason, is_unauthorized } => {
                if is_unauthorized {
                    let message =
                        format!("{receiver} does not accept our secret ({reason}); it is left alone for ten minutes");
                    let place = Some(["callbacks.", receiver.split(':').next().unwrap_or_default()].concat());
                    self.error(at, PackError { place, ..PackError::new(ErrorCode::ReceiverRefused, message) });
                }
                // The gateway does not call the agent or the session that we were told to call.
                let is_about_target = |body: &&str| ["agentId", "sessionKey"].iter().any(|name| body.contains(name));
                let is_openclaws = receiver == OPENCLAW && status == Some(400);
                if let Some(body) = body.as_deref().filter(is_about_target).filter(|_| is_openclaws) {
                    self.target_refused(at, &subject, body);
                }
                let event = DeliveryDeadLettered { delivery, reason, dropped_total: None };
                self.emit_about(at, &subject, event, is_about_webhook);
            }
        }
    }

    fn target_refused(&mut self, at: At, subject: &Subject, body: &str) {
        let message = messages::refusal(body).unwrap_or_else(|| body.to_owned());
        let unknown = Routing::default();
        let routing = subject.session_id().and_then(|id| self.deliveries.routes.get(id)).unwrap_or(&unknown);
        let failed = self.routing_failed(routing, "refused_target", cut(&message, TEXT_BYTES_MAX));
        self.emit(at, subject, failed);
    }

    fn routing_failed(&self, routing: &Routing, code: &'static str, message: String) -> RoutingFailed {
        let named = |tag| routing.tags.get(tag).map(|value| cut(&self.redactor.redact(value).text, 128));
        RoutingFailed {
            code,
            message,
            requested_agent_id: named(Tag::Requested),
            resolved_agent_id: named(Tag::Resolved),
            callback_target_session_key: named(Tag::CallbackSession),
            is_fallback: routing.is_fallback,
        }
    }

    /// One record of what a receiver said, and the same in the file of the run.
    fn audit_answer(&mut self, at: At, entry: &Entry, status: Option<u16>, body: Option<&str>, reason: Option<&str>) {
        let (is_ok, status) = (reason.is_none(), u64::from(status.unwrap_or_default()));
        let record = Json::default()
            .text("receiver", entry.receiver.as_str())
            .text("session_id", entry.session.as_str())
            .text("dedupeKey", entry.key.as_str())
            .flag("ok", is_ok)
            .number("status", status)
            .text("reason", reason)
            .text("body", body)
            .number("attempt", u64::from(entry.attempts));
        self.audit(at, None, record);
        if entry.receiver == OPENCLAW {
            let unknown = Routing::default();
            let session_id = SessionId::try_from(entry.session.clone()).ok();
            let routing = session_id.and_then(|id| self.deliveries.routes.get(&id)).unwrap_or(&unknown);
            let known = messages::mirrored(&entry.session, &entry.body, routing);
            self.mirror(at, &known, status, is_ok, body);
        }
        let Some(run_id) = &entry.run else { return };
        let sent_at = at.timestamp().to_string();
        let fields = Json::default()
            .text("callbackSentAt", is_ok.then_some(sent_at.as_str()))
            .number("callbackStatus", status)
            .flag("callbackOk", is_ok)
            .text("callbackBody", body)
            .number("callbackAttempts", u64::from(entry.attempts))
            .text("callbackError", reason)
            .text("updatedAt", sent_at.as_str())
            .end();
        self.effects.push(Effect::MergeRun { run_id: run_id.clone(), fields, is_mirrored: self.mirrors() });
    }

    /// Whether the bridge's own files are kept, too.
    fn mirrors(&self) -> bool {
        self.config.callbacks.openclaw.as_ref().is_some_and(|openclaw| openclaw.bridge_files)
    }

    /// One record of an attempt, or of none (status 0), for the bridge. `known` is what does not change between attempts.
    fn mirror(&mut self, at: At, known: &str, status: u64, is_ok: bool, body: Option<&str>) {
        let file = self.config.routing.bridge_mirror.as_ref().map(ToString::to_string);
        if file.is_none() && !self.mirrors() {
            return;
        }
        let created_at = at.timestamp().to_string();
        let record = Json::within(known).number("callbackStatus", status).flag("callbackOk", is_ok);
        let line = record.text("callbackBody", body).text("createdAt", created_at.as_str()).line();
        self.effects.push(Effect::MirrorAudit { file, line });
    }

    fn audit(&mut self, at: At, about: Option<(&SessionId, &Routing)>, mut record: Json) {
        if let Some((session_id, routing)) = about {
            record = record.text("session_id", session_id.as_str()).raw("tags", &self.envelope(routing));
        }
        let created_at = at.timestamp().to_string();
        let folder = self.config.routing.bridge_audit_dir.as_ref().map(ToString::to_string);
        let line = record.text("created_at", created_at.as_str()).line();
        self.effects.push(Effect::AppendAudit { folder, line });
    }

    fn envelope(&self, routing: &Routing) -> String {
        // Elsewhere the host names a place where nobody, or somebody else, listens.
        let server_url = self.boot.server_url.as_deref().filter(|_| self.boot.lane == Lane::Serve);
        messages::envelope(routing, &self.folders.root, server_url)
    }

    /// What is known of a run, into its file.
    fn merge_run(&mut self, at: At, session_id: &SessionId, state: &str, event: &str) {
        let Some(routing) = self.deliveries.routes.get(session_id) else { return };
        let Some(run_id) =
            routing.tags.get(Tag::RunId).and_then(|id| crate::config::RunId::try_from(id.to_owned()).ok())
        else {
            return;
        };
        let updated_at = at.timestamp().to_string();
        let lane = json::text(&self.boot.lane);
        let fields = Json::default()
            .text("taskId", routing.tags.get(Tag::TaskId))
            .text("runId", &*run_id)
            .text("state", state)
            .text("lastEvent", event)
            .text("updatedAt", updated_at.as_str())
            .text("sessionId", session_id.as_str())
            .raw("execution_lane", &lane)
            .text("model", self.book.get(session_id).and_then(|session| session.model.as_deref()))
            .raw("envelope", &self.envelope(routing))
            .end();
        self.effects.push(Effect::MergeRun { run_id: run_id.to_string(), fields, is_mirrored: self.mirrors() });
    }
}

fn subject(entry: &Entry) -> Subject {
    SessionId::try_from(entry.session.clone()).map_or(Subject::Process, Subject::Root)
}

fn delivery(entry: Entry, status: Option<u16>) -> Delivery {
    Delivery {
        receiver: entry.receiver,
        entry_id: entry.id,
        key: entry.key,
        attempts: entry.attempts,
        status,
        possible_duplicate: entry.possible_duplicate,
    }
}
