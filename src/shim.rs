//! What the shim says, read: the boot, and facts of its own. It is our own shim, so a mistake here is a bug of ours; still
//! nothing panics, and a message never quotes a value, which could be a secret.

mod boot;

use crate::approvals::Channel;
use crate::event::pack::ErrorCode;
use crate::ids::{AskId, BootId};
use crate::input::{CallbackOutcome, FeedQuestion, Input, Orphan, StopCause};
use crate::json::Tree;
use crate::object::Object;

pub use boot::boot;

/// Reads the JSON of an [`Input`].
///
/// # Errors
///
/// When it is none, with what is missing or wrong.
pub fn input(text: &str) -> Result<Input, String> {
    match text {
        r#""started""# => Ok(Input::Started),
        r#""woke""# => Ok(Input::Woke),
        r#""control_asked""# => Ok(Input::ControlAsked),
        _ => told(text),
    }
}

/// What is more than a word.
#[inline(never)] // nothing of a start
fn told(text: &str) -> Result<Input, String> {
    let value = Tree::read(text).map_err(|error| format!("not JSON (column {})", error.column()))?;
    let said = if let Tree::Object(said) = &value { said.first() } else { None };
    let (kind, said) = said.and_then(|(kind, said)| kind.as_str().zip(Some(said))).ok_or("is no fact")?;
    let said = Object::new(said);
    Ok(match kind {
        "left_open" => {
            let orphans = said.whole().as_list().ok_or("left_open is no list")?;
            Input::LeftOpen(orphans.iter().map(|it| orphan(Object::new(it))).collect::<Result<_, _>>()?)
        }
        "host_unreadable" => Input::HostUnreadable { kind: text_of(said, "kind")?, message: text_of(said, "message")? },
        "sink_failed" => Input::SinkFailed {
            sink: text_of(said, "sink")?,
            code: text_of(said, "code")?,
            place: text_of(said, "place")?,
        },
        "sink_recovered" => Input::SinkRecovered { sink: text_of(said, "sink")? },
        "lines_lost" => Input::LinesLost { sink: text_of(said, "sink")?, lines: number(said, "lines")? },
        "log_rotated" => Input::LogRotated {
            bytes: said.number("bytes")?.unwrap_or_default(),
            files: number(said, "files")?,
            is_oldest_deleted: said.value("is_oldest_deleted") == Some(&Tree::Bool(true)),
        },
        "feed_opened" => Input::FeedOpened { port: u16::try_from(number(said, "port")?).unwrap_or(u16::MAX) },
        "feed_asked" => question(said.whole()).ok_or("has no question")?,
        "shim_failed" => Input::ShimFailed {
            code: said.must("code", named(&CODES, said.text("code")?))?,
            message: text_of(said, "message")?,
            place: owned(said, "place")?,
            previous_boot_id: said.id_if_any::<BootId>("previous_boot_id")?,
        },
        "paths_resolved" => paths_resolved(said.whole())?,
        "reply_failed" => {
            let id = said.whole().as_str().and_then(|id| AskId::try_from(id.to_owned()).ok());
            Input::ReplyFailed(id.ok_or("reply_failed is no id")?)
        }
        "host_lane_taken" => Input::HostLaneTaken(texts_in(said.whole())),
        "control_heard" => Input::ControlHeard {
            channel: said.must("channel", named(&CHANNELS, said.text("channel")?))?,
            text: text_of(said, "text")?,
            id: owned(said, "id")?,
        },
        "control_opened" => {
            let port = said.whole().as_u64().and_then(|port| u16::try_from(port).ok());
            Input::ControlOpened(port.ok_or("control_opened is no port")?)
        }
        "callback_settled" => Input::CallbackSettled {
            entry_id: said.id("entry_id")?,
            attempt: number(said, "attempt")?,
            outcome: outcome(said.object("outcome")?)?,
        },
        "journal_adopted" => Input::JournalAdopted { lines: texts(said, "lines")? },
        "stopping" => Input::Stopping { cause: said.must("cause", said.value("cause").and_then(cause))? },
        _ => return Err("is no fact that is known".into()),
    })
}

