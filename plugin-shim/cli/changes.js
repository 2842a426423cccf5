// @ts-check
// Changes to a folder that are all made or none: each file in one step, and what was made is taken back when a later
// step fails.

import fs from 'node:fs'
import path from 'node:path'
import { Failure, wordsOf } from './failure.js'
import { isFolder } from './files.js'

/** @typedef {'created' | 'updated' | 'unchanged' | 'kept' | 'removed'} Action */
/** @typedef {{ path: string, action: Action, note?: string }} Change */

export class Changes {
  /** What was done, and what was not, in order. @type {Change[]} */
  list = []
  /** @type {(() => void)[]} */
  #undo = []
  /** What is being changed: not every error of the system says. */
  #at = ''

  /** Runs steps; when one fails, nothing of them stays. @param {() => void} steps @param {string} remedy */
  all(steps, remedy) {
    try {
      steps()
    } catch (/** @type {any} */ error) {
      if (error?.syscall === undefined) throw error
      for (const undo of this.#undo.reverse()) attempt(undo)
      throw new Failure(`cannot change ${this.#at}: ${wordsOf(error)}; nothing was changed`, { remedy })
    }
  }

  /** @param {string} file @param {Action} action @param {string} [note] */
  note(file, action, note) {
    this.list.push({ path: file, action, ...(note && { note }) })
  }

  /** Writes a file that is whole at every moment. @param {string} file @param {string | Buffer} content @param {string} [note] */
  write(file, content, note) {
    this.#at = file
    const before = fs.existsSync(file) ? fs.readFileSync(file) : undefined
    if (before?.equals(Buffer.from(content))) return this.note(file, 'unchanged', note)
    this.folder(path.dirname(file))
    this.#at = file
    this.#undo.push(() => (before ? replace(file, before) : fs.unlinkSync(file)))
    replace(file, content)
    this.note(file, before ? 'updated' : 'created', note)
  }

  /** Makes a folder and those above it. @param {string} folder */
  folder(folder) {
    if (isFolder(folder)) return
    if (path.dirname(folder) !== folder) this.folder(path.dirname(folder))
    this.#at = folder
    fs.mkdirSync(folder)
    this.#undo.push(() => fs.rmdirSync(folder))
  }

  /** @param {string} file @param {string} [note] */
  remove(file, note) {
    this.#at = file
    const before = fs.readFileSync(file)
    fs.unlinkSync(file)
    this.#undo.push(() => replace(file, before))
    this.note(file, 'removed', note)
  }

  /** Removes a folder if nothing is in it. @param {string} folder */
  removeEmpty(folder) {
    if (!isEmptyFolder(folder)) return
    this.#at = folder
    fs.rmdirSync(folder)
    this.#undo.push(() => fs.mkdirSync(folder))
  }
}

/** @param {string} folder */
export function isEmptyFolder(folder) {
  return isFolder(folder) && fs.readdirSync(folder).length === 0
}

/**
 * In one step. The new file's name must not end like a plugin's: the host may look at the folder at any moment.
 *
 * @param {string} file
 * @param {string | Buffer} content
 */
function replace(file, content) {
  const next = `${file}.${process.pid}.new`
  try {
    fs.writeFileSync(next, content)
    fs.renameSync(next, file)
  } catch (error) {
    attempt(() => fs.unlinkSync(next))
    throw error
  }
}

/** @param {() => void} step */
function attempt(step) {
  try {
    step()
  } catch {
    // It was not there, or cannot be helped.
  }
}
