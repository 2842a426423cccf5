//! The gate in the running pack: a call comes in, is decided on, and is settled, held, or handed to the host's dialog.
//!
//! What a call would do is `crate::policy`'s to know; what becomes of one that is held is in `approve`.

use super::Pack;
use crate::config::{self, Decision, FailMode, PolicyConfig, Profile};
use crate::digest::Digest;
use crate::effect::Effect;
use crate::event::fit::cut;
use crate::event::line::Subject;
use crate::event::policy::{Cause, Decided, PolicyBypassed, PolicyDenied};
use crate::event::session::Lane;
use crate::event::tool::Redactions;
use crate::ids::{CallId, SessionId};
use crate::input::{CallFacts, RequestedCall, SessionFact};
use crate::limits::{DENIAL_BYTES_MAX, EXPECTED_ASKS_MAX, INQUIRIES_MAX};
use crate::policy::{ActionKind, Atom, Call, Evaluation, Gate, Inquiry};
use crate::time::At;

/// A call between its request and its decision.
#[derive(Debug)]
pub(super) struct Asked {
    pub session_id: SessionId,
    pub request: u32,
    pub call_id: CallId,
    pub tool: String,
    pub facts: Box<CallFacts>,
    pub args: Option<serde_json::Value>,
    inquiry: Inquiry,
}

/// What holds for a call, and why.
#[derive(Debug)]
pub(super) struct Ruling {
    pub decision: Decision,
    pub cause: Cause,
    pub evaluation: Evaluation,
}

/// A call that the host's own dialog is to ask about.
#[derive(Debug)]
pub(super) struct ExpectedAsk {
    pub session_id: SessionId,
    pub call_id: CallId,
    /// What the policy says: nothing where it allows the call.
    pub question: Option<Box<super::approve::Question>>,
    /// The dialog was shown, or answered for the person.
    pub is_asked: bool,
}

impl Pack {
    /// A tool is about to run. Where no gate is on, nobody waits for an answer.
    #[inline(never)] // nothing of a start
    pub(super) fn call_requested(&mut self, at: At, session_id: SessionId, call: RequestedCall) {
        let RequestedCall { request, call_id, tool, facts, args } = call;
        let fact = SessionFact::CallRequested { call_id: call_id.clone(), tool: tool.clone(), facts: facts.clone() };
        let Some(gate) = &self.gate else { return self.session_heard(at, &session_id, fact) };
        let inquiry = gate.inquire(&Call { session_id: session_id.as_str(), tool: &tool, args: args.as_ref() });
        let paths = inquiry.paths().to_vec();
        let asked = Asked { session_id, request, call_id, tool, facts, args, inquiry };
        if !paths.is_empty() && self.inquiries.len() < INQUIRIES_MAX {
            self.effects.push(Effect::ResolvePaths { request, paths });
            self.session_heard(at, &asked.session_id, fact);
            self.inquiries.push(asked);
        } else {
            // Where nobody looks at disks for us any more, the paths count as they are written.
            let ruling = self.rule_on(gate, &asked, &[]);
            self.decide(at, asked, ruling, Some(fact));
        }
    }

    #[inline(never)] // nothing of a start
    pub(super) fn paths_resolved(&mut self, at: At, request: u32, real: &[Option<String>]) {
        let Some(place) = self.inquiries.iter().position(|asked| asked.request == request) else { return };
        let asked = self.inquiries.remove(place);
        let Some(gate) = &self.gate else { return };
        let ruling = self.rule_on(gate, &asked, real);
        self.decide(at, asked, ruling, None);
    }

    /// A call is over: did the gate know of it?
    pub(super) fn watch_coverage(&mut self, at: At, subject: &Subject, tool: &str, call_id: &CallId) {
        if self.gate.is_none() {
            return;
        }
        let tool = self.told(tool, &mut Redactions::default());
        self.emit(at, subject, PolicyBypassed { tool, call_id: call_id.clone() });
    }

