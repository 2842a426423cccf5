//! What is wrong with a configuration, in the words a person is shown.

use std::fmt::{self, Display, Formatter};

use super::limits::{MESSAGE_BYTES_MAX, PROBLEMS_MAX};

/// The part of the configuration that a problem costs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Section {
    /// The switch of the whole pack.
    Enabled,
    /// The three ids.
    Identity,
    /// Sinks, rotation and forwarding.
    Events,
    /// The heartbeat.
    Heartbeat,
    /// Usage, stalls and loops.
    Telemetry,
    /// What is removed from texts.
    Redact,
    /// The gate; a problem here makes every guarded action prompt.
    Policy,
    /// Who answers prompts, and how.
    Approvals,
    /// Who hears about turn ends.
    Callbacks,
    /// The SSE feed.
    Feed,
    /// The file as a whole, or a key of it that is no section.
    File,
    /// The plugin options as a whole, or a key of them that is no section.
    Options,
    /// Variables that belong to no section of the file (routing).
    Environment,
    /// Problems that were counted and not listed.
    Rest,
}

impl Section {
    /// The section with that key in a file; `None` for every other key.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "enabled" => Self::Enabled,
            "identity" => Self::Identity,
            "events" => Self::Events,
            "heartbeat" => Self::Heartbeat,
            "telemetry" => Self::Telemetry,
            "redact" => Self::Redact,
            "policy" => Self::Policy,
            "approvals" => Self::Approvals,
            "callbacks" => Self::Callbacks,
            "feed" => Self::Feed,
            _ => return None,
        })
    }

    /// The word for it in events: its key in a file, or the name of the source.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Identity => "identity",
            Self::Events => "events",
            Self::Heartbeat => "heartbeat",
            Self::Telemetry => "telemetry",
            Self::Redact => "redact",
            Self::Policy => "policy",
            Self::Approvals => "approvals",
            Self::Callbacks => "callbacks",
            Self::Feed => "feed",
            Self::File => "file",
            Self::Options => "options",
            Self::Environment => "environment",
            Self::Rest => "rest",
        }
    }
}

/// One mistake: where it stands, what it is, and what to write instead. Shown as `place: message`.
///
/// Contains no value that could be a secret: only keys, numbers, and words of our own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// What the mistake costs.
    pub section: Section,
    /// `.opencode/swarm.json:12: heartbeat.interval_ms`, `plugin options: …`, or `environment: SWARM_…`.
    pub place: String,
    /// Lower case, without full stop.
    pub message: String,
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// The first [`PROBLEMS_MAX`] problems, and how many more there were.
#[derive(Default)]
pub(super) struct Problems {
    listed: Vec<Problem>,
    more: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if self.listed.len() < PROBLEMS_MAX {
            let message = cut(&problem.message, MESSAGE_BYTES_MAX);
            self.listed.push(Problem { message, ..problem });
        } else {
            self.more += 1;
        }
    }

    /// Counts problems that their source did not keep.
    pub(super) fn count(&mut self, more: usize) {
        self.more += more;
    }

    pub(super) fn into_list(mut self) -> Vec<Problem> {
        if self.more > 0 {
            self.listed.push(Problem {
                section: Section::Rest,
                place: "configuration".to_owned(),
                message: match self.more {
                    1 => "1 more problem".to_owned(),
                    more => format!("{more} more problems"),
                },
            });
        }
        self.listed
    }
}

/// The text on one line without control characters, cut on a character boundary with the cut marked.
pub(super) fn cut(text: &str, bytes_max: usize) -> String {
    let mut kept = String::new();
    for character in text.chars() {
        if kept.len() + character.len_utf8() > bytes_max {
            kept.push('…');
            break;
        }
        kept.push(if character.is_control() { ' ' } else { character });
    }
    kept
}
