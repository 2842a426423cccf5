// `validate`: what it says of good and bad streams, line by line (S0.50).

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { REPOSITORY } from '../host/harness/binary.mjs'
import { folders, run, start } from './cli.mjs'

/** The first draft of the line, before there were versions and numbers. */
const DRAFT =
  '{"event_type":"swarm.heartbeat","timestamp":"2025-12-23T08:00:00Z","agent_id":"agent-123","workspace_id":"ws-456","node_id":"node-1","session_id":"session-789","payload":{"uptime_seconds":120,"state":"working"}}'
/** A line of a program that has versions and numbers, and no boots. */
const NUMBERED =
  '{"event_version":1,"event_type":"swarm.heartbeat","timestamp":"2026-05-04T10:00:05.000Z","agent_id":"ag-7","workspace_id":"ws-2","node_id":"n-1","session_id":"ses_01EXAMPLE","event_id":"hb-000012","seq":12,"payload":{"uptime_seconds":60,"state":"working","agent_state":"working","pid":4242,"version":"1.18.33","model":"prov/model-x"}}'

const event = (more = {}) => ({
  event_version: 1, event_type: 'swarm.turn.finished', timestamp: '2026-05-04T10:00:06.100Z', agent_id: '', workspace_id: '', node_id: '', session_id: 'ses_1',
  event_id: `evt_${more.boot_id ?? 'a'}_${more.seq ?? 1}`, seq: 1, boot_id: 'a', mono_ms: 1, payload: { turn: 1, reason: 'completed', duration_ms: 1 }, ...more,
})
const line = (more) => JSON.stringify(event(more))
/** Lines of boot `a` (or `b1`: boot b) with these numbers. */
const numbered = (...numbers) => numbers.map((word) => {
  const [, boot, seq] = /^([a-z]*)(\d+)$/.exec(word)
  return line({ boot_id: boot || 'a', seq: Number(seq) })
})
const text = (lines) => lines.map((one) => `${one}\n`).join('')

/** Validates a text given on standard input; the last line of the answer is apart. */
async function validate(input) {
  const { code, stdout, stderr } = await run(['validate', '-'], { cwd: REPOSITORY, input })
  assert.equal(stderr, '')
  const findings = stdout.trimEnd().split('\n')
  return { code, summary: findings.pop(), findings }
}

const good = async (input, lines) => assert.deepEqual(await validate(input), { code: 0, summary: `${lines} lines, 0 bad, 0 gaps`, findings: [] })

test('good streams: exit 0 and a summary (S0.14, S0.20, S0.50)', async (t) => {
  assert.deepEqual(await validate(''), { code: 0, summary: '0 lines, 0 bad, 0 gaps', findings: ['note: there is no line in it'] })
  await good(text([DRAFT]), 1)
  await good(text([NUMBERED]), 1)
  await good(text(numbered('1', '2', '3')), 3)
  await good(text([line({ unheard_of: true, payload: { turn: 1, reason: 'completed', duration_ms: 1, more: [1] } })]), 1)
  const folder = path.join(REPOSITORY, 'tests/data/golden')
  for (const name of fs.readdirSync(folder)) {
    const { code, stdout } = await run(['validate', path.join(folder, name)], { cwd: REPOSITORY })
    assert.equal(code, 0, `${name}: ${stdout}`)
    assert.match(stdout, /^\d+ lines, 0 bad, 0 gaps\n$/)
  }
})

