// @ts-check
// `policy`: what the gate would say, asked from outside of a session. Nothing is run.

import fs from 'node:fs'
import path from 'node:path'
import { splitOptions, userName } from '../boot.js'
import { newCliCore } from '../cli-core.js'
import { Places } from '../places.js'
import { realPath } from '../real-path.js'
import { unknown } from './arguments.js'
import { Failure, NO, USAGE, UsageError, YES, wordsOf } from './failure.js'
import { isFolder } from './files.js'
import { HostPlaces } from './host-places.js'
import { findInstallations, optionsOf } from './installations.js'
import { readLines } from './lines.js'
import { complain, paint, say, sayJson } from './print.js'

const PROFILES = ['off', 'observe', 'permissive', 'baseline', 'strict']
/** Gates kept, one for each project among the lines of a stream. */
const DESKS_MAX = 64

/** @typedef {{ kind: string, text: string, decision: Word, rule: string, reason: string, verb?: string, path?: string, real_path?: string, inside?: boolean, cwd?: string, host?: string, port?: number, doubt?: string }} Atom */
/** @typedef {'allow' | 'prompt' | 'deny'} Word */
/** @typedef {{ decision: Word, would: Word, rule: string, reason: string, action: string, denial?: string, atoms: Atom[] }} Evaluation */

/** @type {import('./main.js').Command} */
export const policy = {
  usage: "policy explain '<command>' | check --jsonl [FILE|-] | replay FILE|-  [options]",
  summary: 'what the gate says of a command, of many, or of a recorded day',
  help: `
explain '<command>'  shows what a command would really do, action by action, and which rule decides on it.
                     Ends with 0 where it is allowed, 1 where it is not.
check --jsonl        reads {"id","command","cwd"?} lines (from FILE, or standard input) and writes
                     {"id","decision","rule","reason","atoms","micros"} lines. Ends with 1 where a line cannot be read.
replay FILE          reads the swarm.policy.decision lines of a recorded stream and shows what this policy would have
                     decided. Commands in events are redacted and cut: where that could matter, the line says so.
                     Ends with 1 where a decision differs, or a line is no event.

  --profile NAME   ${PROFILES.join(', ')}; instead of the one that is configured
  --config FILE    a configuration file; else what an OpenCode that is started there would read
  --cwd DIR        the folder the command runs in; else this one
  --tool NAME      explain a call of this tool; '<command>' is then the JSON of its arguments
  --json           one object a decision`,
  options: {
    profile: { type: 'string' },
    config: { type: 'string' },
    cwd: { type: 'string' },
    tool: { type: 'string' },
    jsonl: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async ({ values, positionals: [verb, ...words] }) => {
    if (values.profile !== undefined && !PROFILES.includes(values.profile)) throw unknown('profile', values.profile, PROFILES)
    if (values.cwd !== undefined && !isFolder(values.cwd)) throw new UsageError(`--cwd: there is no folder ${values.cwd}`)
    const desks = new Desks(values)
    if (verb === 'explain') return explain(desks, words, values)
    if (verb === 'check') return check(desks, words, values)
    if (verb === 'replay') return replay(desks, words, values)
    if (verb === undefined) throw new UsageError('policy needs one of: explain, check, replay')
    throw unknown('word after policy', verb, ['explain', 'check', 'replay'])
  },
}

/** Gates by project: what is inside of it depends on where a command runs. */
class Desks {
  #core = newCliCore()
  /** @type {Map<string, any>} */
  #open = new Map()
  #values

  /** @param {Record<string, any>} values */
  constructor(values) {
    this.#values = values
    this.directory = path.resolve(values.cwd ?? '.')
  }

  /** @param {string} directory */
  at(directory) {
    const root = rootOf(directory)
    const kept = this.#open.get(root)
    if (kept) return kept
    if (this.#open.size >= DESKS_MAX) for (const [key, desk] of this.#open) (desk.free(), this.#open.delete(key))
    const desk = this.#core.Desk.open(JSON.stringify(this.#setup(directory, root)))
    for (const problem of desk.problems()) complain(problem)
    this.#open.set(root, desk)
    return desk
  }

  /** @param {string} directory @param {string} root */
  #setup(directory, root) {
    const places = new Places(directory, root)
    const { profile, config } = this.#values
    const given = splitOptions(config === undefined ? optionsOf(findInstallations(new HostPlaces(directory))) : undefined)
    const named = config === undefined ? process.env.SWARM_CONFIG || given.config : path.resolve(config)
    const file = places.config(named)
    if (config !== undefined && typeof file?.text !== 'string') throw new Failure(`cannot read ${config}: ${file?.error}`, { exitCode: USAGE })
    return { path: file?.path ?? '', text: file?.text ?? null, error: file?.error ?? null, options: given.options === null ? null : JSON.stringify(given.options), profile: profile ?? (process.env.SWARM_POLICY || null), home: places.home, user: userName(), root: places.root, directory, protected: places.own(named) }
  }

  /**
   * @param {string} tool
   * @param {unknown} args
   * @param {string} directory
   * @returns {Evaluation & { micros: number }}
   */
  decide(tool, args, directory) {
    const desk = this.at(directory)
    const text = JSON.stringify(args)
    const began = performance.now()
    const paths = desk.inquire(tool, text)
    const asked = performance.now()
    const real = paths.map((/** @type {string} */ named) => realPath(named) ?? '')
    const known = performance.now()
    const told = desk.decide(real)
    const micros = Math.round((performance.now() - known + asked - began) * 1000)
    return { ...JSON.parse(told), micros }
  }
}

/** The repository a folder is in, else the folder. @param {string} directory */
function rootOf(directory) {
  for (let at = directory; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.git'))) return at
    if (at === path.dirname(at)) return directory
  }
}

/** @param {Desks} desks @param {string[]} words @param {Record<string, any>} values */
function explain(desks, words, values) {
  if (words.length === 0) throw new UsageError("policy explain needs a command, in quotes: policy explain 'git push --force'")
  if (words.length > 1) throw new UsageError(`policy explain takes one command, in quotes; it was given ${words.length} words`)
  const tool = values.tool ?? 'bash'
  const args = values.tool === undefined ? { command: words[0] } : argsOf(words[0] ?? '')
  const found = desks.decide(tool, args, desks.directory)
  if (values.json) sayJson({ tool, profile: desks.at(desks.directory).profile(), ...found })
  else for (const line of tree(found, desks.at(desks.directory).profile())) say(line)
  return found.decision === 'allow' ? YES : NO
}

/** @param {string} text */
function argsOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`with --tool the arguments are JSON, such as '{"filePath":".env"}'`)
  }
}

