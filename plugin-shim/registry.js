// @ts-check
// What all copies of the pack in one process share: which directory has a pack, and one handler for the signals.
// It hangs on globalThis because two copies are two modules.

import { isMainThread } from 'node:worker_threads'

/** @typedef {{ url: string, refuseCopy(url: string): void, stop(cause: import('./types.js').StopCause): void }} Member */

const KEY = Symbol.for('opencode-swarm-pack.registry.1')
const SIGNALS = /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])

class Registry {
  /** @type {Map<string, Member>} */
  #members = new Map()

  /** @param {string} directory */
  get(directory) {
    return this.#members.get(directory)
  }

  /** @param {string} directory @param {Member} member */
  add(directory, member) {
    if (this.#members.size === 0) this.#listen()
    this.#members.set(directory, member)
  }

  /** @param {string} directory @param {Member} member */
  remove(directory, member) {
    if (this.#members.get(directory) !== member) return
    this.#members.delete(directory)
    if (this.#members.size === 0) this.#unlisten()
  }

  #listen() {
    // In the terminal UI plugins live in a worker, where signals do not arrive and `dispose` is called.
    if (!isMainThread) return
    for (const signal of SIGNALS) process.on(signal, this.#onSignal)
    process.on('exit', this.#onExit)
  }

  #unlisten() {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal)
    process.removeListener('exit', this.#onExit)
  }

  /** A process with a listener does not die of the signal: we must end it, in the way it would have ended without us. */
  #onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    this.#stopAll({ signal })
    process.kill(process.pid, signal)
  }

  #onExit = () => this.#stopAll('exited')

  /** @param {import('./types.js').StopCause} cause */
  #stopAll(cause) {
    for (const member of [...this.#members.values()]) {
      try {
        member.stop(cause)
      } catch {
        // The next one must have its turn.
      }
    }
    this.#members.clear()
    this.#unlisten()
  }
}

/** @returns {Registry} */
export function registry() {
  const holder = /** @type {any} */ (globalThis)
  return (holder[KEY] ??= new Registry())
}
