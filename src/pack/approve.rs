//! Approvals in the running pack: what waits, who answers, and how each comes to its one end.
//!
//! Two kinds of matter wait: a call of ours that is held in the hook, and an ask of the host. The first is settled here;
//! of the second only the host can say how it ended, so an answer is handed on to it first.

use super::Pack;
use super::gate::{Asked, grants};
use crate::approvals::{Answer, Channel, Pending, Refusal, ResolvedBy, Status};
use crate::digest::Digest;
use crate::effect::Effect;
use crate::event::approval::{ApprovalRefused, ApprovalRequested, ApprovalResolved, AskedBy, Ending, RequestDetails};
use crate::event::fit::cut;
use crate::event::policy::{Cause, PolicyDenied};
use crate::event::session::Lane;
use crate::event::tool::Redactions;
use crate::ids::{AskId, CallId, SessionId};
use crate::input::{AskKind, Permission, Reply, SessionFact};
use crate::json;
use crate::limits::TEXT_BYTES_MAX;
use crate::policy::{ActionKind, Evaluation};
use crate::time::{At, Timestamp};
use crate::timers::Timer;

/// What the policy asks.
#[derive(Debug)]
pub(super) struct Question {
    pub tool: String,
    pub call_id: CallId,
    pub action: ActionKind,
    pub rule: String,
    pub reason: String,
    hash: Digest,
    grants: Vec<Digest>,
    details: RequestDetails,
    redactions: Redactions,
}

/// What waits for an answer.
#[derive(Debug)]
pub(super) struct Matter {
    kind: Kind,
    told: ApprovalRequested,
}

#[derive(Debug)]
enum Kind {
    /// A call held in the hook.
    Call(Box<Asked>),
    /// An ask of the host.
    Ask(AskId),
}

/// How an approval ended.
struct End {
    status: Status,
    cause: Ending,
    answer: Option<(Answer, Channel)>,
}

impl Pack {
    /// Lets a call wait in the hook for somebody's answer.
    pub(super) fn hold(&mut self, at: At, asked: Asked, evaluation: &Evaluation) {
        let question = self.question(&asked, evaluation);
        let session_id = asked.session_id.clone();
        let call_id = Some(asked.call_id.clone());
        let Some(id) = self.raise(at, &session_id, Kind::Call(Box::new(asked)), question, AskedBy::Gate) else {
            return;
        };
        if let Ok(ask_id) = AskId::try_from(id) {
            self.session_heard(at, &session_id, SessionFact::AskRaised { ask_id, kind: AskKind::Approval, call_id });
        }
    }

    /// The host asks for a permission: because a rule of ours made it ask, or for a reason of its own.
    #[inline(never)] // nothing of a start
    pub(super) fn permission_asked(
        &mut self,
        at: At,
        session_id: &SessionId,
        ask_id: AskId,
        call_id: Option<CallId>,
        permission: &Permission,
    ) {
        let raised =
            SessionFact::AskRaised { ask_id: ask_id.clone(), kind: AskKind::Permission, call_id: call_id.clone() };
        self.session_heard(at, session_id, raised);
        if self.gate.is_none() {
            return;
        }
        let place = call_id.as_ref().filter(|_| self.host_lane.contains(&permission.name));
        let place = place.and_then(|call_id| self.expected_ask(session_id, call_id));
        let expected = place.and_then(|place| self.expected.get_mut(place)).filter(|expected| !expected.is_asked);
        if let Some(expected) = expected {
            expected.is_asked = true;
            match expected.question.take() {
                // The rule that makes the host ask is ours, and the policy has decided already.
                None => self.answer_ask(session_id, ask_id, true, None),
                Some(question) => {
                    self.raise(at, session_id, Kind::Ask(ask_id), *question, AskedBy::Gate);
                }
            }
            return;
        }
        let question = self.question_of_host(call_id, permission);
        if self.approvals.is_granted(session_id, &question.grants) {
            return self.answer_ask(session_id, ask_id, true, None);
        }
        self.raise(at, session_id, Kind::Ask(ask_id), question, AskedBy::Host);
    }

