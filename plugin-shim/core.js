// @ts-check
// The core as wasm: compiled once for a process, instantiated anew for each directory and after each trap, so that a
// trap in one leaves the others whole.

import { instantiate } from '#glue'
import wasm from '#wasm'

/** @typedef {ReturnType<typeof instantiate>} Core */
/** @typedef {import('#glue').Pack} Pack */

/** The host's own: loading node:zlib takes Bun ten milliseconds, a third of the pack's whole start. @type {typeof import('node:zlib').gunzipSync} */
const gunzipSync = /** @type {any} */ (globalThis).Bun?.gunzipSync ?? (await import('node:zlib')).gunzipSync

/** A constant, made when it is first needed. @type {WebAssembly.Module | undefined} */
let compiled

/** @returns {Core} */
export function newCore() {
  compiled ??= new WebAssembly.Module(gunzipSync(Buffer.from(wasm, 'base64')))
  return instantiate(compiled)
}
