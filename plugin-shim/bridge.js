// @ts-check
// `opencode-swarm-pack/bridge`: the core's bridge functions for programs outside. Values go in and come out; nothing is
// sent anywhere, and nothing here is loaded by the plugin.

import { newCliCore } from './cli-core.js'

/** @typedef {import('../pkg/bridge.js').Frame} Frame */
/** @typedef {import('../pkg/bridge.js').TypedEvent} TypedEvent */

/** Made when it is first needed. @type {ReturnType<typeof newCliCore> | undefined} */
let made

const core = () => (made ??= newCliCore())

const encoder = new TextEncoder()

export class FrameReader {
  #reader = new (core().FrameReader)()

  /** @param {Uint8Array | string} chunk @returns {Frame[]} */
  push(chunk) {
    return JSON.parse(this.#reader.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk))
  }

  get waitingBytes() {
    return this.#reader.waiting_bytes()
  }

  get skipped() {
    return this.#reader.skipped()
  }
}

/** @param {string} text @returns {unknown} */
export const readData = (text) => JSON.parse(core().bridge_data(text))

/** @param {unknown} event @returns {import('../pkg/bridge.js').Unwrapped} */
export const unwrap = (event) => JSON.parse(core().bridge_unwrap(json(event)))

/** @param {unknown} event @returns {import('../pkg/bridge.js').Ids} */
export const pickIds = (event) => JSON.parse(core().bridge_ids(json(event)))

/** @param {unknown} event @returns {import('../pkg/bridge.js').EventKind | null} */
export const classify = (event) => /** @type {any} */ (core().bridge_kind(json(event)) ?? null)

/** @param {{ data: string, event?: string, id?: string }} frame @param {{ scope?: string, now?: number }} [more] @returns {TypedEvent} */
export const typedEvent = ({ data, event, id }, { scope = 'session', now = Date.now() } = {}) =>
  JSON.parse(core().bridge_typed_event(data, event, id, scope, now))

/** @param {import('../pkg/bridge.js').Search} search @returns {import('../pkg/bridge.js').Resolved} */
export const resolveSession = (search) => JSON.parse(core().bridge_resolve(json(search)))

/** @param {string} title @returns {import('../pkg/bridge.js').Tags | null} */
export const readTitle = (title) => JSON.parse(core().bridge_read_title(title) ?? 'null')

/** @param {import('../pkg/bridge.js').Tags} tags @returns {string} */
export const buildTitle = (tags) => core().bridge_build_title(json(tags))

/** @param {unknown} event @param {{ title: string, directory?: string, form?: 'agent' | 'callback' }} session @returns {import('../pkg/bridge.js').DryRun} */
export const dryRunCallback = (event, { title, directory = process.cwd(), form = 'agent' }) =>
  JSON.parse(core().bridge_callback(json(event), title, directory, form === 'callback'))

/** @param {{ title: string, repoRoot?: string, serverUrl?: string }} session @returns {import('../pkg/bridge.js').Envelope} */
export const routingEnvelope = ({ title, repoRoot = process.cwd(), serverUrl }) => JSON.parse(core().bridge_envelope(title, repoRoot, serverUrl))

/** What has no JSON (undefined, a function) is nothing. @param {unknown} value */
const json = (value) => JSON.stringify(value) ?? 'null'
