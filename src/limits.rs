//! Every bound of the core in one place, each with the reason for its size.
//!
//! The bounds of configuration values stand beside the configuration, in `config::limits`.

/// Longest id of a session or a call that is believed, in bytes: the host's are about 30, a model may invent its own.
pub const ID_BYTES_MAX: usize = 128;

/// Longest line on a sink that a person or a terminal runner reads, in bytes with the newline: Swarm's runner cuts there.
pub const TERMINAL_LINE_BYTES_MAX: usize = 1_024;

/// Longest line on an inherited descriptor, in bytes with the newline: Linux takes so much into a pipe whole or not at
/// all (`PIPE_BUF`), so no reader sees half a line of two writers.
pub const PIPE_LINE_BYTES_MAX: usize = 4_096;

/// Longest line in a file, in bytes with the newline: a tail of 50 lines stays readable.
pub const FILE_LINE_BYTES_MAX: usize = 8_192;

/// Sessions known at once; beyond it the one longest idle is forgotten and counted. A server that ran for months has hundreds.
pub const SESSIONS_MAX: usize = 2_048;

/// Sessions listed in one heartbeat, most recently active first.
pub const BEAT_SESSIONS_MAX: usize = 32;

/// Open tool calls followed in one session: five times what any model was seen to start at once.
pub const OPEN_CALLS_MAX: usize = 512;

/// Open tool calls listed in one heartbeat, longest open first: who looks for a stuck call finds it there.
pub const BEAT_CALLS_MAX: usize = 8;

/// Asks of the host (permission, question) followed in one session.
pub const ASKS_MAX: usize = 64;

/// Sessions that wait for their look-up at once; beyond it a session counts as a root at once.
pub const STRANGERS_MAX: usize = 256;

/// Inputs kept for one session while it is looked up; beyond it the oldest is dropped and counted.
pub const STRANGER_INPUTS_MAX: usize = 64;

/// How long a look-up of a session may take, in milliseconds, before the session counts as a root.
pub const LOOK_UP_MS: u64 = 2_000;

/// Least time between two heartbeats, in milliseconds: a storm of state changes is one beat.
pub const BEAT_GAP_MS: u64 = 250;

/// Wake-ups over which the greatest loop lag is reported: about a minute and a half at the default interval.
pub const LAG_SAMPLES: usize = 16;

/// Least change of the wall clock against the monotonic one, in milliseconds, that is a jump: above any slewing by NTP.
pub const CLOCK_JUMP_MS: u64 = 1_000;

/// Timers that one call of `handle` may run; the rest runs at the next wake-up, which is then at once.
pub const STEPS_MAX: usize = 1_024;

/// Longest text of the host that is read, in bytes: the arguments of one call, a file to be
/// written among them, are far below it.
pub const HOST_TEXT_BYTES_MAX: usize = 4_194_304;

/// Longest message of a `swarm.pack.error`, in bytes: what, where and the remedy fit into it.
pub const MESSAGE_BYTES_MAX: usize = 500;

/// Sessions of a dead process for which a tombstone is written: as many as one process knows.
pub const LOCK_SESSIONS_MAX: usize = SESSIONS_MAX;

/// Least age, in milliseconds, at which a lock file that beats refresh means a dead process: a machine that sleeps or
/// thrashes for some minutes has not died.
pub const LOCK_STALE_MS: u64 = 600_000;

/// Kinds of unreadable things that are told of, each once: the host has fewer types of events that are read.
pub const UNREADABLE_KINDS_MAX: usize = 32;

/// Steps remembered in one session so that none is counted twice: the host repeats a step at once or not at all.
pub const STEPS_REMEMBERED: usize = 128;

/// Models told apart in one session's usage; the rest is counted under the empty name.
pub const MODELS_MAX: usize = 16;

/// Files counted in one turn: beyond it the number is a floor.
pub const FILES_MAX: usize = 1_024;

/// Different calls told apart in one turn when looking for loops.
pub const FINGERPRINTS_MAX: usize = 1_024;

/// Files named in one `swarm.diff`.
pub const DIFF_FILES_MAX: usize = 32;

/// Longest command that is told, in bytes after redaction: enough to see what runs.
pub const COMMAND_BYTES_MAX: usize = 512;

/// Longest path, address or message that is told, in bytes after redaction.
pub const TEXT_BYTES_MAX: usize = 240;

/// Rules of redaction named in one event.
pub const REDACTION_RULES_MAX: usize = 8;

/// Files of one call that are counted.
pub const PATHS_PER_CALL_MAX: usize = 256;

