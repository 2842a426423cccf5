// @ts-check
// Carries out what the core orders for callbacks: journal first, then the request, and what came of it back to the core.

import fs from 'node:fs'
import path from 'node:path'
import { send } from './callback.js'
import { Journal } from './journal.js'

/** @typedef {import('./types.js').Effect} Effect */
/** @typedef {import('./types.js').Input} Input */

/** How long the end of the host waits for answers, in milliseconds. */
const DRAIN_MS_MAX = 3_000
/** Sizes at which the audit file begins anew, the one before kept beside it. */
const AUDIT_BYTES_MAX = 10 << 20
/** States of a run that nothing but another of them replaces. */
const FINAL = ['completed', 'failed']
/** Largest file of a run that is read, in bytes. */
const RUN_BYTES_MAX = 1 << 20

export class Mailbox {
  #places
  #tell
  #journal
  /** @type {Set<Promise<void>>} */
  #inFlight = new Set()
  #isClosed = false
  /** What is to be merged into the files of runs, by file. @type {Map<string, any>} */
  #runs = new Map()

  /**
   * @param {import('./places.js').Places} places
   * @param {(input: Input) => void} tell a fact that comes later
   * @param {(input: Input) => void} report a fact caused by an order
   */
  constructor(places, tell, report) {
    this.#places = places
    this.#tell = tell
    this.#journal = new Journal(places, report)
  }

  /** Goes on with what earlier processes could not deliver. */
  adopt() {
    this.#journal.adopt((lines) => this.#tell({ journal_adopted: { lines } }))
  }

  /** Goes on with our own after the core was started anew. */
  readopt() {
    this.#journal.readopt((lines) => this.#tell({ journal_adopted: { lines } }))
  }

  /** @param {Extract<Effect, { effect: 'append_journal' | 'replace_journal' | 'send_callback' | 'append_audit' | 'mirror_audit' | 'merge_run' }>} effect */
  obey(effect) {
    switch (effect.effect) {
      case 'append_journal':
        return this.#journal.append(effect.line)
      case 'replace_journal':
        return this.#journal.replace(effect.lines)
      case 'send_callback':
        return this.#send(effect)
      case 'append_audit':
        return quietly(() => this.#audit(effect.folder, effect.line))
      case 'mirror_audit':
        return quietly(() => append(effect.file ? path.resolve(this.#places.directory, effect.file) : path.join(this.#places.bridge(), 'audit', 'callbacks.jsonl'), effect.line))
      case 'merge_run':
        this.#mergeSoon(path.join(this.#places.state(), 'runs', `${effect.run_id}.json`), JSON.parse(effect.fields))
        if (effect.is_mirrored) this.#mergeSoon(path.join(this.#places.bridge(), 'runs', `${effect.run_id}.json`), JSON.parse(effect.fields))
    }
  }

  /** Waits for what is under way, within a bound. */
  async drain() {
    const end = Date.now() + DRAIN_MS_MAX
    while (this.#inFlight.size > 0 && Date.now() < end) {
      /** @type {NodeJS.Timeout | undefined} */
      let timer
      const over = new Promise((ok) => (timer = setTimeout(ok, end - Date.now())))
      await Promise.race([over, ...this.#inFlight])
      clearTimeout(timer)
    }
  }

  /** Nothing that comes later is told any more. */
  close() {
    this.#isClosed = true
    while (this.#mergeNext());
    this.#journal.leave()
  }

  /** @param {Extract<Effect, { effect: 'send_callback' }>} order */
  #send({ entry_id, attempt, request }) {
    const sending = this.#journal
      .synced()
      .then(() => send(entry_id, request))
      .catch((error) => ({ error: String(error?.code ?? 'journal_failed'), was_sent: false }))
      .then((outcome) => {
        this.#inFlight.delete(sending)
        if (!this.#isClosed) this.#tell({ callback_settled: { entry_id, attempt, outcome } })
      })
    this.#inFlight.add(sending)
  }

  /**
   * A file is made anew for it, which takes half a millisecond: not while a hook is waited for, and one in each turn of
   * the host's loop.
   *
   * @param {string} file
   * @param {any} fields
   */
  #mergeSoon(file, fields) {
    if (this.#runs.size === 0) setImmediate(() => this.#mergeInTurn())
    this.#runs.set(file, merged(this.#runs.get(file) ?? {}, fields))
  }

  #mergeInTurn() {
    if (this.#mergeNext() && this.#runs.size > 0) setImmediate(() => this.#mergeInTurn())
  }

  /** Whether there was one. */
  #mergeNext() {
    const [next] = this.#runs
    if (!next) return false
    this.#runs.delete(next[0])
    quietly(() => mergeRun(...next))
    return true
  }

  /** @param {string | undefined} folder @param {string} line */
  #audit(folder, line) {
    append(folder ? path.join(path.resolve(this.#places.directory, folder), 'bridge-callback-audit.jsonl') : path.join(this.#places.state(), 'audit.jsonl'), line)
  }
}

/** @param {string} file @param {string} line */
function append(file, line) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > AUDIT_BYTES_MAX) fs.renameSync(file, `${file}.1`)
  fs.appendFileSync(file, line, { mode: 0o600 })
}

/** Another name first, so that at every instant there is a whole file. @param {string} file @param {any} fields */
function mergeRun(file, fields) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${process.pid}.new`
  fs.writeFileSync(next, JSON.stringify(merged(readObject(file), fields), null, 2) + '\n', { mode: 0o600 })
  fs.renameSync(next, file)
}

/** A final state stays, whatever else becomes known. @param {any} before @param {any} fields */
function merged(before, fields) {
  const all = { ...before, ...fields }
  if (FINAL.includes(before.state) && !FINAL.includes(all.state)) all.state = before.state
  return all
}

/** @param {string} file @returns {any} */
function readObject(file) {
  try {
    if (fs.statSync(file).size > RUN_BYTES_MAX) return {}
    const value = JSON.parse(fs.readFileSync(file, 'utf8'))
    return value && typeof value === 'object' && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}

/** A record that will be missing is no reason to disturb anybody. @param {() => void} act */
function quietly(act) {
  try {
    act()
  } catch {
    // As said.
  }
}
