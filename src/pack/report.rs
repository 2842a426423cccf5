//! What a turn did, told: calls, usage, files, stalls and loops.

use serde_json::Map;

use super::Pack;
use crate::address::host_and_port;
use crate::effect::Effect;
use crate::event::fit::cut;
use crate::event::forwarded::Forwarded;
use crate::event::line::Subject;
use crate::event::session::TurnFinished;
use crate::event::tool::{
    LoopSuspected, Origin, Outcome, Redactions, StallSuspected, ToolError, ToolFinished, ToolStarted,
};
use crate::event::trace::Span;
use crate::event::usage::{Amounts, Diff, ModelUsage, Source, UsageReport, UsageScope};
use crate::host::argument;
use crate::host::forward::is_path;
use crate::ids::{CallId, SessionId};
use crate::input::{CallFailure, FailureClass, HostEvent, SessionFact};
use crate::limits::{COMMAND_BYTES_MAX, DIFF_FILES_MAX, FILES_MAX, REDACTION_RULES_MAX, TEXT_BYTES_MAX};
use crate::redact::Redacted;
use crate::session::{AgentState, CallChange, OpenCall, TurnEnd};
use crate::telemetry::Turn;
use crate::telemetry::usage::{Taken, Usage};
use crate::time::At;
use crate::timers::Timer;

impl Pack {
    /// Lets telemetry hear a fact about a known session.
    pub(super) fn observe(&mut self, at: At, heard_ms: u64, session_id: &SessionId, fact: &SessionFact) {
        let Some(session) = self.book.get(session_id) else { return };
        let (subject, root_id) = (session.subject().clone(), session.root_id().unwrap_or(session_id).clone());
        let above = || self.book.ancestors(session_id);
        let suspected = self.telemetry.heard(heard_ms, session_id, above, session.model.as_deref(), fact);
        if let Some(suspected) = suspected {
            self.emit(at, &subject, LoopSuspected { tool: suspected.tool, calls: suspected.calls });
        }
        if let SessionFact::EnvironmentAsked { call_id } = fact {
            self.refuse_unasked(at, session_id, call_id.as_ref());
            self.give_environment(session_id, &root_id, call_id.clone());
        }
    }

    pub(super) fn tell_call(&mut self, at: At, subject: &Subject, change: CallChange) {
        let Some(session_id) = subject.session_id().cloned() else { return };
        let root_id = subject.root_id().unwrap_or(&session_id).clone();
        match change {
            CallChange::Started { call_id, call } => {
                let span = self.traces.call(&root_id, (session_id, call_id.clone()), &mut self.random);
                let started = self.started_call(call_id, &call, span);
                self.emit(at, subject, started);
            }
            CallChange::Finished { call_id, call, outcome, result, failure, duration_ms } => {
                let key = (session_id, call_id);
                let span = self.traces.call(&root_id, key.clone(), &mut self.random);
                self.traces.call_ended(&key);
                let (session_id, call_id) = key;
                self.expected.retain(|it| it.session_id != session_id || it.call_id != call_id);
                if call.origin == Origin::Model && !call.was_requested && outcome == Outcome::Ok {
                    self.watch_coverage(at, subject, &call.tool, &call_id);
                }
                self.telemetry.call_closed(&session_id, outcome, Some(&result));
                let mut redactions = Redactions::default();
                let error = failure.map(|failure| self.call_error(&failure, &mut redactions));
                let finished = ToolFinished {
                    tool: self.told(&call.tool, &mut redactions),
                    call_id,
                    outcome,
                    duration_ms,
                    exit_code: result.exit_code.flatten(),
                    error,
                    insertions: result.insertions,
                    deletions: result.deletions,
                    child_session_id: result.child_session_id,
                    span,
                    redactions: some(redactions),
                };
                self.emit(at, subject, finished);
            }
        }
    }

    /// The end of a turn: its usage and files, and for a root the turn itself.
    pub(super) fn tell_turn_end(&mut self, at: At, subject: &Subject, end: TurnEnd, model: Option<String>) {
        let Some(session_id) = subject.session_id().cloned() else { return };
        let turn = self.telemetry.turn_ended(&session_id);
        self.tell_usage(at, subject, UsageScope::Turn, Some(&turn));
        let (files, insertions, deletions) = self.changed(&turn);
        let files_changed = files.len() as u64;
        if files_changed > 0 || insertions > 0 || deletions > 0 {
            let mut redactions = Redactions::default();
            let files = files.iter().take(DIFF_FILES_MAX).map(|file| self.told(file, &mut redactions)).collect();
            let updated_at = at.timestamp();
            self.emit(
                at,
                subject,
                Diff { files, files_changed, insertions, deletions, source: Source::Opencode, updated_at },
            );
        }
        self.turn_over(at, subject, &end, files_changed, model.as_deref());
        if let Subject::Root(root_id) = subject {
            self.traces.turn_ended(root_id);
            let began_ms = at.mono_ms.saturating_sub(end.duration_ms);
            let finished = TurnFinished {
                turn: end.turn,
                reason: end.reason,
                duration_ms: end.duration_ms,
                error: end.error,
                model,
                tools_run: turn.tools_run,
                tools_failed: turn.tools_failed,
                tools_blocked: turn.tools_blocked,
                amounts: Amounts::new(turn.taken, turn.before),
                files_changed,
                insertions,
                deletions,
                retries: turn.retries,
                time_to_first_token_ms: turn.first_token_ms.map(|first_ms| first_ms.saturating_sub(began_ms)),
            };
            self.emit(at, subject, finished);
        }
    }