    /// The host asks for the environment of a command: the last moment at which it can be stopped. One that the host's
    /// dialog was to ask about, and did not, is.
    pub(super) fn refuse_unasked(&mut self, at: At, session_id: &SessionId, call_id: Option<&CallId>) {
        let Some(place) = call_id.and_then(|call_id| self.expected_ask(session_id, call_id)) else { return };
        let Some(expected) = self.expected.get(place) else { return };
        if expected.is_asked || expected.question.is_none() || self.has_host_always {
            return;
        }
        let expected = self.expected.remove(place);
        let Some(question) = expected.question else { return };
        let message = "Not run: an approval was needed, and the host did not ask for it.".to_owned();
        self.effects.push(Effect::RefuseEnvironment { message: message.clone() });
        self.session_heard(at, session_id, SessionFact::CallDenied { call_id: expected.call_id.clone() });
        let denied = PolicyDenied {
            tool: question.tool.clone(),
            call_id: expected.call_id,
            action: question.action.as_str(),
            cause: Cause::HostDidNotAsk,
            rule: question.rule.clone(),
            message,
            approval_id: None,
        };
        let subject = self.subject_of(session_id);
        self.emit(at, &subject, denied);
    }

    pub(super) fn expected_ask(&self, session_id: &SessionId, call_id: &CallId) -> Option<usize> {
        let is_it = |it: &ExpectedAsk| it.session_id == *session_id && it.call_id == *call_id;
        self.expected.iter().position(is_it)
    }

    /// How lines name a session, also one that is still being looked up.
    pub(super) fn subject_of(&self, session_id: &SessionId) -> Subject {
        let known = self.book.get(session_id).map(|session| session.subject().clone());
        known.unwrap_or_else(|| Subject::Root(session_id.clone()))
    }

    fn rule_on(&self, gate: &Gate, asked: &Asked, real: &[Option<String>]) -> Ruling {
        let rule = |decision, cause, evaluation| Ruling { decision, cause, evaluation };
        let evaluation = gate.evaluate(&asked.inquiry, real);
        let decision = evaluation.decision;
        if decision != Decision::Prompt {
            let cause = if evaluation.rule == "fail-mode" { Cause::Unreadable } else { Cause::Rule };
            return rule(decision, cause, evaluation);
        }
        if self.approvals.is_granted(&asked.session_id, &grants(&evaluation, asked)) {
            return rule(Decision::Allow, Cause::SessionAnswer, evaluation);
        }
        if !self.is_attended() {
            return rule(Decision::Deny, Cause::Unattended, evaluation);
        }
        if self.approvals.is_full() {
            return rule(Decision::Deny, Cause::TooMany, evaluation);
        }
        rule(decision, Cause::Rule, evaluation)
    }

    /// What a call takes when the gate cannot say. A gate that only observes stops nothing.
    #[must_use]
    pub fn fail_mode(&self) -> FailMode {
        match (&self.config.policy, self.gate.as_ref().map(Gate::profile)) {
            (_, Some(Profile::Observe) | None) => FailMode::Open,
            (PolicyConfig::Sound(policy), Some(_)) => policy.fail_mode,
            (PolicyConfig::Broken { .. }, Some(_)) => FailMode::Closed,
        }
    }

    pub(super) fn control_opened(&mut self, port: u16) {
        self.control_port = Some(port);
        if let Some(gate) = &mut self.gate {
            gate.note_control_port(port);
        }
    }

    /// Whether a gate is on.
    #[must_use]
    pub const fn has_gate(&self) -> bool {
        self.gate.is_some()
    }

    /// Whether the host's own dialog is to ask, where it can.
    #[must_use]
    pub fn has_host_lane(&self) -> bool {
        let is_wanted = self.config.approvals.lane == config::Lane::Host && self.boot.lane == Lane::Tui;
        // A gate that only observes never asks, so the host need not either.
        is_wanted && self.gate.as_ref().is_some_and(|gate| gate.profile() != Profile::Observe)
    }

