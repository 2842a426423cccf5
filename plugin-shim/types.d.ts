// Generated from the Rust types; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract

/**
 * A session of the host (`ses_…`). Unique in one data folder of the host.
 */
export type SessionId = string;

/**
 * A question of the host that waits for an answer: a permission or a question to the user.
 */
export type AskId = string;

/**
 * One start of the pack for one directory. `seq` counts from 1 within it.
 */
export type BootId = string;

/**
 * Where an answer came from.
 */
export type Channel = "file" | "http" | "host";

/**
 * A callback: the hash of its receiver and its key, and so the same for the same news, whoever sends it.
 */
export type EntryId = string;

/**
 * How the host runs: which lane of execution an agent is in.
 */
export type Lane = "run" | "serve" | "tui" | "acp" | "unknown";

/**
 * The facts of one start.
 */
export type Boot = { 
/**
 * Process id.
 */
pid: number, 
/**
 * How the host runs.
 */
lane: Lane, 
/**
 * Version of the host, where it says so.
 */
host_version: string | null, 
/**
 * Project directory.
 */
directory: string, 
/**
 * The project's root: paths are told relative to it. Empty: the directory.
 */
root: string, 
/**
 * Where the host says that it listens. Only of one that serves it is true.
 */
server_url: string | null, 
/**
 * Home folder, to be written `~`.
 */
home: string | null, 
/**
 * Name of the user.
 */
user: string, 
/**
 * What no tool call may write: the pack's own places. Absolute paths.
 */
protected: Array<string>, 
/**
 * The configuration file, where there is one.
 */
config_file: BootFile | null, 
/**
 * Plugin options from the host's configuration; JSON.
 */
options: unknown, 
/**
 * The variables of the pack that are set and hold no secret.
 */
env: { [key in string]: string }, 
/**
 * Names of all variables that are set.
 */
env_names: string[], 
/**
 * Values of the variables whose names say secret: what is to be redacted. They go into the redactor and nowhere else.
 */
secrets: SecretValues, 
/**
 * The trace that the process was started in, from `TRACEPARENT`.
 */
traceparent: string | null, };

/**
 * A configuration file as it was found.
 */
export type BootFile = { 
/**
 * Its path, as messages name it.
 */
path: string, 
/**
 * Its text, where it could be read.
 */
text: string | null, 
/**
 * Why it could not.
 */
error: string | null, };

/**
 * A fact. What the host said is made into one by `crate::host`; the others are said by the shim.
 */
export type Input = "started" | { "left_open": Array<Orphan> } | "woke" | { "paths_resolved": [number, Array<string | null>] } | { "reply_failed": AskId } | { "host_lane_taken": Array<string> } | { "control_heard": { 
/**
 * Where.
 */
channel: Channel, 
/**
 * The text, as it came.
 */
text: string, 
/**
 * The approval that the address names.
 */
id?: string, } } | "control_asked" | { "control_opened": number } | { "host_unreadable": { 
/**
 * The kind of it: the name of a hook or the type of an event.
 */
kind: string, 
/**
 * Why.
 */
message: string, } } | { "sink_failed": { 
/**
 * The sink, as in [`crate::effect::Effect::Append`].
 */
sink: string, 
/**
 * The system's code (`ENOSPC`).
 */
code: string, 
/**
 * Where.
 */
place: string, } } | { "sink_recovered": { 
/**
 * The sink.
 */
sink: string, } } | { "lines_lost": { 
/**
 * The sink.
 */
sink: string, 
/**
 * How many.
 */
lines: number, } } | { "log_rotated": { 
/**
 * Size of the file put aside.
 */
bytes: number, 
/**
 * Rotated files there are now.
 */
files: number, 
/**
 * Whether the oldest was deleted.
 */
is_oldest_deleted: boolean, } } | { "feed_opened": { 
/**
 * The port on loopback.
 */
port: number, } } | { "feed_asked": FeedQuestion } | { "shim_failed": { 
/**
 * What.
 */
code: ErrorCode, 
/**
 * In words.
 */
message: string, 
/**
 * Where.
 */
place?: string, 
/**
 * The boot that ended with it.
 */
previous_boot_id?: BootId, } } | { "callback_settled": { 
/**
 * The callback.
 */
entry_id: EntryId, 
/**
 * Which attempt.
 */
attempt: number, 
/**
 * What came of it.
 */
outcome: CallbackOutcome, } } | { "journal_adopted": { 
/**
 * Its lines.
 */
lines: Array<string>, } } | { "stopping": { 
/**
 * Why.
 */
cause: StopCause, } };

/**
 * What the feed can be asked.
 */
export type FeedQuestion = "state" | "health" | "pending";

/**
 * Why the process or the directory ends.
 */
export type StopCause = "disposed" | { "signal": string } | "exited";

/**
 * What a process that is gone left in its lock file.
 */
export type Orphan = { 
/**
 * Its boot, as the file says.
 */
boot_id: string, 
/**
 * The sessions it had not closed. Ids that cannot be used are left out: a bad file must not stop a start.
 */
sessions: Array<string>, };

