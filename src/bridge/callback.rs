//! A callback that is not sent: an event of the host in, the payload out.

use serde_json::Value;

use super::data::{self, text};
use crate::config::{Form, Routing};
use crate::ids::SessionId;
use crate::pack::callback_dry_run;

/// What a session with this title, in this directory, would say to whoever it works for when this event comes: path, key
/// and body as JSON. `routing` is what the environment of its host says of it.
///
/// # Errors
///
/// The reason why nobody would be called back.
pub fn dry_run(event: Value, title: &str, routing: &Routing, directory: &str, form: Form) -> Result<String, String> {
    let event = data::unwrap(event).payload;
    let exit_status = match text(event.get("type")) {
        Some("session.idle") => 0,
        Some("session.error") => 1,
        Some(other) => return Err(format!("{other} ends no turn; session.idle and session.error do")),
        None => return Err("the event has no type".to_owned()),
    };
    let properties = event.get("properties").unwrap_or(&event);
    let id = text(properties.get("sessionID")).map(str::to_owned).or_else(|| data::ids(properties).session_id);
    let id = SessionId::try_from(id.ok_or("the event names no session")?).map_err(|error| error.to_string())?;
    callback_dry_run(title, routing, &id, exit_status, directory, form)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TITLE: &str =
        "T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:x repoRoot=/srv/app";

    fn told(event: Value, title: &str) -> Result<String, String> {
        dry_run(event, title, &Routing::default(), "/srv/app", Form::Agent)
    }

    /// S1.37: event in, payload out.
    #[test]
    fn the_end_of_a_turn_is_a_callback() {
        let idle = json!({ "type": "session.idle", "properties": { "sessionID": "ses_1" } });
        let expected = json!({
            "path": "/hooks/agent",
            "key": "ses_1|run-8",
            "body": {
                "message": "OpenCode plugin event=session.idle run=run-8 task=T-8",
                "name": "OpenCode",
                "agentId": "main",
                "sessionKey": "hook:x",
                "wakeMode": "now",
                "deliver": false,
            },
        });
        let made = |event| serde_json::from_str::<Value>(&told(event, TITLE).expect("a callback")).expect("JSON");
        assert_eq!(made(idle.clone()), expected);
        assert_eq!(made(json!({ "payload": idle })), expected);
        let error = made(json!({ "type": "session.error", "properties": { "sessionID": "ses_1" } }));
        let message = error.pointer("/body/message").and_then(Value::as_str);
        assert_eq!(message, Some("OpenCode plugin event=session.error run=run-8 task=T-8"));
    }

    /// S1.10: that a session's status is idle is no end of a turn.
    #[test]
    fn what_is_no_callback_says_why() {
        let of =
            |kind: &str| json!({ "type": kind, "properties": { "sessionID": "ses_1", "status": { "type": "idle" } } });
        for (event, title, why) in [
            (of("session.status"), TITLE, "session.status ends no turn; session.idle and session.error do"),
            (json!("text"), TITLE, "the event has no type"),
            (json!({ "type": "session.idle" }), TITLE, "the event names no session"),
            (of("session.idle"), "Fix the cart", "the title names nobody to call back"),
            (of("session.idle"), "requested=main", "agents are named, but no callbackSession; nobody is called back"),
            (
                of("session.idle"),
                "requested=main callbackSession=hook:x repoRoot=/srv/other",
                "the repoRoot is not where this session works; nobody is called back",
            ),
        ] {
            assert_eq!(told(event, title), Err(why.to_owned()));
        }
    }
}
