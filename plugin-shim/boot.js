// @ts-check
// What the core is told once: how the host runs, and what configures the pack. Values of secrets stay here.

import { isMainThread } from 'node:worker_threads'

/**
 * @param {import('./places.js').Places} places
 * @param {unknown} given options of the plugin's entry in the host's configuration
 * @param {import('./core.js').Core} core knows which variables configure the pack, and which names say secret
 * @returns {import('./types.js').Boot}
 */
export function gatherBoot(places, given, core) {
  const { config, options } = splitOptions(given)
  const names = Object.keys(process.env).filter((name) => process.env[name])
  const valueOf = (/** @type {string} */ name) => process.env[name] ?? ''
  return {
    pid: process.pid,
    lane: lane(),
    host_version: hostVersion(),
    directory: places.directory,
    root: places.root,
    home: places.home,
    config_file: places.config(process.env.SWARM_CONFIG || config),
    options,
    env: Object.fromEntries(core.environment_variables().split('\n').filter((name) => process.env[name]).map((name) => [name, valueOf(name)])),
    env_names: names,
    // They cross once, into the redactor, which must know what to remove.
    secrets: core.secret_variables(names.join('\n')).split('\n').map(valueOf).filter(Boolean),
    traceparent: process.env.TRACEPARENT || null,
  }
}

/** The option `config` names a file; the others are configuration themselves. @param {any} given */
function splitOptions(given) {
  if (typeof given?.config !== 'string') return { config: undefined, options: given ?? null }
  const { config, ...options } = given
  return { config, options }
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
