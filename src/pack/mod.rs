//! The whole pack: takes facts, gives orders.
//!
//! No part holds another part: [`Pack`] listens to one and tells the next. It reads no clock, opens nothing, draws no
//! random number; with the same boot, seed and facts it gives the same orders.

mod approve;
mod beat;
mod deliveries;
mod dry_run;
mod feed;
mod gate;
mod hear;
mod messages;
mod open;
mod report;
mod tell;
mod told;

use crate::approvals::Approvals;
use crate::boot::Boot;
use crate::config::{self, Config};
use crate::effect::{Effect, Output};
use crate::event::approval::Ending;
use crate::event::heartbeat::{Dropped, Health, Modules, SinkHealth};
use crate::event::line::{Subject, Writer};
use crate::event::pack::{ClockJumped, Direction, ErrorCode, LogRotated, PackError};
use crate::event::session::StopReason;
use crate::event::trace::Span;
use crate::event::{Event, Family};
use crate::heartbeat::{Heartbeat, Lag};
use crate::input::{Input, StopCause};
use crate::limits::{STEPS_MAX, UNREADABLE_KINDS_MAX};
use crate::paths::Folders;
use crate::policy::Gate;
use crate::random::Random;
use crate::redact::Redactor;
use crate::session::{Book, Strangers};
use crate::sorted::Sorted;
use crate::telemetry::Telemetry;
use crate::telemetry::traces::Traces;
use crate::time::{At, Clock, Jump, Now, whole};
use crate::timers::{Timer, Timers};
use deliveries::Deliveries;
pub use dry_run::{callback_dry_run, routing_envelope};
pub(crate) use open::load_config;
use open::{open_gate, redactor};

/// When something last moved, in monotonic milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Pulse {
    host_event_ms: Option<u64>,
    token_ms: Option<u64>,
    tool_ms: Option<u64>,
}

/// The pack for one directory, from one start to its end.
#[derive(Debug)]
pub struct Pack {
    clock: Clock,
    random: Random,
    config: Config,
    problems: Vec<config::Problem>,
    boot: Boot,
    writer: Writer,
    timers: Timers,
    book: Book,
    strangers: Strangers,
    heartbeat: Option<Heartbeat>,
    telemetry: Telemetry,
    traces: Traces,
    redactor: Redactor,
    folders: Folders,
    gate: Option<Gate>,
    /// Calls whose real paths are being looked up.
    inquiries: Vec<gate::Asked>,
    approvals: Approvals<approve::Matter>,
    is_watching: bool,
    /// Permissions that the host asks for because we want it to.
    host_lane: Vec<String>,
    /// Calls that the host's dialog is to ask about.
    expected: Vec<gate::ExpectedAsk>,
    /// A person told the host not to ask again for something.
    has_host_always: bool,
    control_port: Option<u16>,
    lag: Lag,
    pulse: Pulse,
    deliveries: Deliveries,
    failed_sinks: Vec<String>,
    lost_lines: u64,
    /// When the lock was last refreshed; there is none before the first session.
    lock_ms: Option<u64>,
    unreadable: Unreadable,
    errors: u64,
    last_error: Option<ErrorCode>,
    last_errors: Vec<feed::LastError>,
    feed_port: Option<u16>,
    has_told_of_forgetting: bool,
    life: Life,
    /// When the timer was last asked to ring.
    wake_at_ms: Option<u64>,
    effects: Vec<Effect>,
}

/// A pack beats and keeps time between its start and its stop.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Life {
    Loaded,
    Started,
    Stopped,
}

/// What could not be read, counted; each kind is told of once.
#[derive(Debug, Default)]
struct Unreadable {
    count: u64,
    kinds_told: Sorted<String, ()>,
}

