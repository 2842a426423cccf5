// @ts-check
// The journal of callbacks: one file for each process and directory, `<state>/outbox/<pid>-<random>.jsonl`. Lines are with
// the system when `append` returns, and on the disk before anything is sent.

import fs from 'node:fs'
import path from 'node:path'
import { isGone, self } from './lock.js'

/** Files taken over at one start; the next one goes on. */
const CLAIMS_MAX = 64
/** Longest file that is read, in bytes: twice what the core keeps. */
const FILE_BYTES_MAX = 64 << 20
/** How often a living process says so, in milliseconds: another machine cannot see it otherwise. */
const REFRESH_MS = 60_000
/** Age at which a journal from elsewhere that was not refreshed belongs to the dead, in milliseconds. */
const STALE_MS = 600_000
/** How long a file may stay claimed before its claimant counts as dead, too, in milliseconds. */
const CLAIM_MS = 60_000
/** What a journal that its process has left is called. */
const LEFT = '.left.jsonl'
/** What one is called that is not whole yet. */
const NEXT = '.new'

export class Journal {
  #places
  #report
  /** @type {number | undefined} */
  #fd
  #file = ''
  /** Lines that could not be written yet. */
  #backlog = ''
  #isFailing = false
  /** @type {Promise<void> | undefined} */
  #syncing
  #isDirty = false
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer
  /** The journal that is being written anew, and what was appended since. @type {{ file: string, tail: string } | undefined} */
  #next

  /**
   * @param {import('./places.js').Places} places
   * @param {(input: import('./types.js').Input) => void} report
   */
  constructor(places, report) {
    this.#places = places
    this.#report = report
  }

