// @ts-check
// `pending`, `approve`, `deny`: what waits for an answer in a project, and answering it. The events say what waits, the
// control file takes the answer, and the events say what became of it.

import fs from 'node:fs'
import path from 'node:path'
import { self, startOf } from '../lock.js'
import { Failure, NO, UsageError, YES, wordsOf } from './failure.js'
import { readLines } from './lines.js'
import { say, sayJson } from './print.js'
import { stateFolder } from './state.js'

/** @typedef {{ id: string, session_id: string, boot_id: string, agent_id: string, payload: any }} Request */

/** How long the pack may take to say what became of an answer, in milliseconds: it looks every quarter of a second. */
const WAIT_MS = 5_000
/** Between two looks at the events, in milliseconds. */
const LOOK_MS = 50

const DIR = /** @type {const} */ ({ dir: { type: 'string' }, state: { type: 'string' } })
const PLACES = `
  --dir DIR     the project; default: where you are
  --state DIR   the state folder itself, where the pack runs with another home or XDG_STATE_HOME`

/** @type {import('./main.js').Command} */
export const pending = {
  usage: 'pending [DIR] [--json]',
  summary: 'list the approvals that wait for an answer',
  help: `
Each line is an approval: its id, how long it may still wait, the session, and what is asked. Only those of processes that
are alive are listed. Approvals that the host alone decides (an ask under \`opencode run\`) are not.

  --json        one object: pending, a list of the payloads of swarm.approval.requested with session_id and agent_id${PLACES}`,
  options: { json: { type: 'boolean' }, ...DIR },
  run: async ({ values, positionals: [dir, ...more] }) => {
    if (more.length > 0) throw new UsageError(`pending takes one folder, not also "${more[0]}"`)
    const { open } = await readEvents(stateFolder(dir ?? values.dir, values.state))
    const list = [...open.values()]
    if (values.json) sayJson({ ok: true, pending: list.map(({ payload, session_id, agent_id }) => ({ ...payload, session_id, agent_id })) })
    else if (list.length === 0) say('nothing waits for an answer')
    else for (const request of list) say(line(request))
    return YES
  },
}

/** @type {import('./main.js').Command} */
export const approve = {
  usage: 'approve ID [--session]',
  summary: 'let a call run that waits for an answer',
  help: `
ID is that of \`pending\`, of the toast in the terminal, or of a swarm.approval.requested event.

  --session     the same action needs no answer again in this session. It never opens what a rule denies.
  --json        one object: ok, id, status, or why it was refused${PLACES}`,
  options: { session: { type: 'boolean' }, json: { type: 'boolean' }, ...DIR },
  run: ({ values, positionals }) => answer(positionals, values, { status: 'approved', ...(values.session && { scope: 'session' }) }),
}

/** @type {import('./main.js').Command} */
export const deny = {
  usage: 'deny ID [--reason TEXT]',
  summary: 'do not let a call run that waits for an answer',
  help: `
  --reason TEXT what the model is told
  --json        one object: ok, id, status, or why it was refused${PLACES}`,
  options: { reason: { type: 'string' }, json: { type: 'boolean' }, ...DIR },
  run: ({ values, positionals }) => answer(positionals, values, { status: 'denied', ...(values.reason && { reason: values.reason }) }),
}

/** @param {string[]} words @param {Record<string, any>} values @param {{ status: string }} given */
async function answer([id, ...more], values, given) {
  if (id === undefined) throw new UsageError('which one? `pending` lists the ids')
  if (more.length > 0) throw new UsageError(`one id at a time, not also "${more[0]}"`)
  const state = stateFolder(values.dir, values.state)
  const before = await readEvents(state)
  const request = before.open.get(id)
  if (!request) throw new Failure(before.closed.has(id) ? `${id} is over: ${before.closed.get(id)}` : `nothing of that id waits here: ${id}`, { remedy: 'opencode-swarm-pack pending' })
  // The hash binds the answer to what was shown.
  const line = { type: 'approval', id, ...given, hash: request.payload.hash, resolved_by: 'user', resolved_at: new Date().toISOString() }
  const file = path.join(state, 'control.jsonl')
  try {
    fs.appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  } catch (error) {
    throw new Failure(`cannot write ${file}: ${wordsOf(error)}`)
  }
  const outcome = await outcomeOf(state, id, before.refusals.get(id) ?? 0)
  if (values.json) sayJson({ ok: outcome.status === given.status, id, ...outcome })
  if (outcome.status === given.status) {
    if (!values.json) say(`${id}: ${outcome.status}`)
    return YES
  }
  if (values.json) return NO
  if (outcome.status) throw new Failure(`${id} was ${outcome.status} by somebody faster`)
  throw new Failure(outcome.why ? `${id} was refused: ${outcome.why}` : `${id}: the pack did not say within ${WAIT_MS / 1000} s whether it took the answer`, {
    remedy: outcome.why ? undefined : 'is the process alive, and does it read this control file? `approvals.control` may name another',
  })
}

