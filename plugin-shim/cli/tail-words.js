// @ts-check
// An event in the words of a person: one line, and the colour that says how it is.

import { cut, plain } from './plain.js'

/** @typedef {'green' | 'red' | 'yellow' | 'grey' | undefined} Colour */
/** @typedef {[words: string, colour?: Colour]} Told */

/** Longest text of an event that is shown, in characters. */
const TEXT_LENGTH_MAX = 200
/** Fields of a type without words of its own that are shown. */
const FIELDS_MAX = 10

/** @type {Record<string, (payload: any) => Told>} */
const WORDS = {
  'swarm.session.started': (p) => [`session ${p.is_new === false ? 'seen' : 'started'}${some(p.execution_lane, ' under ')}`, 'green'],
  'swarm.session.stopped': (p) => [`session stopped: ${list([p.reason, p.signal])}`, 'yellow'],
  'swarm.state': (p) => [`${some(p.old_agent_state, '', ' → ')}${p.agent_state ?? p.state} (${p.reason})`, stateColour(p)],
  'swarm.heartbeat': (p) => [
    `beat: ${list([p.agent_state ?? p.state, p.model, openCalls(p.open_calls), age(p.ages_ms), many(p.pending_approvals, 'pending approval')])}`,
    stateColour(p) ?? 'grey',
  ],
  'swarm.turn.finished': (p) => [
    `turn ${p.turn} ${p.reason} in ${time(p.duration_ms)}: ${list([
      many(p.tools_run, 'tool'), many(p.tools_failed, 'failed', 'failed'), many(p.tools_blocked, 'blocked', 'blocked'),
      many(p.total_tokens, 'token'), money(p.cost_usd), changed(p), many(p.retries, 'retry', 'retries'), p.error,
    ])}`,
    p.reason === 'completed' ? 'green' : p.reason === 'error' ? 'red' : 'yellow',
  ],
  'swarm.tool.started': (p) => [
    `${p.tool} begins${p.origin === 'user' ? ' (typed)' : ''}: ${list([what(p), some(p.cwd, 'in '), many(p.more_paths, 'more file'), lines(p)])}`,
  ],
  'swarm.tool.finished': (p) => [
    `${p.tool} ${p.outcome}: ${list([some(p.exit_code, 'exit '), time(p.duration_ms), lines(p), p.error && list([p.error.class, p.error.message]), some(p.child_session_id, 'session ')])}`,
    p.outcome === 'ok' ? (p.exit_code ? 'yellow' : undefined) : 'red',
  ],
  'swarm.usage': (p) => [`usage so far: ${list([many(p.total_tokens, 'token'), money(p.cost_usd), p.tree && `with children ${list([many(p.tree.total_tokens, 'token'), money(p.tree.cost_usd)])}`])}`, 'grey'],
  'swarm.diff': (p) => [`${changed(p)}: ${Array.isArray(p.files) ? p.files.join(' ') : ''}`],
  'swarm.stall.suspected': (p) => [`stall? silent for ${time(p.silent_ms)}, ${many(p.open_calls, 'open call') || 'no open call'}`, 'red'],
  'swarm.loop.suspected': (p) => [`loop? ${p.tool} ${p.calls} times with the same arguments`, 'red'],
  'swarm.forwarded': (p) => [`host: ${list([p.type, ...fields(p.fields)])}`, 'grey'],
  'swarm.lifecycle': (p) => [`session ${list([p.payload?.lifecycle?.phase, p.payload?.lifecycle?.outcome, p.payload?.lifecycle?.reason])}, as OrgLoop says it`, 'grey'],
  'swarm.policy.decision': (p) => [
    `gate: ${p.decision}${some(p.would, ' instead of ')} ${p.tool}: ${list([what(p), p.rule !== 'default' && some(p.rule, 'rule '), p.decision !== 'allow' && p.reason])}`,
    p.decision === 'allow' ? 'grey' : p.decision === 'deny' ? 'red' : 'yellow',
  ],
  'swarm.policy.denied': (p) => [`gate: ${p.tool} does not run (${list([p.rule, p.cause])}): ${p.message}`, 'red'],
  'swarm.policy.bypassed': (p) => [`gate: ${p.tool} ran without being asked about`, 'red'],
  'swarm.approval.requested': (p) => [`${p.id} waits for an answer: ${list([what(p.request_details), some(p.rule, 'rule '), p.reason])}`, 'yellow'],
  'swarm.approval.resolved': (p) => [`${p.id} ${list([p.status, `by ${p.resolved_by}`, p.cause, some(p.channel, 'over '), p.is_for_session && 'for the session'])}`, p.status === 'approved' ? 'green' : 'red'],
  'swarm.approval.refused': (p) => [`an answer${some(p.id, ' to ')} was not taken: ${p.why}`, 'red'],
  'swarm.routing.error': (p) => [`nobody is called back: ${list([p.code, p.message])}`, 'red'],
  'swarm.delivery.delivered': (p) => [`${p.receiver} has ${p.key}: ${list([many(p.attempts, 'attempt'), time(p.age_ms), p.possible_duplicate && 'perhaps twice'])}`, 'green'],
  'swarm.delivery.failed': (p) => [`${p.receiver} does not have ${p.key}: ${list([p.reason, many(p.attempts, 'attempt'), some(time(p.retry_in_ms), 'again in ')])}`, 'yellow'],
  'swarm.delivery.dead_lettered': (p) => [`${p.receiver} will not have ${p.key}: ${list([p.reason, many(p.attempts, 'attempt')])}`, 'red'],
  'swarm.clock.jumped': (p) => [`the clock jumped ${p.direction} by ${time(p.jump_ms)}`, 'yellow'],
  'swarm.log.rotated': (p) => [`the events file was rotated at ${p.bytes} bytes, ${many(p.files, 'rotated file')}`, 'grey'],
  'swarm.pack.error': (p) => [`pack: ${p.message}`, 'red'],
}