    /// Somebody answered the host: in its dialog, through its interface, or we did.
    #[inline(never)] // nothing of a start
    pub(super) fn permission_replied(&mut self, at: At, session_id: &SessionId, ask_id: AskId, reply: Reply) {
        let is_approved = reply != Reply::Reject;
        let number = self
            .ask_number(&ask_id)
            .filter(|number| self.approvals.get_mut(*number).is_some_and(|pending| pending.session_id == *session_id));
        let settled = SessionFact::AskSettled { ask_id, is_rejected: !is_approved };
        self.session_heard(at, session_id, settled);
        let Some(number) = number else { return };
        // "Always" holds for the host: it does not ask for the like again, and that is what a person chose.
        self.has_host_always |= reply == Reply::Always;
        let handed_on = self.approvals.get_mut(number).and_then(|pending| pending.handed_on.take());
        let answer = handed_on.filter(|(answer, _)| answer.is_approved == is_approved);
        let status = if is_approved { Status::Approved } else { Status::Denied };
        self.end(at, number, End { status, cause: Ending::Answered, answer });
    }

    /// The host did not take what was handed on: somebody was faster, and it will say who.
    #[inline(never)] // nothing of a start
    pub(super) fn reply_failed(&mut self, at: At, ask_id: &AskId) {
        let Some(pending) = self.ask_number(ask_id).and_then(|number| self.approvals.get_mut(number)) else { return };
        if let Some((answer, channel)) = pending.handed_on.take() {
            self.refuse(at, Some(answer.id), Refusal::HostRefused, channel);
        }
    }

    /// A text came in on a control channel.
    #[inline(never)] // nothing of a start
    pub(super) fn control_heard(&mut self, at: At, channel: Channel, text: &str, of: Option<&str>) {
        if self.gate.is_none() {
            return;
        }
        let answer = match Answer::read(text, of) {
            Ok(answer) => answer,
            Err((id, why)) => return self.refuse(at, id, why, channel),
        };
        let (number, pending) = match self.approvals.find(&answer) {
            Ok(found) => found,
            Err(why) => return self.refuse(at, Some(answer.id), why, channel),
        };
        if !pending.matter.told.is_answerable {
            return self.refuse(at, Some(answer.id), Refusal::HostRefused, channel);
        }
        let id = answer.id.clone();
        let status = if answer.is_approved { Status::Approved } else { Status::Denied };
        match &pending.matter.kind {
            Kind::Call(_) => {
                let answer = Some((answer, channel));
                self.end(at, number, End { status, cause: Ending::Answered, answer });
                self.respond(channel, 200, &id, "resolved");
            }
            Kind::Ask(ask_id) => {
                let (session_id, ask_id) = (pending.session_id.clone(), ask_id.clone());
                let (is_approved, reason) = (answer.is_approved, answer.reason.clone());
                pending.handed_on = Some((answer, channel));
                let message = (!is_approved).then(|| self.refusal_by_person(reason.as_deref()));
                self.answer_ask(&session_id, ask_id, is_approved, message);
                self.respond(channel, 202, &id, "handed_on");
            }
        }
    }

    /// Somebody asks on the control port what waits.
    #[inline(never)] // nothing of a start
    pub(super) fn list_approvals(&mut self) {
        let mut body = String::from("{\"approvals\":[");
        for (n, (_, pending)) in self.approvals.iter().enumerate() {
            // It begins with a brace.
            let told = json::text(&pending.matter.told);
            body.push_str(if n == 0 { "{\"session_id\":\"" } else { ",{\"session_id\":\"" });
            body.push_str(pending.session_id.as_str());
            body.push_str("\",");
            body.push_str(told.get(1..).unwrap_or("}"));
        }
        body.push_str("]}");
        self.effects.push(Effect::RespondControl { status: 200, body });
    }