/** What the events say became of an answer. @param {string} state @param {string} id @param {number} refusalsBefore @returns {Promise<{ status?: string, why?: string }>} */
async function outcomeOf(state, id, refusalsBefore) {
  let seen = ''
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((ok) => setTimeout(ok, LOOK_MS))) {
    const found = fs.statSync(path.join(state, 'events.jsonl'), { throwIfNoEntry: false })
    const version = `${found?.ino} ${found?.size}`
    if (version === seen) continue
    seen = version
    const now = await readEvents(state)
    const status = now.closed.get(id)
    if (status) return { status }
    if ((now.refusals.get(id) ?? 0) > refusalsBefore) return { why: now.whys.get(id) ?? 'refused' }
  }
  return {}
}

/** What waits, what is over and what was refused, in the events of a state folder: the file, and the one rotated last. @param {string} state */
async function readEvents(state) {
  /** @type {Map<string, Request>} */
  const open = new Map()
  const closed = new Map()
  const refusals = new Map()
  const whys = new Map()
  /** @param {any} event */
  const take = ({ event_type, boot_id, session_id, agent_id, payload }) => {
    if (event_type === 'swarm.approval.requested' && payload.is_answerable) open.set(payload.id, { id: payload.id, boot_id, session_id, agent_id, payload })
    else if (event_type === 'swarm.approval.resolved') closed.set(payload.id, payload.status)
    else if (event_type === 'swarm.approval.refused' && payload.id) {
      refusals.set(payload.id, (refusals.get(payload.id) ?? 0) + 1)
      whys.set(payload.id, payload.why)
    }
  }
  let isThere = false
  for (const name of ['events.jsonl.1', 'events.jsonl']) {
    const file = path.join(state, name)
    if (!fs.existsSync(file)) continue
    isThere = true
    await readLines(fs.createReadStream(file), ({ text }) => {
      // Most lines are something else: only those that may be meant are read.
      if (text.includes('"swarm.approval.')) take(parsed(text))
    })
  }
  if (!isThere) throw new Failure(`no events in ${state}`, { remedy: 'is the pack installed, and did it run here? --dir and --state name another place' })
  const alive = living(state)
  for (const [id, { boot_id }] of open) if (closed.has(id) || (alive && !alive.has(boot_id))) open.delete(id)
  return { open, closed, refusals, whys }
}

/** The boots whose lock says that their process lives; nothing where no lock is kept (telemetry is off). @param {string} state */
function living(state) {
  let names
  try {
    names = fs.readdirSync(path.join(state, 'lock'))
  } catch {
    return undefined
  }
  const boots = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length))
  return boots.length > 0 ? new Set(boots.filter((boot) => isAlive(path.join(state, 'lock', `${boot}.jsonl`)))) : undefined
}

/** @param {string} file */
function isAlive(file) {
  try {
    const { pid, start, machine } = JSON.parse(fs.readFileSync(file, 'utf8').split('\n')[0] ?? '')
    // Of another machine or container nobody here knows.
    return machine !== self().machine || startOf(pid) === start
  } catch {
    return false // taken away, or torn by a crash
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return {} // torn, or still being written
  }
}

/** @param {Request} request */
function line({ id, session_id, agent_id, payload }) {
  const { request_details: details, expires_at, reason, request_type } = payload
  const left = expires_at ? `${Math.max(0, Math.round((Date.parse(expires_at) - Date.now()) / 1000))} s` : 'no limit'
  const what = details.command ?? details.path ?? (details.host && `${details.host}:${details.port}`) ?? details.patterns?.join(' ') ?? ''
  const who = agent_id ? `${agent_id} ${session_id}` : session_id
  return [id, left, who, `${details.tool ?? details.permission ?? request_type}: ${what}`, reason && `(${reason})`].filter(Boolean).map(plain).join('  ')
}

/** Without what would move a terminal's cursor. @param {string} text */
const plain = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
