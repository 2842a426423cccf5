// @ts-check
// The command line tool: finds the command, prints help and version, makes an exit code of what the command says.
// 0 is yes, 1 is no, 2 is a wrong command line. No variable that configures the pack changes what a command does.

import { version } from '#version'
import { approve, deny, pending } from './approvals.js'
import { readArguments, unknown } from './arguments.js'
import { bridge } from './bridge.js'
import { callback } from './callback.js'
import { doctor } from './doctor.js'
import { Failure, USAGE, UsageError, YES } from './failure.js'
import { init } from './init.js'
import { policy } from './policy.js'
import { listen } from './listen.js'
import { outbox } from './outbox.js'
import { complain, ignoreClosedPipes, say, sayJson } from './print.js'
import { redact } from './redact.js'
import { tail } from './tail.js'
import { validate } from './validate.js'

/**
 * @typedef {object} Command
 * @property {string} usage its words
 * @property {string} summary in one line
 * @property {string} help the rest
 * @property {import('./arguments.js').Options} options
 * @property {(given: import('./arguments.js').Arguments) => number | Promise<number>} run gives the exit code
 */

/** @type {Record<string, Command>} */
const COMMANDS = { init, doctor, validate, tail, policy, pending, approve, deny, redact, outbox, callback, listen, bridge }

const NAME = 'opencode-swarm-pack'
const HELP = { help: { type: /** @type {const} */ ('boolean') } }

/** @param {string[]} words @returns {Promise<number>} */
async function main([first, ...rest]) {
  if (first === undefined) {
    complain(overview())
    return USAGE
  }
  if (['--help', '-h', 'help'].includes(first)) {
    say(rest[0] ? helpOf(rest[0]) : overview())
    return YES
  }
  if (['--version', '-v', 'version'].includes(first)) {
    say(version)
    return YES
  }
  const command = commandOf(first)
  const given = readArguments(rest.map((word) => (word === '-h' ? '--help' : word)), { ...command.options, ...HELP })
  if (given.values.help) {
    say(helpOf(first))
    return YES
  }
  return command.run(given)
}

/** @param {string} name */
function commandOf(name) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw unknown(name.startsWith('-') ? 'option' : 'command', name, [...Object.keys(COMMANDS), 'help', '--help', '--version'])
  return command
}

function overview() {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  return `usage: ${NAME} <command> [options]\n\n${lines.join('\n')}\n\n${NAME} <command> --help says more; --version prints ${version}.`
}

/** @param {string} name */
function helpOf(name) {
  const { usage, summary, help } = commandOf(name)
  return `usage: ${NAME} ${usage}\n\n${summary}\n\n${help.trim()}\n\nexit codes: 0 yes, 1 no, 2 wrong command line`
}

/** @param {any} error @param {string[]} words */
function failed(error, words) {
  // Anything else is a mistake of this tool. Its stack is what a report needs, without the line of code that Node would show: it has all of the core in it.
  if (!(error instanceof Failure)) {
    complain(`${NAME} ${version}: a mistake of this tool: ${error?.stack ?? error}`)
    return USAGE
  }
  const { message, remedy } = error
  if (words.includes('--json') && !(error instanceof UsageError)) sayJson({ ok: false, error: message, ...(remedy && { remedy }) })
  complain(`${NAME}: ${message}`)
  if (remedy) complain(remedy)
  if (error instanceof UsageError) complain(`${NAME} --help lists the commands`)
  return error.exitCode
}

ignoreClosedPipes()
const words = process.argv.slice(2)
process.exitCode = await main(words).catch((error) => failed(error, words))
