// @ts-check
// Generated from the Rust code; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract

/** Types of the host's events that are passed on. */
export const WANTED_EVENTS = [
  'session.created',
  'session.updated',
  'session.deleted',
  'session.status',
  'session.idle',
  'session.error',
  'message.updated',
  'message.part.updated',
  'permission.asked',
  'permission.replied',
  'question.asked',
  'question.replied',
  'question.rejected',
]

/** Variables that configure the pack and hold no secret: the only ones whose values are handed over. */
export const VARIABLES = [
  'SWARM_PACK',
  'SWARM_HEARTBEAT',
  'SWARM_TELEMETRY',
  'SWARM_POLICY',
  'SWARM_EVENTS',
  'SWARM_CONTROL',
  'SWARM_AGENT_ID',
  'FORGE_AGENT_ID',
  'SWARM_WORKSPACE_ID',
  'FORGE_WORKSPACE_ID',
  'SWARM_NODE_ID',
  'FORGE_NODE_ID',
  'OPENCLAW_HOOK_BASE_URL',
  'OPENCODE_WEBHOOK_URL',
  'SWARM_CALLBACKS',
  'SWARM_RUN_ID',
  'SWARM_TASK_ID',
  'SWARM_CALLBACK_SESSION',
  'SWARM_CALLBACK_AGENT',
  'OPENCLAW_BRIDGE_AUDIT_DIR',
  'OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH',
]

/** A name that speaks of a secret has one of these in it, in any case of letters. */
export const SECRET_STEMS = [
  'pass',
  'pwd',
  'psw',
  'secret',
  'token',
  'key',
  'cred',
  'auth',
  'cookie',
  'sig',
  'hmac',
  'jwt',
  'bearer',
  'pat',
  'mnemonic',
  'login',
]

/** Names with a stem in them that hold no secret. */
export const NO_SECRETS = [
  'PATH',
  'PWD',
  'OLDPWD',
  'SSH_AUTH_SOCK',
]

/** The type of event of which only when it last came is passed on. */
export const COUNTED_EVENT = 'message.part.delta'