  /**
   * What processes that are gone left behind. Claimed by renaming, so that of two processes only one sends it on; the
   * file goes when its lines are in our own journal and on the disk.
   *
   * @param {(lines: string[]) => void} take
   */
  adopt(take) {
    try {
      const folder = this.#folder()
      let claims = 0
      for (const name of fs.readdirSync(folder)) {
        if (claims >= CLAIMS_MAX) break
        const file = path.join(folder, name)
        if (name.endsWith(NEXT)) sweep(file)
        const taken = file === this.#file ? undefined : claim(file)
        if (!taken) continue
        claims++
        // Whole: a later line says what became of an earlier one.
        take(linesOf(fs.readFileSync(taken, 'utf8')))
        this.#syncNow()
        // What we could not write down ourselves stays where it is.
        if (this.#backlog === '') fs.unlinkSync(taken)
      }
    } catch {
      // No state folder, or somebody else was first.
    }
  }

  /** Our own lines again, for a core that was started anew. @param {(lines: string[]) => void} take */
  readopt(take) {
    if (this.#fd === undefined) return
    const before = this.#file
    this.#close()
    try {
      take(linesOf(fs.readFileSync(before, 'utf8')))
      this.#syncNow()
      fs.unlinkSync(before)
    } catch {
      // The next start finds it.
    }
  }

  /** @param {string} lines */
  append(lines) {
    this.#backlog += lines
    this.#isDirty = true
    if (this.#next) this.#next.tail += lines
    try {
      this.#fd ??= this.#open()
      writeWhole(this.#fd, this.#backlog)
      this.#backlog = ''
      if (this.#isFailing) this.#report({ sink_recovered: { sink: 'outbox' } })
      this.#isFailing = false
    } catch (error) {
      this.#failed(error)
    }
  }

  /**
   * The whole journal anew: under another name first, so that at every instant there is one. The disk is not waited for;
   * what is appended meanwhile goes into both.
   *
   * @param {string} lines
   */
  replace(lines) {
    try {
      this.#fd ??= this.#open()
      const next = (this.#next = { file: `${this.#file}.${Math.random().toString(36).slice(2, 8)}${NEXT}`, tail: '' })
      writeAnew(next.file, lines, (error, fd) => this.#replaced(next, error, fd))
    } catch (error) {
      this.#failed(error)
    }
  }

  /** @param {{ file: string, tail: string }} next @param {Error | null} error @param {number} [fd] */
  #replaced(next, error, fd) {
    const isWanted = this.#next === next && this.#fd !== undefined
    if (isWanted) this.#next = undefined
    try {
      if (!isWanted || error || fd === undefined) throw error
      if (next.tail !== '') {
        writeWhole(fd, next.tail)
        // Whoever waits for these lines may be told by the old file that they are on the disk.
        fs.fsyncSync(fd)
      }
      fs.renameSync(next.file, this.#file)
      fs.closeSync(/** @type {number} */ (this.#fd))
      this.#fd = fd
      this.#backlog = ''
      this.#isDirty = false
    } catch (error) {
      // The old one goes on.
      discard(next.file, fd)
      if (isWanted) this.#failed(error)
    }
  }

  /** Until all that was appended is on the disk. Throws where it cannot be. */
  async synced() {
    if (this.#backlog !== '') this.append('')
    if (this.#backlog !== '') throw Object.assign(new Error('the journal cannot be written'), { code: 'journal_failed' })
    if (!this.#isDirty && !this.#syncing) return
    // One at a time; whoever comes while one is under way waits for the next, which covers all of them.
    if (this.#syncing) await this.#syncing.catch(() => {})
    if (!this.#isDirty || this.#fd === undefined) return this.#syncing
    this.#isDirty = false
    const fd = this.#fd
    this.#syncing = new Promise((ok, fail) => fs.fsync(fd, (error) => (error && fd === this.#fd ? fail(error) : ok())))
    const mine = this.#syncing
    await mine.finally(() => {
      if (this.#syncing === mine) this.#syncing = undefined
    })
  }

  /** The process goes on without us: whoever starts next may take over at once. */
  leave() {
    if (this.#fd === undefined) return
    this.#syncNow()
    const file = this.#file
    this.#close()
    try {
      fs.renameSync(file, file.replace(/\.jsonl$/, LEFT))
    } catch {
      // Taken away.
    }
  }

  #syncNow() {
    try {
      if (this.#fd !== undefined && this.#isDirty) fs.fsyncSync(this.#fd)
      this.#isDirty = false
    } catch (error) {
      this.#failed(error)
    }
  }

  #open() {
    this.#file = path.join(this.#folder(), `${process.pid}-${Math.random().toString(36).slice(2, 10)}.jsonl`)
    const fd = fs.openSync(this.#file, 'ax', 0o600)
    writeWhole(fd, head())
    this.#timer = setInterval(() => {
      try {
        fs.utimesSync(this.#file, new Date(), new Date())
      } catch {
        // Taken away: the next line says so.
      }
    }, REFRESH_MS)
    this.#timer.unref?.()
    return fd
  }

  #close() {
    clearInterval(this.#timer)
    this.#next = undefined
    if (this.#fd !== undefined) fs.closeSync(this.#fd)
    this.#fd = undefined
    this.#file = ''
  }

  /** @param {any} error */
  #failed(error) {
    if (!this.#isFailing) this.#report({ sink_failed: { sink: 'outbox', code: String(error?.code ?? error?.name), place: 'outbox' } })
    this.#isFailing = true
  }

  #folder() {
    const folder = path.join(this.#places.state(), 'outbox')
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }
}

const head = () => JSON.stringify({ is: 'owner', ...self() }) + '\n'

/** @param {number} fd @param {string} text */
function writeWhole(fd, text) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at)
}

/** Writes a journal and waits for the disk. @param {string} file @param {string} lines may be megabytes @param {(error: Error | null, fd?: number) => void} done */
function writeAnew(file, lines, done) {
  const bytes = Buffer.from(lines)
  fs.open(file, 'wx', 0o600, (error, fd) => {
    if (error) return done(error)
    const write = (/** @type {number} */ at) => {
      if (at === bytes.length) return fs.fsync(fd, (error) => done(error, fd))
      fs.write(fd, bytes, at, bytes.length - at, null, (error, written) => (error ? done(error, fd) : write(at + written)))
    }
    try {
      writeWhole(fd, head())
      write(0)
    } catch (error) {
      done(/** @type {Error} */ (error), fd)
    }
  })
}

/** @param {string} file @param {number} [fd] */
function discard(file, fd) {
  try {
    if (fd !== undefined) fs.closeSync(fd)
    fs.unlinkSync(file)
  } catch {
    // It was never made.
  }
}

/** One that nobody finished: its process died over it. @param {string} file */
function sweep(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (found && Date.now() - found.mtimeMs > STALE_MS) discard(file)
}

/** @param {string} text */
const linesOf = (text) => text.split('\n').filter((line) => line !== '')

/** @param {string} file */
function claim(file) {
  try {
    const { mtimeMs, size } = fs.lstatSync(file)
    if (size > FILE_BYTES_MAX || !/\.(jsonl|claimed)$/.test(file)) return undefined
    const ageMs = Date.now() - mtimeMs
    if (!mayClaim(file, ageMs)) return undefined
    const taken = `${file.replace(/(\.\d+\.claimed)+$/, '')}.${process.pid}.claimed`
    const now = new Date()
    fs.utimesSync(file, now, now)
    if (taken !== file) fs.renameSync(file, taken)
    return taken
  } catch {
    return undefined // somebody else was first, or it is no journal
  }
}

/** @param {string} file @param {number} ageMs */
function mayClaim(file, ageMs) {
  if (file.endsWith('.claimed')) return ageMs > CLAIM_MS
  if (file.endsWith(LEFT)) return true
  const [first = ''] = fs.readFileSync(file, 'utf8').split('\n', 1)
  let owner
  try {
    owner = JSON.parse(first)
  } catch {
    return ageMs > STALE_MS // its owner died at its first line, or is writing it now
  }
  return isGone({ ...owner, stale_after_ms: STALE_MS }, ageMs)
}