/// What the shim may report as having failed.
const CODES: [(&str, ErrorCode); 3] =
    [("second_copy", ErrorCode::SecondCopy), ("trapped", ErrorCode::Trapped), ("shim_failed", ErrorCode::ShimFailed)];

const CHANNELS: [(&str, Channel); 3] = [("file", Channel::File), ("http", Channel::Http), ("host", Channel::Host)];

const QUESTIONS: [(&str, FeedQuestion); 3] =
    [("state", FeedQuestion::State), ("health", FeedQuestion::Health), ("pending", FeedQuestion::Pending)];

fn question(said: &Tree) -> Option<Input> {
    named(&QUESTIONS, said.as_str()).map(Input::FeedAsked)
}

fn orphan(orphan: Object) -> Result<Orphan, String> {
    Ok(Orphan { boot_id: text_of(orphan, "boot_id")?, sessions: texts(orphan, "sessions")? })
}

/// A request and the real paths it asked for, in a list of two.
fn paths_resolved(said: &Tree) -> Result<Input, String> {
    let Some([request, paths]) = said.as_list() else { return Err("paths_resolved is no list of two".into()) };
    let request = request.as_u64().and_then(|request| u32::try_from(request).ok());
    let paths = paths.as_list().ok_or("paths_resolved has no paths")?;
    let paths = paths.iter().map(|path| path.as_str().map(str::to_owned)).collect();
    Ok(Input::PathsResolved(request.ok_or("paths_resolved has no request")?, paths))
}

fn outcome(outcome: Object) -> Result<CallbackOutcome, String> {
    let status = outcome.value("status").and_then(Tree::as_u64).and_then(|status| u16::try_from(status).ok());
    Ok(CallbackOutcome {
        status,
        retry_after: owned(outcome, "retry_after")?,
        body: owned(outcome, "body")?,
        error: owned(outcome, "error")?,
        was_sent: outcome.value("was_sent") == Some(&Tree::Bool(true)),
    })
}

fn cause(cause: &Tree) -> Option<StopCause> {
    match cause.as_str() {
        Some("disposed") => Some(StopCause::Disposed),
        Some("exited") => Some(StopCause::Exited),
        Some(_) => None,
        None => cause.get("signal").and_then(Tree::as_str).map(|name| StopCause::Signal(name.to_owned())),
    }
}

fn named<T: Copy>(names: &[(&str, T)], name: Option<&str>) -> Option<T> {
    names.iter().find(|(known, _)| Some(*known) == name).map(|(_, value)| *value)
}

fn owned(from: Object, name: &str) -> Result<Option<String>, String> {
    Ok(from.text(name)?.map(str::to_owned))
}

/// A text; empty where there is none.
fn text_of(from: Object, name: &str) -> Result<String, String> {
    owned(from, name).map(Option::unwrap_or_default)
}

fn texts(from: Object, name: &str) -> Result<Vec<String>, String> {
    Ok(from.list(name)?.filter_map(Tree::as_str).map(str::to_owned).collect())
}

