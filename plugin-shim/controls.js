// @ts-check
// The ways in for answers to approvals, as they are configured: files and ports. What comes in is a fact for the core.

import path from 'node:path'
import { ControlFile } from './control-file.js'
import { ControlPort } from './control-port.js'
import { codeOf } from './places.js'

/** @typedef {import('./types.js').Input} Input */
/** @typedef {{ status: number, body: string }} Response */

export class Controls {
  #places
  #tell
  #tellForGood
  /** @type {ControlFile[]} */
  #files = []
  /** @type {ControlPort[]} */
  #ports = []
  /** What the core says to who asks on a port. @type {Response | undefined} */
  #response
  /** Opens what is to be opened soon. @type {(() => void) | undefined} */
  #begin

  /**
   * @param {import('./places.js').Places} places
   * @param {(input: Input) => void} tell
   * @param {(input: Input) => void} tellForGood a fact that stays true
   */
  constructor(places, tell, tellForGood) {
    this.#places = places
    this.#tell = tell
    this.#tellForGood = tellForGood
  }

  /**
   * Opens the channels after the start, or when the first approval is asked for: before it there is nothing to answer.
   *
   * @param {string[]} names of the channels, as the core says them
   * @param {string} bootId
   */
  openSoon(names, bootId) {
    const timer = setTimeout(() => this.#begin?.())
    timer.unref?.()
    this.#begin = () => {
      clearTimeout(timer)
      this.#begin = undefined
      this.#open(names, bootId)
    }
  }

  /** @param {string[]} names @param {string} bootId */
  #open(names, bootId) {
    // The usual file is read in any case: the command line tool knows no other.
    for (const name of new Set(['file', ...names.filter((name) => name.startsWith('file'))])) {
      const file = new ControlFile(this.#place(name), (text) => this.#tell({ control_heard: { channel: 'file', text } }))
      file.begin()
      this.#files.push(file)
    }
    for (const name of names.filter((name) => name.startsWith('http'))) this.#openPort(Number(name.split(':')[1] ?? 0), bootId)
  }

  /** Whether something waits for an answer. @param {boolean} isOn */
  watch(isOn) {
    if (isOn) this.#begin?.()
    for (const file of this.#files) file.watch(isOn)
  }

  /** The answer to the request that was just told. @param {Response} response */
  respond(response) {
    this.#response = response
  }

  stop() {
    this.#begin = undefined
    for (const channel of [...this.#files, ...this.#ports]) channel.stop()
    this.#files = []
    this.#ports = []
  }

  /** @param {string} name */
  #place(name) {
    const named = name.slice('file:'.length)
    if (named === '') return () => path.join(this.#places.state(), 'control.jsonl')
    const home = named.startsWith('~/') ? path.join(this.#places.home, named.slice(2)) : named
    return () => path.resolve(this.#places.directory, home)
  }

  /** @param {number} port @param {string} bootId */
  #openPort(port, bootId) {
    const failed = (/** @type {string} */ message) => this.#tell({ shim_failed: { code: 'shim_failed', message, place: 'approvals.control' } })
    try {
      const door = {
        state: this.#places.state(),
        bootId,
        answer: (/** @type {string} */ text, /** @type {string} */ id) => this.#asked({ control_heard: { channel: 'http', text, id } }),
        list: () => this.#asked('control_asked'),
        opened: (/** @type {number} */ port) => this.#tellForGood({ control_opened: port }),
        failed,
      }
      this.#ports.push(new ControlPort(door, port))
    } catch (error) {
      failed(`the control port cannot be opened (${codeOf(error)})`)
    }
  }

  /** @param {Input} input */
  #asked(input) {
    this.#response = undefined
    this.#tell(input)
    return this.#response
  }
}
