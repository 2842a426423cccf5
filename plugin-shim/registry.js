// @ts-check
// What all copies of the pack in one process share: which directory has a pack, and one handler for the signals.
// It hangs on globalThis because two copies are two modules.

import fs from 'node:fs'
import os from 'node:os'

/** @typedef {{ url: string, refuseCopy(url: string): void, stop(cause: import('./types.js').StopCause): void }} Member */

const KEY = Symbol.for('opencode-swarm-pack.registry.1')
/** Whether this is no worker. The host knows without a module being loaded for it. @type {boolean} */
export const isMainThread = (/** @type {any} */ (globalThis).Bun ?? process.getBuiltinModule('node:worker_threads')).isMainThread

const SIGNALS = /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])

class Registry {
  /** @type {Map<string, Member>} */
  #members = new Map()
  /** Signals that the process was started to ignore, as `nohup` and a shell's `&` do. A listener would end that for good. */
  #ignored = ignored()

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
    for (const signal of SIGNALS) if (!isIn(this.#ignored, signal)) process.on(signal, this.#onSignal)
    process.on('exit', this.#onExit)
  }

  #unlisten() {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal)
    process.removeListener('exit', this.#onExit)
  }

  /** A process with a listener does not die of the signal: where ours was the only one, we end it as it would have ended without us. */
  #onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    this.#stopAll({ signal })
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
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

/** A bit for each signal. */
function ignored() {
  try {
    const [, mask = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(fs.readFileSync('/proc/self/status', 'utf8')) ?? []
    return BigInt(`0x${mask}`)
  } catch {
    return 0n // no /proc: it cannot be known
  }
}

/** @param {bigint} mask @param {typeof SIGNALS[number]} signal */
const isIn = (mask, signal) => ((mask >> BigInt(os.constants.signals[signal] - 1)) & 1n) === 1n

/** @returns {Registry} */
export function registry() {
  const holder = /** @type {any} */ (globalThis)
  return (holder[KEY] ??= new Registry())
}