    /// Ends what nobody answered in time.
    pub(super) fn expire_approvals(&mut self, at: At) {
        while let Some(number) = self.approvals.expired(at.mono_ms) {
            let asked = self.approvals.get_mut(number).and_then(|pending| match &pending.matter.kind {
                Kind::Ask(ask_id) => Some((pending.session_id.clone(), ask_id.clone())),
                Kind::Call(_) => None,
            });
            if let Some((session_id, ask_id)) = asked {
                let message = Some(self.nobody_answered());
                self.answer_ask(&session_id, ask_id, false, message);
            }
            self.end(at, number, End { status: Status::Expired, cause: Ending::Expired, answer: None });
        }
    }

    /// Ends everything that waits in a session, or in all of them: nobody waits for it any more.
    pub(super) fn drop_approvals(&mut self, at: At, session_id: Option<&SessionId>, cause: Ending) {
        let is_meant = |it: &SessionId| session_id.is_none_or(|session_id| session_id == it);
        while let Some(number) = self.approvals.number_where(|pending| is_meant(&pending.session_id)) {
            self.end(at, number, End { status: Status::Denied, cause, answer: None });
        }
        self.expected.retain(|expected| !is_meant(&expected.session_id));
    }

    /// Watches the control channel, and the clock, as long as something waits; not longer.
    pub(super) fn keep_watch(&mut self) {
        match self.approvals.next_ms() {
            Some(at_ms) => self.timers.set(Timer::Approval, at_ms),
            None => self.timers.cancel(&Timer::Approval),
        }
        let is_on = self.approvals.iter().any(|(_, pending)| pending.matter.told.is_answerable);
        if std::mem::replace(&mut self.is_watching, is_on) != is_on {
            self.effects.push(Effect::WatchControl { is_on });
        }
    }

    /// What the policy asks about a call.
    pub(super) fn question(&self, asked: &Asked, evaluation: &Evaluation) -> Question {
        let mut telling = self.telling(&asked.tool, &asked.facts);
        let details = self.details(&asked.tool, &asked.facts, &evaluation.atoms, &mut telling);
        Question {
            tool: self.tell_text(&asked.tool, TEXT_BYTES_MAX, &mut telling),
            call_id: asked.call_id.clone(),
            action: evaluation.action,
            rule: self.tell_text(&evaluation.rule, TEXT_BYTES_MAX, &mut telling),
            reason: self.tell_text(&self.folders.without_home(&evaluation.reason), TEXT_BYTES_MAX, &mut telling),
            hash: asked.hash(),
            grants: grants(evaluation, asked),
            details,
            redactions: telling.redactions,
        }
    }

    fn question_of_host(&self, call_id: Option<CallId>, permission: &Permission) -> Question {
        let mut redactions = Redactions::default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (command, path, url) = (text(&permission.command), text(&permission.path), text(&permission.url));
        let patterns = permission.patterns.join("\n");
        let hash = Digest::of(&[&permission.name, &patterns, &command, &path, &url]);
        Question {
            tool: String::new(),
            call_id: call_id.unwrap_or_default(),
            action: action(&permission.name),
            rule: String::new(),
            reason: String::new(),
            hash,
            grants: vec![hash],
            details: self.details_of_host(permission, &mut redactions),
            redactions,
        }
    }

