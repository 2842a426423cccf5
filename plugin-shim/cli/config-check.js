// @ts-check
// The configuration as the pack would read it here, by its own core: what is wrong in it, and where lines would go.

import fs from 'node:fs'
import path from 'node:path'
import { bootWriter, gather } from '../boot.js'
import { newCore } from '../core.js'
import { Places } from '../places.js'
import { isFolder } from './files.js'

/** @typedef {import('../core.js').Core} Core */
/** @typedef {import('../boot.js').Gathered} Gathered */
/** @typedef {{ what: string, remedy: string }} OffSwitch */
/** @typedef {{ offSwitch?: OffSwitch, file: string | null, errors: string[], sinks: string[] }} Configured */

/**
 * @param {import('./host-places.js').HostPlaces} host
 * @param {unknown} options of the entry that loads the pack
 * @returns {Configured}
 */
export function readConfig(host, options) {
  const core = newCore()
  const places = new Places(host.directory, host.worktree)
  const facts = gather(places, options)
  const file = facts.config_file?.path ?? null
  const pack = start(core, facts)
  if (!pack) return { offSwitch: offSwitchOf(core, facts), file, errors: [], sinks: [] }
  const begun = tell(pack, 'started')
  // A line that goes to each sink, whatever is switched off.
  const probe = tell(pack, { shim_failed: { code: 'shim_failed', message: 'doctor' } })
  const events = begun.map(({ line }) => JSON.parse(line))
  const errors = events.filter(({ payload }) => payload.code === 'config_invalid').map(({ payload }) => payload.message)
  return { file, errors: [...new Set(errors)], sinks: [...new Set(probe.map(({ sink }) => sink))] }
}

/** @param {Core} core @param {Gathered} facts */
const start = (core, facts) => core.Pack.boot(Date.now(), performance.now(), bootWriter(facts)(core))

/** @param {import('../core.js').Pack} pack @param {import('../types.js').Input} input */
function tell(pack, input) {
  const { effects } = pack.handle(Date.now(), performance.now(), JSON.stringify(input))
  return effects.flatMap((effect) => (effect.effect === 'append' ? [effect] : []))
}

/** What has to be taken away for the pack to be on. @param {Core} core @param {Gathered} facts @returns {OffSwitch} */
function offSwitchOf(core, facts) {
  const { SWARM_PACK, ...env } = facts.env
  if (start(core, { ...facts, env })) return { what: `SWARM_PACK=${SWARM_PACK} in the environment`, remedy: 'unset SWARM_PACK' }
  const isInFile = start(core, { ...facts, env, config_file: null }) !== undefined
  const where = isInFile ? facts.config_file?.path : 'the options of its entry in opencode.json'
  return { what: `"enabled": false in ${where}`, remedy: 'set "enabled" to true there' }
}

/**
 * Why a sink cannot be written here; nothing where it can. What would have to be made is judged by the folder above.
 *
 * @param {string} sink
 * @param {import('./host-places.js').HostPlaces} host
 */
export function troubleOf(sink, host) {
  if (sink !== 'file' && !sink.startsWith('file:')) return undefined // a descriptor of the host's own process
  const named = path.resolve(host.directory, sink.slice('file:'.length).replace(/^~(?=\/)/, host.home))
  const files = sink === 'file' ? stateFiles(host) : [named]
  const troubles = files.map(troubleOfFile)
  return troubles.every(Boolean) ? troubles[0] : undefined
}

/** In the nearest `.opencode`, else in the user's state folder. @param {import('./host-places.js').HostPlaces} host */
function stateFiles({ isRepository, levels, directory, env, home }) {
  const folders = (isRepository ? levels : [directory]).map((level) => path.join(level, '.opencode'))
  const nearest = folders.find((folder) => fs.existsSync(folder))
  const user = path.join(env.XDG_STATE_HOME || path.join(home, '.local', 'state'), 'opencode-swarm-pack')
  return [...(nearest ? [path.join(nearest, 'swarm')] : []), user].map((folder) => path.join(folder, 'events.jsonl'))
}

/** @param {string} file */
function troubleOfFile(file) {
  if (isFolder(file)) return `${file} is a folder`
  let at = file
  while (!fs.existsSync(at)) at = path.dirname(at)
  if (at !== file && !isFolder(at)) return `${at} is no folder`
  try {
    fs.accessSync(at, fs.constants.W_OK)
    return undefined
  } catch {
    return `${at} cannot be written`
  }
}
