// Generated from the Rust types; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract

/**
 * One event of a stream.
 */
export type Frame = { 
/**
 * Its `event:` line. OpenCode itself writes none.
 */
event?: string, 
/**
 * Its `id:` line.
 */
id?: string, 
/**
 * Its `retry:` line, where that is a finite number.
 */
retry?: number, 
/**
 * Its `data:` lines, with a newline between each two.
 */
data: string, };

/**
 * An event without its wrappers.
 */
export type Unwrapped = { 
/**
 * The event.
 */
payload: unknown, 
/**
 * The names it stood under, outermost first: `payload` or `data`.
 */
wrappers: Array<'payload' | 'data'>, };

/**
 * The ids of an event, as bridges spell them.
 */
export type Ids = { 
/**
 * The run, from `run_id` or `runId`.
 */
runId?: string, 
/**
 * The task, from `task_id` or `taskId`.
 */
taskId?: string, 
/**
 * The session, from `session_id`, `sessionId` or `session`.
 */
sessionId?: string, };

/**
 * Which stream an event came from.
 */
export type Scope = "session" | "global";

/**
 * An event of a stream, its kind and its ids.
 */
export type TypedEvent = { 
/**
 * Always `opencode.event.v1`.
 */
schema: 'opencode.event.v1', 
/**
 * The stream.
 */
scope: Scope, 
/**
 * The frame's `event:` line.
 */
eventName?: string, 
/**
 * The frame's `id:` line.
 */
eventId?: string, 
/**
 * One of the six kinds; null where it is none of them.
 */
kind: EventKind | null, 
/**
 * The kind in a sentence.
 */
summary?: string, 
/**
 * The state of a run that the kind leads to.
 */
lifecycleState?: string, 
/**
 * When it was read, RFC 3339.
 */
timestamp: string, 
/**
 * What it was wrapped in, outermost first.
 */
wrappers: Array<'payload' | 'data'>, 
/**
 * The event itself, whole: it may hold texts of people and models.
 */
payload: unknown, 
/**
 * The run, from `run_id` or `runId`.
 */
runId?: string, 
/**
 * The task, from `task_id` or `taskId`.
 */
taskId?: string, 
/**
 * The session, from `session_id`, `sessionId` or `session`.
 */
sessionId?: string, };

/**
 * How a session was found.
 */
export type Strategy = "explicit" | "artifact" | "scored_fallback" | "latest" | "none";

/**
 * The session that was found.
 */
export type Resolved = { 
/**
 * Its id.
 */
sessionId?: string, 
/**
 * How.
 */
strategy: Strategy, 
/**
 * How well; -1 where there is none.
 */
score: number, };

/** One of the six kinds that a bridge tells apart. */
export type EventKind = 'permission.requested' | 'task.failed' | 'task.stalled' | 'task.completed' | 'task.progress' | 'task.started'

/** What is known of a run, and the sessions there are. */
export type Search = {
  explicitSessionId?: string, artifactSessionId?: string, runId?: string, taskId?: string, sessionKey?: string,
  sessionList?: Array<{ id?: string, time?: { updated?: number } }>,
}

/** Reads server-sent events out of a stream that arrives in pieces, wherever they end. */
export declare class FrameReader {
  /** The frames that end in this piece. */
  push(chunk: Uint8Array | string): Frame[]
  /** Bytes of a frame that has not ended. */
  readonly waitingBytes: number
  /** Frames that were longer than a mebibyte. */
  readonly skipped: number
}

/** The value that a frame's data stands for: its JSON; null where it is blank; `{ raw }` where it is no JSON. */
export declare function readData(text: string): unknown

/** An event without its wrappers, at most three: `payload` always, `data` where little else stands beside it. */
export declare function unwrap(event: unknown): Unwrapped

/** The ids of an event, as bridges spell them. */
export declare function pickIds(event: unknown): Ids

/** The kind of an event without wrappers; null where it is none of the six. Words in a message of the host decide nothing. */
export declare function classify(event: unknown): EventKind | null

/** The event of a frame, with its kind and its ids. */
export declare function typedEvent(frame: { data: string, event?: string, id?: string }, more?: { scope?: Scope, now?: number }): TypedEvent

/** What a tagged session title can say. */
export type Tags = {
  runId?: string, taskId?: string, requested?: string, resolved?: string, callbackSession?: string, callbackSessionId?: string,
  projectId?: string, repoRoot?: string, originSession?: string, originSessionId?: string, callbackRelaySession?: string,
  callbackRelaySessionId?: string, callbackDeliver?: string, agentWorkspaceDir?: string, workflowId?: string, stepId?: string,
}

/** The tags of a session title; null where it has none. Older names of tags are read, too. */
export declare function readTitle(title: string): Tags | null

/** The session title that says these tags. Throws where one is missing (`runId`, `taskId`, `requested`, `resolved`, `callbackSession`) or unknown. */
export declare function buildTitle(tags: Tags): string

/** A callback that is not sent. */
export type DryRun = {
  /** Where it would go, below the gateway's address. */
  path: '/hooks/agent' | '/hooks/opencode-callback',
  /** What it is about; a later turn of the run has its number behind it. */
  key: string,
  body: { message: string, name: string, agentId: string, sessionKey: string, sessionId?: string, wakeMode: 'now', deliver: boolean, [more: string]: unknown },
}

/**
 * What a session with this title would say to whoever it works for when this event of the host comes (`session.idle`,
 * `session.error`); nothing is sent. Throws with the reason where nobody would be called back.
 */
export declare function dryRunCallback(event: unknown, session: { title: string, directory?: string, form?: 'agent' | 'callback' }): DryRun

/** For whom a session works, as the callbacks' records say it. */
export type Envelope = {
  task_id: string, run_id: string, agent_id: string, requested_agent_id: string, resolved_agent_id: string, session_key: string,
  origin_session_key: string, callback_target_session_key: string, project_id: string, repo_root: string, fallback_used: boolean,
  opencode_server_url?: string, [more: string]: unknown,
}

/** The routing envelope of a session with this title. Throws with what is missing, or why there is no route. */
export declare function routingEnvelope(session: { title: string, repoRoot?: string, serverUrl?: string }): Envelope

/** The session that a run belongs to, where nobody wrote it down. */
export declare function resolveSession(search: Search): Resolved