/** @param {any} event @returns {Told} */
export function wordsOfEvent({ event_type: type, payload }) {
  const known = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined
  const object = payload !== null && typeof payload === 'object' ? payload : {}
  const [words, colour] = known ? known(object) : unknown(type, object)
  return [cut(plain(words), 4 * TEXT_LENGTH_MAX).replace(/: ?$/, ''), colour]
}

/** A type without words of its own: what it is called, and its plain fields. @param {string} type @param {any} payload @returns {Told} */
function unknown(type, payload) {
  const name = type.replace(/^swarm\./, '')
  return [`${name}: ${list(fields(payload))}`, /denied|failed|error|dead|refused|bypassed/.test(name) ? 'red' : /requested/.test(name) ? 'yellow' : undefined]
}

/** @param {any} object */
const fields = (object) =>
  Object.entries(object ?? {})
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, FIELDS_MAX)
    .map(([name, value]) => `${name} ${cut(String(value), TEXT_LENGTH_MAX)}`)

/** @param {any} p @returns {Colour} */
function stateColour({ agent_state: state }) {
  if (['error', 'rate_limited'].includes(state)) return 'red'
  return state === 'awaiting_approval' ? 'yellow' : undefined
}

/** What there is, with commas. @param {unknown[]} parts */
const list = (parts) => parts.filter((part) => part !== undefined && part !== null && part !== '' && part !== false).map((part) => cut(String(part), TEXT_LENGTH_MAX)).join(', ')

/** @param {unknown} value @param {string} before @param {string} [after] */
const some = (value, before, after = '') => (value === undefined || value === null || value === '' ? '' : `${before}${value}${after}`)

/** @param {unknown} n @param {string} one @param {string} [more] */
const many = (n, one, more = `${one}s`) => (typeof n === 'number' && n > 0 ? `${n} ${n === 1 ? one : more}` : '')

/** @param {unknown} ms */
function time(ms) {
  if (typeof ms !== 'number') return ''
  if (ms < 1_000) return `${ms} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1_000)} s` : `${(ms / 3_600_000).toFixed(1)} h`
}

/** @param {unknown} usd */
const money = (usd) => (typeof usd === 'string' && usd !== '0' ? `$${usd}` : '')

/** @param {any} p */
const lines = (p) => [some(p.insertions, '+'), some(p.deletions, '-')].filter(Boolean).join(' ')

/** @param {any} p */
const changed = (p) => (p.files_changed > 0 ? `${many(p.files_changed, 'file')} changed ${lines(p)}`.trim() : '')

/** What a call is about. @param {any} p */
const what = (p) => p?.command ?? p?.path ?? p?.agent ?? (p && address(p))

/** @param {any} p */
const address = (p) => (p.host === undefined ? '' : `${p.host}${some(p.port, ':')}`)

/** @param {any} calls */
const openCalls = (calls) => (Array.isArray(calls) ? calls.map((call) => `${call?.tool} for ${time(call?.age_ms)}`).join(' and ') : '')

/** The least of the ages: when anything moved. @param {any} ages */
function age(ages) {
  const known = Object.values(ages ?? {}).filter((ms) => typeof ms === 'number')
  const least = Math.min(...known)
  return known.length > 0 && least >= 1_000 ? `nothing moved for ${time(least)}` : ''
}