impl Pack {
    /// A pack that has not started yet. Nothing where the configuration switches it off.
    #[must_use]
    pub fn new(now: Now, seed: u64, mut boot: Boot) -> Option<Self> {
        let loaded = load_config(&boot);
        boot.options = None;
        boot.config_file = None;
        let config = loaded.config;
        let mut problems = loaded.problems;
        if !config.enabled {
            return None;
        }
        let redactor = redactor(&config, std::mem::take(&mut boot.secrets), &mut problems);
        let root = if boot.root.is_empty() { boot.directory.clone() } else { boot.root.clone() };
        let folders = Folders { root, home: boot.home.clone() };
        let gate = open_gate(&config, &mut boot, &folders, &mut problems);
        let traces = Traces::new(boot.traceparent.as_deref().and_then(Span::parse));
        let mut random = Random::new(seed);
        let boot_id = random.boot_id();
        let heartbeat =
            config.heartbeat.enabled.then(|| Heartbeat::new(config.heartbeat.interval_ms, config.heartbeat.jitter));
        let deliveries = Deliveries::new(&config);
        Some(Self {
            clock: Clock::new(now),
            approvals: Approvals::new(&boot_id),
            writer: Writer::new(config.identity.clone(), config.events.sinks.clone(), boot_id),
            random,
            telemetry: Telemetry::new(config.telemetry.loop_after_calls),
            traces,
            redactor,
            folders,
            gate,
            inquiries: Vec::new(),
            is_watching: false,
            host_lane: Vec::new(),
            expected: Vec::new(),
            has_host_always: false,
            control_port: None,
            config,
            problems,
            boot,
            timers: Timers::default(),
            book: Book::default(),
            strangers: Strangers::default(),
            heartbeat,
            lag: Lag::default(),
            pulse: Pulse::default(),
            deliveries,
            failed_sinks: Vec::new(),
            lost_lines: 0,
            lock_ms: None,
            unreadable: Unreadable::default(),
            errors: 0,
            last_error: None,
            last_errors: Vec::new(),
            feed_port: None,
            has_told_of_forgetting: false,
            life: Life::Loaded,
            wake_at_ms: None,
            effects: Vec::new(),
        })
    }

    /// Takes a fact and gives what is to be done because of it. After [`Input::Stopping`] only answers to callbacks are
    /// taken any more, and that a rotation is told of which the last lines have caused.
    pub fn handle(&mut self, now: Now, input: Input) -> Output {
        let is_late = matches!(input, Input::LogRotated { .. } | Input::CallbackSettled { .. });
        if self.life == Life::Stopped && !is_late {
            return Output::default();
        }
        let (at, jump) = self.clock.advance(now);
        if let Some(jump) = jump {
            self.clock_jumped(at, jump);
        }
        self.take(at, input);
        self.keep_watch();
        self.run_timers(at);
        self.keep_watch();
        self.pump_outbox(at);
        self.wake_at_ms = self.timers.next_ms();
        Output {
            effects: std::mem::take(&mut self.effects),
            wake_at_ms: self.wake_at_ms.map(|ms| self.clock.host_mono_ms(ms)),
        }
    }

    /// The configuration in force.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Names this start of the pack.
    #[must_use]
    pub const fn boot_id(&self) -> &crate::ids::BootId {
        self.writer.boot_id()
    }

    /// Whether anybody is called back.
    #[must_use]
    pub fn calls_back(&self) -> bool {
        self.deliveries.calls_back()
    }

    /// Modules, sinks and errors in one place.
    #[must_use]
    pub fn health(&self) -> Health {
        let sinks = self.writer.sinks().iter().map(|sink| {
            let name = sink.to_string();
            let is_ok = !self.failed_sinks.contains(&name);
            // The path may hold the name of a user; the kind is enough to tell sinks apart.
            let sink = if name.starts_with("file:") { "file".to_owned() } else { name };
            SinkHealth { sink, is_ok }
        });
        Health { modules: self.modules(), sinks: sinks.collect(), errors: self.errors, last_error: self.last_error }
    }