    /// Whether somebody can be asked.
    fn is_attended(&self) -> bool {
        self.boot.lane == Lane::Tui || self.is_supervised()
    }

    /// Whether somebody outside is there to answer.
    pub(super) fn is_supervised(&self) -> bool {
        !self.config.approvals.control.is_empty() || !self.config.identity.agent_id.to_string().is_empty()
    }

    /// Answers the waiting hook first, then tells.
    fn decide(&mut self, at: At, asked: Asked, ruling: Ruling, fact: Option<SessionFact>) {
        let is_asked_by_host = ruling.decision != Decision::Deny && self.is_for_host_lane(&asked, &ruling);
        let denial = match ruling.decision {
            Decision::Deny => Some(self.denial(&asked, &ruling)),
            Decision::Allow | Decision::Prompt => None,
        };
        let is_held = ruling.decision == Decision::Prompt && !is_asked_by_host;
        self.effects.push(if is_held {
            Effect::HoldCall { request: asked.request }
        } else {
            Effect::SettleCall { request: asked.request, denial: denial.clone() }
        });
        if let Some(fact) = fact {
            self.session_heard(at, &asked.session_id, fact);
        }
        let subject = self.subject_of(&asked.session_id);
        let decision = self.told_decision(&asked, &ruling);
        self.emit(at, &subject, decision);
        match (ruling.decision, denial) {
            (Decision::Prompt, _) if is_asked_by_host => {
                let question = self.question(&asked, &ruling.evaluation);
                self.expect_ask(&asked, Some(Box::new(question)));
            }
            (Decision::Prompt, _) => self.hold(at, asked, &ruling.evaluation),
            (Decision::Deny, denial) => {
                self.session_heard(at, &asked.session_id, SessionFact::CallDenied { call_id: asked.call_id.clone() });
                let denied = PolicyDenied {
                    tool: self.told(&asked.tool, &mut Redactions::default()),
                    call_id: asked.call_id,
                    action: ruling.evaluation.action.as_str(),
                    cause: ruling.cause,
                    rule: ruling.evaluation.rule,
                    message: denial.unwrap_or_default(),
                    approval_id: None,
                };
                self.emit(at, &subject, denied);
            }
            (Decision::Allow, _) => {
                if is_asked_by_host {
                    self.expect_ask(&asked, None);
                }
                self.call_let_through(&asked);
            }
        }
    }

    /// A call will run: a script that it writes is remembered.
    pub(super) fn call_let_through(&mut self, asked: &Asked) {
        if let (Some(gate), Some(args)) = (&mut self.gate, &asked.args) {
            gate.note_run(asked.session_id.as_str(), &asked.tool, args, &asked.inquiry);
        }
    }

    /// Whether the host's dialog will ask about a call. What its reader of commands does not see as a command (a
    /// redirect alone, `cd`, what nobody can read) it does not ask about: that is held.
    fn is_for_host_lane(&self, asked: &Asked, ruling: &Ruling) -> bool {
        if !self.host_lane.contains(&asked.tool) || self.expected.len() >= EXPECTED_ASKS_MAX {
            return false;
        }
        if self.expected_ask(&asked.session_id, &asked.call_id).is_some() {
            return false; // a call id that is used twice: the answer to one must not be one to the other
        }
        let is_seen = |atom: &Atom| match atom.kind {
            ActionKind::CommandExec => {
                atom.doubt.is_none() && atom.argv.first().is_some_and(|name| name != "cd" && !name.is_empty())
            }
            ActionKind::NetworkAccess => asked.tool == "webfetch",
            ActionKind::FileWrite | ActionKind::FileRead | ActionKind::ToolUse => false,
        };
        ruling.decision == Decision::Allow
            || ruling
                .evaluation
                .atoms
                .iter()
                .filter(|judged| judged.decision == Decision::Prompt)
                .all(|judged| is_seen(&judged.atom))
    }