const BAD = [
  { what: 'not JSON', line: '{"a": 1,}', says: 'not JSON: column 9: unexpected "}", expected a key in double quotes' },
  { what: 'cut in the middle', line: '{"a": [1, {"b": tru', says: 'not JSON: column 17: unexpected "t", expected a value' },
  { what: 'two on a line', line: '{} {}', says: 'not JSON: column 4: unexpected "{", expected the end of the line' },
  { what: 'single quotes', line: "{'a': 1}", says: 'not JSON: column 2: unexpected "\'", expected a key in double quotes' },
  { what: 'a string without end', line: '["äöü", "x]', says: 'not JSON: column 9: unexpected "\\"", expected a string that ends' },
  { what: 'nothing after the key', line: '{"a"', says: 'not JSON: column 5: it ends too early, expected ":"' },
  { what: 'no comma', line: '[1 2]', says: 'not JSON: column 4: unexpected "2", expected "," or "]"' },
  { what: 'a byte order mark', line: '\ufeff{}', says: 'not JSON: column 1: unexpected "\ufeff", expected a value' },
  { what: 'empty', line: '', says: 'it is empty' },
  { what: 'an array', line: '[]', says: 'must be object' },
  { what: 'a number', line: '42', says: 'must be object' },
  { what: 'a key missing', line: JSON.stringify({ ...event(), node_id: undefined }), says: "must have required property 'node_id'" },
  { what: 'null as payload', line: line({ payload: null }), says: '/payload must be object' },
  { what: 'a wrong type', line: line({ agent_id: 7 }), says: '/agent_id must be string' },
  { what: 'another version', line: line({ event_version: 2 }), says: '/event_version must be 1' },
  { what: 'a type that is none', line: line({ event_type: 'Swarm.Turn' }), says: '/event_type must match pattern "^swarm(\\.[a-z_]+)+$"' },
  { what: 'a local time', line: line({ timestamp: '2026-05-04T10:00:06+02:00' }), says: /^\/timestamp must match pattern / },
  { what: 'a payload of another type', line: line({ payload: { turn: 'one', reason: 'completed', duration_ms: 1 } }), says: '/payload/turn must be integer' },
  { what: 'a word that is none of the known', line: line({ payload: { turn: 1, reason: 'finished', duration_ms: 1 } }), says: '/payload/reason must be one of "completed", "aborted", "error", "unknown"' },
  { what: 'a number without its version', line: DRAFT.replace('{', '{"seq":3,'), says: /^must have propert/ },
]

test('each bad line is named with its number and reason: exit 1 (S0.15, S0.16, S0.19, S0.50)', async (t) => {
  for (const { what, line: bad, says } of BAD)
    await t.test(what, async () => {
      const { code, summary, findings } = await validate(text([DRAFT, bad, DRAFT]))
      assert.deepEqual([code, summary, findings.length], [1, '3 lines, 1 bad, 0 gaps', 1], `${findings}`)
      const said = findings[0].replace(/^line 2: bad: /, '')
      if (typeof says === 'string') assert.equal(said, says)
      else assert.match(said, says)
    })
})

test('the end of a torn line, bytes that are no text, and a line too long to be read are told apart', async () => {
  const torn = await validate(`${DRAFT}\n${DRAFT.slice(0, 40)}`)
  assert.deepEqual(torn, { code: 1, summary: '2 lines, 1 bad, 0 gaps', findings: ['line 2: bad: it has no line end after 40 bytes: it was torn, or is still being written'] })
  const whole = await validate(DRAFT)
  assert.equal(whole.findings[0], `line 1: bad: it has no line end after ${DRAFT.length} bytes: it was torn, or is still being written`)
  const bytes = await validate(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from(`"}\n${DRAFT}\n`)]))
  assert.deepEqual([bytes.summary, bytes.findings], ['2 lines, 1 bad, 0 gaps', ['line 1: bad: it is not UTF-8']])
  const huge = await validate(`${DRAFT}\n"${'x'.repeat(3 << 20)}"\n${DRAFT}\n`)
  assert.deepEqual([huge.summary, huge.findings], ['3 lines, 1 bad, 0 gaps', ['line 2: bad: it has 3145730 bytes; at most 1048576 are read']])
  const deep = await validate(`${'['.repeat(500_000)}\n${DRAFT}\n`)
  assert.deepEqual([deep.code, deep.summary], [1, '2 lines, 1 bad, 0 gaps'])
  const long = await validate(`"${'x\\n'.repeat(340_000)}\n`)
  assert.deepEqual(long.findings, ['line 1: bad: not JSON: column 1: unexpected "\\"", expected a string that ends'])
})