const COLOURS = /** @type {const} */ ({ allow: 'green', prompt: 'yellow', deny: 'red' })
const KINDS = { command_exec: 'command', file_write: 'write', file_read: 'read', network_access: 'network', tool_use: 'tool' }

/** @param {Evaluation} found @param {string} profile */
function tree(found, profile) {
  const word = (/** @type {Word} */ decision) => paint(COLOURS[decision], decision)
  const would = found.would === found.decision ? '' : `, would be ${word(found.would)}`
  const lines = [`${word(found.decision)}${would}  ${found.rule}: ${found.reason}  ${paint('grey', `(profile ${profile})`)}`]
  found.atoms.forEach((atom, place) => {
    const isLast = place === found.atoms.length - 1
    const kind = atom.verb ?? /** @type {Record<string, string>} */ (KINDS)[atom.kind] ?? atom.kind
    lines.push(`${isLast ? '└─' : '├─'} ${word(atom.decision)}  ${kind}  ${oneLine(atom.text) || (atom.kind === 'network_access' ? 'wherever it is set up to go' : 'as a whole')}`)
    for (const detail of details(atom)) lines.push(`${isLast ? '  ' : '│ '}     ${paint('grey', detail)}`)
  })
  if (found.denial) lines.push('', found.decision === 'prompt' ? 'it waits for an answer; where nobody can be asked it does not run, and the model reads why' : `the model would read: ${found.denial}`)
  return lines
}

/** @param {Atom} atom */
function details(atom) {
  const list = []
  if (atom.decision !== 'allow') list.push(`${atom.rule}: ${atom.reason}`)
  else if (atom.rule !== 'default') list.push(`rule ${atom.rule}`)
  if (atom.path && !atom.inside) list.push('outside of the project')
  if (atom.real_path) list.push(`really ${atom.real_path}`)
  if (atom.doubt && !atom.reason.includes(atom.doubt)) list.push(atom.doubt)
  return list
}

/** @param {string} text */
const oneLine = (text) => (text.length > 160 ? `${text.slice(0, 160)}…` : text).replace(/\s+/g, ' ')

/** @param {string | undefined} file */
function open(file) {
  return file === undefined || file === '-' ? process.stdin : fs.createReadStream(file, { highWaterMark: 1 << 16 })
}

/** @param {string | undefined} file @param {(line: import('./lines.js').Line, number: number) => void} take */
async function eachLine(file, take) {
  let number = 0
  try {
    await readLines(open(file), (line) => take(line, ++number))
  } catch (/** @type {any} */ error) {
    if (error?.syscall === undefined) throw error
    throw new Failure(`cannot read ${file}: ${wordsOf(error)}`, { exitCode: USAGE })
  }
  return number
}