    /// Files that a turn changed, and lines added and taken away. The host's comparison counts where it has seen every file
    /// that a step changed; else what the tools said.
    fn changed(&self, turn: &Turn) -> (Vec<String>, u64, u64) {
        let mut files: Vec<String> = turn.changes.iter().map(|(file, ..)| file.clone()).collect();
        let patched = turn.files.iter().map(|file| self.folders.shown(file));
        let unseen: Vec<String> = patched.filter(|file| !files.contains(file)).collect();
        let sum = |of: fn(&(String, u64, u64)) -> u64| turn.changes.iter().map(of).fold(0, u64::saturating_add);
        let (insertions, deletions) = if unseen.is_empty() && !files.is_empty() {
            (sum(|(_, insertions, _)| *insertions), sum(|(_, _, deletions)| *deletions))
        } else {
            (turn.insertions, turn.deletions)
        };
        files.extend(unseen);
        files.sort_unstable();
        files.truncate(FILES_MAX);
        (files, insertions, deletions)
    }

    /// The last usage of a session that will not be heard of again.
    pub(super) fn tell_last_usage(&mut self, at: At, subject: &Subject) {
        self.tell_usage(at, subject, UsageScope::Session, None);
        if let Some(session_id) = subject.session_id() {
            self.telemetry.forget(session_id);
            self.traces.turn_ended(session_id);
            self.timers.cancel(&Timer::Stall(session_id.clone()));
        }
    }

    /// Watches a session that works for silence; one that waits or rests is silent by right.
    pub(super) fn watch_for_stall(&mut self, session_id: &SessionId) {
        let timer = Timer::Stall(session_id.clone());
        let active_ms = self.book.get(session_id).filter(|session| session.standing().state == AgentState::Working);
        match active_ms.map(|session| session.active_ms) {
            None => self.timers.cancel(&timer),
            Some(_) if self.timers.is_set(&timer) || !self.config.telemetry.enabled => {}
            Some(active_ms) => self.timers.set(timer, active_ms.saturating_add(self.config.telemetry.stall_after_ms)),
        }
    }

    /// The watch is over: nothing moved since, or it begins again from what did.
    pub(super) fn stall_due(&mut self, at: At, session_id: &SessionId) {
        let Some(session) = self.book.get(session_id) else { return };
        let (silent_ms, stall_after_ms) = (at.since(session.active_ms), self.config.telemetry.stall_after_ms);
        if silent_ms < stall_after_ms {
            return self.watch_for_stall(session_id);
        }
        let (subject, open_calls) = (session.subject().clone(), session.open_calls().count() as u64);
        self.emit(at, &subject, StallSuspected { silent_ms, stall_after_ms, open_calls });
    }

    /// An event of the host, passed through: after what it means was told.
    #[inline(never)] // nothing of a start
    pub(super) fn forward(&mut self, at: At, event: HostEvent) {
        self.pulse.host_event_ms = Some(at.mono_ms);
        let mut redactions = Redactions::default();
        let mut fields = Map::new();
        for (name, value) in event.fields {
            let text =
                value.as_str().map(|text| if is_path(name) { self.folders.shown(text) } else { text.to_owned() });
            let value = text.map_or(value, |text| self.told(&text, &mut redactions).into());
            fields.insert(name.to_owned(), value);
        }
        let subject = self.subject_of_event(event.session_id, event.parent_id);
        let kind = self.told(&event.kind, &mut redactions);
        self.emit(at, &subject, Forwarded { kind, id: event.id, fields, redactions: some(redactions) });
    }

    /// The subject of a session that may be gone already, or not be known yet.
    fn subject_of_event(&self, session_id: Option<SessionId>, parent_id: Option<SessionId>) -> Subject {
        let Some(session_id) = session_id else { return Subject::Process };
        if let Some(session) = self.book.get(&session_id) {
            return session.subject().clone();
        }
        match parent_id {
            Some(parent_id) => {
                let root_id =
                    self.book.get(&parent_id).and_then(|parent| parent.root_id()).unwrap_or(&parent_id).clone();
                Subject::Child { session_id, parent_id, root_id }
            }
            None => Subject::Root(session_id),
        }
    }

    fn tell_usage(&mut self, at: At, subject: &Subject, scope: UsageScope, turn: Option<&Turn>) {
        let Some(usage) = subject.session_id().and_then(|session_id| self.telemetry.usage(session_id)) else { return };
        if usage.tree.is_nothing() {
            return;
        }
        let report = report(at, scope, usage, turn);
        self.emit(at, subject, report);
    }