    /// What of an event of this type is to be handed over to be passed through; nothing where it is not wanted.
    #[must_use]
    pub fn forwarded_fields(&self, kind: &str) -> Option<&'static [&'static str]> {
        crate::host::forward::fields(kind, &self.config.events.forward).filter(|_| self.config.telemetry.enabled)
    }

    fn modules(&self) -> Modules {
        Modules {
            heartbeat: self.heartbeat.is_some(),
            telemetry: self.config.telemetry.enabled,
            policy: self.gate.is_some(),
        }
    }

    fn dropped(&self) -> Option<Dropped> {
        let dropped = Dropped {
            lines: self.lost_lines,
            sessions: self.book.forgotten(),
            calls: self.book.not_followed(),
            inputs: self.strangers.dropped(),
            unreadable: self.unreadable.count,
        };
        (dropped != Dropped::default()).then_some(dropped)
    }

    fn take(&mut self, at: At, input: Input) {
        if matches!(input, Input::Started) {
            self.started(at);
        } else if matches!(input, Input::Woke) {
            self.woke(at);
        } else {
            self.take_more(at, input);
        }
    }

    #[inline(never)] // nothing of a start
    fn take_more(&mut self, at: At, input: Input) {
        match input {
            Input::Started | Input::Woke => {}
            Input::LeftOpen(orphans) => {
                for orphan in orphans {
                    self.tell_tombstones(at, orphan);
                }
            }
            Input::SessionHeard { session_id, fact } => self.session_heard(at, &session_id, fact),
            Input::CallRequested { session_id, call } => self.call_requested(at, session_id, *call),
            Input::PathsResolved(request, paths) => self.paths_resolved(at, request, &paths),
            Input::PermissionAsked { session_id, ask_id, call_id, permission } => {
                self.permission_asked(at, &session_id, ask_id, call_id, &permission);
            }
            Input::PermissionReplied { session_id, ask_id, reply } => {
                self.permission_replied(at, &session_id, ask_id, reply);
            }
            Input::ReplyFailed(ask_id) => self.reply_failed(at, &ask_id),
            Input::HostLaneTaken(permissions) => self.host_lane = permissions,
            Input::ControlHeard { channel, text, id } => self.control_heard(at, channel, &text, id.as_deref()),
            Input::ControlAsked => self.list_approvals(),
            Input::ControlOpened(port) => self.control_opened(port),
            Input::HostHeard => self.pulse.host_event_ms = Some(at.mono_ms),
            Input::HostForwarded(event) => self.forward(at, *event),
            Input::HostUnreadable { kind, message } => self.host_unreadable(at, kind, message),
            Input::SinkFailed { sink, code, place } => self.sink_failed(at, sink, &code, place),
            Input::SinkRecovered { sink } => self.failed_sinks.retain(|failed| *failed != sink),
            Input::LinesLost { lines, .. } => self.lost_lines += u64::from(lines),
            Input::LogRotated { bytes, files, is_oldest_deleted } => {
                let rotated = LogRotated { bytes: whole(bytes), files: files.into(), is_oldest_deleted };
                self.emit(at, &Subject::Process, rotated);
            }
            Input::FeedOpened { port } => self.feed_port = Some(port),
            Input::FeedAsked(question) => self.feed_asked(at, question),
            Input::ShimFailed { code, message, place, previous_boot_id } => {
                self.error(at, PackError { code, message, place, previous_boot_id });
            }
            Input::CallbackSettled { entry_id, attempt, outcome } => {
                self.callback_settled(at, &entry_id, attempt, &outcome);
            }
            Input::JournalAdopted { lines } => self.journal_adopted(at, &lines),
            Input::Stopping { cause } => self.stopping(at, cause),
        }
    }

    fn started(&mut self, at: At) {
        self.life = Life::Started;
        self.open_feed();
        if !self.problems.is_empty() {
            self.tell_problems(at);
        }
        if let Some(heartbeat) = &self.heartbeat {
            self.timers.set(Timer::Beat, heartbeat.next_ms());
        }
    }

    fn woke(&mut self, at: At) {
        if let Some(due_ms) = self.wake_at_ms.filter(|due_ms| *due_ms <= at.mono_ms) {
            self.lag.note(at.since(due_ms));
        }
    }

    fn run_timers(&mut self, at: At) {
        if self.life != Life::Started {
            return;
        }
        for _ in 0..STEPS_MAX {
            match self.timers.pop_due(at.mono_ms) {
                None => break,
                Some(timer) => self.ring(at, timer),
            }
        }
        self.beat_if_due(at);
    }

    #[inline(never)] // nothing of a start
    fn ring(&mut self, at: At, timer: Timer) {
        match timer {
            Timer::Beat => {} // the beat is looked at after all of them, whoever rang
            Timer::Approval => self.expire_approvals(at),
            Timer::Stall(session_id) => self.stall_due(at, &session_id),
            Timer::Grace(session_id) => self.grace_due(at, &session_id),
            Timer::Outbox => {} // looked at after everything else, whoever rang
            // Nobody answered: better a child taken for a root than a session nobody hears of.
            Timer::LookUp(session_id) => self.introduce(at, &session_id, None, false, None),
        }
    }

    #[inline(never)] // nothing of a start
    fn clock_jumped(&mut self, at: At, jump: Jump) {
        let direction = if jump.by_ms < 0 { Direction::Backward } else { Direction::Forward };
        self.emit(at, &Subject::Process, ClockJumped { direction, jump_ms: jump.by_ms.unsigned_abs() });
    }

    #[inline(never)] // nothing of a start
    fn host_unreadable(&mut self, at: At, kind: String, message: String) {
        self.pulse.host_event_ms = Some(at.mono_ms);
        self.unreadable.count += 1;
        let kind = crate::event::fit::cut(&kind, 64);
        if self.unreadable.kinds_told.len() < UNREADABLE_KINDS_MAX
            && self.unreadable.kinds_told.insert(kind.clone(), ()).is_none()
        {
            self.error(at, PackError { place: Some(kind), ..PackError::new(ErrorCode::Unreadable, message) });
        }
    }

    #[inline(never)] // nothing of a start
    fn sink_failed(&mut self, at: At, sink: String, code: &str, place: String) {
        let message = format!("{sink}: cannot write ({code}); lines are kept and written when it works again");
        self.failed_sinks.push(sink);
        self.error(at, PackError { place: Some(place), ..PackError::new(ErrorCode::SinkFailed, message) });
    }

    #[inline(never)] // nothing of a start
    fn stopping(&mut self, at: At, cause: StopCause) {
        self.drop_approvals(at, None, Ending::Shutdown);
        for session_id in self.strangers.session_ids() {
            self.introduce(at, &session_id, None, false, None);
        }
        let (reason, signal) = match cause {
            StopCause::Disposed => (StopReason::Disposed, None),
            StopCause::Signal(signal) => (StopReason::Signal, Some(signal)),
            StopCause::Exited => (StopReason::Exited, None),
        };
        self.deliveries.is_too_late = reason != StopReason::Disposed;
        let status = signal.as_deref().map_or(crate::lifecycle::TERMINATED, crate::lifecycle::signal_status);
        self.deliveries.cut_off_status = Some(status);
        if !self.tell_stop(at, reason, signal.as_deref()) {
            self.last_beat(at);
        }
        self.order_lock(Effect::RemoveLock);
        self.timers = Timers::default();
        self.life = Life::Stopped;
    }

    fn error(&mut self, at: At, mut error: PackError) {
        self.errors += 1;
        self.last_error = Some(error.code);
        error.message = self.told_place(&error.message);
        error.place = error.place.map(|place| self.told_place(&place));
        self.remember_error(at, error.code, &error.message);
        self.emit(at, &Subject::Process, error);
    }

    /// A text of our own, which may quote a key or a path of somebody's: redacted, without the user's name, within its bound.
    fn told_place(&self, text: &str) -> String {
        let redacted = self.redactor.redact(text).text;
        crate::event::fit::cut(&self.folders.without_home(&redacted), crate::limits::MESSAGE_BYTES_MAX)
    }

    fn emit(&mut self, at: At, subject: &Subject, event: impl Into<Event>) {
        self.emit_about(at, subject, event, false);
    }

    /// Writes a line, and offers it to webhooks unless it tells of a webhook's own callback.
    fn emit_about(&mut self, at: At, subject: &Subject, event: impl Into<Event>, is_about_webhook: bool) {
        self.emit_event(at, subject, &event.into(), is_about_webhook);
    }

    fn emit_event(&mut self, at: At, subject: &Subject, event: &Event, is_about_webhook: bool) {
        let is_wanted = match event.family() {
            Family::Heartbeat => self.heartbeat.is_some(),
            Family::Telemetry => self.config.telemetry.enabled,
            Family::Policy => self.gate.is_some(),
            Family::Pack => true,
        };
        self.tell_feed(subject, event);
        if is_wanted {
            let line = self.writer.write(at, subject, event, &mut self.effects);
            self.offer(at, subject, event.event_type(), &line, is_about_webhook);
        }
    }
}
