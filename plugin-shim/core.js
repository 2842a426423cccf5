// @ts-check
// The core as wasm: compiled once for a process, instantiated anew for each directory and after each trap, so that a
// trap in one leaves the others whole.
//
// It comes in two halves, because compiling is most of what a start costs: the first is what runs until the first beat.
// An instance asks for its second half the moment it needs it, and waits: nothing is different without it, only later.

import { instantiate } from '#glue'
import * as zipped from '#wasm'

/** @typedef {ReturnType<ReturnType<typeof instantiate>>} Core */
/** @typedef {import('#glue').Pack} Pack */

// The host's own: loading node:zlib takes Bun ten milliseconds, more than all the rest of the pack's start.
const { gunzipSync } = /** @type {any} */ (globalThis).Bun ?? process.getBuiltinModule('node:zlib')

/** Constants, made when they are first needed. @type {{ first?: WebAssembly.Module, second?: WebAssembly.Module }} */
const compiled = {}

/** Of the two that Bun has, this one takes two thirds of the time; Node has but one. @param {'first' | 'second'} half */
const bytes = (half) => gunzipSync(Buffer.from(zipped[half], 'base64'), { library: 'libdeflate' })

/** @param {'first' | 'second'} half */
const compile = (half) => (compiled[half] ??= new WebAssembly.Module(bytes(half)))

/** What is compiled on other threads, or was. @type {{ first?: Promise<void>, second?: Promise<void> }} */
const prepared = {}

/** Never fails: what is wrong shows when the half is needed. @param {'first' | 'second'} half */
async function compileApart(half) {
  try {
    const module = await WebAssembly.compile(bytes(half))
    compiled[half] ??= module
  } catch {
    // See above.
  }
}

/** What a start needs, compiled while whoever loads the pack goes on. */
export const prepareCore = () => (prepared.first ??= compileApart('first'))

/**
 * All the rest, once the start is over. Not by a timer: the host is so busy then that one of no delay came after 60 to 330 ms,
 * often behind the first event, which had to compile the half itself, and then it was compiled once more for nothing.
 */
export function prepareRest() {
  if (zipped.second && !compiled.second) prepared.second ??= compileApart('second')
}

/** A new core, all but what needs its code: the rest, when that is compiled, is one call. @returns {() => Core} */
export function beginCore() {
  const bind = instantiate(load)
  return () => bind(compile('first'))
}

export const newCore = () => beginCore()()

/**
 * Gives an instance its second half. When that fails, the instance is as good as trapped.
 *
 * @param {WebAssembly.Exports} first
 * @param {WebAssembly.Imports} imports what the first half was given
 */
function load(first, imports) {
  try {
    new WebAssembly.Instance(compile('second'), { ...imports, first })
  } catch (error) {
    throw new WebAssembly.RuntimeError(`the second half of the core cannot be loaded: ${error}`)
  }
  /** @type {WebAssembly.Global} */ (first.loaded).value = 1
}