    /// Enters something that waits, and tells of it. Where no more may wait, a call is denied, and an ask is the host's alone.
    fn raise(
        &mut self,
        at: At,
        session_id: &SessionId,
        kind: Kind,
        question: Question,
        asked_by: AskedBy,
    ) -> Option<String> {
        let deadline_ms = self.config.approvals.deadline_ms;
        let (is_answerable, does_expire) = match (&kind, asked_by, self.boot.lane) {
            (Kind::Call(_), _, _) | (Kind::Ask(_), AskedBy::Gate, _) | (_, AskedBy::Host, Lane::Serve) => (true, true),
            // The host rejects its own asks there within milliseconds.
            (Kind::Ask(_), AskedBy::Host, Lane::Run) => (false, false),
            // A person sits before the dialog; without a supervisor it waits as long as it would without us.
            (Kind::Ask(_), AskedBy::Host, Lane::Tui | Lane::Acp | Lane::Unknown) => (true, self.is_supervised()),
        };
        let is_ours = asked_by == AskedBy::Gate;
        let told = ApprovalRequested {
            id: String::new(),
            request_type: question.action.as_str(),
            status: Status::Pending,
            request_details: question.details,
            asked_by,
            is_answerable,
            hash: question.hash.hex(),
            created_at: at.timestamp(),
            expires_at: does_expire.then(|| later(at, deadline_ms)),
            call_id: Some(question.call_id).filter(|call_id| !call_id.as_str().is_empty()),
            rule: is_ours.then_some(question.rule),
            reason: is_ours.then_some(question.reason),
            redactions: super::report::some(question.redactions),
        };
        let number = self.approvals.raise(Pending {
            session_id: session_id.clone(),
            hash: question.hash,
            grants: question.grants,
            created_at: at.timestamp(),
            expires_ms: does_expire.then(|| at.mono_ms.saturating_add(deadline_ms)),
            handed_on: None,
            matter: Matter { kind, told },
        })?;
        let id = self.approvals.id(number);
        let told = self.approvals.get_mut(number).map(|pending| {
            pending.matter.told.id.clone_from(&id);
            pending.matter.told.clone()
        });
        let subject = self.subject_of(session_id);
        if let Some(told) = told {
            if is_answerable && self.boot.lane == Lane::Tui {
                let mut message = String::from("swarm-pack: waits for your approval: npx opencode-swarm-pack@");
                for part in [crate::VERSION, " approve ", &id] {
                    message.push_str(part);
                }
                self.effects.push(Effect::Toast { message });
            }
            self.emit(at, &subject, told);
        }
        Some(id)
    }

    /// The one end of an approval: the hook first, then the book, then the lines.
    fn end(&mut self, at: At, number: u64, end: End) {
        let is_answered = end.cause == Ending::Answered;
        let Some(pending) = self.approvals.take(number, is_answered) else { return };
        let Pending { session_id, matter, grants, created_at, .. } = pending;
        let is_approved = end.status == Status::Approved;
        let id = self.approvals.id(number);
        let reason = end.answer.as_ref().and_then(|(answer, _)| answer.reason.clone());
        let message = match end.cause {
            Ending::Answered => self.refusal_by_person(reason.as_deref()),
            Ending::Expired => self.nobody_answered(),
            Ending::TurnEnded | Ending::SessionDeleted | Ending::Shutdown => {
                "Not run: an approval was needed, and what waited for it has ended.".to_owned()
            }
        };
        let asked = match matter.kind {
            Kind::Call(asked) => {
                let denial = (!is_approved).then(|| message.clone());
                self.effects.push(Effect::SettleCall { request: asked.request, denial });
                Some(asked)
            }
            Kind::Ask(_) => None,
        };
        let is_for_session = is_approved && end.answer.as_ref().is_some_and(|(answer, _)| answer.is_for_session);
        if is_for_session {
            self.approvals.grant(&session_id, grants);
        }
        if let Some(asked) = asked.as_ref().filter(|_| is_approved) {
            self.call_let_through(asked);
            self.pass_host_lane(asked);
        }
        let settled = AskId::try_from(id.clone()).ok().filter(|_| asked.is_some());
        let subject = self.subject_of(&session_id);
        let by_host = (is_answered && end.answer.is_none()).then_some(Channel::Host);
        let resolved_by = match &end.answer {
            Some((answer, _)) => answer.resolved_by,
            None if is_answered => ResolvedBy::User,
            None => ResolvedBy::Policy,
        };
        let resolved = ApprovalResolved {
            id: id.clone(),
            status: end.status,
            resolved_by,
            cause: end.cause,
            channel: end.answer.as_ref().map(|(_, channel)| *channel).or(by_host),
            is_for_session: is_for_session.then_some(true),
            created_at,
            resolved_at: at.timestamp(),
            call_id: matter.told.call_id.clone(),
        };
        self.emit(at, &subject, resolved);
        let is_ours = matter.told.asked_by == AskedBy::Gate;
        if is_ours && !is_approved && is_known_end(&end) {
            let denied = PolicyDenied {
                tool: matter.told.request_details.tool.unwrap_or_default(),
                call_id: matter.told.call_id.unwrap_or_default(),
                action: matter.told.request_type,
                cause: if is_answered { Cause::ApprovalDenied } else { Cause::ApprovalExpired },
                rule: matter.told.rule.unwrap_or_default(),
                message,
                approval_id: Some(id),
            };
            self.emit(at, &subject, denied);
        }
        // Last, for it is why the session goes on.
        if let Some(ask_id) = settled {
            let is_rejected = !is_approved && is_known_end(&end);
            self.session_heard(at, &session_id, SessionFact::AskSettled { ask_id, is_rejected });
        }
    }

