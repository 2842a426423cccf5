//! The vocabulary of states: Swarm's words, and what brought a session there.

use serde::Serialize;

/// What a supervisor can act on at a glance.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Hint {
    /// Nothing to do until the next prompt.
    Idle,
    /// A turn is under way.
    Working,
    /// A turn is under way and cannot go on by itself.
    Blocked,
}

/// State of an agent in Swarm's vocabulary. `paused` is Swarm's own and never said by the pack.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum AgentState {
    /// The process is up, no session has been seen.
    Starting,
    /// No turn is under way.
    Idle,
    /// A turn is under way.
    Working,
    /// A permission or a question waits for an answer.
    AwaitingApproval,
    /// The provider was asked and said to come back later.
    RateLimited,
    /// The host reported an error, and has not gone idle yet.
    Error,
    /// The pack is shutting down.
    Stopped,
}

impl AgentState {
    /// The state as a hint.
    #[must_use]
    pub const fn hint(self) -> Hint {
        match self {
            Self::Starting | Self::Idle | Self::Stopped => Hint::Idle,
            Self::Working => Hint::Working,
            Self::AwaitingApproval | Self::RateLimited | Self::Error => Hint::Blocked,
        }
    }
}

/// What brought a session into its state.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Reason {
    /// No session has been seen.
    ProcessStarted,
    /// The session was seen, and no turn of it yet.
    SessionSeen,
    /// The host is busy with a turn.
    TurnStarted,
    /// What held up the turn is over: it was answered, or the provider was asked again.
    TurnResumed,
    /// The host asks for a permission.
    PermissionAsked,
    /// The model asks the user a question.
    QuestionAsked,
    /// A call of the session waits for an approval.
    ApprovalPending,
    /// A child session is blocked, and this one waits for it.
    ChildBlocked,
    /// The provider was asked again after an error (a rate limit, most often).
    ProviderRetry,
    /// The host reported an error.
    SessionError,
    /// The last turn was completed.
    TurnCompleted,
    /// The last turn was aborted.
    TurnAborted,
    /// The last turn ended with an error.
    TurnError,
    /// The last turn ended without an answer and without an error.
    TurnUnknown,
    /// The pack is shutting down.
    PackStopped,
}

/// A state and what made it so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing {
    /// The state.
    pub state: AgentState,
    /// What made it so.
    pub reason: Reason,
}

impl Standing {
    /// A standing from its two halves.
    #[must_use]
    pub const fn new(state: AgentState, reason: Reason) -> Self {
        Self { state, reason }
    }
}
