// @ts-check
// The plugin as the host sees it: registers the hooks, drops noise by type, picks the fields that the core reads.
// With src/host/ the only place that knows the host's names. It decides nothing.
//
// One default export and no other: the host takes every further export for a plugin of its own.

import { prepareCore, prepareRest } from './core.js'
import { takeLane } from './host-lane.js'
import { COUNTED_EVENT, WANTED_EVENTS } from './names.js'
import { Runtime } from './runtime.js'

/** Changed files of a turn that are told of; the core's own bound is the same. */
const FILES_MAX = 1_024

// Begun while the host still loads other plugins.
const prepared = Runtime.isOff() ? undefined : prepareCore()

/** Longest title whose tags are read, in characters. */
const TITLE_LENGTH_MAX = 65_536

export default { id: 'swarm-pack', server }

/**
 * @param {import('@opencode-ai/plugin').PluginInput} input
 * @param {unknown} [options] second element of the plugin's entry in the host's configuration
 * @returns {Promise<import('@opencode-ai/plugin').Hooks>}
 */
async function server(input, options) {
  // The host takes a failure here for its own, and a hook object is due in every case.
  try {
    const runtime = await Runtime.open({ directory: input.directory, worktree: input.worktree, serverUrl: input.serverUrl, options, host: hostOf(input.client) }, prepared)
    return runtime ? hooksOf(runtime) : {}
  } catch (error) {
    // Nothing else would tell: the terminal is not ours, and the core, which writes events, is what failed.
    const message = `the pack did not start: ${error}`
    input.client.app.log({ body: { service: 'swarm-pack', level: 'error', message } }).catch(() => {})
    return {}
  }
}

/**
 * What the core may ask of the host. Nothing is awaited: in `server()` the host would wait for itself.
 *
 * @param {import('@opencode-ai/plugin').PluginInput['client']} client
 * @returns {import('./runtime.js').Host}
 */
function hostOf(client) {
  return {
    lookUp: (sessionID, hear) =>
      Promise.resolve()
        .then(() => client.session.get({ path: { id: sessionID } }))
        .then(({ data }) => hear({ hook: 'session.get', input: { sessionID }, session: { ...sessionFields(data), title: titleOf(data) } }))
        .catch(() => hear({ hook: 'session.get', input: { sessionID } })),
    toast: (message) =>
      void Promise.resolve()
        .then(() => client.tui.showToast({ body: { message, variant: 'warning' } }))
        .catch(() => {}),
    answerAsk: (sessionID, requestID, reply, message, failed) =>
      void Promise.resolve()
        // The client's own method knows no message, and without one a refusal ends the turn.
        .then(() => post(client, `/permission/${encodeURIComponent(requestID)}/reply`, { reply, ...(message && { message }) }))
        .catch(() => client.postSessionIdPermissionsPermissionId({ path: { id: sessionID, permissionID: requestID }, body: { response: reply }, throwOnError: true }))
        .catch(failed),
    streamed: (sessionID, firstAgoMs, lastAgoMs) =>
      JSON.stringify({ hook: 'event', event: { type: 'message.part.delta', properties: { sessionID } }, firstAgoMs, lastAgoMs }),
  }
}

/** @param {any} client @param {string} url @param {object} body */
async function post(client, url, body) {
  const { error } = await client._client.post({ url, body, headers: { 'content-type': 'application/json' } })
  if (error !== undefined) throw error
}

/**
 * @param {Runtime} runtime
 * @returns {import('@opencode-ai/plugin').Hooks}
 */
function hooksOf(runtime) {
  const wanted = new Set(WANTED_EVENTS)
  // Asked here: what a start does not ask is in the second half of the core, and `config` is no place to wait for that.
  const { hasHostLane } = runtime
  return {
    // Not async and never throwing: a rejected promise is a stack trace on the user's terminal, a throw can hang the turn.
    event: /** @type {any} */ ((/** @type {any} */ given) => {
      try {
        const { type, properties } = given.event
        if (type === COUNTED_EVENT) runtime.streamed(properties.sessionID)
        else if (wanted.has(type)) runtime.hear({ hook: 'event', event: { type, properties: eventFields(type, properties) } })
        const forwarded = runtime.forwardedFields(type)
        if (forwarded) runtime.hear({ hook: 'forward', event: { type, id: given.event.id, properties: forwardedFields(properties, forwarded) } })
      } catch (error) {
        runtime.unreadable('event', error)
      }
    }),
    'chat.message': async (input) => {
      try {
        runtime.hear({ hook: 'chat.message', input: { sessionID: input.sessionID } })
      } catch (error) {
        runtime.unreadable('chat.message', error)
      }
    },
    // What it throws, the model gets to read in place of a result; as long as it waits, the tool does.
    'tool.execute.before': /** @type {any} */ ((/** @type {any} */ input, /** @type {any} */ output) =>
      runtime.gate((request) => ({
        hook: 'tool.execute.before', request,
        input: { sessionID: input.sessionID, callID: input.callID, tool: input.tool }, output: { args: output.args },
      }), (request, error) => ({
        hook: 'tool.execute.before', request, unreadable: error,
        input: { sessionID: input.sessionID, callID: input.callID, tool: input.tool },
      }))),
    'shell.env': async (input, output) => {
      let refusal
      try {
        const { environment, ...given } = runtime.ask({ hook: 'shell.env', input: { sessionID: input.sessionID, callID: input.callID } })
        Object.assign(output.env, environment)
        refusal = given.refusal
      } catch (error) {
        runtime.unreadable('shell.env', error)
      }
      if (refusal !== undefined) throw new Error(refusal)
    },
    // The host asks when all plugins have started, and before anything else.
    config: async (config) => {
      prepareRest()
      if (!hasHostLane) return
      try {
        runtime.tellForGood({ host_lane_taken: takeLane(config) })
      } catch (error) {
        runtime.unreadable('config', error)
      }
    },
    dispose: () => runtime.dispose(),
  }
}

