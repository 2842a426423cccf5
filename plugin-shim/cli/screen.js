// @ts-check
// Where `tail` shows its lines: time, who, what, in the width of the terminal; or the events as they are.

import { cut, plain, plainJson } from './plain.js'
import { complain, paint } from './print.js'
import { wordsOfEvent } from './tail-words.js'

/** Text that is written at once, in characters. */
const WRITE_LENGTH = 1 << 16
/** Widest column of names, in characters. */
const WHO_LENGTH_MAX = 28
/** Characters of an id that are shown: its end, which differs first. */
const ID_LENGTH = 6

/** @typedef {import('./entries.js').Entry} Entry */

export class Screen {
  #isJson
  #text = ''
  #whoLength = 0
  /** Lines that were no events. */
  bad = 0

  /** @param {boolean} isJson */
  constructor(isJson) {
    this.#isJson = isJson
  }

  /** @param {Entry} entry */
  async show(entry) {
    if (entry.event === undefined) this.bad += 1
    this.#text += this.#isJson ? this.#json(entry) : `${this.#line(entry)}\n`
    if (this.#text.length >= WRITE_LENGTH) await this.flush()
  }

  /** A reader that is slow is waited for: nothing piles up. */
  async flush() {
    const text = this.#text
    this.#text = ''
    if (text !== '' && !process.stdout.write(text)) await new Promise((ok) => process.stdout.once('drain', () => ok(undefined)))
  }

  /** @param {Entry} entry */
  #json(entry) {
    if (entry.event !== undefined) return `${plainJson(entry.found.text).trim()}\n`
    complain(problemOf(entry))
    return ''
  }

  /** @param {Entry} entry */
  #line(entry) {
    if (entry.event === undefined) return paint('red', this.#fit(problemOf(entry)))
    const who = whoOf(entry.event)
    this.#whoLength = Math.max(this.#whoLength, who.length)
    const [words, colour] = wordsOfEvent(entry.event)
    const [when, what] = [timeOf(entry.atMs), `${who.padEnd(this.#whoLength)}  `]
    const shown = this.#fit(`${when}  ${what}${words}`).slice(when.length + 2 + what.length)
    return `${paint('grey', when)}  ${what}${colour ? paint(colour, shown) : shown}`
  }

  /** One line stays one line on a terminal. @param {string} text */
  #fit(text) {
    return process.stdout.isTTY && process.stdout.columns > 60 ? cut(text, process.stdout.columns) : text
  }
}

/** @param {Entry} entry */
const problemOf = ({ found, problem }) => plain(`${found.file}: line ${found.number} is no event: ${problem}`)

/** The agent, else the start of the pack; and the session. @param {any} event */
function whoOf({ agent_id, boot_id, session_id }) {
  const agent = text(agent_id) || end(boot_id) || '-'
  return cut(plain(session_id ? `${cut(agent, WHO_LENGTH_MAX - ID_LENGTH - 1)}/${end(session_id)}` : cut(agent, WHO_LENGTH_MAX)), WHO_LENGTH_MAX)
}

/** @param {unknown} id */
const end = (id) => text(id).slice(-ID_LENGTH)

/** @param {unknown} value */
const text = (value) => (typeof value === 'string' ? value : '')

/** Local time, with the day. @param {number} ms */
function timeOf(ms) {
  const date = new Date(ms)
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
