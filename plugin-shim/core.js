// @ts-check
// The core as wasm: compiled once for a process, instantiated anew for each directory and after each trap, so that a
// trap in one leaves the others whole.

import { instantiate } from '#glue'
import wasm from '#wasm'

/** @typedef {ReturnType<typeof instantiate>} Core */
/** @typedef {import('#glue').Pack} Pack */

// The host's own: loading node:zlib takes Bun ten milliseconds, more than all the rest of the pack's start.
const { gunzipSync } = /** @type {any} */ (globalThis).Bun ?? process.getBuiltinModule('node:zlib')

/** A constant, made when it is first needed. @type {WebAssembly.Module | undefined} */
let compiled

const bytes = () => gunzipSync(Buffer.from(wasm, 'base64'))

/** Compiles on other threads, so that whoever loads the pack goes on meanwhile. Never fails: what is wrong shows in `newCore`. */
export const prepareCore = () =>
  WebAssembly.compile(bytes()).then(
    (module) => void (compiled ??= module),
    () => {},
  )

/** @returns {Core} */
export function newCore() {
  return instantiate((compiled ??= new WebAssembly.Module(bytes())))
}
