//! From tags and environment to a route, or to the reason why there is none.

use std::fmt;

use super::title::{Tag, Tags};
use crate::config;

/// What is known of whom a session works for. Made once, when the session is first seen.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Routing {
    /// Title first, then environment.
    pub tags: Tags,
    /// What follows from it.
    pub standing: Standing,
    /// Whether the target, or the agent to be called back, comes from the environment.
    pub is_fallback: bool,
}

/// Whether there is a route.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Standing {
    /// Nobody wants to be called back.
    #[default]
    Unrouted,
    /// There is somebody to call back.
    Routed,
    /// Somebody wants to be called back, and it cannot be known who.
    Refused(RoutingError),
}

/// Why a route cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RoutingError {
    /// Agents are named, and no session to call back.
    MissingTarget,
    /// A session to call back is named, and no agent.
    MissingAgent,
    /// A value that cannot be what it is called.
    BadValue(&'static str),
    /// The session key belongs to another agent than the one to be called.
    OtherAgent,
    /// The repository that is named is not the one this session works in.
    OtherRepository,
}

impl RoutingError {
    /// The error as a word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingTarget => "missing_target",
            Self::MissingAgent => "missing_agent",
            Self::BadValue(_) => "bad_value",
            Self::OtherAgent => "other_agent",
            Self::OtherRepository => "other_repository",
        }
    }
}

impl fmt::Display for RoutingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingTarget => "agents are named, but no callbackSession; nobody is called back",
            Self::MissingAgent => "a callbackSession is named, but no requested agent; nobody is called back",
            Self::BadValue(tag) => return write!(f, "the value of {tag} cannot be used; nobody is called back"),
            Self::OtherAgent => {
                "the callbackSession belongs to another agent than the requested one; nobody is called back"
            }
            Self::OtherRepository => "the repoRoot is not where this session works; nobody is called back",
        })
    }
}

impl std::error::Error for RoutingError {}

impl Routing {
    /// The routing of a session with these tags in this directory.
    #[must_use]
    pub fn resolve(tags: Option<Tags>, env: &config::Routing, directory: &str) -> Self {
        let mut tags = tags.unwrap_or_default();
        tags.fill(Tag::RunId, env.run_id.as_deref());
        tags.fill(Tag::TaskId, env.task_id.as_deref());
        let mut is_fallback = tags.fill(Tag::CallbackSession, env.callback_session.as_deref());
        // An agent of the environment without a session to call is no wish to be called back.
        if tags.get(Tag::CallbackSession).is_some() {
            is_fallback |= tags.fill(Tag::Requested, env.callback_agent.as_deref());
        }
        let standing = match standing(&tags, directory) {
            Ok(standing) => standing,
            Err(error) => Standing::Refused(error),
        };
        if standing == Standing::Routed {
            let (requested, target) =
                (tags.get(Tag::Requested).map(str::to_owned), tags.get(Tag::CallbackSession).map(str::to_owned));
            tags.fill(Tag::Resolved, requested.as_deref());
            tags.fill(Tag::OriginSession, target.as_deref());
        }
        Self { tags, standing, is_fallback }
    }

    /// Whether somebody is to be called back.
    #[must_use]
    pub fn is_routed(&self) -> bool {
        self.standing == Standing::Routed
    }

    /// The session's own key in the envelope: `hook:opencode:<resolved agent>:<task id>`.
    #[must_use]
    pub fn session_key(&self) -> Option<String> {
        let (agent, task) = (self.tags.get(Tag::Resolved)?, self.tags.get(Tag::TaskId)?);
        Some(["hook:opencode:", agent, ":", task].concat())
    }
}

fn standing(tags: &Tags, directory: &str) -> Result<Standing, RoutingError> {
    let Some(target) = tags.get(Tag::CallbackSession) else {
        let wants =
            [Tag::Requested, Tag::Resolved, Tag::CallbackSessionId].into_iter().any(|tag| tags.get(tag).is_some());
        return if wants { Err(RoutingError::MissingTarget) } else { Ok(Standing::Unrouted) };
    };
    let requested = tags.get(Tag::Requested).ok_or(RoutingError::MissingAgent)?;
    check("callbackSession", config::SessionKey::try_from(target.to_owned()))?;
    check("requested", config::Id::try_from(requested.to_owned()))?;
    if let Some(run_id) = tags.get(Tag::RunId) {
        check("runId", config::RunId::try_from(run_id.to_owned()))?;
    }
    if let Some(task_id) = tags.get(Tag::TaskId) {
        check("taskId", config::Id::try_from(task_id.to_owned()))?;
    }
    let owner = target.strip_prefix("agent:").and_then(|rest| rest.split(':').next());
    if owner.is_some_and(|owner| owner != requested) {
        return Err(RoutingError::OtherAgent);
    }
    if tags.get(Tag::RepoRoot).is_some_and(|root| !is_within(directory, root)) {
        return Err(RoutingError::OtherRepository);
    }
    Ok(Standing::Routed)
}

