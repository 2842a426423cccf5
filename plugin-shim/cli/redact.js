// @ts-check
// `redact`: standard input without its secrets, by the pack's own core.

import { newCliCore } from '../cli-core.js'
import { NO, UsageError, YES } from './failure.js'
import { complain } from './print.js'

/** @typedef {{ rule: string, start: number, end: number }} Redaction */
/** @typedef {{ text: string, redactions: Redaction[] }} Redacted */

/** @type {import('./main.js').Command} */
export const redact = {
  usage: 'redact [--jsonl]',
  summary: 'take the secrets out of standard input',
  help: `
Reads standard input to its end and prints it with each secret replaced by [redacted:RULE]: tokens of known forms, values
of names that say secret, private keys, and the values of this environment's secret variables in whatever form they stand.

  --jsonl   each line is {"id", "text"} and becomes {"id", "text", "redactions": [{"rule", "start", "end"}]};
            start and end count bytes of the given text in UTF-8. A line that is none is told of by its number on
            standard error, the others are redacted all the same, and the exit code is 1`,
  options: { jsonl: { type: 'boolean' } },
  run: async ({ values, positionals: [word] }) => {
    if (word !== undefined) throw new UsageError(`redact takes no "${word}"`, `it reads standard input: opencode-swarm-pack redact < ${word}`)
    const redacted = redactor()
    return values.jsonl ? redactLines(redacted) : redactAll(redacted)
  },
}

/** Knows the secret variables of this environment. @returns {(text: string) => Redacted} */
function redactor() {
  const core = newCliCore()
  const names = core.secret_variables(Object.keys(process.env).join('\n')).split('\n')
  const known = new core.Redactor(names.map((name) => process.env[name] ?? '').join('\0'))
  return (given) => {
    const answer = known.redact(given)
    const lineEnd = answer.indexOf('\n')
    const found = answer.slice(0, lineEnd)
    return { text: answer.slice(lineEnd + 1), redactions: found ? found.split(',').map(redactionOf) : [] }
  }
}

/** @param {string} written rule, start and end with spaces between @returns {Redaction} */
function redactionOf(written) {
  const [rule, start, end] = written.split(' ')
  return { rule, start: Number(start), end: Number(end) }
}

/** All at once: a secret may have several lines. @param {(text: string) => Redacted} redacted */
async function redactAll(redacted) {
  const pieces = []
  for await (const piece of process.stdin) pieces.push(piece)
  await print(redacted(Buffer.concat(pieces).toString()).text)
  return YES
}

/** @param {(text: string) => Redacted} redacted */
async function redactLines(redacted) {
  let number = 0
  let bad = 0
  for await (const line of linesOf(process.stdin)) {
    number += 1
    if (line.trim() === '') continue
    const { entry, problem } = entryOf(line)
    if (entry) {
      await print(`${JSON.stringify({ id: entry.id, ...redacted(entry.text) })}\n`)
    } else {
      bad += 1
      complain(`line ${number}: ${problem}`)
    }
  }
  return bad > 0 ? NO : YES
}

/** @param {string} line @returns {{ entry?: { id: unknown, text: string }, problem?: string }} */
function entryOf(line) {
  try {
    const entry = JSON.parse(line)
    if (entry?.id !== undefined && typeof entry?.text === 'string') return { entry }
    return { problem: 'it is not {"id": …, "text": "…"}' }
  } catch {
    return { problem: 'it is not JSON' }
  }
}

/** The lines of a stream, the last with or without its end. @param {AsyncIterable<Buffer>} stream */
async function* linesOf(stream) {
  const decoder = new TextDecoder()
  /** What there is of a line that has not ended. @type {string[]} */
  let pieces = []
  for await (const chunk of stream) {
    const [first, ...more] = decoder.decode(chunk, { stream: true }).split('\n')
    pieces.push(first)
    for (const piece of more) {
      yield pieces.join('')
      pieces = [piece]
    }
  }
  yield pieces.join('') + decoder.decode()
}

/** Waits until a slow reader has taken it all. @param {string} text */
const print = (text) => new Promise((done) => process.stdout.write(text, done))