/// Spans of open calls kept in all sessions; a call beyond it has another span at its end than at its begin.
pub const SPANS_MAX: usize = 8_192;

/// Approvals that wait at once; beyond it a call that needs one is denied, and says so. Nobody reads more.
pub const APPROVALS_MAX: usize = 256;

/// Approvals that are over and still told from ones that never were.
pub const APPROVALS_REMEMBERED: usize = 1_024;

/// Actions allowed for the rest of their sessions; beyond it an answer counts once.
pub const GRANTS_MAX: usize = 4_096;

/// Longest answer that is read, in bytes: it has a few short fields.
pub const CONTROL_BYTES_MAX: usize = 65_536;

/// Longest reason of an answer that the model is told, in bytes.
pub const ANSWER_REASON_BYTES_MAX: usize = 300;

/// Actions of one call that are told, the strictest first; the rest is counted.
pub const ATOMS_MAX: usize = 16;

/// Longest text that a denied call gives the model, in bytes.
pub const DENIAL_BYTES_MAX: usize = 500;

/// Calls whose real paths were asked for and not given yet. The shim answers at once, so there is one.
pub const INQUIRIES_MAX: usize = 64;

/// Calls that wait for the host's own dialog at once.
pub const EXPECTED_ASKS_MAX: usize = 256;
/// Longest title whose tags are read, in bytes: what follows is not looked at.
pub const TITLE_BYTES_MAX: usize = 65_536;

/// Longest value of a tag, in bytes: a session key has as many.
pub const TAG_BYTES_MAX: usize = 512;

/// Errors of the pack that `GET /health` of the feed shows, the last ones: enough to see whether one repeats.
pub const LAST_ERRORS_MAX: usize = 8;

/// Sessions whose state a watcher is told when it comes, and asks that `GET /pending` lists.
pub const FEED_LIST_MAX: usize = 256;

/// Longest frame of a stream of events that is kept until it ends, in bytes: the host's own are some kilobytes, and
/// one that carries a whole file stays below.
pub const FRAME_BYTES_MAX: usize = 1_048_576;

/// Callbacks kept until they are answered; beyond it the oldest is dropped and counted.
pub const OUTBOX_ENTRIES_MAX: usize = 10_000;

/// Bytes of the bodies of these callbacks.
pub const OUTBOX_BYTES_MAX: usize = 33_554_432;

/// Keys of answered callbacks that are remembered, so that a restart repeats none: weeks of a busy agent.
pub const ANSWERED_MAX: usize = 4_096;

/// Callbacks under way to one receiver at once: enough to be quick, few enough for a small server.
pub const IN_FLIGHT_MAX: usize = 8;

/// Attempts before a callback is put aside and tried every [`SPOOL_MS`] only.
pub const ATTEMPTS_MAX: u32 = 8;

/// Time from the first attempt after which it is put aside, in milliseconds, however few attempts there were.
pub const ATTEMPTS_MS: u64 = 600_000;

/// Greatest pause between two attempts before that, in milliseconds.
pub const BACKOFF_MS_MAX: u64 = 60_000;

/// Pause between two attempts of a callback that was put aside, in milliseconds.
pub const SPOOL_MS: u64 = 600_000;

/// Age at which a callback that nobody took is given up, in milliseconds: a week.
pub const UNDELIVERED_MS_MAX: u64 = 604_800_000;

/// Longest `Retry-After` that is believed, in milliseconds: a day.
pub const RETRY_AFTER_MS_MAX: u64 = 86_400_000;

/// Failures in a row after which a receiver is left alone for [`BREAKER_OPEN_MS`].
pub const BREAKER_FAILURES: u32 = 5;

/// How long it is left alone, in milliseconds, before one callback tries again.
pub const BREAKER_OPEN_MS: u64 = 30_000;

/// How long a receiver that did not accept our token is left alone, in milliseconds: twenty wrong ones in a minute lock out.
pub const UNAUTHORIZED_MS: u64 = 600_000;

/// Longest body of a callback, in bytes: OpenClaw takes no more.
pub const CALLBACK_BODY_BYTES_MAX: usize = 261_120;

/// What is kept of a receiver's answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 2_048;

/// Bytes of the journal that are dead weight before it is written anew: four times what lives, within these bounds. With
/// [`OUTBOX_BYTES_MAX`] it stays below the 64 MB up to which the shim takes over a file.
pub const JOURNAL_DEAD_BYTES: std::ops::RangeInclusive<usize> = 524_288..=16_777_216;

/// Longest line of the journal that is read, in bytes.
pub const JOURNAL_LINE_BYTES_MAX: usize = 1_048_576;