/** @param {Desks} desks @param {string[]} words @param {Record<string, any>} values */
async function check(desks, [file, ...more], values) {
  if (!values.jsonl) throw new UsageError('policy check needs --jsonl: it reads and writes JSON lines')
  if (more.length > 0) throw new UsageError('policy check takes one file')
  let isGood = true
  await eachLine(file, (line, number) => {
    const asked = questionOf(line.text)
    if (asked === undefined) {
      isGood = false
      complain(`line ${number}: ${line.problem ?? 'it is not {"id","command","cwd"?}'}`)
      return
    }
    const directory = path.resolve(desks.directory, asked.cwd ?? '.')
    const { decision, rule, reason, atoms, micros } = desks.decide('bash', { command: asked.command, workdir: directory }, directory)
    say(JSON.stringify({ id: asked.id, decision, rule, reason, atoms, micros }))
  })
  return isGood ? YES : NO
}

/** @param {string} text @returns {{ id: unknown, command: string, cwd?: string } | undefined} */
function questionOf(text) {
  const asked = parsed(text)
  const isQuestion = typeof asked?.command === 'string' && asked.id !== undefined && ['undefined', 'string'].includes(typeof asked.cwd)
  return isQuestion ? asked : undefined
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @param {Desks} desks @param {string[]} words @param {Record<string, any>} values */
async function replay(desks, [file, ...more], values) {
  if (file === undefined) throw new UsageError('policy replay needs a file of events, or - for standard input')
  if (more.length > 0) throw new UsageError('policy replay takes one file')
  const count = { lines: 0, same: 0, differ: 0, unsure: 0, skipped: 0 }
  let strange = 0
  /** Names of the files that each session was about to write: what is in them stands in no event. @type {Map<string, Set<string>>} */
  const written = new Map()
  await eachLine(file, (line, number) => {
    const event = parsed(line.text)
    if (typeof event?.event_type !== 'string') {
      if (strange++ === 0) complain(`line ${number}: ${line.problem ?? 'it is no event'}`)
      return
    }
    if (event.event_type !== 'swarm.policy.decision') return
    count.lines += 1
    const call = callOf(event.payload ?? {})
    if (!call) {
      count.skipped += 1
      if (values.json) say(JSON.stringify({ line: number, skipped: 'the event does not say what was called' }))
      else say(`line ${number}: ${paint('grey', 'skipped')}: the event does not say what was called`)
      return
    }
    const { decision, rule, reason } = desks.decide(call.tool, call.args, call.cwd ?? desks.directory)
    const before = event.payload.decision
    const isCut = /\[redacted|…$/.test(call.shown)
    const names = written.get(event.session_id) ?? new Set()
    const isOfSession = call.tool === 'bash' && call.shown.split(/[\s;&|<>()"'`]+/).some((/** @type {string} */ word) => names.has(path.basename(word)))
    if (call.tool === 'write') written.set(event.session_id, names.add(path.basename(call.shown)))
    const isUnsure = isCut || isOfSession
    count[isUnsure ? 'unsure' : before === decision ? 'same' : 'differ'] += 1
    if (values.json) return say(JSON.stringify({ line: number, before, decision, rule, reason, unsure: isUnsure }))
    const why = isCut ? 'redacted or cut in the event: the whole command may decide otherwise' : 'a file of the session: what was written into it is in no event'
    const note = isUnsure ? paint('grey', ` (${why})`) : ''
    const change = before === decision ? decision : `${before} → ${paint(COLOURS[decision], decision)} by ${rule}`
    say(`line ${number}: ${change}  ${oneLine(call.shown)}${note}`)
  })
  if (!values.json) say(`${count.lines} decisions: ${count.same} the same, ${count.differ} different, ${count.skipped} skipped, ${count.unsure} uncertain`)
  if (strange > 1) complain(`${strange} lines are no events`)
  return count.differ === 0 && strange === 0 ? YES : NO
}

/** The call of a recorded decision, as far as the event tells it. @param {any} payload */
function callOf(payload) {
  const tool = payload.tool ?? 'bash'
  const cwd = typeof payload.cwd === 'string' && path.isAbsolute(payload.cwd) ? payload.cwd : undefined
  if (typeof payload.command === 'string') return { tool: 'bash', args: { command: payload.command }, cwd, shown: payload.command }
  if (typeof payload.path === 'string') {
    const args = tool === 'read' ? { filePath: payload.path } : { filePath: payload.path, content: '' }
    return { tool: tool === 'read' ? 'read' : 'write', args, cwd, shown: payload.path }
  }
  if (typeof payload.host === 'string') {
    const url = `https://${payload.host}${payload.port ? `:${payload.port}` : ''}/`
    return { tool: 'webfetch', args: { url }, cwd, shown: url }
  }
  return payload.tool ? { tool, args: {}, cwd, shown: tool } : undefined
}