/**
 * What came of an attempt.
 */
export type CallbackOutcome = { 
/**
 * Status of the answer, where there was one.
 */
status?: number, 
/**
 * Its `Retry-After`.
 */
retry_after?: string, 
/**
 * The beginning of it.
 */
body?: string, 
/**
 * Why there was none: a code of the system or a word of the shim.
 */
error?: string, 
/**
 * Whether the request may have reached the receiver all the same.
 */
was_sent: boolean, };

/**
 * A callback as it is to be sent. The secrets are named, not given.
 */
export type CallbackRequest = { 
/**
 * The address, with its query. It stands in no file.
 */
url: string, 
/**
 * The body, to the byte.
 */
body: string, 
/**
 * What is done with the secrets.
 */
scheme: Scheme, 
/**
 * The variables that hold them.
 */
secrets: Array<string>, 
/**
 * Whether the name may stand for an address in a private network.
 */
allows_private_networks: boolean, };

/**
 * How a receiver knows us.
 */
export type Scheme = "bearer" | "hub_sha256" | "standard_webhooks";

/**
 * What is wrong.
 */
export type ErrorCode = "config_invalid" | "sink_failed" | "second_copy" | "trapped" | "unreadable" | "shim_failed" | "receiver_refused" | "sessions_forgotten";

/**
 * An order.
 */
export type Effect = { "effect": "append", 
/**
 * The sink, in the form of the configuration.
 */
sink: string, 
/**
 * The line.
 */
line: string, } | { "effect": "look_up_session", 
/**
 * The session.
 */
session_id: SessionId, } | { "effect": "begin_lock", 
/**
 * This boot.
 */
boot_id: BootId, 
/**
 * Age in milliseconds at which the lock, not refreshed, means a dead process also where nothing else tells;
 * missing where nothing refreshes it.
 */
stale_after_ms?: number, } | { "effect": "note_in_lock", 
/**
 * The session.
 */
session_id: SessionId, 
/**
 * Whether it needs one.
 */
is_open: boolean, } | { "effect": "refresh_lock" } | { "effect": "remove_lock" } | { "effect": "give_environment", 
/**
 * Name and value.
 */
variables: { [key in string]: string }, } | { "effect": "settle_call", 
/**
 * The request that waits.
 */
request: number, 
/**
 * What the model is told instead, where the call does not run.
 */
denial?: string, } | { "effect": "hold_call", 
/**
 * The request.
 */
request: number, } | { "effect": "resolve_paths", 
/**
 * The request.
 */
request: number, 
/**
 * Absolute paths.
 */
paths: Array<string>, } | { "effect": "watch_control", 
/**
 * Whether something does.
 */
is_on: boolean, } | { "effect": "answer_ask", 
/**
 * The session that waits.
 */
session_id: SessionId, 
/**
 * The ask.
 */
ask_id: AskId, 
/**
 * `once` or `reject`.
 */
reply: 'once' | 'reject', 
/**
 * What the model is told.
 */
message?: string, } | { "effect": "respond_control", 
/**
 * HTTP status.
 */
status: number, 
/**
 * JSON.
 */
body: string, } | { "effect": "refuse_environment", 
/**
 * What the model is told.
 */
message: string, } | { "effect": "open_feed", 
/**
 * This boot.
 */
boot_id: BootId, } | { "effect": "feed", 
/**
 * The frame, whole.
 */
frame: string, } | { "effect": "answer_feed", 
/**
 * Frames for a watcher that has just come, else JSON.
 */
body: string, } | { "effect": "append_journal", 
/**
 * The lines.
 */
line: string, } | { "effect": "replace_journal", 
/**
 * All of it.
 */
lines: string, } | { "effect": "send_callback", 
/**
 * The callback.
 */
entry_id: EntryId, 
/**
 * Which attempt.
 */
attempt: number, 
/**
 * What to send.
 */
request: CallbackRequest, } | { "effect": "append_audit", 
/**
 * The folder that is configured for it; missing: the state folder.
 */
folder?: string, 
/**
 * The line.
 */
line: string, } | { "effect": "mirror_audit", 
/**
 * The file that is named for it; missing: where the bridge has it.
 */
file?: string, 
/**
 * The line.
 */
line: string, } | { "effect": "merge_run", 
/**
 * Names the file.
 */
run_id: string, 
/**
 * A JSON object.
 */
fields: string, 
/**
 * Whether the bridge's own place has such a file, too.
 */
is_mirrored: boolean, } | { "effect": "toast", 
/**
 * The message.
 */
message: string, };

/**
 * What a call of [`crate::pack::Pack::handle`] gives.
 */
export type Output = { 
/**
 * Orders, to be carried out in this order.
 */
effects: Array<Effect>, 
/**
 * When to say [`crate::input::Input::Woke`], on the host's monotonic clock; nothing is due where it is missing.
 */
wake_at_ms?: number, };
