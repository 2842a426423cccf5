//! `pkg/bridge.d.ts`: the functions of `opencode-swarm-pack/bridge`, and the shapes they take and give.

use ts_rs::Config;

use super::types::declare;
use crate::bridge::{Frame, Ids, Resolved, Scope, Strategy, TypedEvent, Unwrapped};

const HEAD: &str = "\
// Generated from the Rust types; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract
";

const FUNCTIONS: &str = r"
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
";

pub fn module() -> String {
    let mut text = String::from(HEAD);
    let config = Config::new().with_large_int("number");
    declare::<Frame>(&config, &mut text);
    declare::<Unwrapped>(&config, &mut text);
    declare::<Ids>(&config, &mut text);
    declare::<Scope>(&config, &mut text);
    declare::<TypedEvent>(&config, &mut text);
    declare::<Strategy>(&config, &mut text);
    declare::<Resolved>(&config, &mut text);
    text.push_str(FUNCTIONS);
    text
}

/// S1.53: every event of a recording, typed, is what the schema of its type says.
#[test]
fn contract_typed_events_are_valid() {
    let schema = schemars::schema_for!(TypedEvent).to_value();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let recording = include_str!("../../tests/data/host-1.18.33/f-subtask.jsonl");
    let mut events = 0;
    for line in recording.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let Some(event) = line.get("event") else { continue };
        let frame = Frame { data: event.to_string(), ..Frame::default() };
        let typed =
            serde_json::to_value(TypedEvent::new(frame, Scope::Session, crate::time::At::default().timestamp()));
        let typed = typed.expect("JSON");
        assert!(validator.is_valid(&typed), "{typed}");
        events += 1;
    }
    assert!(events > 50, "{events} events");
    assert!(!validator.is_valid(&serde_json::json!({ "schema": "opencode.event.v1" })));
}