    fn expect_ask(&mut self, asked: &Asked, question: Option<Box<super::approve::Question>>) {
        self.expected.push(ExpectedAsk {
            session_id: asked.session_id.clone(),
            call_id: asked.call_id.clone(),
            question,
            is_asked: false,
        });
    }

    /// A held call that was approved will be asked about by the host, too, where our rule makes it ask.
    pub(super) fn pass_host_lane(&mut self, asked: &Asked) {
        let is_known = self.expected_ask(&asked.session_id, &asked.call_id).is_some();
        if self.host_lane.contains(&asked.tool) && !is_known && self.expected.len() < EXPECTED_ASKS_MAX {
            self.expect_ask(asked, None);
        }
    }

    /// What the model is told in place of a result.
    fn denial(&self, asked: &Asked, ruling: &Ruling) -> String {
        let mut text = match ruling.cause {
            Cause::Unattended => String::from(
                "Not run: this needs an approval, and nobody can be asked here. To attend, a person sets SWARM_AGENT_ID or SWARM_CONTROL=file and starts again. Do something else, or tell the user. ",
            ),
            Cause::TooMany => {
                String::from("Not run: this needs an approval, and too many wait already. Try again later. ")
            }
            Cause::Rule
            | Cause::Unreadable
            | Cause::SessionAnswer
            | Cause::ApprovalDenied
            | Cause::ApprovalExpired
            | Cause::HostDidNotAsk => ruling.evaluation.denial(),
        };
        if matches!(ruling.cause, Cause::Unattended | Cause::TooMany) {
            for part in [&ruling.evaluation.reason, " (rule ", &ruling.evaluation.rule, ")."] {
                text.push_str(part);
            }
        }
        let mut telling = self.telling(&asked.tool, &asked.facts);
        if telling.is_silent {
            text =
                ["Not run, stopped by policy rule ", &ruling.evaluation.rule, ". Do something else, or ask the user."]
                    .concat();
        }
        self.tell_text(&text, DENIAL_BYTES_MAX - '…'.len_utf8(), &mut telling)
    }

    /// A text for the model: redacted whole, then cut.
    pub(super) fn for_model(&self, text: &str) -> String {
        let mark = '…'.len_utf8();
        cut(&self.redactor.redact(text).text, DENIAL_BYTES_MAX - mark)
    }
}

/// What an answer for the session would allow: each action that asks, as it is told apart from others; where something
/// about it is not known, only the very same call.
pub(super) fn grants(evaluation: &Evaluation, asked: &Asked) -> Vec<Digest> {
    let prompts = evaluation.atoms.iter().filter(|judged| judged.decision == Decision::Prompt);
    prompts
        .map(|judged| match judged.atom.doubt {
            Some(_) => asked.hash(),
            None => name(&judged.atom),
        })
        .collect()
}

impl Asked {
    /// Names the exact call.
    pub(super) fn hash(&self) -> Digest {
        Digest::of_value(&self.tool, self.args.as_ref())
    }
}

/// Names an action: the same for the same action, however the call was written.
fn name(atom: &Atom) -> Digest {
    let port = atom.port.map(|port| port.to_string()).unwrap_or_default();
    let place = atom.place.as_ref();
    let mut parts = vec![
        atom.kind.as_str(),
        atom.cwd.as_deref().unwrap_or_default(),
        place.map_or("", |place| place.real.as_deref().unwrap_or(&place.path)),
        atom.host.as_deref().unwrap_or_default(),
        &port,
        atom.tool.as_deref().unwrap_or_default(),
    ];
    parts.extend(atom.argv.iter().map(String::as_str));
    Digest::of(&parts)
}

pub(super) const fn decided(decision: Decision) -> Decided {
    match decision {
        Decision::Allow => Decided::Allow,
        Decision::Prompt => Decided::Prompt,
        Decision::Deny => Decided::Deny,
    }
}
