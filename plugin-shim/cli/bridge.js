// @ts-check
// `bridge`: the bridge functions of the core for scripts. Reads standard input or a file, prints what the function gives,
// sends nothing.

import fs from 'node:fs'
import { FrameReader, buildTitle, readTitle, resolveSession, typedEvent } from '../bridge.js'
import { unknown } from './arguments.js'
import { Failure, NO, USAGE, UsageError, YES, wordsOf } from './failure.js'
import { columnOf } from './json-error.js'
import { readLines } from './lines.js'
import { complain, say, sayJson } from './print.js'

/** Largest search that is read, in bytes: a list of thousands of sessions. */
const SEARCH_BYTES_MAX = 16 << 20

/** @typedef {(file: string, values: Record<string, any>) => Promise<number>} Part */

/** @type {Record<string, Part>} */
const PARTS = { frames, classify, resolve }

/** @type {import('./main.js').Command} */
export const bridge = {
  usage: 'bridge frames|classify|resolve [FILE|-] [--events] [--scope session|global] [--json]\n       opencode-swarm-pack bridge title build KEY=VALUE… | title read TITLE',
  summary: 'read the streams and events of OpenCode as a bridge does, without sending anything',
  help: `
FILE is read, or standard input where it is - or missing.

  frames     server-sent events (GET /event) to one JSON object a line: event, id, retry, data
  classify   one event a line to its kind: permission.requested, task.failed, task.stalled, task.completed,
             task.progress, task.started, or - where it is none of these
  resolve    one JSON object to the session that a run belongs to. Its fields, each of which may be missing:
             explicitSessionId, artifactSessionId, runId, taskId, sessionKey, sessionList (as GET /session gives it)
  title      build: the session title that says these tags; runId, taskId, requested, resolved and callbackSession
             must be among them. read: the tags of a title as one JSON object

  --events   frames: each frame as a typed event (opencode.event.v1), with its kind and its ids
  --scope    of typed events: session (the default), or global for GET /global/event
  --json     classify: typed events instead of kinds; resolve: sessionId, strategy and score

A frame that has not ended or is too long, a line that is no JSON, a run without a session and a title without tags end
with 1, a file that cannot be read with 2.`,
  options: { events: { type: 'boolean' }, scope: { type: 'string' }, json: { type: 'boolean' } },
  run: async ({ values, positionals: [name, file = '-', ...more] }) => {
    if (name === undefined) throw new UsageError(`bridge needs one of ${[...Object.keys(PARTS), 'title'].join(', ')}`)
    if (name === 'title') return title(file, more)
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined
    if (!part) throw unknown('part of bridge', name, [...Object.keys(PARTS), 'title'])
    if (more.length > 0) throw new UsageError(`bridge ${name} takes one file, not also "${more[0]}"`)
    if (!['session', 'global'].includes(values.scope ?? 'session')) throw unknown('scope', values.scope, ['session', 'global'])
    try {
      return await part(file, values)
    } catch (error) {
      if (error instanceof Failure || /** @type {any} */ (error).code === undefined) throw error
      throw new Failure(`cannot read ${file}: ${wordsOf(error)}`, { exitCode: USAGE })
    }
  },
}

/** @type {Part} */
async function frames(file, { events, scope }) {
  const reader = new FrameReader()
  for await (const chunk of open(file))
    for (const frame of reader.push(chunk)) say(JSON.stringify(events ? typedEvent(frame, { scope }) : frame))
  if (reader.skipped > 0) complain(`${reader.skipped} frames were too long and are left out`)
  if (reader.waitingBytes > 0) complain(`the last frame has no end after ${reader.waitingBytes} bytes and is left out`)
  return reader.skipped + reader.waitingBytes > 0 ? NO : YES
}

/** @type {Part} */
async function classify(file, { scope, json }) {
  let [number, bad] = [0, 0]
  await readLines(open(file), ({ text, problem }) => {
    number += 1
    const trouble = problem ?? troubleOf(text)
    if (trouble !== undefined) {
      bad += 1
      return complain(`line ${number}: ${trouble}`)
    }
    const event = typedEvent({ data: text }, { scope })
    say(json ? JSON.stringify(event) : (event.kind ?? '-'))
  })
  return bad > 0 ? NO : YES
}

/** @type {Part} */
async function resolve(file, { json }) {
  const chunks = []
  let bytes = 0
  for await (const chunk of open(file)) {
    bytes += chunk.length
    if (bytes > SEARCH_BYTES_MAX) throw new Failure(`${file} has more than ${SEARCH_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const trouble = troubleOf(text)
  if (trouble !== undefined) throw new Failure(trouble)
  const found = resolveSession(JSON.parse(text))
  if (json) sayJson(found)
  else if (found.sessionId) say(found.sessionId)
  else complain('no session')
  return found.sessionId ? YES : NO
}

/** @param {string} what @param {string[]} words */
function title(what, words) {
  if (what === 'read' && words.length === 1) {
    const tags = readTitle(String(words[0]))
    if (tags) sayJson(tags)
    else complain('no tags')
    return tags ? YES : NO
  }
  if (what !== 'build') throw new UsageError('bridge title needs build KEY=VALUE…, or read TITLE')
  const pairs = words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])
  const odd = words.find((word) => word.indexOf('=') < 1)
  if (odd !== undefined) throw new UsageError(`"${odd}" is no KEY=VALUE`)
  try {
    say(buildTitle(Object.fromEntries(pairs)))
    return YES
  } catch (error) {
    throw new UsageError(/** @type {Error} */ (error).message)
  }
}

/** Why a text is no JSON; nothing where it is. @param {string} text */
function troubleOf(text) {
  if (text.trim() === '') return 'it is empty'
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return columnOf(text)
  }
}

/** @param {string} file */
const open = (file) => (file === '-' ? process.stdin : fs.createReadStream(file, { highWaterMark: 1 << 16 }))
