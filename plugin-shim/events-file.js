// @ts-check
// The events file: append-only, for its owner alone, rotated by size, shared by all processes of a project.
//
// No line is lost by rotation, whoever does it: a file is put aside by renaming it, under a lock, and made read-only. A
// process that still has it open sees that before its next line, and looks for the file that has the name now. That somebody
// else moved the file is seen a moment later; until then lines go where it is now.

import fs from 'node:fs'

/** How old a rotation's lock must be to count as left behind, in milliseconds. A rotation takes less than one. */
const LOCK_MS = 10_000

/** How long somebody else may have moved a file before that is seen, in milliseconds: a look at its name costs more than a line. */
const LOOK_MS = 50

/** The bit of a mode that says that its owner may write. */
const WRITABLE = 0o200

/** @typedef {{ bytes: number, files: number }} Limits */
/** @typedef {{ bytes: number, files: number, is_oldest_deleted: boolean }} Rotated */

export class EventsFile {
  #locate
  /** @type {string | undefined} */
  #file
  #limits
  #report
  /** @type {number | undefined} */
  #fd
  /** @type {fs.Stats | undefined} */
  #opened
  #lookedAt = 0
  place = 'events.jsonl'

  /**
   * @param {() => string} locate makes the folder and gives the path; throws where there can be none
   * @param {Limits} limits
   * @param {(rotated: Rotated) => void} report
   */
  constructor(locate, limits, report) {
    this.#locate = locate
    this.#limits = limits
    this.#report = report
  }

  /** Writes a line with one call. Throws where it could not be written whole. @param {string} line */
  write(line) {
    // Not made bytes of here: the runtime writes a text as fast, and leaves less behind.
    const bytes = Buffer.byteLength(line)
    if (bytes === 0) return
    const written = fs.writeSync(this.#isStillIt(bytes) ? /** @type {number} */ (this.#fd) : this.#looked(bytes), line)
    if (written === bytes) return
    this.close() // opened again, it gets its torn tail closed
    throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
  }

  close() {
    if (this.#fd !== undefined) fs.closeSync(this.#fd)
    this.#fd = undefined
  }

  /** Whether the file that is open takes so much more: nobody deleted it or put it aside, and it has room. @param {number} bytes */
  #isStillIt(bytes) {
    if (this.#fd === undefined || performance.now() - this.#lookedAt >= LOOK_MS) return false
    const { nlink, mode, size } = fs.fstatSync(this.#fd)
    return nlink > 0 && (mode & WRITABLE) !== 0 && size + bytes <= this.#limits.bytes
  }

  /** The descriptor of the file that has the name, put aside before if this is too much for it. @param {number} bytes */
  #looked(bytes) {
    const isFirst = this.#file === undefined
    const file = (this.#file ??= this.#locate())
    this.place = file
    let found = fs.statSync(file, { throwIfNoEntry: false })
    if (found && found.size > 0 && found.size + bytes > this.#limits.bytes) {
      this.#rotate(file, bytes)
      found = fs.statSync(file, { throwIfNoEntry: false })
    }
    const fd = this.#current(found, isFirst)
    this.#lookedAt = performance.now()
    return fd
  }

  /** The descriptor of the file that has the name now. @param {fs.Stats | undefined} found @param {boolean} isFirst whether it has just been looked for */
  #current(found, isFirst) {
    if (this.#fd !== undefined && found && found.ino === this.#opened?.ino && found.dev === this.#opened.dev) return this.#fd
    this.close()
    // Somebody may have cleaned up meanwhile: the folder is looked for, and made, anew.
    const file = isFirst ? this.place : this.#locate()
    this.#file = this.place = file
    const { O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK } = fs.constants
    this.#fd = fs.openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600)
    this.#opened = fs.fstatSync(this.#fd)
    if (this.#opened.isFIFO()) {
      this.close()
      throw Object.assign(new Error('a named pipe'), { code: 'a named pipe; use fd:<n>' })
    }
    closeTail(this.#fd, this.#opened.size)
    return this.#fd
  }

  /** @param {string} file @param {number} more bytes to come */
  #rotate(file, more) {
    const lock = `${file}.lock`
    if (!take(lock)) return // another process is at it: this line may still go to the old file
    try {
      const { size } = fs.statSync(file)
      if (size + more <= this.#limits.bytes) return // it was at it, and is done
      const rotated = (/** @type {number} */ n) => `${file}.${n}`
      const is_oldest_deleted = fs.existsSync(rotated(this.#limits.files))
      for (let n = this.#limits.files - 1; n >= 1; n--) if (fs.existsSync(rotated(n))) fs.renameSync(rotated(n), rotated(n + 1))
      fs.renameSync(file, rotated(1))
      finish(rotated(1))
      let files = 0
      while (files < this.#limits.files && fs.existsSync(rotated(files + 1))) files++
      this.#report({ bytes: size, files, is_oldest_deleted })
    } catch {
      // A file that grows is better than a line that is lost.
    } finally {
      release(lock)
    }
  }
}

/** Looks at the end of a file that other processes keep moving; each look but the last saw it move. */
const LOOKS_MAX = 16

/** A line that a crash or a full disk left without its end gets one: the next line must not be joined to it. @param {number} fd @param {number} size */
function closeTail(fd, size) {
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (size === 0 || endsWhole(fd, size)) return
    // Another process may be in the middle of its line, of which the first page is there. Setting the times waits until its call is over.
    const { atime, mtime } = fs.fstatSync(fd)
    fs.futimesSync(fd, atime, mtime)
    const now = fs.fstatSync(fd).size
    if (now === size) break
    size = now
  }
  if (!endsWhole(fd, size)) fs.writeSync(fd, '\n')
}

/** @param {number} fd @param {number} size */
function endsWhole(fd, size) {
  const last = Buffer.alloc(1)
  fs.readSync(fd, last, 0, 1, size - 1)
  return last[0] === 0x0a
}

/** Makes a file read-only. Where that cannot be, the others see by its name that it was put aside. @param {string} file */
function finish(file) {
  // There a file that is read-only could not be renamed or deleted any more.
  if (process.platform === 'win32') return
  try {
    fs.chmodSync(file, 0o400)
  } catch {
    // It belongs to somebody else.
  }
}

/** @param {string} lock */
function release(lock) {
  try {
    fs.rmdirSync(lock)
  } catch {
    // Somebody took it for left behind.
  }
}

/** Makes the lock folder; one that was left behind is taken away first. @param {string} lock */
function take(lock) {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      fs.mkdirSync(lock)
      return true
    } catch {
      try {
        if (Math.abs(Date.now() - fs.statSync(lock).mtimeMs) < LOCK_MS) return false
        fs.rmdirSync(lock)
      } catch {
        // It went away by itself.
      }
    }
  }
  return false
}
