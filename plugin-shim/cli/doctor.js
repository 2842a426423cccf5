// @ts-check
// `doctor`: does the pack work here, as it is installed here? What can be seen is looked at; then the real host is
// started on a throw-away model, in a throw-away home, and the pack must have written what happened.

import path from 'node:path'
import { version } from '#version'
import { examineDocuments, examineHost, examineInstallation, examineSurroundings } from './examine.js'
import { NO, UsageError, YES } from './failure.js'
import { isFolder } from './files.js'
import { HostPlaces } from './host-places.js'
import { findInstallations } from './installations.js'
import { paint, say, sayJson, showProgress } from './print.js'
import { ThrowAway } from './throw-away.js'
import { tryInHost } from './trial.js'

/** @typedef {import('./finding.js').Finding} Finding */

/** @type {import('./main.js').Command} */
export const doctor = {
  usage: 'doctor [--target DIR] [--opencode PATH] [--json]',
  summary: 'prove in the real OpenCode that the pack loads and its hooks fire, or say what is wrong',
  help: `
Looks at the installation, the configuration and the environment, then starts OpenCode for one turn in a throw-away
home, on a throw-away model on loopback, with the pack as it is installed for the project and none of your other
plugins. Nothing of yours is written. It takes seconds; at most two minutes.

  --target DIR      the project (default: the current folder)
  --opencode PATH   the OpenCode to start (default: \`opencode\` on the PATH)
  --json            one object: ok, version, directory, checks`,
  options: { target: { type: 'string' }, opencode: { type: 'string' }, json: { type: 'boolean' } },
  run: async ({ values: { target = '.', opencode, json }, positionals: [extra] }) => {
    if (extra !== undefined) throw new UsageError(`doctor takes no "${extra}"`, `to look at another project: doctor --target ${extra}`)
    const folder = path.resolve(target)
    if (!isFolder(folder)) throw new UsageError(`${folder} is no folder`)
    const places = new HostPlaces(folder)
    /** @type {Finding[]} */
    const findings = []
    for await (const finding of examine(places, opencode)) {
      findings.push(finding)
      if (!json) tell(finding)
    }
    const problems = findings.filter(({ status }) => status === 'problem').length
    if (json) sayJson({ ok: problems === 0, version, directory: places.directory, checks: findings })
    else say(problems === 0 ? '\nthe pack works here' : `\n${problems} problem${problems === 1 ? '' : 's'}`)
    return problems === 0 ? YES : NO
  },
}

/** @param {HostPlaces} places @param {string | undefined} named the host to start @returns {AsyncGenerator<Finding>} */
async function* examine(places, named) {
  const away = new ThrowAway()
  try {
    yield* examineIn(away, places, named)
  } finally {
    away.remove()
  }
}

/** @param {ThrowAway} away @param {HostPlaces} places @param {string | undefined} named @returns {AsyncGenerator<Finding>} */
async function* examineIn(away, places, named) {
  const { binary, finding } = await examineHost(named, away, places.env)
  yield finding
  yield* examineDocuments(places)
  const installations = findInstallations(places)
  yield* examineInstallation(places, installations)
  const surroundings = examineSurroundings(places, installations)
  yield* surroundings
  const canLoad = installations.some(({ kind, version }) => version !== undefined || kind === 'package')
  if (binary === undefined || !canLoad) return
  showProgress('starting OpenCode, for at most two minutes …')
  const told = surroundings.map(({ message }) => message)
  yield* await tryInHost(binary, away, places, installations, told).finally(() => showProgress(''))
}

/** @param {Finding} finding */
function tell({ status, message, remedy }) {
  const colour = /** @type {const} */ ({ ok: 'green', note: 'yellow', problem: 'red' })[status]
  say(`${paint(colour, status.padEnd(8))} ${message}`)
  if (remedy) say(`${' '.repeat(9)}→ ${remedy}`)
}
