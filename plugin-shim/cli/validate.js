// @ts-check
// `validate`: is a stream what the schema says, line by line, and is it whole?

import fs from 'node:fs'
import validateEvent, { eventTypes } from '#validate-event'
import { Failure, NO, USAGE, UsageError, YES, wordsOf } from './failure.js'
import { columnOf } from './json-error.js'
import { readLines } from './lines.js'
import { paint, say, sayJson } from './print.js'
import { Sequence } from './sequence.js'

/** Findings listed with `--json`; all are counted. */
const FINDINGS_MAX = 1000
/** Unknown types told apart; further ones are counted together. */
const TYPES_MAX = 100

/** @typedef {{ line: number, kind: 'bad' | 'gap', reason: string }} Finding */

/** @type {import('./main.js').Command} */
export const validate = {
  usage: 'validate FILE|- [--json]',
  summary: 'check a stream of events against the schema, and for lines that are missing',
  help: `
FILE is a JSONL file, - is standard input. Each finding names its line: a line that is not JSON, that is not what the
schema says, that has no end (a crash tore it), or whose number \`seq\` is out of order or a repeat; and each gap in \`seq\`.

\`seq\` is counted for each \`boot_id\`; boots may be interleaved. The first number seen of a boot counts as its start: the
lines before it may be in a file that was rotated away. To check a whole set, hand it over oldest first:

  cat events.jsonl.2 events.jsonl.1 events.jsonl | opencode-swarm-pack validate -

Event types that the schema does not know are counted and told, and are not bad: a later version may have written them.
The last line is a summary: N lines, N bad, N gaps. Bad lines or gaps end with 1, a file that cannot be read with 2.

  --json   one object: ok, lines, bad, gaps, unknown_types, findings (the first ${FINDINGS_MAX})`,
  options: { json: { type: 'boolean' } },
  run: async ({ values, positionals: [file, ...more] }) => {
    if (file === undefined) throw new UsageError('validate needs a file, or - for standard input')
    if (more.length > 0) throw new UsageError(`validate takes one file, not also "${more[0]}"`, TOGETHER)
    const check = new Check(values.json ? () => {} : tell)
    try {
      await readLines(open(file), (line) => check.take(line))
    } catch (/** @type {any} */ error) {
      if (error?.syscall === undefined) throw error
      throw new Failure(`cannot read ${file}: ${wordsOf(error)}`, { exitCode: USAGE })
    }
    if (values.json) sayJson(check.report())
    else for (const line of check.summary()) say(line)
    return check.isGood ? YES : NO
  },
}

const TOGETHER = 'to check several together: cat OLDEST … NEWEST | opencode-swarm-pack validate -'

/** @param {Finding} finding */
function tell({ line, kind, reason }) {
  say(`line ${line}: ${paint(kind === 'bad' ? 'red' : 'yellow', kind)}: ${reason}`)
}

/** @param {string} file */
const open = (file) => (file === '-' ? process.stdin : fs.createReadStream(file, { highWaterMark: 1 << 16 }))

class Check {
  #lines = 0
  #bad = 0
  #gaps = 0
  #sequence = new Sequence()
  /** @type {Map<string, number>} */
  #unknown = new Map()
  /** @type {Finding[]} */
  #findings = []
  #tell

  /** @param {(finding: Finding) => void} tell */
  constructor(tell) {
    this.#tell = tell
  }

  get isGood() {
    return this.#bad === 0 && this.#gaps === 0
  }

  /** @param {import('./lines.js').Line} line */
  take(line) {
    this.#lines += 1
    const reason = line.problem ?? this.#judge(line.text)
    if (reason !== undefined) this.#find('bad', reason)
  }

  /** @param {string} text */
  #judge(text) {
    if (text.trim() === '') return 'it is empty'
    let event
    try {
      event = JSON.parse(text)
    } catch {
      return columnOf(text)
    }
    if (!validateEvent(event)) return wordsOfSchema(validateEvent.errors ?? [])
    this.#countType(event.event_type)
    if (typeof event.boot_id !== 'string' || typeof event.seq !== 'number') return undefined
    const { gap, problem } = this.#sequence.take(event.boot_id, event.seq)
    if (gap !== undefined) this.#find('gap', gap)
    return problem
  }

  /** @param {string} type */
  #countType(type) {
    if (eventTypes.includes(type)) return
    const name = this.#unknown.has(type) || this.#unknown.size < TYPES_MAX ? type : 'others'
    this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1)
  }

  /** @param {Finding['kind']} kind @param {string} reason */
  #find(kind, reason) {
    if (kind === 'bad') this.#bad += 1
    else this.#gaps += 1
    const finding = { line: this.#lines, kind, reason }
    if (this.#findings.length < FINDINGS_MAX) this.#findings.push(finding)
    this.#tell(finding)
  }

  summary() {
    const notes = [...this.#unknown].map(([type, lines]) => `note: of a type that the schema does not know: ${type}, ${lines} times`)
    if (this.#lines === 0) notes.push('note: there is no line in it')
    if (this.#sequence.forgotten > 0) notes.push(`note: too many boots; gaps of ${this.#sequence.forgotten} of them may have been missed`)
    return [...notes, `${this.#lines} lines, ${this.#bad} bad, ${this.#gaps} gaps`]
  }

  report() {
    return {
      ok: this.isGood,
      lines: this.#lines,
      bad: this.#bad,
      gaps: this.#gaps,
      unknown_types: Object.fromEntries(this.#unknown),
      boots_forgotten: this.#sequence.forgotten,
      findings: this.#findings,
    }
  }
}

/**
 * One sentence of what the schema says. An enumeration is an error for each of its values: they are told together.
 *
 * @param {import('#validate-event').Problem[]} problems
 */
function wordsOfSchema(problems) {
  const [first] = problems
  if (!first) return 'it is not what the schema says'
  const place = first.instancePath === '' ? '' : `${first.instancePath} `
  const choices = problems.filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === first.instancePath)
  const values = choices.map(({ params }) => JSON.stringify(params.allowedValue))
  if (values.length > 1) return `${place}must be one of ${values.join(', ')}`
  if (values.length === 1) return `${place}must be ${values[0]}`
  return `${place}${first.message}`
}