    fn refuse(&mut self, at: At, id: Option<String>, why: Refusal, channel: Channel) {
        // Several processes read one file, and each finds the others' answers there.
        if channel == Channel::File && why == Refusal::OtherBoot {
            return;
        }
        let status = match why {
            Refusal::Malformed | Refusal::UnknownType => 400,
            Refusal::UnknownId | Refusal::OtherBoot => 404,
            Refusal::AlreadyAnswered | Refusal::TooLate | Refusal::HashDiffers | Refusal::HostRefused => 409,
        };
        let id = id.map(|id| cut(&self.redactor.redact(&id).text, 64));
        // The id in the answer is the one that was asked with: it was cut, and is JSON once more.
        self.respond(channel, status, id.as_deref().unwrap_or_default(), why.as_str());
        self.emit(at, &crate::event::line::Subject::Process, ApprovalRefused { id, why, channel });
    }

    /// What the one who asked on the control port is told.
    fn respond(&mut self, channel: Channel, status: u16, id: &str, word: &str) {
        if channel == Channel::Http {
            let id = crate::event::fit::text(&id);
            let body = ["{\"id\":", id.trim_end(), ",\"result\":\"", word, "\"}"].concat();
            self.effects.push(Effect::RespondControl { status, body });
        }
    }

    fn answer_ask(&mut self, session_id: &SessionId, ask_id: AskId, is_approved: bool, message: Option<String>) {
        let reply = if is_approved { "once" } else { "reject" };
        self.effects.push(Effect::AnswerAsk { session_id: session_id.clone(), ask_id, reply, message });
    }

    fn ask_number(&self, ask_id: &AskId) -> Option<u64> {
        self.approvals.number_where(|pending| matches!(&pending.matter.kind, Kind::Ask(it) if it == ask_id))
    }

    fn refusal_by_person(&self, reason: Option<&str>) -> String {
        let mut text = String::from("Not run: somebody was asked for an approval and said no");
        if let Some(reason) = reason {
            text.push_str(": ");
            text.push_str(reason);
        }
        text.push_str(". Do not try the same again; do something else, or ask the user what to do.");
        self.for_model(&text)
    }

    fn nobody_answered(&self) -> String {
        let seconds = (self.config.approvals.deadline_ms / 1_000).to_string();
        let parts = [
            "Not run: this needs an approval, and nobody answered within ",
            &seconds,
            " s. Do something else, or ask the user what to do.",
        ];
        parts.concat()
    }
}

/// Whether somebody waits for the outcome: a turn that was stopped is told of nothing more.
const fn is_known_end(end: &End) -> bool {
    matches!(end.cause, Ending::Answered | Ending::Expired)
}

fn later(at: At, ms: u64) -> Timestamp {
    At { wall_ms: at.wall_ms.saturating_add(ms), ..at }.timestamp()
}

/// What kind of action a permission of the host is about.
fn action(permission: &str) -> ActionKind {
    match permission {
        "bash" => ActionKind::CommandExec,
        "edit" => ActionKind::FileWrite,
        "read" | "glob" | "grep" => ActionKind::FileRead,
        "webfetch" | "websearch" => ActionKind::NetworkAccess,
        _ => ActionKind::ToolUse,
    }
}
