// @ts-check
// `redact`: a text from standard input without its secrets, by the pack's own core.

import { newCore } from '../core.js'
import { Failure, UsageError, YES } from './failure.js'

/** @typedef {{ rule: string, start: number, end: number }} Redaction */
/** @typedef {{ redact(text: string): { text: string, redactions: Redaction[] } }} Redactor */

/** @type {import('./main.js').Command} */
export const redact = {
  usage: 'redact [--jsonl]',
  summary: 'take the secrets out of standard input',
  help: `
Reads standard input to its end and prints it with each secret replaced by [redacted:RULE]: tokens of known forms, values
of names that say secret, private keys, and the values of this environment's secret variables in whatever form they stand.

  --jsonl   each line is {"id", "text"} and becomes {"id", "text", "redactions": [{"rule", "start", "end"}]};
            start and end count bytes of the text as it was given, in UTF-8`,
  options: { jsonl: { type: 'boolean' } },
  run: async ({ values, positionals: [word] }) => {
    if (word !== undefined) throw new UsageError(`redact reads standard input, not "${word}"`, `opencode-swarm-pack redact < ${word}`)
    const redactor = newRedactor()
    const input = await readAll()
    await print(values.jsonl ? input.split('\n').map((line, index) => redactLine(redactor, line, index)).join('\n') : redactor.redact(input).text)
    return YES
  },
}

/** Knows the secret variables of this environment. @returns {Redactor} */
function newRedactor() {
  const core = /** @type {any} */ (newCore())
  const values = core.secret_variables(Object.keys(process.env)).map((/** @type {string} */ name) => process.env[name] ?? '')
  return new core.Redactor(JSON.stringify(values))
}

async function readAll() {
  /** @type {Buffer[]} */
  const pieces = []
  for await (const piece of process.stdin) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/** @param {Redactor} redactor @param {string} line @param {number} index */
function redactLine(redactor, line, index) {
  if (line.trim() === '') return line
  let entry
  try {
    entry = JSON.parse(line)
  } catch {
    throw new Failure(`line ${index + 1} is not JSON`)
  }
  if (typeof entry?.text !== 'string') throw new Failure(`line ${index + 1} has no "text"`, { remedy: 'each line is {"id": …, "text": "…"}' })
  return JSON.stringify({ id: entry.id, ...redactor.redact(entry.text) })
}

/** Waits until a slow reader has taken it all. @param {string} text */
const print = (text) => new Promise((done) => process.stdout.write(text, done))
