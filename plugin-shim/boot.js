// @ts-check
// What the core is told once: how the host runs, and what configures the pack. Values of secrets stay here.

import os from 'node:os'
import { isMainThread } from './registry.js'

/**
 * What needs no core, and can be gathered while it is still being compiled.
 *
 * @param {import('./places.js').Places} places
 * @param {unknown} given options of the plugin's entry in the host's configuration
 * @param {unknown} [serverUrl] where the host says that it listens
 */
export function gather(places, given, serverUrl) {
  const { config, options } = splitOptions(given)
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
    env_names: Object.keys(process.env).filter((name) => process.env[name]),
    traceparent: process.env.TRACEPARENT || null,
  }
}

/**
 * @param {ReturnType<typeof gather>} gathered
 * @param {import('./core.js').Core} core knows which variables configure the pack, and which names say secret
 * @returns {import('./types.js').Boot}
 */
export function complete(gathered, core) {
  const valueOf = (/** @type {string} */ name) => process.env[name] ?? ''
  return {
    ...gathered,
    env: Object.fromEntries(core.environment_variables().split('\n').filter((name) => process.env[name]).map((name) => [name, valueOf(name)])),
    // They cross once, into the redactor, which must know what to remove.
    secrets: core.secret_variables(gathered.env_names.join('\n')).split('\n').map(valueOf).filter(Boolean),
  }
}

/** The option `config` names a file; the others are configuration themselves. @param {any} given */
function splitOptions(given) {
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
