// @ts-check
// What the core is told once: how the host runs, and what configures the pack. Values of secrets stay here.

import os from 'node:os'
import { NO_SECRETS, SECRET_STEMS, VARIABLES } from './names.js'
import { isMainThread } from './registry.js'

/** @typedef {Omit<import('./types.js').Boot, 'secrets'> & { maybe_secret: string }} Gathered `maybe_secret`: names of variables, one a line */

/**
 * What needs no core, and can be gathered while it is still being compiled.
 *
 * @param {import('./places.js').Places} places
 * @param {unknown} given options of the plugin's entry in the host's configuration
 * @param {unknown} [serverUrl] where the host says that it listens
 * @returns {Gathered}
 */
export function gather(places, given, serverUrl) {
  const { config, options } = splitOptions(given)
  const names = Object.keys(process.env).filter((name) => process.env[name])
  return {
    pid: process.pid,
    lane: lane(),
    host_version: hostVersion(),
    directory: places.directory,
    root: places.root,
    server_url: serverUrl ? String(serverUrl) : null,
    home: places.home,
    user: userName(),
    protected: places.own(process.env.SWARM_CONFIG || config),
    config_file: places.config(process.env.SWARM_CONFIG || config),
    options,
    env: Object.fromEntries(VARIABLES.filter((name) => process.env[name]).map((name) => [name, valueOf(name)])),
    env_names: names,
    maybe_secret: names.filter(isMaybeSecret).join('\n'),
    traceparent: process.env.TRACEPARENT || null,
  }
}

/**
 * The boot as it crosses: fields with NUL between them, in the order in which src/shim/boot.rs takes them; a list ends with
 * an empty one. The text of a file may have a NUL in it, and is the last; of any other field, as of a file that the options
 * name, it is left out, or all fields behind it would be taken for others.
 *
 * All is made at once but the secrets in its middle, for which a core is asked later.
 *
 * @param {Gathered} gathered
 * @returns {(core: import('./core.js').Core) => string}
 */
export function bootWriter(gathered) {
  const { pid, lane, host_version, directory, root, server_url, home, user, traceparent, options, config_file: file } = gathered
  const env = Object.entries(gathered.env).map((pair) => pair.join('='))
  const before = joined([
    pid, lane, host_version, directory, root, server_url, home, user, traceparent, options === null ? null : JSON.stringify(options),
    ...gathered.protected, '', ...env, '',
  ])
  const behind = joined(['', gathered.env_names.join('='), file?.path, file?.error])
  return (core) => [before, ...secrets(gathered, core), behind, file?.text].join('\0')
}

/** Each as a field, with NUL between them. @param {unknown[]} fields */
const joined = (fields) => fields.map(field).join('\0')

/** @param {unknown} value */
const field = (value) => String(value ?? '').replaceAll('\0', '')

/** They cross once, into the redactor, which must know what to remove. @param {Gathered} gathered @param {import('./core.js').Core} core knows which names say secret */
function secrets({ maybe_secret }, core) {
  return maybe_secret ? core.secret_variables(maybe_secret).split('\n').map(valueOf).filter(Boolean).map(field) : []
}

const valueOf = (/** @type {string} */ name) => process.env[name] ?? ''

/** @param {string} name */
function isMaybeSecret(name) {
  if (NO_SECRETS.includes(name)) return false
  const lower = name.toLowerCase()
  return SECRET_STEMS.some((stem) => lower.includes(stem))
}

/** The option `config` names a file; the others are configuration themselves. @param {any} given */
export function splitOptions(given) {
  if (typeof given?.config !== 'string') return { config: undefined, options: given ?? null }
  const { config, ...options } = given
  return { config, options }
}

/** Nothing for a user without an entry, as containers have. */
export function userName() {
  try {
    return os.userInfo().username
  } catch {
    return ''
  }
}

/** @returns {import('./types.js').Lane} */
function lane() {
  if (!isMainThread) return 'tui' // the terminal UI runs plugins in a worker
  for (const word of process.argv.slice(2)) if (word === 'run' || word === 'serve' || word === 'acp') return word
  return 'unknown'
}

/** Said in no variable, only here. */
function hostVersion() {
  const agent = process.execArgv.find((word) => word.startsWith('--user-agent=opencode/'))
  return agent?.split('/')[1]?.slice(0, 32) ?? null
}
