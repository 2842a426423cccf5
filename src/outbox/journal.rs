//! The outbox as lines on disk. Any prefix of the lines, torn at any byte, is an outbox that was.

use super::entry::{Entry, EntryState, entry_id};
use super::json::{Json, quoted};
use crate::ids::EntryId;
use crate::json::Tree;
use crate::limits::{CALLBACK_BODY_BYTES_MAX, JOURNAL_LINE_BYTES_MAX};
use crate::sorted::Sorted;

/// Ids in one line of answered callbacks.
const IDS_PER_LINE: usize = 256;

/// A callback was queued; or, in a journal written anew, is where it is.
#[must_use]
pub fn queued(entry: &Entry) -> String {
    Json::default()
        .text("is", "queued")
        .text("receiver", entry.receiver.as_str())
        .text("session", entry.session.as_str())
        .text("key", entry.key.as_str())
        .text("path", entry.path.as_str())
        .text("run", entry.run.as_deref())
        .number("at", entry.queued_wall_ms)
        .number("first", entry.first_wall_ms.unwrap_or_default())
        .number("attempts", u64::from(entry.attempts))
        .flag("doubt", entry.possible_duplicate || matches!(entry.state, EntryState::InFlight { .. }))
        .text("body", entry.body.as_str())
        .line()
}

/// A callback for people: without its body.
#[must_use]
pub fn brief(entry: &Entry) -> String {
    Json::default()
        .text("entry_id", entry.id.as_str())
        .text("receiver", entry.receiver.as_str())
        .text("session_id", entry.session.as_str())
        .text("key", entry.key.as_str())
        .number("queued_at_ms", entry.queued_wall_ms)
        .number("attempts", u64::from(entry.attempts))
        .flag("possible_duplicate", entry.possible_duplicate)
        .line()
}

/// An attempt begins.
#[must_use]
pub fn sent(id: &EntryId, wall_ms: u64) -> String {
    Json::default().text("is", "sent").text("id", id.as_str()).number("at", wall_ms).line()
}

/// An attempt failed.
#[must_use]
pub fn failed(id: &EntryId, possible_duplicate: bool) -> String {
    Json::default().text("is", "failed").text("id", id.as_str()).flag("doubt", possible_duplicate).line()
}

/// A callback was answered (`delivered`), or given up (`dead_lettered`).
#[must_use]
pub fn closed(id: &EntryId, word: &str) -> String {
    Json::default().text("is", word).text("id", id.as_str()).line()
}

/// Callbacks that were answered before.
pub fn answered<'i>(ids: impl Iterator<Item = &'i EntryId>) -> String {
    let ids: Vec<String> = ids.map(|id| quoted(id.as_str())).collect();
    let list = |ids: &[String]| ["[", &ids.join(","), "]"].concat();
    ids.chunks(IDS_PER_LINE).map(|ids| Json::default().text("is", "answered").raw("ids", &list(ids)).line()).collect()
}

/// What a journal says.
#[derive(Debug, Default)]
pub struct Read {
    /// Callbacks without an answer, in their order.
    pub entries: Vec<Entry>,
    /// Those that were answered or given up.
    pub answered: Vec<EntryId>,
    /// Lines that say nothing: torn by a crash, or written by somebody else.
    pub unreadable: u64,
}

/// Reads a journal. What cannot be read is counted and let pass.
#[must_use]
pub fn read(lines: &[String]) -> Read {
    let mut read = Read::default();
    let mut places: Sorted<EntryId, Option<Entry>> = Sorted::NEW;
    let mut order: Vec<EntryId> = Vec::new();
    for line in lines {
        let record = (line.len() <= JOURNAL_LINE_BYTES_MAX).then(|| Tree::read(line).ok()).flatten();
        let known = record.as_ref().and_then(|record| take(record, &mut places, &mut order, &mut read.answered));
        read.unreadable += u64::from(known.is_none());
    }
    for id in order {
        read.entries.extend(places.get_mut(&id).and_then(Option::take));
    }
    read
}

fn take(
    record: &Tree,
    entries: &mut Sorted<EntryId, Option<Entry>>,
    order: &mut Vec<EntryId>,
    answered: &mut Vec<EntryId>,
) -> Option<()> {
    let id = || EntryId::try_from(record.get("id")?.as_str()?.to_owned()).ok();
    let doubt = || record.get("doubt").and_then(Tree::as_bool).unwrap_or_default();
    match record.get("is")?.as_str()? {
        // The owner of the file, for whoever looks for the dead.
        "owner" => {}
        "queued" => {
            let entry = entry(record)?;
            if !entries.contains(&entry.id) {
                order.push(entry.id.clone());
                entries.insert(entry.id.clone(), Some(entry));
            }
        }
        "sent" => {
            if let Some(Some(entry)) = entries.get_mut(&id()?) {
                entry.attempts = entry.attempts.saturating_add(1);
                let at = record.get("at").and_then(Tree::as_u64);
                entry.first_wall_ms = entry.first_wall_ms.or(at);
                // Nothing that follows may say how it went.
                entry.possible_duplicate = true;
            }
        }
        "failed" => {
            if let Some(Some(entry)) = entries.get_mut(&id()?) {
                entry.possible_duplicate = doubt();
            }
        }
        "delivered" | "dead_lettered" => {
            let id = id()?;
            entries.insert(id.clone(), None);
            answered.push(id);
        }
        "answered" => {
            let ids = record.get("ids")?.as_list()?.iter().filter_map(Tree::as_str);
            answered.extend(ids.filter_map(|id| EntryId::try_from(id.to_owned()).ok()));
        }
        _ => return None,
    }
    Some(())
}

fn entry(record: &Tree) -> Option<Entry> {
    let text = |name: &str| record.get(name).and_then(Tree::as_str).map(str::to_owned);
    let number = |name: &str| record.get(name).and_then(Tree::as_u64);
    let (receiver, key) = (text("receiver")?, text("key")?);
    Some(Entry {
        id: entry_id(&receiver, &key),
        receiver,
        key,
        session: text("session")?,
        path: text("path").unwrap_or_default(),
        body: text("body").filter(|body| body.len() <= CALLBACK_BODY_BYTES_MAX)?,
        run: text("run"),
        queued_wall_ms: number("at")?,
        first_wall_ms: number("first").filter(|&first| first > 0),
        attempts: number("attempts").and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or_default(),
        possible_duplicate: record.get("doubt").and_then(Tree::as_bool).unwrap_or_default(),
        state: EntryState::Queued,
        is_first: false,
    })
}