/**
 * The few fields of an event that the core reads, in the host's own shape. No message, no output. Each value is taken by name, so nothing else of the host's objects is ever walked.
 *
 * @param {string} type
 * @param {any} p properties of the event
 */
function eventFields(type, p) {
  const { sessionID } = p
  switch (type) {
    // The title it is created with names for whom it works; later ones are the model's.
    case 'session.created':
      return { sessionID, info: { ...sessionFields(p.info), title: titleOf(p.info) } }
    case 'session.updated':
      return { sessionID, info: sessionFields(p.info) }
    case 'session.status':
      return { sessionID, status: { type: p.status.type } }
    case 'session.error':
      return { sessionID, error: { name: p.error?.name } }
    case 'message.updated':
      return { sessionID, info: messageFields(p.info) }
    case 'message.part.updated': {
      const { type, id, callID, tool, state, tokens, cost, files } = p.part
      return { sessionID, part: { type, id, callID, tool, state: state && stateFields(state), tokens: tokens && tokenFields(tokens), cost, files } }
    }
    case 'permission.asked':
      return { sessionID, id: p.id, permission: p.permission, patterns: p.patterns, metadata: p.metadata && askFields(p.metadata), tool: p.tool && { callID: p.tool.callID } }
    default:
      return { sessionID, id: p.id, requestID: p.requestID, reply: p.reply, tool: p.tool && { callID: p.tool.callID } }
  }
}

/**
 * What of an event is passed through: the values at these places, of which each name is taken from the one before it.
 *
 * @param {any} properties
 * @param {string[]} places
 */
function forwardedFields(properties, places) {
  /** @type {any} */
  const fields = { sessionID: properties?.sessionID }
  const parentID = properties?.info?.parentID
  if (parentID !== undefined) fields.info = { parentID }
  for (const place of places) {
    const names = place.split('.')
    let from = properties
    let to = fields
    names.forEach((name, n) => {
      from = from?.[name]
      if (n < names.length - 1) to = to[name] ??= {}
      else if (typeof from !== 'object') to[name] = from
    })
  }
  return fields
}

/** Of a tool's answer only its measures, and why it failed. @param {any} state */
function stateFields({ status, input, error, metadata }) {
  return { status, input: input && { command: input.command }, error, metadata: metadata && metadataFields(metadata) }
}

/** @param {any} metadata */
function metadataFields({ exit, interrupted, sessionId, filediff, files }) {
  const lines = (/** @type {any} */ file) => ({ additions: file.additions, deletions: file.deletions })
  return { exit, interrupted, sessionId, filediff: filediff && lines(filediff), files: Array.isArray(files) ? files.map(lines) : undefined }
}

/** Of what the host asks about only what it is, never what is to be written. @param {any} metadata */
function askFields({ command, filepath, parentDir, url }) {
  return { command, filepath, parentDir, url }
}

/** @param {any} tokens */
function tokenFields({ input, output, reasoning, cache }) {
  return { input, output, reasoning, cache: cache && { read: cache.read, write: cache.write } }
}

/** Of a title the core keeps the tags. @param {any} info a session of the host */
function titleOf({ title }) {
  return typeof title === 'string' && title.includes('=') ? title.slice(0, TITLE_LENGTH_MAX) : undefined
}

/** @param {any} info a session of the host */
function sessionFields(info) {
  return { parentID: info.parentID, model: info.model && { providerID: info.model.providerID, id: info.model.id } }
}

/** @param {any} info a message of the host; of a person's only what changed since */
function messageFields({ id, role, providerID, modelID, time, error, summary }) {
  const diffs = role === 'user' && Array.isArray(summary?.diffs) ? summary.diffs.slice(0, FILES_MAX).map(changeFields) : undefined
  if (diffs) return { id, role, summary: { diffs } }
  return { role, providerID, modelID, time: { completed: time?.completed }, error: error && { name: error.name } }
}

/** Of a changed file not what changed in it. @param {any} diff */
const changeFields = ({ file, additions, deletions }) => ({ file, additions, deletions })
