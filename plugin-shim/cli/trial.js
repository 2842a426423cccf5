// @ts-check
// One turn in the real host, and what the pack wrote of it: the proof that it loads and that its hooks fire.

import fs from 'node:fs'
import { note, ok, problem } from './finding.js'
import { runHost } from './host-run.js'
import { startModel } from './model.js'
import { Sandbox } from './sandbox.js'

/** A start that waits for its installations as long as it can is still seen to its end. */
const RUN_MS_MAX = 120_000
/** A start that takes longer than this was held up. Without an installation it takes seconds. */
const SLOW_START_MS = 15_000
const LOG_LENGTH_MAX = 300

/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {import('./host-places.js').HostPlaces} HostPlaces */
/** @typedef {import('./installations.js').Installation} Installation */
/** @typedef {import('./host-run.js').Ended & { log: string, unfetched: string[], lines: any[], startMs: number }} Trial */

/**
 * @param {string} binary
 * @param {import('./throw-away.js').ThrowAway} away
 * @param {HostPlaces} places
 * @param {Installation[]} installations
 * @param {string[]} told messages that need not be told again
 * @returns {Promise<Finding[]>}
 */
export async function tryInHost(binary, away, places, installations, told) {
  const model = await startModel()
  try {
    const trial = await run(binary, new Sandbox(away, places, installations, model.url), installations)
    const errors = errorFindings(trial, installations.length).filter(({ message }) => !told.some((known) => message.startsWith(known)))
    return [...installFindings(trial, places), ...loadFindings(trial), ...errors]
  } finally {
    model.close()
  }
}

/** @param {string} binary @param {Sandbox} sandbox @param {Installation[]} installations @returns {Promise<Trial>} */
async function run(binary, sandbox, installations) {
  const began = Date.now()
  const how = { cwd: sandbox.directory, env: sandbox.env(), withinMs: RUN_MS_MAX }
  const { output, ...ended } = await runHost(binary, ['run', 'Say that the pack was asked.'], how)
  const text = fs.existsSync(sandbox.events) ? fs.readFileSync(sandbox.events, 'utf8') : ''
  const lines = parse(sandbox.asReal(text))
  const startMs = (lines[0] ? Date.parse(lines[0].timestamp) : Date.now()) - began
  const unfetched = sandbox.unfetched(installations)
  return { ...ended, output: sandbox.asReal(output), log: sandbox.asReal(sandbox.log()), unfetched, lines, startMs }
}

/** @param {string} text @returns {any[]} */
function parse(text) {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      return [] // the end of the file, or a line that was cut with the host
    }
  })
}

/** The host could not install its own package, and plugins waited. @param {Trial} trial @param {HostPlaces} places @returns {Finding[]} */
function installFindings({ log, startMs }, places) {
  const failed = new Set([...log.matchAll(/dependency install failed" dir=(\S+)/g)].map(([, folder = '']) => folder))
  return [...failed].map((folder) => {
    const message = `OpenCode could not install @opencode-ai/plugin in ${folder}`
    if (startMs < SLOW_START_MS) return note('dependencies', `${message}; it gave up at once, and the pack does not need it`)
    const isProject = places.folders.some(({ path, scope }) => path === folder && scope === 'project')
    const first = isProject ? 'run init again, which makes that unnecessary' : 'start OpenCode once with the network'
    const waited = `${message}, and plugins waited for it: the start took ${Math.round(startMs / 1000)} s, as each one will`
    return problem('dependencies', waited, `${first}; or set npm_config_offline=true, and it gives up at once`)
  })
}

/** What one turn with one command must have left. @type {Record<string, (line: any) => boolean>} */
const EXPECTED = {
  'session started': ({ event_type }) => event_type === 'swarm.session.started',
  heartbeat: ({ event_type }) => event_type === 'swarm.heartbeat',
  'state working': ({ event_type, payload }) => event_type === 'swarm.state' && payload.state === 'working',
  'tool call': ({ payload }) => payload.open_calls?.some((/** @type {any} */ { tool }) => tool === 'bash') ?? false,
  'turn finished': ({ event_type }) => event_type === 'swarm.turn.finished',
  'session stopped': ({ event_type }) => event_type === 'swarm.session.stopped',
}

/** @param {Trial} trial @returns {Finding[]} */
function loadFindings(trial) {
  const { lines, startMs, log, unfetched } = trial
  const trouble = troubleOf(trial)
  if (lines.length === 0 && !trouble && unfetched.length > 0) {
    const message = `OpenCode could not fetch ${unfetched.join(', ')}, and so did not load it`
    return [problem('hooks', message, 'see that the network is there and that this version exists; or install one file instead: init')]
  }
  if (lines.length === 0) {
    const failed = /message="?failed to load plugin.*/.exec(log)?.[0]?.slice(0, LOG_LENGTH_MAX)
    const message = `the pack is installed, and OpenCode did not load it: ${trouble ?? failed ?? 'it does not say why'}`
    return [problem('hooks', message, 'put a whole copy there (init --force, or install the package again), then run doctor again')]
  }
  const names = Object.keys(EXPECTED)
  const missing = names.filter((name) => !lines.some((line) => EXPECTED[name]?.(line)))
  if (missing.length === 0 && !trouble) {
    return [ok('hooks', `loaded after ${(startMs / 1000).toFixed(1)} s, and the hooks fired: ${names.join(', ')}`)]
  }
  const parts = [missing.length > 0 ? `these are missing: ${missing.join(', ')}` : 'its hooks fired', ...(trouble ? [trouble] : [])]
  return [problem('hooks', `the pack was loaded; ${parts.join('; ')}`, 'if OpenCode works otherwise, please report this with all of its output')]
}

/** What went wrong with the host itself. @param {Trial} trial */
function troubleOf({ isTimedOut, exitCode, output }) {
  if (!isTimedOut && exitCode === 0) return undefined
  const how = isTimedOut ? 'OpenCode did not end its turn in two minutes' : `OpenCode ended its turn with ${exitCode ?? 'a signal'}`
  const lastLines = output.replace(/\x1b\[[\d;]*m/g, '').trim().split('\n').slice(-3)
  return `${how} and said: ${lastLines.join(' / ').slice(-LOG_LENGTH_MAX)}`
}

/** What the pack itself complained of. Two copies were told by their places. @param {Trial} trial @param {number} copies @returns {Finding[]} */
function errorFindings({ lines }, copies) {
  const errors = lines.filter(({ event_type }) => event_type === 'swarm.pack.error').map(({ payload }) => payload)
  return errors
    .filter(({ code }) => code !== 'second_copy' || copies < 2)
    .map(({ code, message }) => problem(code === 'config_invalid' ? 'configuration' : 'hooks', message, undefined))
}
