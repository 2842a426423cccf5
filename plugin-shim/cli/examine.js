// @ts-check
// What the doctor can say without starting the host.

import fs from 'node:fs'
import path from 'node:path'
import { version } from '#version'
import { readConfig, troubleOf } from './config-check.js'
import { importersOf, isInstallDue, isOnlyMarked } from './dependencies.js'
import { isOlder } from './drop-in.js'
import { note, ok, problem } from './finding.js'
import { findHost, isProgram, runHost } from './host-run.js'
import { findMisplaced, findNamesakes, optionsOf } from './installations.js'
import { parseJsonc } from './jsonc.js'

/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./host-places.js').HostPlaces} HostPlaces */
/** @typedef {import('./installations.js').Installation} Installation */

/** The first host with the hooks that the pack needs. */
const HOST_MINIMUM = '1.18.0'
const VERSION_MS_MAX = 30_000
const INIT = 'npx opencode-swarm-pack init'

/**
 * The host, where it can be started and is new enough.
 *
 * @param {string | undefined} named
 * @param {import('./throw-away.js').ThrowAway} away the host writes into its home even when it is only asked for its version
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ binary?: string, finding: Finding }>}
 */
export async function examineHost(named, away, env) {
  const binary = named === undefined ? findHost(env) : path.resolve(named)
  if (binary === undefined || !isProgram(binary)) {
    const message = binary === undefined ? 'there is no `opencode` on the PATH' : `${binary} is no program`
    return { finding: problem('opencode', message, 'install OpenCode (npm install -g opencode-ai), or name it with --opencode PATH') }
  }
  const { exitCode, output } = await runHost(binary, ['--version'], { cwd: away.home, env: away.env(env), withinMs: VERSION_MS_MAX })
  if (exitCode !== 0) {
    return { finding: problem('opencode', `${binary} --version fails`, 'install OpenCode again, or name another one with --opencode PATH') }
  }
  const found = /\d+\.\d+\.\d+\S*/.exec(output)?.[0]
  // One word is a version, too: a host that somebody built says "local".
  if (!found && /\s/.test(output.trim())) {
    return { finding: problem('opencode', `${binary} is no OpenCode: its --version is none`, 'name OpenCode with --opencode PATH') }
  }
  if (found && isOlder(found, HOST_MINIMUM)) {
    const message = `OpenCode ${found} at ${binary} is too old: the pack needs ${HOST_MINIMUM} or later`
    return { finding: problem('opencode', message, 'upgrade it: opencode upgrade') }
  }
  return { binary, finding: ok('opencode', `OpenCode ${found ?? output.trim()} at ${binary}`) }
}

/** The host's own configuration files: with one that it cannot read it does not start. @param {HostPlaces} places @returns {Finding[]} */
export function examineDocuments({ documents }) {
  return documents.flatMap(({ path: file }) => {
    try {
      const text = fs.readFileSync(file, 'utf8')
      if (text.trim() !== '') parseJsonc(text)
      return []
    } catch (error) {
      const what = error instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read'
      return [problem('opencode', `${file} ${what}: OpenCode does not start with it`, 'correct it; `opencode debug config` says where')]
    }
  })
}

/** @param {HostPlaces} places @param {Installation[]} installations @returns {Finding[]} */
export function examineInstallation(places, installations) {
  if (installations.length === 0) {
    const misplaced = findMisplaced(places).map(({ at, why }) => {
      const message = `${at} is not loaded: ${why}; OpenCode loads *.js and *.ts directly in .opencode/plugins`
      return note('installation', message, `remove it, and install it: ${INIT}`)
    })
    const namesakes = findNamesakes(places).map((file) => note('installation', `${file} has the name of the pack, and is something else`, `put the pack in its place: ${INIT} --force`))
    return [problem('installation', `the pack is not installed for ${places.directory}`, `install it: ${INIT}`), ...misplaced, ...namesakes]
  }
  const each = installations.map(examineCopy)
  if (installations.length === 1) return each
  const list = installations.map(placeOf).join('; ')
  const message = `${installations.length} copies of the pack would be loaded, and all but one stand down: ${list}`
  return [problem('installation', message, 'keep one of them'), ...each]
}