fn texts_in(list: &Tree) -> Vec<String> {
    list.as_list().into_iter().flatten().filter_map(Tree::as_str).map(str::to_owned).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is out of range is the nearest that is in it"
)]
fn number(from: Object, name: &str) -> Result<u32, String> {
    from.must(name, from.number(name)?).map(|number| number as u32)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn reads(said: Value, expected: Input) {
        assert_eq!(input(&said.to_string()), Ok(expected));
    }

    #[test]
    fn every_fact_of_the_shim_is_read() {
        let boot_id = || BootId::try_from("boot_1".to_owned()).unwrap();
        let orphans = vec![Orphan { boot_id: "b".into(), sessions: vec!["s".into()] }];
        reads(json!({ "left_open": [{ "boot_id": "b", "sessions": ["s"] }] }), Input::LeftOpen(orphans));
        reads(json!("started"), Input::Started);
        reads(json!("woke"), Input::Woke);
        let (kind, message) = ("event".into(), "m".into());
        reads(
            json!({ "host_unreadable": { "kind": "event", "message": "m" } }),
            Input::HostUnreadable { kind, message },
        );
        let (sink, code, place) = ("file".into(), "ENOSPC".into(), "p".into());
        let said = json!({ "sink_failed": { "sink": "file", "code": "ENOSPC", "place": "p" } });
        reads(said, Input::SinkFailed { sink, code, place });
        reads(json!({ "sink_recovered": { "sink": "file" } }), Input::SinkRecovered { sink: "file".into() });
        let lost = Input::LinesLost { sink: "file".into(), lines: 7 };
        reads(json!({ "lines_lost": { "sink": "file", "lines": 7 } }), lost);
        reads(
            json!({ "log_rotated": { "bytes": 1e7, "files": 2, "is_oldest_deleted": true } }),
            Input::LogRotated { bytes: 1e7, files: 2, is_oldest_deleted: true },
        );
        reads(json!({ "feed_opened": { "port": 17_003 } }), Input::FeedOpened { port: 17_003 });
        reads(json!({ "feed_asked": "health" }), Input::FeedAsked(FeedQuestion::Health));
        let (code, message, place) = (ErrorCode::Trapped, "m".into(), Some("p".into()));
        let failed = Input::ShimFailed { code, message, place, previous_boot_id: Some(boot_id()) };
        let said = json!({ "code": "trapped", "message": "m", "place": "p", "previous_boot_id": "boot_1" });
        reads(json!({ "shim_failed": said }), failed);
        for (cause, expected) in [
            (json!("disposed"), StopCause::Disposed),
            (json!("exited"), StopCause::Exited),
            (json!({ "signal": "SIGTERM" }), StopCause::Signal("SIGTERM".into())),
        ] {
            reads(json!({ "stopping": { "cause": cause } }), Input::Stopping { cause: expected });
        }
    }

    #[test]
    fn every_fact_about_approvals_is_read() {
        let real = vec![Some("/a".into()), None];
        reads(json!({ "paths_resolved": [3, ["/a", null]] }), Input::PathsResolved(3, real));
        let ask_id = AskId::try_from("per_1".to_owned()).unwrap();
        reads(json!({ "reply_failed": "per_1" }), Input::ReplyFailed(ask_id));
        reads(json!({ "host_lane_taken": ["bash"] }), Input::HostLaneTaken(vec!["bash".into()]));
        let heard = Input::ControlHeard { channel: Channel::Http, text: "{}".into(), id: Some("apr_1".into()) };
        reads(json!({ "control_heard": { "channel": "http", "text": "{}", "id": "apr_1" } }), heard);
        reads(json!("control_asked"), Input::ControlAsked);
        reads(json!({ "control_opened": 17001 }), Input::ControlOpened(17_001));
    }

    #[test]
    fn what_came_of_a_callback_is_read() {
        let outcome = json!({ "status": 429, "retry_after": "7", "body": "slow down", "was_sent": true });
        reads(
            json!({ "callback_settled": { "entry_id": "e1", "attempt": 2, "outcome": outcome } }),
            Input::CallbackSettled {
                entry_id: "e1".to_owned().try_into().unwrap(),
                attempt: 2,
                outcome: CallbackOutcome {
                    status: Some(429),
                    retry_after: Some("7".into()),
                    body: Some("slow down".into()),
                    error: None,
                    was_sent: true,
                },
            },
        );
        reads(json!({ "journal_adopted": { "lines": ["a"] } }), Input::JournalAdopted { lines: vec!["a".into()] });
    }

    #[test]
    fn what_is_no_fact_is_refused_with_its_field_and_without_its_value() {
        for (said, why) in [
            ("{", "not JSON (column 1)"),
            ("7", "is no fact"),
            ("{}", "is no fact"),
            (r#"{"sang":{}}"#, "is no fact that is known"),
            (r#"{"lines_lost":{"sink":7,"lines":1}}"#, "has a sink of another type"),
            (r#"{"lines_lost":{"sink":"file"}}"#, "has no lines"),
            (r#"{"shim_failed":{"code":"sk-secret"}}"#, "has no code"),
            (r#"{"feed_asked":"sk-secret"}"#, "has no question"),
            (r#"{"stopping":{"cause":"sk-secret"}}"#, "has no cause"),
        ] {
            assert_eq!(input(said), Err(why.to_owned()), "{said}");
        }
    }
}
