// @ts-check
// One events file as it is written: read to its end, then again and again, through rotation and truncation.
//
// Nothing is lost by a rotation. The file that was put aside stays open until nobody can be writing to it any more, and
// files that came and went between two looks are found by their numbers.

import fs from 'node:fs'
import path from 'node:path'
import { Lines } from './lines.js'

/** How long a file that was put aside is still looked at, in milliseconds: a writer that had it open writes within one. */
const GRACE_MS = 2_000
const CHUNK_BYTES = 1 << 16

/** @typedef {import('./lines.js').Line & { file: string, number: number }} Found a line with its place */

/** One file, open. */
class Piece {
  #lines = new Lines()
  #number = 0
  #offset = 0
  /** When its name began to be another's. @type {number | undefined} */
  replacedAt

  /** @param {string} file @param {number} fd @param {fs.Stats} stats */
  constructor(file, fd, stats) {
    this.file = file
    this.fd = fd
    this.key = keyOf(stats)
  }

  /** What is new in it. @returns {Generator<Found>} */
  *read() {
    const { size } = fs.fstatSync(this.fd)
    if (size < this.#offset) {
      // Somebody emptied it: what is there now begins anew.
      yield* this.end()
      this.#offset = this.#number = 0
    }
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (;;) {
      const bytes = fs.readSync(this.fd, chunk, 0, CHUNK_BYTES, this.#offset)
      if (bytes === 0) return
      this.#offset += bytes
      for (const line of this.#lines.of(chunk.subarray(0, bytes))) yield this.#placed(line)
    }
  }

  /** There will be no more. @returns {Generator<Found>} */
  *end() {
    const torn = this.#lines.end()
    if (torn) yield this.#placed(torn)
  }

  /** @param {import('./lines.js').Line} line @returns {Found} */
  #placed(line) {
    return { ...line, file: this.file, number: ++this.#number }
  }
}

/** A file with those that were rotated away from it. */
export class Log {
  /** Oldest first; the last one has the name. @type {Piece[]} */
  #pieces = []

  /** @param {string} file */
  constructor(file) {
    this.file = file
  }

  /**
   * Opens what there is. Throws where it cannot be read, or is not there and may not come yet.
   *
   * @param {{ withRotated: boolean, mayWait: boolean }} how
   */
  open({ withRotated, mayWait }) {
    // Newest first: a rotation meanwhile shows a file a second time, and hides none.
    const current = openPiece(this.file)
    const opened = current ? [current] : []
    this.#pieces = withRotated ? [...this.#rotated(new Set(opened.map(({ key }) => key)), undefined), ...opened] : opened
    if (this.#pieces.length === 0 && !mayWait) fs.statSync(this.file) // says why
  }

  /** What is there and was not read yet. @returns {Generator<Found>} */
  *read() {
    for (const piece of this.#pieces) yield* piece.read()
  }

  /** What is there and was not read yet, also in files that took the name since. @returns {Generator<Found>} */
  *follow() {
    const last = this.#pieces.at(-1)
    const stats = fs.statSync(this.file, { throwIfNoEntry: false })
    if (stats && keyOf(stats) !== last?.key) {
      if (last) last.replacedAt ??= Date.now()
      const current = quietly(() => openPiece(this.file))
      if (current && this.#pieces.every(({ key }) => key !== current.key)) {
        const known = new Set([...this.#pieces.map(({ key }) => key), current.key])
        const between = last ? this.#rotated(known, last.key) : []
        for (const piece of between) piece.replacedAt = Date.now()
        this.#pieces.push(...between, current)
      } else if (current) fs.closeSync(current.fd)
    }
    yield* this.read()
    for (const piece of this.#pieces.filter(({ replacedAt }) => replacedAt !== undefined && Date.now() - replacedAt > GRACE_MS)) {
      yield* piece.end()
      fs.closeSync(piece.fd)
      this.#pieces.splice(this.#pieces.indexOf(piece), 1)
    }
  }

  /** Lines that never got their ends. @returns {Generator<Found>} */
  *end() {
    for (const piece of this.#pieces) yield* piece.end()
  }

  close() {
    for (const { fd } of this.#pieces.splice(0)) fs.closeSync(fd)
  }

  /**
   * Rotated files, oldest first, down to the one that is known already.
   *
   * @param {Set<string>} known keys of files that are open
   * @param {string | undefined} until key of a file: older ones are not wanted
   */
  #rotated(known, until) {
    /** @type {Piece[]} */
    const found = []
    let gaps = 0
    for (let n = 1; ; n++) {
      const piece = quietly(() => openPiece(`${this.file}.${n}`))
      if (!piece) {
        // A rotation moves the files up one by one, and so leaves one number free at a time.
        if (++gaps > 1) return found
        continue
      }
      if (piece.key === until || known.has(piece.key)) {
        fs.closeSync(piece.fd)
        if (piece.key === until) return found
      } else {
        known.add(piece.key)
        found.unshift(piece)
      }
    }
  }
}

/** The streams of a folder, by their names without the numbers of rotation. @param {string} folder */
export function logsIn(folder) {
  const names = fs.readdirSync(folder).flatMap((name) => /^(.+\.jsonl)(?:\.\d+)?$/.exec(name)?.[1] ?? [])
  // In a state folder other things are written as lines, too.
  const streams = names.includes('events.jsonl') ? ['events.jsonl'] : [...new Set(names)].sort()
  return streams.map((name) => path.join(folder, name))
}

/** Nothing where there is no such file; throws where it cannot be read. @param {string} file */
function openPiece(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (!found) return undefined
  // To open a pipe would wait for its writer.
  if (found.isDirectory()) throw Object.assign(new Error(file), { code: 'EISDIR', syscall: 'open' })
  if (!found.isFile()) throw Object.assign(new Error(file), { code: 'it is no regular file', syscall: 'open' })
  const fd = fs.openSync(file, 'r')
  return new Piece(file, fd, fs.fstatSync(fd))
}

/** @param {fs.Stats} stats */
const keyOf = ({ dev, ino }) => `${dev}:${ino}`

/** @template T @param {() => T} act @returns {T | undefined} */
function quietly(act) {
  try {
    return act()
  } catch {
    return undefined
  }
}
