// @ts-check
// `tail`: a stream as a person wants to read it, of one agent or of several, merged by time.

import { Places } from '../places.js'
import { Entries, filterOf, merged } from './entries.js'
import { Failure, NO, USAGE, UsageError, YES, wordsOf } from './failure.js'
import { isFolder } from './files.js'
import { HostPlaces } from './host-places.js'
import { Lines } from './lines.js'
import { Log, logsIn } from './log.js'
import { complain } from './print.js'
import { Screen } from './screen.js'

/** How often a stream that is followed is looked at, in milliseconds. */
const LOOK_MS = 200
/** Looks between two searches for new streams in a folder. */
const SEARCH_EVERY = 5
/** How long the last lines may take once somebody has ended it, in milliseconds. */
const PATIENCE_MS = 1_000

/** @typedef {import('./entries.js').Entry} Entry */

/** @type {import('./main.js').Command} */
export const tail = {
  usage: 'tail [FILE|DIR …] [--follow] [--json] [--type PATTERN] [--session ID] [--lines N]',
  summary: 'show what agents do, a line for each event; several streams are merged by time',
  help: `
FILE is a JSONL file of events, - is standard input. DIR is a folder with such files, or a project; the rotated ones in it
are read, too, oldest first. Without any, it is the project that the current folder belongs to.

  --follow        go on as the streams grow, also through their rotation; Ctrl-C ends it
  --type PATTERN  only these types: tool.*, swarm.turn.finished; several with commas; '!heartbeat' is all but that
  --session ID    only this session and those below it; the end of the id is enough
  --lines N       of what is there already, only the last N
  --json          the events themselves, one JSON object a line

A line that is no event is shown as that and counted, with --json on standard error. Such lines end with 1, and so does a
project without events; a file that cannot be read ends with 2. Colour only on a terminal, and not with NO_COLOR.`,
  options: {
    follow: { type: 'boolean' },
    json: { type: 'boolean' },
    type: { type: 'string' },
    session: { type: 'string' },
    lines: { type: 'string' },
  },
  run: async ({ values: { follow = false, json = false, type, session, lines }, positionals }) => {
    if (lines !== undefined && !/^\d{1,9}$/.test(lines)) throw new UsageError('--lines needs a whole number')
    const screen = new Screen(json)
    const isWanted = filterOf(type, session)
    const recent = new Recent(lines === undefined ? undefined : Number(lines))
    const counts = { read: 0, wanted: 0 }
    const show = async (/** @type {Entry} */ entry) => {
      counts.read += 1
      if (!isWanted(entry)) return
      counts.wanted += 1
      for (const one of recent.pass(entry)) await screen.show(one)
    }
    const rest = async () => {
      for (const one of recent.rest()) await screen.show(one)
      await screen.flush()
    }
    if (positionals.includes('-')) {
      if (positionals.length > 1) throw new UsageError('- is standard input, and stands alone')
      for await (const entry of inputEntries()) await show(entry)
      await rest()
    } else {
      const streams = new Streams(positionals, follow)
      const ending = follow ? new Ending() : undefined
      for (const entry of streams.history()) await show(entry)
      await rest()
      for (; ending && !ending.isHere; await ending.within(LOOK_MS)) {
        for (const entry of streams.news()) await show(entry)
        await screen.flush()
      }
      for (const entry of streams.last()) await show(entry)
      await screen.flush()
      streams.close()
    }
    if (counts.read > 0 && counts.wanted === 0) complain(`none of ${counts.read} ${counts.read === 1 ? 'line' : 'lines'} is what --type or --session asks for`)
    if (screen.bad > 0) complain(`${screen.bad} ${screen.bad === 1 ? 'line is' : 'lines are'} no event`)
    return screen.bad > 0 ? NO : YES
  },
}

/** Somebody ends what would go on for ever. */
class Ending {
  isHere = false
  #wake = () => {}

  constructor() {
    const end = () => {
      this.isHere = true
      this.#wake()
      // A reader that takes nothing more must not hold us.
      setTimeout(() => process.exit(), PATIENCE_MS).unref()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end)
  }

  /** Waits for it so long. @param {number} ms */
  within(ms) {
    return new Promise((ok) => {
      const timer = setTimeout(ok, ms)
      this.#wake = () => {
        clearTimeout(timer)
        ok(undefined)
      }
    })
  }
}

