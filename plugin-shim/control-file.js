// @ts-check
// Lines in a file as a way in for answers. What an answer means, and whether it is taken, the core says.
//
// The file is read from where it ended when this process began, and only while something waits.

import fs from 'node:fs'

/** Between two looks at the file, in milliseconds: a person does not notice it. */
const POLL_MS = 250
/** How long the file is looked at when nothing waits any more, in milliseconds: an answer that comes late is told of. */
const GRACE_MS = 3_000
/** Longest line, in bytes; a longer one is no answer. */
const LINE_BYTES_MAX = 1 << 20
/** Read at once, in bytes. */
const CHUNK_BYTES = 1 << 16
/** Lines that one look takes in: the rest waits for the next. */
const LINES_MAX = 1_000

export class ControlFile {
  #locate
  #take
  /** How much of it has been read. */
  #offset = 0
  #inode = 0
  /** Bytes of a line that has not ended. @type {Buffer[]} */
  #rest = []
  #restBytes = 0
  #isSkipping = false
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer
  #graceEnd = Infinity

  /**
   * @param {() => string} locate the path; throws where there can be none
   * @param {(line: string) => void} take
   */
  constructor(locate, take) {
    this.#locate = locate
    this.#take = take
  }

  /** Notes where the file ends: what stands in it was meant for others. */
  begin() {
    try {
      const found = fs.statSync(this.#locate(), { throwIfNoEntry: false })
      this.#offset = found?.size ?? 0
      this.#inode = found?.ino ?? 0
    } catch {
      this.#offset = 0 // there is no place for it: all of it will be new
    }
  }

  /** @param {boolean} isOn */
  watch(isOn) {
    this.#graceEnd = isOn ? Infinity : performance.now() + GRACE_MS
    if (isOn && this.#timer === undefined) {
      this.#make()
      this.#timer = setInterval(() => this.#look(), POLL_MS)
    }
    // A process in which a call waits has something to live for; afterwards the looking alone keeps none alive.
    if (isOn) this.#timer?.ref?.()
    else this.#timer?.unref?.()
  }

  stop() {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** For its owner alone, before anybody else can make it for everybody. */
  #make() {
    try {
      fs.closeSync(fs.openSync(this.#locate(), 'a', 0o600))
    } catch {
      // Without a state folder there is no file; answers may still come over the port.
    }
  }

  #look() {
    try {
      this.#read()
    } catch {
      // Taken away, or not readable at the moment: the next look will see.
    }
    if (performance.now() > this.#graceEnd) this.stop()
  }

  #read() {
    const fd = fs.openSync(this.#locate(), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    try {
      const { size, ino } = fs.fstatSync(fd)
      // Another file has the name, or this one was emptied: it is read from its begin.
      if (ino !== this.#inode || size < this.#offset) this.#startOver(ino)
      const chunk = Buffer.alloc(CHUNK_BYTES)
      for (let lines = 0; lines < LINES_MAX; ) {
        const bytes = fs.readSync(fd, chunk, 0, CHUNK_BYTES, this.#offset)
        if (bytes === 0) return
        this.#offset += bytes
        lines += this.#cut(chunk.subarray(0, bytes))
      }
    } finally {
      fs.closeSync(fd)
    }
  }

  /** @param {number} ino */
  #startOver(ino) {
    if (this.#inode !== 0) {
      this.#forget()
      this.#offset = 0
    }
    this.#inode = ino
  }

  #forget() {
    this.#rest = []
    this.#restBytes = 0
    this.#isSkipping = false
  }

  /** @param {Buffer} bytes */
  #cut(bytes) {
    let lines = 0
    let from = 0
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      this.#keep(bytes.subarray(from, end))
      const line = this.#isSkipping ? '' : Buffer.concat(this.#rest).toString('utf8')
      const isEmpty = !this.#isSkipping && line.trim() === ''
      this.#forget()
      from = end + 1
      lines += 1
      if (!isEmpty) this.#take(line)
    }
    this.#keep(bytes.subarray(from))
    return lines
  }

  /** @param {Buffer} piece */
  #keep(piece) {
    this.#restBytes += piece.length
    this.#isSkipping ||= this.#restBytes > LINE_BYTES_MAX
    if (this.#isSkipping) this.#rest = []
    else if (piece.length > 0) this.#rest.push(Buffer.from(piece))
  }
}
