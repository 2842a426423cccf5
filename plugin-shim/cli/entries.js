// @ts-check
// Events of lines: what is one, when it was, and whether it is wanted.

import { UsageError } from './failure.js'
import { columnOf } from './json-error.js'

/** @typedef {import('./log.js').Found} Found */
/** @typedef {{ found: Found, atMs: number, event?: any, problem?: string }} Entry an event, or why a line is none */

/** Makes entries of the lines of one stream, in their order. A line that is no event belongs to the time of the one before it. */
export class Entries {
  #atMs = 0

  /** @param {Found} found @returns {Entry} */
  take(found) {
    const entry = entryOf(found, this.#atMs)
    this.#atMs = entry.atMs
    return entry
  }

  /** @param {Iterable<Found>} lines @returns {Generator<Entry>} */
  *of(lines) {
    for (const found of lines) yield this.take(found)
  }
}

/** @param {Found} found @param {number} beforeMs @returns {Entry} */
function entryOf(found, beforeMs) {
  const bad = (/** @type {string} */ problem) => ({ found, atMs: beforeMs, problem })
  if (found.problem !== undefined) return bad(found.problem)
  if (found.text.trim() === '') return bad('it is empty')
  let event
  try {
    event = JSON.parse(found.text)
  } catch {
    return bad(columnOf(found.text))
  }
  if (typeof event?.event_type !== 'string' || typeof event.timestamp !== 'string') return bad('it is no event')
  const atMs = Date.parse(event.timestamp)
  return Number.isNaN(atMs) ? bad('its timestamp is none') : { found, atMs, event }
}

/**
 * Several streams as one, by time. A stream's own order stays, also where its clock was set back.
 *
 * @param {Iterable<Entry>[]} streams
 * @returns {Generator<Entry>}
 */
export function* merged(streams) {
  const heads = streams.map((stream) => {
    const rest = stream[Symbol.iterator]()
    return { rest, next: rest.next() }
  })
  for (;;) {
    let first
    for (const head of heads) if (!head.next.done && (!first || head.next.value.atMs < first.next.value.atMs)) first = head
    if (!first) return
    yield first.next.value
    first.next = first.rest.next()
  }
}

/**
 * Which events are wanted; what is no event always is.
 *
 * @param {string | undefined} types patterns with commas
 * @param {string | undefined} session
 * @returns {(entry: Entry) => boolean}
 */
export function filterOf(types, session) {
  const patterns = (types ?? '').split(',').map((text) => text.trim()).filter(Boolean)
  if (types !== undefined && patterns.length === 0) throw new UsageError('--type needs a pattern')
  const not = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => patternOf(pattern.slice(1)))
  const only = patterns.filter((pattern) => !pattern.startsWith('!')).map(patternOf)
  const isOfType = (/** @type {string} */ type) => (only.length === 0 || only.some((one) => one.test(type))) && !not.some((one) => one.test(type))
  const isOfSession = (/** @type {any} */ event) =>
    session === undefined || [event.session_id, event.parent_session_id, event.root_session_id].some((id) => typeof id === 'string' && id.endsWith(session))
  return ({ event }) => event === undefined || (isOfType(event.event_type) && isOfSession(event))
}

/** `*` stands for anything; `swarm.` may be left out. @param {string} pattern */
function patternOf(pattern) {
  const words = pattern.split('*').map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^(?:swarm\\.)?${words.join('.*')}$`)
}
