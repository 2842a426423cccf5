//! Every maximum of the configuration, with its unit and one sentence of why.

use std::fmt::{self, Display, Formatter};

/// The numbers a key accepts, both ends included, and what they count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Smallest accepted number.
    pub min: u64,
    /// Largest accepted number; below 2^53, so that it survives every JSON reader.
    pub max: u64,
    /// What the number counts, in the plural.
    pub unit: &'static str,
}

impl Display for Bound {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{} to {} ({})", self.min, self.max, self.unit)
    }
}

/// A number as a person would have written it; a huge one is not repeated, so that no message grows with it.
pub(super) struct Shown(pub f64);

impl Display for Shown {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if self.0.abs() >= 1e15 {
            return f.write_str("the number");
        }
        if self.0.fract() == 0.0 {
            return write!(f, "{}", self.0 as i64);
        }
        // serde_json's writer is in the pack anyway; the one behind `{}` would be 8 KiB more of wasm.
        serde_json::Number::from_f64(self.0).map_or(Ok(()), |number| number.fmt(f))
    }
}

// The text itself.

/// Bytes of a configuration file; a real one is a few KiB, and the whole text stands in memory.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Nested objects and lists; the deepest valid value needs six, and every reader of the text recurses once a level.
pub const DEPTH_MAX: usize = 64;

/// Keys of one object. The longest list of keys a section can want is 256; maps are sorted lists, which want few.
pub const ENTRIES_MAX: usize = 2048;
/// Problems reported one by one; nobody reads more, and each may become an event.
pub const PROBLEMS_MAX: usize = 64;
/// Bytes of one message, so that an event line holds it.
pub const MESSAGE_BYTES_MAX: usize = 400;
/// Bytes of a key, of the path to it, or of a reason from outside that a message repeats.
pub const QUOTED_BYTES_MAX: usize = 200;

// Identity and routing.

/// Bytes of an id; every event line carries three, and a line has 1,024 bytes on a terminal.
pub const ID_BYTES_MAX: usize = 128;
/// Bytes of a callback session key; a canonical key nests an agent, a task and an anchor.
pub const SESSION_KEY_BYTES_MAX: usize = 512;

// Events.

/// Sinks at a time; each costs one write an event.
pub const SINKS_MAX: usize = 8;
/// Bytes of a path, the limit of the kernel (`PATH_MAX`).
pub const PATH_BYTES_MAX: usize = 4096;
/// Inherited descriptors: 0 to 2 belong to the terminal, and no usual limit of open files is above.
pub const SINK_FD: Bound = Bound { min: 3, max: 1_048_576, unit: "descriptors" };
/// Size at which an event file is rotated: below, a busy turn rotates several times; above, no editor opens it.
pub const ROTATE_BYTES: Bound = Bound { min: 64 * 1024, max: 1024 * 1024 * 1024, unit: "bytes" };
/// Rotated files that are kept; each rotation renames every one of them.
pub const ROTATE_FILES: Bound = Bound { min: 1, max: 100, unit: "files" };
/// Patterns in one list; each is tried on every event that could be forwarded.
pub const PATTERNS_MAX: usize = 256;
/// Bytes of a pattern over event names; the longest name has about 40.
pub const EVENT_PATTERN_BYTES_MAX: usize = 128;

// Heartbeat and telemetry.

/// Time between beats: faster only costs, slower than an hour nobody would call a heartbeat.
pub const HEARTBEAT_INTERVAL_MS: Bound = Bound { min: 250, max: 3_600_000, unit: "milliseconds" };
/// Largest share of the interval a beat is moved by; above one half two beats could swap places.
pub const HEARTBEAT_JITTER_MAX: f64 = 0.5;
/// Silence within a turn before a stall is suspected: a model may think for seconds, and a day means never.
pub const STALL_AFTER_MS: Bound = Bound { min: 1_000, max: 86_400_000, unit: "milliseconds" };
/// Equal tool calls in one turn before a loop is suspected: two are ordinary work, and the book keeps at most this many.
pub const LOOP_AFTER_CALLS: Bound = Bound { min: 3, max: 1_000, unit: "calls" };

// Redaction.

/// Bytes of one redaction pattern or exception; each is compared with every text that leaves.
pub const REDACT_PATTERN_BYTES_MAX: usize = 512;
/// Tools with sensitive arguments, and arguments of one tool.
pub const REDACT_NAMES_MAX: usize = 256;
/// Bytes of the name of a tool or of an argument.
pub const NAME_BYTES_MAX: usize = 128;

// Policy.

/// Rules; the gate tries them one by one within its time budget.
pub const RULES_MAX: usize = 1_000;
/// Words of a command rule, alternatives of a word, patterns of any other rule.
pub const RULE_WORDS_MAX: usize = 64;
/// Bytes of one word or pattern of a rule.
pub const RULE_WORD_BYTES_MAX: usize = 512;
/// Bytes of a rule's reason; it is shown inside a denial, which has 500 characters.
pub const REASON_BYTES_MAX: usize = 300;
/// Examples in each of the two lists of a rule; all are tried at every start.
pub const EXAMPLES_MAX: usize = 32;
/// Bytes of one example.
pub const EXAMPLE_BYTES_MAX: usize = 4096;
/// Bytes of the id of a rule or webhook; it stands in events and denials.
pub const NAME_ID_BYTES_MAX: usize = 64;

// Approvals and callbacks.

/// Control channels at a time.
pub const CONTROLS_MAX: usize = 4;
/// TCP ports of the control channel; 0 is no port, leave it out for a free one.
pub const CONTROL_PORT: Bound = Bound { min: 1, max: 65_535, unit: "ports" };
/// Time an approval waits: less than a second no person answers, after a day nobody waits for the turn.
pub const APPROVAL_DEADLINE_MS: Bound = Bound { min: 1_000, max: 86_400_000, unit: "milliseconds" };
/// Idle time after which a session counts as ended: shorter splits a conversation, longer than a day tells nobody.
pub const IDLE_GRACE_MS: Bound = Bound { min: 1_000, max: 86_400_000, unit: "milliseconds" };
/// Webhooks; each is one more request an event.
pub const WEBHOOKS_MAX: usize = 16;
/// Secrets of one webhook: the current one, and those that are being replaced; each is one more signature a request.
pub const WEBHOOK_SECRETS_MAX: usize = 4;
/// Bytes of a receiver's address, what proxies and servers agree to accept.
pub const URL_BYTES_MAX: usize = 2048;
