// @ts-check
// Where lines go. A line is written with one call and is with the system when `append` returns.
// A sink that fails never throws: lines are kept within a bound, and written in order when it works again.

import fs from 'node:fs'
import path from 'node:path'
import { EventsFile } from './events-file.js'
import { codeOf } from './places.js'

/** @typedef {import('./types.js').Input} Input */
/** @typedef {{ write(line: string): void, close(): void, place: string }} Target throws where it cannot write a line whole */

/** Most that a failing sink keeps, in characters: several minutes of a busy agent. */
const BACKLOG_LENGTH_MAX = 1 << 20

export class Sinks {
  /** @type {Map<string, Sink>} */
  #sinks = new Map()
  #places
  #rotation
  #report

  /**
   * @param {import('./places.js').Places} places
   * @param {number[]} rotation size and number of rotated files
   * @param {(input: Input) => void} report
   */
  constructor(places, rotation, report) {
    this.#places = places
    this.#rotation = rotation
    this.#report = report
  }

  /** @param {string} name the sink as it is configured @param {string} line */
  append(name, line) {
    let sink = this.#sinks.get(name)
    if (!sink) this.#sinks.set(name, (sink = new Sink(name, this.#target(name), this.#report)))
    sink.append(line)
  }

  close() {
    for (const sink of this.#sinks.values()) sink.close()
    this.#sinks.clear()
  }

  /** @param {string} name @returns {Target} */
  #target(name) {
    if (name === 'stdout') return new Descriptor(1, name)
    if (name === 'stderr') return new Descriptor(2, name)
    if (name.startsWith('fd:')) return new Descriptor(Number(name.slice(3)), name)
    const [bytes = 0, files = 0] = this.#rotation
    const locate = name.startsWith('file:') ? this.#resolve(name.slice(5)) : () => path.join(this.#places.makeState(), 'events.jsonl')
    const file = new EventsFile(locate, { bytes, files }, (rotated) => this.#report({ log_rotated: rotated }))
    if (name.startsWith('file:')) file.place = name.slice(5) // until it is found
    return file
  }

  /** @param {string} file */
  #resolve(file) {
    const home = file.startsWith('~/') ? path.join(this.#places.home, file.slice(2)) : file
    return () => {
      const found = path.resolve(this.#places.directory, home)
      fs.mkdirSync(path.dirname(found), { recursive: true, mode: 0o700 })
      return found
    }
  }
}

/** A target and what it would not take yet. */
class Sink {
  #name
  #target
  #report
  /** @type {string[]} */
  #backlog = []
  #length = 0
  #isFailing = false

  /** @param {string} name @param {Target} target @param {(input: Input) => void} report */
  constructor(name, target, report) {
    this.#name = name
    this.#target = target
    this.#report = report
  }

  /** @param {string} line */
  append(line) {
    this.#keep(line)
    try {
      for (; this.#backlog.length > 0; this.#drop()) this.#target.write(this.#backlog[0] ?? '')
      if (this.#isFailing) this.#report({ sink_recovered: { sink: this.#name } })
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#report({ sink_failed: { sink: this.#name, code: codeOf(error), place: this.#target.place } })
      this.#isFailing = true
    }
  }

  close() {
    if (this.#backlog.length > 0) this.append('')
    this.#target.close()
  }

  /** @param {string} line */
  #keep(line) {
    this.#backlog.push(line)
    this.#length += line.length
    let lines = 0
    for (; this.#length > BACKLOG_LENGTH_MAX; lines++) this.#drop()
    if (lines > 0) this.#report({ lines_lost: { sink: this.#name, lines } })
  }

  #drop() {
    this.#length -= this.#backlog.shift()?.length ?? 0
  }
}

/** An open descriptor of the process. Its lines are short enough for a pipe to take them whole or not at all. */
class Descriptor {
  #fd
  /** @type {number | undefined} */
  #own
  /** A line of which a part was taken. @type {{ line: string, rest: Buffer } | undefined} */
  #torn

  /** @param {number} fd @param {string} place */
  constructor(fd, place) {
    this.#fd = fd
    this.place = place
  }

  /**
   * What of a line was not taken is written first when the line is handed over again, or another one in its place.
   *
   * @param {string} line
   */
  write(line) {
    if (line === '' && !this.#torn) return
    const own = line === this.#torn?.line ? '' : line
    const bytes = Buffer.concat([this.#torn?.rest ?? Buffer.alloc(0), Buffer.from(own)])
    let at = 0
    try {
      const fd = (this.#own ??= this.#open())
      while (at < bytes.length) at += took(fs.writeSync(fd, bytes, at))
      this.#torn = undefined
    } catch (error) {
      if (this.#torn || at > 0) this.#torn = { line, rest: bytes.subarray(at) }
      throw error
    }
  }

  close() {
    if (this.#own !== undefined && this.#own !== this.#fd) fs.closeSync(this.#own)
    this.#own = undefined
  }

  /** A pipe is opened anew so that a reader who stopped reading cannot hold up the host; a socket cannot be. */
  #open() {
    if (!fs.fstatSync(this.#fd).isFIFO()) return this.#fd
    try {
      return fs.openSync(`/proc/self/fd/${this.#fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
    } catch {
      return this.#fd
    }
  }
}

/** Nothing taken, and no error said, would go on for ever. @param {number} bytes */
function took(bytes) {
  if (bytes > 0) return bytes
  throw Object.assign(new Error('nothing was taken'), { code: 'ENOSPC' })
}