/** @returns {AsyncGenerator<Entry>} */
async function* inputEntries() {
  const lines = new Lines()
  const entries = new Entries()
  let number = 0
  const entry = (/** @type {import('./lines.js').Line} */ line) => entries.take({ ...line, file: 'standard input', number: ++number })
  for await (const chunk of process.stdin) for (const line of lines.of(chunk)) yield entry(line)
  const last = lines.end()
  if (last) yield entry(last)
}

/** What is shown of the beginning: all of it, or the last few. */
class Recent {
  #max
  /** @type {Entry[]} */
  #kept = []

  /** @param {number | undefined} max */
  constructor(max) {
    this.#max = max
  }

  /** @param {Entry} entry */
  pass(entry) {
    if (this.#max === undefined) return [entry]
    this.#kept.push(entry)
    // Seldom, and then many at once.
    if (this.#kept.length > 2 * this.#max + 100) this.#kept = this.#last()
    return []
  }

  /** From now on everything is passed. */
  rest() {
    const kept = this.#last()
    this.#max = undefined
    this.#kept = []
    return kept
  }

  #last() {
    return this.#max === undefined ? [] : this.#kept.slice(Math.max(this.#kept.length - this.#max, 0))
  }
}

/** All that is read. */
class Streams {
  /** By file. @type {Map<string, { log: Log, entries: Entries }>} */
  #logs = new Map()
  /** Where streams are looked for, found anew each time: a project may get its state folder later. @type {(() => string)[]} */
  #folders
  #looks = 0
  /** What is so new that something before it may yet come. @type {Entry[]} */
  #held = []

  /** @param {string[]} named @param {boolean} willFollow what is not there yet is then waited for */
  constructor(named, willFollow) {
    this.#folders = named.length > 0 ? named.filter(isFolder).map((folder) => () => folderOf(folder)) : [() => stateOf('.')]
    for (const folder of this.#folders) this.#search(folder())
    for (const file of named.filter((place) => !isFolder(place))) this.#add(file, { withRotated: false, mayWait: willFollow })
    if (this.#logs.size > 0 || willFollow) return
    const places = this.#folders.map((folder) => folder()).join(', ')
    throw new Failure(`there are no events in ${places}`, { remedy: 'opencode-swarm-pack doctor says whether the pack is at work' })
  }

  history() {
    return merged([...this.#logs.values()].map(({ log, entries }) => entries.of(log.read())))
  }

  /** @returns {Entry[]} */
  news() {
    if (++this.#looks % SEARCH_EVERY === 0) for (const folder of this.#folders) quietly(() => this.#search(folder()))
    const now = Date.now()
    const logs = [...this.#logs.values()]
    const found = [...this.#held, ...logs.flatMap(({ log, entries }) => [...entries.of(log.follow())])]
    this.#held = found.filter(({ atMs }) => atMs >= now)
    return found.filter(({ atMs }) => atMs < now).sort((a, b) => a.atMs - b.atMs)
  }

  /** @returns {Entry[]} */
  last() {
    const logs = [...this.#logs.values()]
    const found = [...this.#held, ...logs.flatMap(({ log, entries }) => [...entries.of(log.follow()), ...entries.of(log.end())])]
    return found.sort((a, b) => a.atMs - b.atMs)
  }

  close() {
    for (const { log } of this.#logs.values()) log.close()
  }

  /** @param {string} folder */
  #search(folder) {
    for (const file of isFolder(folder) ? readable(folder, () => logsIn(folder)) : []) this.#add(file, { withRotated: true, mayWait: true })
  }

  /** @param {string} file @param {{ withRotated: boolean, mayWait: boolean }} how */
  #add(file, { withRotated, mayWait }) {
    if (this.#logs.has(file)) return
    const log = new Log(file)
    readable(file, () => log.open({ withRotated, mayWait }))
    this.#logs.set(file, { log, entries: new Entries() })
  }
}

/** A folder with streams, or the state folder of what is a project. @param {string} folder */
function folderOf(folder) {
  return readable(folder, () => (logsIn(folder).length > 0 ? folder : stateOf(folder)))
}

/** The state folder of a project; nothing is made. @param {string} folder */
function stateOf(folder) {
  const { directory, worktree } = new HostPlaces(folder)
  return new Places(directory, worktree).foundState()
}

/** @template T @param {string} what @param {() => T} read */
function readable(what, read) {
  try {
    return read()
  } catch (/** @type {any} */ error) {
    if (error?.syscall === undefined) throw error
    throw new Failure(`cannot read ${what}: ${wordsOf(error)}`, { exitCode: USAGE })
  }
}

/** @param {() => void} act */
function quietly(act) {
  try {
    act()
  } catch {
    // A folder that went away may come again.
  }
}
