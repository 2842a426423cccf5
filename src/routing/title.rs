//! Tagged session titles: a task id, then `key=value` words.

use crate::limits::{TAG_BYTES_MAX, TITLE_BYTES_MAX};

/// What a title can say, in the order in which it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the table below says what each is called")]
pub enum Tag {
    RunId,
    TaskId,
    Requested,
    Resolved,
    CallbackSession,
    CallbackSessionId,
    ProjectId,
    RepoRoot,
    OriginSession,
    OriginSessionId,
    RelaySession,
    RelaySessionId,
    Deliver,
    AgentWorkspaceDir,
    WorkflowId,
    StepId,
}

/// Name in the title, the older name that is read too, and name in the routing envelope.
const TAGS: [(&str, &str, &str); 16] = [
    ("runId", "run_id", "run_id"),
    ("taskId", "task_id", "task_id"),
    ("requested", "requested_agent_id", "requested_agent_id"),
    ("resolved", "resolved_agent_id", "resolved_agent_id"),
    ("callbackSession", "callback_target_session_key", "callback_target_session_key"),
    ("callbackSessionId", "callback_target_session_id", "callback_target_session_id"),
    ("projectId", "project_id", "project_id"),
    ("repoRoot", "repo_root", "repo_root"),
    ("originSession", "origin_session_key", "origin_session_key"),
    ("originSessionId", "origin_session_id", "origin_session_id"),
    ("callbackRelaySession", "callback_relay_session_key", "callback_relay_session_key"),
    ("callbackRelaySessionId", "callback_relay_session_id", "callback_relay_session_id"),
    ("callbackDeliver", "callback_deliver", "deliver"),
    ("agentWorkspaceDir", "agent_workspace_dir", "agent_workspace_dir"),
    ("workflowId", "workflow_id", "workflow_id"),
    ("stepId", "step_id", "step_id"),
];

impl Tag {
    const ALL: [Self; TAGS.len()] = [
        Self::RunId,
        Self::TaskId,
        Self::Requested,
        Self::Resolved,
        Self::CallbackSession,
        Self::CallbackSessionId,
        Self::ProjectId,
        Self::RepoRoot,
        Self::OriginSession,
        Self::OriginSessionId,
        Self::RelaySession,
        Self::RelaySessionId,
        Self::Deliver,
        Self::AgentWorkspaceDir,
        Self::WorkflowId,
        Self::StepId,
    ];

    /// Every tag by its name in a title, in the order in which it is written.
    pub fn by_name() -> impl Iterator<Item = (&'static str, Self)> {
        TAGS.iter().zip(Self::ALL).map(|((name, _, _), tag)| (*name, tag))
    }
}

/// Tags whose values are taken as they stand: a session key may contain percent signs of its own.
const VERBATIM: [Tag; 3] = [Tag::CallbackSession, Tag::OriginSession, Tag::RelaySession];

/// The known tags of a title.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tags([Option<String>; TAGS.len()]);

impl Tags {
    /// Reads a title; nothing where it has no known tag. A repeated key keeps its last value, the newer name wins over
    /// the older one, and a value that is too long counts as not there.
    #[must_use]
    pub fn parse(title: &str) -> Option<Self> {
        let (mut tags, mut older) = (Self::default(), Self::default());
        let end = (0..=title.len().min(TITLE_BYTES_MAX)).rev().find(|&end| title.is_char_boundary(end)).unwrap_or(0);
        let title = title.get(..end).unwrap_or_default();
        for word in title.split_whitespace() {
            let Some((key, value)) = word.split_once('=').filter(|(key, value)| !key.is_empty() && !value.is_empty())
            else {
                continue;
            };
            if value.len() > TAG_BYTES_MAX {
                continue;
            }
            for ((place, old_place), (name, alias, _)) in tags.0.iter_mut().zip(older.0.iter_mut()).zip(TAGS) {
                if key == name {
                    *place = Some(value.to_owned());
                } else if key == alias {
                    *old_place = Some(value.to_owned());
                }
            }
        }
        for (place, old) in tags.0.iter_mut().zip(older.0) {
            *place = place.take().or(old);
        }
        let is_verbatim = |at: usize| VERBATIM.iter().any(|tag| *tag as usize == at);
        for (_, place) in tags.0.iter_mut().enumerate().filter(|(at, _)| !is_verbatim(*at)) {
            *place = place.take().map(|value| decoded(&value));
        }
        tags.0.iter().any(Option::is_some).then_some(tags)
    }

    /// The value of a tag.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&str> {
        self.0.get(tag as usize)?.as_deref()
    }

    /// Sets a tag; whether it was not set before.
    pub fn fill(&mut self, tag: Tag, value: Option<&str>) -> bool {
        match self.0.get_mut(tag as usize) {
            Some(place @ None) => {
                *place = value.map(str::to_owned);
                place.is_some()
            }
            Some(Some(_)) | None => false,
        }
    }

    /// The tags that are set, by their names in the routing envelope.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        TAGS.iter().zip(&self.0).filter_map(|((_, _, name), value)| Some((*name, value.as_deref()?)))
    }

    /// The title that says these tags: the bare task id first, white space in values percent-encoded.
    ///
    /// # Errors
    ///
    /// Names the first required tag that is missing.
    pub fn title(&self) -> Result<String, &'static str> {
        let required = [Tag::RunId, Tag::TaskId, Tag::Requested, Tag::Resolved, Tag::CallbackSession];
        if let Some(tag) = required.into_iter().find(|&tag| self.get(tag).is_none()) {
            return Err(TAGS.get(tag as usize).map_or("", |(name, _, _)| name));
        }
        let mut title = encoded(self.get(Tag::TaskId).unwrap_or_default(), false);
        for (at, ((name, _, _), value)) in TAGS.iter().zip(&self.0).enumerate() {
            if let Some(value) = value {
                let is_verbatim = VERBATIM.iter().any(|tag| *tag as usize == at);
                title.push(' ');
                title.push_str(name);
                title.push('=');
                title.push_str(&encoded(value, is_verbatim));
            }
        }
        Ok(title)
    }
}

