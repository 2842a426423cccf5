//! What a session with a title would cause, without a pack.

use super::messages;
use crate::config;
use crate::ids::SessionId;
use crate::outbox::json::Json;
use crate::outbox::receiver::hook;
use crate::routing::{Routing, Standing, Tag, Tags};

/// The callback that a session with this title would cause, without sending it: path, key and body as JSON. A later turn of
/// the run would have its number behind the key.
///
/// # Errors
///
/// The reason why nobody would be called back.
pub fn callback_dry_run(
    title: &str,
    routing: &config::Routing,
    session_id: &SessionId,
    exit_status: i64,
    directory: &str,
    form: config::Form,
) -> Result<String, String> {
    let routing = Routing::resolve(Tags::parse(title), routing, directory);
    match &routing.standing {
        Standing::Routed => {
            let body = messages::openclaw(&routing, session_id, messages::host_event(exit_status), form);
            let key = messages::openclaw_key(&routing, session_id);
            Ok(Json::default().text("path", hook(form)).text("key", key.as_str()).raw("body", &body).end())
        }
        Standing::Unrouted => Err("the title names nobody to call back".to_owned()),
        Standing::Refused(error) => Err(error.to_string()),
    }
}

/// The routing envelope of a session with this title, as JSON; `root` is the repository where the title names none.
///
/// # Errors
///
/// The reason why there is no route, or what is missing.
pub fn routing_envelope(title: &str, root: &str, server_url: Option<&str>) -> Result<String, String> {
    let tags = Tags::parse(title);
    let missing = |name: &str| Err([name, " is missing"].concat());
    let Some(known) = &tags else { return missing("callback_target_session_key") };
    for (tag, name) in [
        (Tag::CallbackSession, "callback_target_session_key"),
        (Tag::Requested, "requested_agent_id"),
        (Tag::Resolved, "resolved_agent_id"),
        (Tag::RunId, "run_id"),
        (Tag::TaskId, "task_id"),
        (Tag::ProjectId, "project_id"),
    ] {
        if known.get(tag).is_none() {
            return missing(name);
        }
    }
    let directory = known.get(Tag::RepoRoot).unwrap_or(root).to_owned();
    let routing = Routing::resolve(tags, &config::Routing::default(), &directory);
    match &routing.standing {
        Standing::Refused(error) => Err(error.to_string()),
        Standing::Routed | Standing::Unrouted => Ok(messages::envelope(&routing, root, server_url)),
    }
}
