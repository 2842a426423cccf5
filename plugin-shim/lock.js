// @ts-check
// Lock files: which sessions a process has open, so that the next start can close them when it died without a word.
// One file for each boot, `<state>/lock/<boot id>.jsonl`, from its first session on: who it is, then a line for each session
// that opens or closes.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Files taken over at one start; the next one goes on. */
const CLAIMS_MAX = 64
/** Longest file that is read, in bytes: a process that opened so many sessions is no more to be told of. */
const LOCK_BYTES_MAX = 1 << 20
/** Age at which a lock from elsewhere that promised nothing is dead, in milliseconds: a week. */
const STALE_MS = 604_800_000
/** How long a file may stay claimed before its claimant counts as dead, too, in milliseconds. */
const CLAIM_MS = 60_000

export class Locks {
  #places
  /** The boot whose file is ours. @type {string | undefined} */
  #bootId

  /** @param {import('./places.js').Places} places */
  constructor(places) {
    this.#places = places
  }

  /**
   * Takes over the files of processes that are gone. A file is claimed by renaming it, so that of two processes that
   * start together only one writes its tombstones; `forget` deletes what was taken over.
   */
  adopt() {
    /** @type {import('./types.js').Orphan[]} */
    const orphans = []
    /** @type {string[]} */
    const claimed = []
    try {
      const folder = this.#folder()
      for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
        if (claimed.length >= CLAIMS_MAX) break
        const lock = claim(path.join(folder, name))
        if (!lock) continue
        claimed.push(lock.file)
        orphans.push({ boot_id: lock.boot_id, sessions: lock.sessions })
      }
    } catch {
      // No state folder: nothing to adopt, and the sinks will say so.
    }
    return { orphans, forget: () => claimed.forEach((file) => quietly(() => fs.unlinkSync(file))) }
  }

  /** @param {{ boot_id: string, stale_after_ms?: number }} boot */
  begin({ boot_id, stale_after_ms }) {
    this.remove()
    this.#bootId = boot_id
    quietly(() => {
      const folder = this.#folder()
      // Not its parents: a state folder that somebody took away is made anew by the events, with all that belongs to it.
      if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 })
      fs.writeFileSync(this.#file(boot_id), line({ boot_id, stale_after_ms, ...self() }), { mode: 0o600 })
    })
  }

  /** @param {{ session_id: string, is_open: boolean }} note */
  note({ session_id, is_open }) {
    this.#own((file) => fs.appendFileSync(file, line({ session_id, is_open })))
  }

  /** Gives up the own file and tells what was in it. */
  abandon() {
    /** @type {import('./types.js').Orphan[]} */
    const orphans = []
    this.#own((file) => orphans.push(read(file).orphan))
    this.remove()
    return orphans
  }

  refresh() {
    this.#own((file) => fs.utimesSync(file, new Date(), new Date()))
  }

  remove() {
    this.#own((file) => fs.unlinkSync(file))
    this.#bootId = undefined
  }

  /** @param {(file: string) => void} act */
  #own(act) {
    const bootId = this.#bootId
    if (bootId !== undefined) quietly(() => act(this.#file(bootId)))
  }

  #folder() {
    return path.join(this.#places.state(), 'lock')
  }

  /** @param {string} bootId */
  #file(bootId) {
    return path.join(this.#folder(), `${bootId}.jsonl`)
  }
}

/** @param {string} file */
function claim(file) {
  try {
    const found = fs.lstatSync(file)
    const { mtimeMs, size } = found
    if (!found.isFile() || size > LOCK_BYTES_MAX) return undefined
    const ageMs = Date.now() - mtimeMs
    const isClaim = file.endsWith('.claimed')
    if (isClaim ? ageMs < CLAIM_MS : !file.endsWith('.jsonl')) return undefined
    const lock = read(file)
    if (!isClaim && !isGone(lock.owner, ageMs)) return undefined
    const taken = `${file.replace(/(\.\d+\.claimed)+$/, '')}.${process.pid}.claimed`
    // First the time, then the name: under its new name it must not look left behind.
    const now = new Date()
    fs.utimesSync(file, now, now)
    if (taken !== file) fs.renameSync(file, taken)
    return { file: taken, ...lock.orphan }
  } catch {
    return undefined // somebody else was first, or it is no lock
  }
}

/** @param {string} file */
function read(file) {
  const [head = '', ...rest] = fs.readFileSync(file, 'utf8').split('\n')
  const owner = JSON.parse(head)
  const sessions = new Set()
  for (const text of rest.slice(0, -1)) {
    const { session_id, is_open } = JSON.parse(text) // the line that death tore has no end, and is left out
    if (is_open) sessions.add(String(session_id))
    else sessions.delete(String(session_id))
  }
  return { owner, orphan: { boot_id: String(owner.boot_id), sessions: [...sessions] } }
}

/**
 * Whether the process of a lock is gone. On the same machine its id and start time tell; from a container beside us, or
 * the machine before, only its age does, where it promised to refresh it.
 *
 * @param {any} owner
 * @param {number} ageMs
 */
export function isGone(owner, ageMs) {
  const me = self()
  if (owner.machine === me.machine) return !isAlive(owner.pid, owner.start)
  return ageMs > (typeof owner.stale_after_ms === 'number' ? owner.stale_after_ms : STALE_MS)
}

/** @param {number} pid @param {string | null} start */
function isAlive(pid, start) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return /** @type {any} */ (error).code === 'EPERM'
  }
  // The id may be another process's by now.
  return start === null || startOf(pid) === start
}

/** Who we are: process, its start, and the world in which the process id means something. */
export function self() {
  return { pid: process.pid, start: startOf(process.pid), machine: `${os.hostname()} ${link('/proc/self/ns/pid')}` }
}

/** When a process started: the boot of the machine and the clock ticks since. Nothing where there is no /proc. @param {number} pid */
export function startOf(pid) {
  // The command name may hold anything, also brackets and spaces; the fields after the last bracket do not.
  const ticks = text(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19]
  return ticks === undefined ? null : `${text('/proc/sys/kernel/random/boot_id')} ${ticks}`
}

/** @param {string} file */
function text(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

/** @param {string} file */
function link(file) {
  try {
    return fs.readlinkSync(file)
  } catch {
    return ''
  }
}

/** @param {object} value */
const line = (value) => JSON.stringify(value) + '\n'

/** A tombstone that will be missing is no reason to disturb anybody. @param {() => void} act */
function quietly(act) {
  try {
    act()
  } catch {
    // As said.
  }
}