/// White space as `%XX` of its UTF-8, and `%` itself where the reader would decode.
fn encoded(value: &str, is_verbatim: bool) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_whitespace() || (c == '%' && !is_verbatim) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                text.push('%');
                for digit in [byte >> 4, byte & 15] {
                    text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
                }
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// Undoes [`encoded`] and nothing more: other escapes stay as they are, they belong to whoever wrote them.
fn decoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        match (1..=3).find_map(|bytes| escaped(rest.get(before.len()..)?, bytes)) {
            Some((c, length)) => {
                text.push(c);
                rest = rest.get(before.len() + length..).unwrap_or_default();
            }
            None => {
                text.push('%');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

/// The character that so many escapes at the beginning make, if it is one that [`encoded`] writes.
fn escaped(text: &str, bytes: usize) -> Option<(char, usize)> {
    let mut utf8 = [0_u8; 3];
    for (at, byte) in utf8.iter_mut().enumerate().take(bytes) {
        let escape = text.get(at * 3..at * 3 + 3)?.strip_prefix('%')?;
        *byte = u8::from_str_radix(escape, 16).ok()?;
    }
    let c = std::str::from_utf8(utf8.get(..bytes)?).ok()?.chars().next()?;
    (c.is_whitespace() || c == '%').then_some((c, bytes * 3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: &str = "T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:opencode:main:T-8 repoRoot=/srv/app";

    fn tag(title: &str, tag: Tag) -> Option<String> {
        Tags::parse(title)?.get(tag).map(str::to_owned)
    }

    /// S1.42: the exact string for the given fields, in their order; what is not set is not there.
    #[test]
    fn a_title_is_built_as_it_was_read() {
        assert_eq!(Tags::parse(EXAMPLE).unwrap_or_default().title().as_deref(), Ok(EXAMPLE));
        assert_eq!(Tags::parse("T-8 runId=r requested=main").unwrap_or_default().title(), Err("taskId"));
    }

    /// S1.43: aliases, repeats, `=` in a value, empty ones, any white space, Unicode, a title of 64 KiB.
    #[test]
    fn a_title_is_read_by_the_rules() {
        assert_eq!(tag("run_id=a", Tag::RunId).as_deref(), Some("a"));
        assert_eq!(tag("runId=new run_id=old", Tag::RunId).as_deref(), Some("new"));
        assert_eq!(tag("runId=a runId=b", Tag::RunId).as_deref(), Some("b"));
        assert_eq!(tag("callbackSession=a=b=c", Tag::CallbackSession).as_deref(), Some("a=b=c"));
        assert_eq!(tag("runId=a runId= =x runId", Tag::RunId).as_deref(), Some("a"));
        assert_eq!(tag("\u{3000}x\truns\nrunId=ä\u{a0}y", Tag::RunId).as_deref(), Some("ä"));
        for untagged in ["", "Fix the cart", "a=b", "=", "New session - 2026-05-04T10:00:00Z"] {
            assert_eq!(Tags::parse(untagged), None, "{untagged}");
        }
        let long = format!("runId=a {} taskId=T", "é ".repeat(21_800));
        assert!(long.len() > 65_000 && tag(&long, Tag::TaskId).as_deref() == Some("T"));
        assert_eq!(tag(&format!("runId={}", "x".repeat(600)), Tag::RunId), None);
    }

    #[test]
    fn white_space_in_values_survives_and_keys_keep_their_own_escapes() {
        assert_eq!(tag("repoRoot=/srv/my%20app", Tag::RepoRoot).as_deref(), Some("/srv/my app"));
        assert_eq!(tag("repoRoot=/srv/100%/%zz%41", Tag::RepoRoot).as_deref(), Some("/srv/100%/%zz%41"));
        assert_eq!(tag("callbackSession=agent:a%20b", Tag::CallbackSession).as_deref(), Some("agent:a%20b"));
    }

    proptest! {
        /// Any text is read, and what is built is read back.
        #[test]
        fn values_come_back(title in "\\PC{0,200}", root in "[^=\u{0}]{1,40}", run in "[a-z%= \u{3000}]{1,20}") {
            let _ = Tags::parse(&title);
            let mut tags = Tags::parse(EXAMPLE).unwrap_or_default();
            tags.0[Tag::RepoRoot as usize] = Some(root);
            tags.0[Tag::RunId as usize] = Some(run);
            let title = tags.title().unwrap_or_default();
            prop_assert_eq!(Tags::parse(&title), Some(tags));
        }
    }
}
