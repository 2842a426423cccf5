// @ts-check
// `outbox`: the callbacks of this project that nobody has answered yet.

import fs from 'node:fs'
import path from 'node:path'
import { isGone } from '../lock.js'
import { Places } from '../places.js'
import { Runtime } from '../runtime.js'
import { newCliCore } from '../cli-core.js'
import { Failure, UsageError, YES, wordsOf } from './failure.js'
import { HostPlaces } from './host-places.js'
import { say, sayJson, showProgress } from './print.js'

/** How long `replay` goes on, in milliseconds, while something is still to be delivered. */
const REPLAY_MS_MAX = 60_000
/** A journal from another machine that was not refreshed for so long, in milliseconds, is nobody's. */
const STALE_MS = 600_000

/** @type {import('./main.js').Command} */
export const outbox = {
  usage: 'outbox list|replay|drop [ID…] [--json]',
  summary: 'the callbacks of this project that nobody has answered yet',
  help: `
  list       what waits: id, receiver, key, attempts, age; and whose it is
  replay     tries now what processes that are gone left behind, as the next start of OpenCode would
  drop ID…   gives callbacks up; --all gives up all

What belongs to an OpenCode that runs is left to it.

  --all    for drop: all of them
  --json   for programs`,
  options: { json: { type: 'boolean' }, all: { type: 'boolean' } },
  run: async ({ values, positionals: [act, ...ids] }) => {
    if (ids.length > 0 && (act === 'list' || act === 'replay')) throw new UsageError(`outbox ${act} takes no "${ids[0]}"; it is about the project you are in`)
    const host = new HostPlaces(process.cwd())
    const places = new Places(host.directory, host.worktree)
    switch (act) {
      case 'list':
        return list(places, values.json)
      case 'replay':
        return await replay(places, host.worktree, values.json)
      case 'drop':
        return drop(places, ids, values)
      default:
        throw new UsageError('outbox needs one of: list, replay, drop')
    }
  },
}

/** @param {Places} places @param {boolean} isJson */
function list(places, isJson) {
  const entries = entriesOf(places)
  if (isJson) sayJson({ ok: true, entries })
  else for (const entry of entries) say(`${entry.entry_id}  ${entry.receiver}  ${entry.key}  ${entry.attempts} attempts  ${age(entry)}${entry.owner_pid ? `  (process ${entry.owner_pid})` : ''}`)
  if (!isJson) say(`${entries.length} waiting`)
  return YES
}

/** @param {Places} places @param {string} worktree @param {boolean} isJson */
async function replay(places, worktree, isJson) {
  const waiting = () => entriesOf(places).filter((entry) => entry.owner_pid === null || entry.owner_pid === process.pid)
  const before = waiting().length
  if (before > 0) {
    const host = { lookUp: () => {}, toast: () => {}, answerAsk: () => {}, streamed: () => '' }
    const runtime = await Runtime.open({ directory: places.directory, worktree, options: { heartbeat: { enabled: false } }, host }, undefined)
    if (!runtime) throw new Failure('the pack is switched off', { remedy: 'take away SWARM_PACK=0, or "enabled": false' })
    const end = Date.now() + REPLAY_MS_MAX
    for (let left = before; left > 0 && Date.now() < end; left = waiting().length) {
      showProgress(`${left} to deliver`)
      await new Promise((ok) => setTimeout(ok, 100))
    }
    await runtime.dispose()
    showProgress('')
  }
  const left = waiting().length
  if (isJson) sayJson({ ok: left === 0, before, left })
  else say(`${before - left} done, ${left} left`)
  return left === 0 ? YES : 1
}

/** @param {Places} places @param {string[]} ids @param {{ all?: boolean, json?: boolean }} values */
function drop(places, ids, { all, json }) {
  if (!all && ids.length === 0) throw new UsageError('drop needs the ids of callbacks, or --all')
  const entries = entriesOf(places)
  const unknown = ids.find((id) => !entries.some((entry) => entry.entry_id === id))
  if (unknown) throw new Failure(`no callback ${unknown} waits here`, { remedy: 'outbox list names them' })
  const wanted = entries.filter((entry) => all || ids.includes(entry.entry_id))
  const busy = wanted.find((entry) => entry.owner_pid !== null)
  if (busy) throw new Failure(`${busy.entry_id} belongs to the OpenCode of process ${busy.owner_pid}`, { remedy: 'end it first' })
  for (const { file, entry_id } of wanted) fs.appendFileSync(path.join(folderOf(places), file), `\n${JSON.stringify({ is: 'dead_lettered', id: entry_id })}\n`)
  if (json) sayJson({ ok: true, dropped: wanted.map((entry) => entry.entry_id) })
  else say(`${wanted.length} dropped`)
  return YES
}

/** @param {Places} places */
const folderOf = (places) => path.join(places.foundState('outbox'), 'outbox')

/** @param {Places} places @returns {any[]} */
function entriesOf(places) {
  const folder = folderOf(places)
  if (!fs.existsSync(folder)) return []
  const core = newCliCore()
  const files = fs.readdirSync(folder).filter((name) => /\.(jsonl|claimed)$/.test(name))
  return files.flatMap((file) => {
    try {
      const text = fs.readFileSync(path.join(folder, file), 'utf8')
      const owner_pid = ownerOf(file, text, Date.now() - fs.statSync(path.join(folder, file)).mtimeMs)
      const lines = core.journal_entries(text).split('\n').filter(Boolean)
      return lines.map((line) => ({ ...JSON.parse(line), owner_pid, file }))
    } catch (/** @type {any} */ error) {
      if (error?.code === 'ENOENT') return [] // taken over meanwhile
      throw new Failure(`cannot read ${file}: ${wordsOf(error)}`)
    }
  })
}

/** The process that still works with a journal. @param {string} file @param {string} text @param {number} ageMs */
function ownerOf(file, text, ageMs) {
  if (!file.endsWith('.jsonl') || file.endsWith('.left.jsonl')) return null
  try {
    const owner = JSON.parse(text.split('\n', 1)[0] ?? '')
    return isGone({ ...owner, stale_after_ms: STALE_MS }, ageMs) ? null : Number(owner.pid)
  } catch {
    return null
  }
}

/** @param {{ queued_at_ms: number }} entry */
function age({ queued_at_ms }) {
  const seconds = Math.max(0, Math.round((Date.now() - queued_at_ms) / 1000))
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
