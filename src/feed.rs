//! Frames for watchers that speak Swarm's dialect of server-sent events, made from the same events as the lines.
//!
//! Swarm sets an agent's state by the `event:` line alone: `session.idle`, `session.busy` and `tool.start`,
//! `permission.requested`, `permission.resolved`, `error`; any other name sets none. An agent is a root session here: a
//! child that goes idle, or starts a tool while its root waits for an answer, must not set the state of the agent.

use serde::Serialize;

use crate::event::Event;
use crate::event::line::Subject;
use crate::event::tool::Outcome;
use crate::ids::{CallId, SessionId};
use crate::json;
use crate::session::{AgentState, Reason, Standing};

/// What stands in a frame's data.
#[derive(Serialize)]
struct Data<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'e SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<&'e CallId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<u64>,
}

impl<'e> Data<'e> {
    const fn of(session_id: Option<&'e SessionId>) -> Self {
        Self {
            session_id,
            tool: None,
            call_id: None,
            outcome: None,
            request_type: None,
            error: None,
            input: None,
            output: None,
        }
    }

    fn frame(&self, name: &str) -> String {
        // JSON has no line end of its own, so the frame is whole.
        let data = json::text(self);
        ["event: ", name, "\ndata: ", &data, "\n\n"].concat()
    }
}

/// The frame that a watcher is told of an event; nothing for most. `standing` is that of the session now.
#[must_use]
pub fn frame(subject: &Subject, event: &Event, standing: Option<Standing>) -> Option<String> {
    if let Event::Heartbeat(_) = event {
        return Some(Data::of(subject.session_id()).frame("heartbeat"));
    }
    let (session_id, is_root) = match subject {
        Subject::Process => return None,
        Subject::Root(session_id) => (session_id, true),
        Subject::Child { session_id, .. } => (session_id, false),
    };
    let is_working = standing.is_none_or(|standing| standing.state == AgentState::Working);
    let data = Data::of(Some(session_id));
    Some(match event {
        Event::StateChanged(changed) if is_root => {
            let from = changed.old_agent_state;
            return state(session_id, from, Standing::new(changed.agent_state, changed.reason));
        }
        // Something asks at the same time: it is what a supervisor must see.
        Event::ToolStarted(started) if is_root && is_working => {
            Data { tool: Some(&started.tool), call_id: Some(&started.call_id), ..data }.frame("tool.start")
        }
        Event::ToolFinished(finished) => {
            let outcome = Some(finished.outcome);
            Data { tool: Some(&finished.tool), call_id: Some(&finished.call_id), outcome, ..data }.frame("tool.end")
        }
        Event::Usage(usage) => {
            let amounts = usage.turn.as_ref().unwrap_or(&usage.amounts);
            let (input, output) = (Some(amounts.input_tokens), Some(amounts.output_tokens));
            Data { input, output, ..data }.frame("token.usage")
        }
        Event::SessionStopped(_) if is_root => data.frame("session.idle"),
        Event::Heartbeat(_)
        | Event::StateChanged(_)
        | Event::ToolStarted(_)
        | Event::SessionStarted(_)
        | Event::SessionStopped(_)
        | Event::TurnFinished(_)
        | Event::Diff(_)
        | Event::StallSuspected(_)
        | Event::LoopSuspected(_)
        | Event::Forwarded(_)
        | Event::PolicyDecision(_)
        | Event::PolicyDenied(_)
        | Event::PolicyBypassed(_)
        | Event::ApprovalRequested(_)
        | Event::ApprovalResolved(_)
        | Event::ApprovalRefused(_)
        | Event::Lifecycle(_)
        | Event::RoutingFailed(_)
        | Event::DeliveryDelivered(_)
        | Event::DeliveryFailed(_)
        | Event::DeliveryDeadLettered(_)
        | Event::ClockJumped(_)
        | Event::LogRotated(_)
        | Event::PackError(_) => return None,
    })
}

/// The frame of a root session that came from one state into another, or from none that is known.
#[must_use]
pub fn state(session_id: &SessionId, from: Option<AgentState>, to: Standing) -> Option<String> {
    let data = Data::of(Some(session_id));
    Some(match to.state {
        AgentState::Idle | AgentState::Stopped => data.frame("session.idle"),
        AgentState::Working if from == Some(AgentState::AwaitingApproval) => data.frame("permission.resolved"),
        AgentState::Working => data.frame("session.busy"),
        AgentState::AwaitingApproval => {
            Data { request_type: Some(request_type(to.reason)), ..data }.frame("permission.requested")
        }
        // The words of the host's error may hold anything.
        AgentState::Error => Data { error: Some("the host reported an error"), ..data }.frame("error"),
        // Swarm has no name for it that sets a state, and taking it for an error would be wrong.
        AgentState::RateLimited => data.frame("session.retry"),
        AgentState::Starting => return None,
    })
}

fn request_type(reason: Reason) -> &'static str {
    match reason {
        Reason::ApprovalPending => "approval",
        Reason::PermissionAsked => "permission",
        Reason::QuestionAsked => "question",
        Reason::ChildBlocked => "child",
        Reason::ProcessStarted
        | Reason::SessionSeen
        | Reason::TurnStarted
        | Reason::TurnResumed
        | Reason::ProviderRetry
        | Reason::SessionError
        | Reason::TurnCompleted
        | Reason::TurnAborted
        | Reason::TurnError
        | Reason::TurnUnknown
        | Reason::PackStopped => "unknown",
    }
}