    fn started_call(&self, call_id: CallId, call: &OpenCall, span: Span) -> ToolStarted {
        let mut redactions = Redactions::default();
        let facts = call.facts.as_deref().cloned().unwrap_or_default();
        let tool = self.told(&call.tool, &mut redactions);
        let mut told = |name, text: &str, bytes_max| {
            self.told_of(&self.redactor.redact_argument(&call.tool, name, text), bytes_max, &mut redactions)
        };
        let command = facts.command.map(|command| told(argument::COMMAND, &command, COMMAND_BYTES_MAX));
        let cwd = facts.cwd.map(|cwd| told(argument::FOLDER, &self.folders.shown(&cwd), TEXT_BYTES_MAX));
        let files = argument::files(&call.tool);
        let path = facts.paths.first().map(|path| told(files, &self.folders.shown(path), TEXT_BYTES_MAX));
        let address = facts.url.as_deref().and_then(host_and_port);
        let host = address.as_ref().map(|(host, _)| told(argument::URL, host, TEXT_BYTES_MAX));
        let agent = facts.agent.map(|agent| told(argument::AGENT, &agent, TEXT_BYTES_MAX));
        ToolStarted {
            tool,
            call_id,
            origin: call.origin,
            span,
            command,
            cwd,
            path,
            more_paths: Some(facts.paths.len().saturating_sub(1) as u64).filter(|&more| more > 0),
            size_bytes: facts.size_bytes,
            insertions: facts.insertions,
            deletions: facts.deletions,
            host,
            port: address.map(|(_, port)| port),
            agent,
            redactions: some(redactions),
        }
    }

    fn call_error(&self, failure: &CallFailure, redactions: &mut Redactions) -> ToolError {
        // What follows the host's words for a refusal is a person's, or the rules of the configuration.
        let told = match failure.class {
            FailureClass::PermissionRejected => "the call was rejected by who was asked",
            FailureClass::PermissionDenied => "a rule of the host denies the call",
            FailureClass::PolicyDenied
            | FailureClass::Interrupted
            | FailureClass::InvalidTool
            | FailureClass::TimedOut
            | FailureClass::ToolError => failure.message.as_str(),
        };
        // Redacted whole, so that a secret that begins in the first line and ends in the next is seen as one.
        let message = self.told_within(told, usize::MAX, redactions);
        let first = message.lines().map(str::trim).find(|line| !line.is_empty());
        ToolError { class: failure.class, message: first.map(|line| cut(line, TEXT_BYTES_MAX)) }
    }

    fn give_environment(&mut self, session_id: &SessionId, root_id: &SessionId, call_id: Option<CallId>) {
        if !self.config.telemetry.enabled {
            return;
        }
        let span = match call_id {
            Some(call_id) => self.traces.call(root_id, (session_id.clone(), call_id), &mut self.random),
            None => self.traces.turn(root_id, &mut self.random),
        };
        let identity = &self.config.identity;
        let ids = [
            ("SWARM_AGENT_ID", identity.agent_id.to_string()),
            ("SWARM_WORKSPACE_ID", identity.workspace_id.to_string()),
            ("SWARM_NODE_ID", identity.node_id.to_string()),
            ("TRACEPARENT", span.to_string()),
        ];
        let variables =
            ids.into_iter().filter(|(_, id)| !id.is_empty()).map(|(name, id)| (name.to_owned(), id)).collect();
        self.effects.push(Effect::GiveEnvironment { variables });
    }

    /// A text as it may be told: redacted whole, without the user's name, then cut.
    pub(super) fn told(&self, text: &str, redactions: &mut Redactions) -> String {
        self.told_within(text, TEXT_BYTES_MAX, redactions)
    }

    pub(super) fn told_within(&self, text: &str, bytes_max: usize, redactions: &mut Redactions) -> String {
        self.told_of(&self.redactor.redact(text), bytes_max, redactions)
    }

    /// What is left of a text, without the home folder, cut; what was taken out of it is noted.
    fn told_of(&self, redacted: &Redacted<'_>, bytes_max: usize, redactions: &mut Redactions) -> String {
        redactions.count += redacted.redactions.len() as u64;
        for rule in redacted.rules() {
            if redactions.rules.len() < REDACTION_RULES_MAX && !redactions.rules.iter().any(|known| known == rule) {
                redactions.rules.push(rule.to_owned());
            }
        }
        cut(&self.folders.without_home(&redacted.text), bytes_max)
    }
}

pub(super) fn some(redactions: Redactions) -> Option<Redactions> {
    (redactions.count > 0).then_some(redactions)
}

fn report(at: At, scope: UsageScope, usage: &Usage, turn: Option<&Turn>) -> UsageReport {
    let nothing = Taken::default();
    let models = usage
        .models
        .iter()
        .map(|(model, taken)| ModelUsage { model: model.clone(), amounts: Amounts::new(*taken, nothing) });
    UsageReport {
        scope,
        amounts: Amounts::new(usage.session, nothing),
        turn: turn.map(|turn| Amounts::new(turn.taken, turn.before)),
        tree: (usage.tree != usage.session).then(|| Amounts::new(usage.tree, nothing)),
        models: models.collect(),
        source: Source::Opencode,
        updated_at: at.timestamp(),
    }
}