/** @param {Installation} installation */
function placeOf({ kind, at, from, spec }) {
  if (kind === 'file') return at
  return kind === 'package' ? `"${spec}" in ${from}` : `${at}, listed in ${from}`
}

/** @param {Installation} copy @returns {Finding} */
function examineCopy(copy) {
  const place = placeOf(copy)
  if (copy.version === undefined) {
    if (copy.kind === 'package') return note('installation', `${place}: OpenCode fetches it at its next start, once`)
    const message = `${copy.from} lists ${copy.at}, and the pack is not there`
    return problem('installation', message, 'install the package (npm install), or correct the path')
  }
  if (copy.version === version) return ok('installation', `version ${copy.version}: ${place}`)
  const again = `make it the version of this tool: ${INIT}${copy.scope === 'user' ? ' --global' : ''}`
  const remedy = copy.kind === 'file' ? again : 'install or name the version that you want'
  return note('installation', `version ${copy.version}, and this tool is ${version}: ${place}`, remedy)
}

/** Configuration, sinks, environment, dependencies. @param {HostPlaces} places @param {Installation[]} installations @returns {Finding[]} */
export function examineSurroundings(places, installations) {
  return [...examineConfig(places, optionsOf(installations)), ...examineEnvironment(places, installations), ...examineDependencies(places)]
}

/** @param {HostPlaces} places @param {unknown} options @returns {Finding[]} */
function examineConfig(places, options) {
  const { offSwitch, file, errors, sinks } = readConfig(places, options)
  if (offSwitch) return [problem('configuration', `the pack is switched off by ${offSwitch.what}`, offSwitch.remedy)]
  const found = errors.map((message) => problem('configuration', message, 'correct it; until then the pack does without what is wrong, and under a wrong policy whatever is guarded asks, and is denied where nobody can be asked'))
  if (errors.length === 0) found.push(ok('configuration', file ? `configuration ${file}` : 'no configuration file: the defaults count'))
  if (sinks.length === 0) found.push(note('sinks', 'no sink is configured: events are written nowhere'))
  for (const sink of sinks) {
    const trouble = troubleOf(sink, places)
    const message = `events cannot be written to the sink "${sink}": ${trouble}`
    if (trouble) found.push(problem('sinks', message, 'make it writable, or name another sink (events.sinks, SWARM_EVENTS)'))
    if (sink.startsWith('fd:')) found.push(note('sinks', `whether "${sink}" is open is up to whoever starts OpenCode: it cannot be seen here`))
  }
  return found
}

/** @param {HostPlaces} places @param {Installation[]} installations @returns {Finding[]} */
function examineEnvironment({ env }, installations) {
  const isSet = (/** @type {string} */ name) => ['1', 'true'].includes(env[name]?.toLowerCase() ?? '')
  const found = []
  if (isSet('OPENCODE_PURE')) found.push(problem('environment', 'OPENCODE_PURE is set: OpenCode loads no plugin, as with --pure', 'unset it'))
  if (isSet('OPENCODE_DISABLE_PROJECT_CONFIG') && installations.some(({ scope }) => scope === 'project')) {
    const message = 'OPENCODE_DISABLE_PROJECT_CONFIG is set: OpenCode looks at no .opencode folder of a project'
    found.push(problem('environment', message, `unset it, or install the pack for all projects: ${INIT} --global`))
  }
  return found
}

/** @param {HostPlaces} places @returns {Finding[]} */
function examineDependencies({ folders }) {
  const found = folders.flatMap(({ path: folder }) => {
    const [importer] = isOnlyMarked(folder) ? importersOf(folder) : []
    if (importer === undefined) return []
    const remedy = `remove node_modules, package.json and package-lock.json from ${folder}; OpenCode installs it at its next start`
    return [problem('dependencies', `${importer} imports @opencode-ai/plugin, which is not installed in ${folder}`, remedy)]
  })
  const due = folders.map(({ path }) => path).filter(isInstallDue)
  if (due.length > 0) found.push(note('dependencies', `OpenCode installs @opencode-ai/plugin at its next start, in ${due.join(' and ')}`))
  return found
}