const SEQUENCES = [
  { numbers: ['5', '6', '7'], gaps: 0, bad: 0, says: [] }, // the beginning was rotated away
  { numbers: ['1', '2', '5', '6'], gaps: 1, bad: 0, says: ['line 3: gap: seq goes from 2 to 5 in boot a: 3 to 4 are missing'] },
  { numbers: ['1', '3'], gaps: 1, bad: 0, says: ['line 2: gap: seq goes from 1 to 3 in boot a: 2 is missing'] },
  { numbers: ['1', '2', '2'], gaps: 0, bad: 1, says: ['line 3: bad: seq 2 of boot a is a repeat'] },
  { numbers: ['1', '3', '2', '4'], gaps: 1, bad: 1, says: ['line 2: gap: seq goes from 1 to 3 in boot a: 2 is missing', 'line 3: bad: seq 2 of boot a is out of order: it comes after 3'] },
  { numbers: ['4', '3'], gaps: 0, bad: 1, says: ['line 2: bad: seq 3 of boot a is out of order: it comes after 4'] },
  { numbers: ['1', 'b1', '2', 'c7', 'b2', '3', 'c8', 'b3'], gaps: 0, bad: 0, says: [] }, // several processes share a file
  { numbers: ['1', 'b1', '2', 'b3', '3'], gaps: 1, bad: 0, says: ['line 4: gap: seq goes from 1 to 3 in boot b: 2 is missing'] },
]

test('gaps, repeats and disorder of seq are found within each boot, also of several interleaved (S0.50)', async () => {
  for (const { numbers, gaps, bad, says } of SEQUENCES) {
    const { code, summary, findings } = await validate(text(numbered(...numbers)))
    assert.deepEqual({ summary, findings }, { summary: `${numbers.length} lines, ${bad} bad, ${gaps} gaps`, findings: says }, `${numbers}`)
    assert.equal(code, gaps + bad > 0 ? 1 : 0)
  }
})

test('types that the schema does not know are a note, not bad', async () => {
  const input = text([line({ event_type: 'swarm.from.tomorrow' }), line({ event_type: 'swarm.from.tomorrow', seq: 2 }), line({ seq: 3 })])
  const { code, summary, findings } = await validate(input)
  assert.deepEqual({ code, summary, findings }, {
    code: 0, summary: '3 lines, 0 bad, 0 gaps', findings: ['note: of a type that the schema does not know: swarm.from.tomorrow, 2 times'],
  })
})

test('--json says the same to a program', async () => {
  const input = text([...numbered('1', '3'), '{}', line({ event_type: 'swarm.new', boot_id: 'b' })])
  const { code, stdout } = await run(['validate', '-', '--json'], { cwd: REPOSITORY, input })
  assert.equal(code, 1)
  assert.deepEqual(JSON.parse(stdout), {
    ok: false, lines: 4, bad: 1, gaps: 1, unknown_types: { 'swarm.new': 1 }, boots_forgotten: 0,
    findings: [
      { line: 2, kind: 'gap', reason: 'seq goes from 1 to 3 in boot a: 2 is missing' },
      { line: 3, kind: 'bad', reason: "must have required property 'event_type'" },
    ],
  })
})

test('a file that cannot be read is exit 2, and says why', async (t) => {
  const { project } = folders(t)
  for (const [file, why] of [['nowhere.jsonl', 'no such file or folder (ENOENT)'], ['.', 'it is a folder (EISDIR)']]) {
    const { code, stdout, stderr } = await run(['validate', file], { cwd: project })
    assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: '', stderr: `opencode-swarm-pack: cannot read ${file}: ${why}\n` })
  }
})

test('a stream of any size takes little memory: 100 MB in a heap of 32', async () => {
  const { child, ended } = start(['validate', '-'], { cwd: REPOSITORY, env: { NODE_OPTIONS: '--max-old-space-size=32' }, input: null })
  const filler = 'x'.repeat(4000)
  for (let n = 0; n < 25_000; n++) {
    const isTaken = child.stdin.write(`${line({ seq: Math.floor(n / 50) + 1, boot_id: `boot${n % 50}`, filler })}\n`)
    if (!isTaken) await new Promise((ok) => child.stdin.once('drain', ok))
  }
  child.stdin.end()
  const { code, stdout, stderr } = await ended
  assert.deepEqual([code, stdout], [0, '25000 lines, 0 bad, 0 gaps\n'], stderr)
})