fn check<T>(tag: &'static str, read: Result<T, String>) -> Result<(), RoutingError> {
    read.map(drop).map_err(|_| RoutingError::BadValue(tag))
}

/// Whether a directory is in a root. A root with a blank is cut there in titles that do not encode it: what is left of
/// it counts.
fn is_within(directory: &str, root: &str) -> bool {
    let root = root.trim_end_matches(['/', '\\']);
    directory
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']) || rest.starts_with(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(session: Option<&str>, agent: Option<&str>) -> config::Routing {
        config::Routing {
            run_id: config::RunId::try_from("env-run".to_owned()).ok(),
            callback_session: session.and_then(|text| config::SessionKey::try_from(text.to_owned()).ok()),
            callback_agent: agent.and_then(|text| config::Id::try_from(text.to_owned()).ok()),
            ..config::Routing::default()
        }
    }

    fn resolved(title: &str, env: &config::Routing) -> Routing {
        Routing::resolve(Tags::parse(title), env, "/srv/app/web")
    }

    #[track_caller]
    fn refuses(title: &str, error: RoutingError) {
        assert_eq!(resolved(title, &env(None, None)).standing, Standing::Refused(error), "{title}");
    }

    /// S1.17, S1.18, S1.19: who asked, who works, who is called back; the origin is the target unless it is named.
    #[test]
    fn a_target_makes_a_route() {
        let routing =
            resolved("T-8 runId=r taskId=T-8 requested=main resolved=build callbackSession=hook:x", &env(None, None));
        assert!(routing.is_routed() && !routing.is_fallback);
        assert_eq!(routing.tags.get(Tag::OriginSession), Some("hook:x"));
        assert_eq!(routing.session_key().as_deref(), Some("hook:opencode:build:T-8"));
    }

    #[test]
    fn run_and_task_ids_alone_only_annotate() {
        let routing = resolved("runId=r taskId=T-8 projectId=p", &env(None, None));
        assert_eq!((&routing.standing, routing.tags.get(Tag::RunId)), (&Standing::Unrouted, Some("r")));
        let routing = resolved("Fix the cart", &env(None, Some("main")));
        assert_eq!((&routing.standing, routing.tags.get(Tag::RunId)), (&Standing::Unrouted, Some("env-run")));
    }

    /// S1.23: whether a fallback was used is told.
    #[test]
    fn the_environment_makes_a_route_that_the_title_overrides() {
        let env = env(Some("hook:env"), Some("scrum"));
        let routing = resolved("Fix the cart", &env);
        assert!(routing.is_routed() && routing.is_fallback);
        assert_eq!(routing.tags.get(Tag::Resolved), Some("scrum"));
        let routing = resolved("callbackSession=hook:title requested=main", &env);
        assert!(routing.is_routed() && !routing.is_fallback);
        assert_eq!(routing.tags.get(Tag::CallbackSession), Some("hook:title"));
    }

    /// S1.21, S1.22: what is missing or contradicts itself is an error, never a guess.
    #[test]
    fn a_route_that_cannot_be_is_refused() {
        refuses("requested=main resolved=build", RoutingError::MissingTarget);
        refuses("callbackSession=hook:x", RoutingError::MissingAgent);
        refuses("callbackSession=hook:x requested=main runId=..", RoutingError::BadValue("runId"));
        refuses("callbackSession=hook:x requested=main runId=a/b", RoutingError::BadValue("runId"));
        refuses("callbackSession=hook:\"x requested=main", RoutingError::BadValue("callbackSession"));
        refuses("callbackSession=agent:scrum:x requested=main", RoutingError::OtherAgent);
        refuses("callbackSession=hook:x requested=main repoRoot=/srv/ap", RoutingError::OtherRepository);
        refuses("callbackSession=hook:x requested=main repoRoot=/srv/other", RoutingError::OtherRepository);
        assert!(
            resolved("callbackSession=agent:main:x requested=main repoRoot=/srv/app/", &env(None, None)).is_routed()
        );
    }
}
