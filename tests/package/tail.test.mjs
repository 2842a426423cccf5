// `tail`: a stream as a person reads it, of several agents, through rotation and truncation.

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { REPOSITORY } from '../host/harness/binary.mjs'
import { until } from '../host/harness/wait.mjs'
import { CLI, folders, run, start } from './cli.mjs'

const GOLDEN = path.join(REPOSITORY, 'tests/data/golden')
const WRITER = fileURLToPath(new URL('../shim/writer.mjs', import.meta.url))
const UTC = { TZ: 'UTC' }

let count = 0
const event = ({ ms = 0, type = 'swarm.turn.finished', payload = { turn: 1, reason: 'completed', duration_ms: 1200 }, ...more } = {}) => JSON.stringify({
  event_version: 1, event_type: type, timestamp: new Date(Date.UTC(2026, 4, 4, 10) + ms).toISOString(), agent_id: '', workspace_id: '', node_id: '',
  session_id: 'ses_0123456789', event_id: `evt_${++count}`, seq: count, boot_id: 'boot01', mono_ms: ms, payload, ...more,
})
const text = (lines) => lines.map((line) => `${line}\n`).join('')
const write = (folder, name, lines) => (fs.writeFileSync(path.join(folder, name), text(lines)), path.join(folder, name))
const shown = ({ stdout }) => stdout.split('\n').slice(0, -1)
const parsed = (result) => shown(result).map((line) => JSON.parse(line))

/** A `tail --follow` that is ended with the test. */
function follow(t, args, options) {
  const tail = start(['tail', ...args, '--follow'], { ...options, input: null })
  let stdout = ''
  tail.child.stdout.on('data', (piece) => (stdout += piece))
  t.after(() => tail.child.kill('SIGKILL'))
  return {
    ...tail,
    lines: () => stdout.split('\n').slice(0, -1),
    async stop(signal = 'SIGINT') {
      tail.child.kill(signal)
      return tail.ended
    },
  }
}

test('each event is one line that a person can read: when, who, what', async (t) => {
  const { project } = folders(t)
  const file = write(project, 'a.jsonl', [
    event({ type: 'swarm.session.started', payload: { execution_lane: 'run', is_new: true } }),
    event({ ms: 1_000, type: 'swarm.state', payload: { state: 'working', agent_state: 'working', old_agent_state: 'idle', reason: 'turn_started' } }),
    event({ ms: 2_000, type: 'swarm.tool.started', payload: { tool: 'bash', call_id: 'c', origin: 'model', command: 'npm test' } }),
    event({ ms: 3_000, type: 'swarm.tool.finished', payload: { tool: 'bash', call_id: 'c', outcome: 'ok', exit_code: 3, duration_ms: 950 } }),
    event({ ms: 3_500, type: 'swarm.tool.finished', payload: { tool: 'edit', call_id: 'd', outcome: 'failed', duration_ms: 5, error: { class: 'tool_error', message: 'no such file' } } }),
    event({ ms: 4_000, agent_id: 'ag-7', payload: { turn: 2, reason: 'completed', duration_ms: 65_000, tools_run: 2, tools_failed: 1, total_tokens: 3368, cost_usd: '0.0034', files_changed: 1, insertions: 2, deletions: 0 } }),
    event({ ms: 5_000, type: 'swarm.heartbeat', session_id: '', payload: { state: 'working', agent_state: 'working', ages_ms: { host_event: 90_000, tool: 95_000 }, open_calls: [{ tool: 'bash', age_ms: 95_000 }] } }),
    event({ ms: 6_000, type: 'swarm.policy.decision', payload: { tool: 'bash', call_id: 'c', action: 'command_exec', decision: 'allow', cause: 'rule', rule: 'default', reason: 'nothing speaks against it', command: 'npm test' } }),
    event({ ms: 6_000, type: 'swarm.policy.decision', payload: { tool: 'bash', call_id: 'e', action: 'command_exec', decision: 'prompt', cause: 'rule', rule: 'pushes-ask', reason: 'pushes leave this machine', command: 'git push' } }),
    event({ ms: 6_000, type: 'swarm.approval.requested', payload: { id: 'apr_b_1', status: 'pending', request_type: 'command_exec', request_details: { tool: 'bash', command: 'git push' }, rule: 'pushes-ask', reason: 'pushes leave this machine' } }),
    event({ ms: 6_000, type: 'swarm.approval.resolved', payload: { id: 'apr_b_1', status: 'denied', resolved_by: 'user', cause: 'answered', channel: 'http' } }),
    event({ ms: 6_000, type: 'swarm.policy.denied', payload: { tool: 'bash', call_id: 'e', action: 'command_exec', cause: 'approval_denied', rule: 'pushes-ask', message: 'Not run: a person said no.' } }),
    event({ ms: 6_000, type: 'swarm.delivery.failed', payload: { receiver: 'openclaw', key: 'k|1', attempts: 1, reason: 'http_503', retry_in_ms: 15_000 } }),
    event({ ms: 6_000, type: 'swarm.lifecycle', payload: { payload: { lifecycle: { phase: 'completed', outcome: 'success', reason: 'exit_code_0' } } } }),
    event({ ms: 6_000, type: 'swarm.from.tomorrow', payload: { what: 'news', n: 3, deep: { not: 'shown' } } }),
  ])
  const result = await run(['tail', file], { cwd: project, env: UTC })
  assert.deepEqual(shown(result), [
    '2026-05-04 10:00:00  boot01/456789  session started under run',
    '2026-05-04 10:00:01  boot01/456789  idle → working (turn_started)',
    '2026-05-04 10:00:02  boot01/456789  bash begins: npm test',
    '2026-05-04 10:00:03  boot01/456789  bash ok: exit 3, 950 ms',
    '2026-05-04 10:00:03  boot01/456789  edit failed: 5 ms, tool_error, no such file',
    '2026-05-04 10:00:04  ag-7/456789    turn 2 completed in 1 min 5 s: 2 tools, 1 failed, 3368 tokens, $0.0034, 1 file changed +2 -0',
    '2026-05-04 10:00:05  boot01         beat: working, bash for 1 min 35 s, nothing moved for 1 min 30 s',
    '2026-05-04 10:00:06  boot01/456789  gate: allow bash: npm test',
    '2026-05-04 10:00:06  boot01/456789  gate: prompt bash: git push, rule pushes-ask, pushes leave this machine',
    '2026-05-04 10:00:06  boot01/456789  apr_b_1 waits for an answer: git push, rule pushes-ask, pushes leave this machine',
    '2026-05-04 10:00:06  boot01/456789  apr_b_1 denied, by user, answered, over http',
    '2026-05-04 10:00:06  boot01/456789  gate: bash does not run (pushes-ask, approval_denied): Not run: a person said no.',
    '2026-05-04 10:00:06  boot01/456789  openclaw does not have k|1: http_503, 1 attempt, again in 15.0 s',
    '2026-05-04 10:00:06  boot01/456789  session completed, success, exit_code_0, as OrgLoop says it',
    '2026-05-04 10:00:06  boot01/456789  from.tomorrow: what news, n 3',
  ])
  assert.deepEqual([result.code, result.stderr], [0, ''])
})

test('every stream of a recorded session is shown whole, a line for each event, and --json is the events themselves', async () => {
  for (const name of fs.readdirSync(GOLDEN)) {
    const file = path.join(GOLDEN, name)
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
    const result = await run(['tail', file], { cwd: REPOSITORY, env: UTC })
    assert.deepEqual([result.code, shown(result).length], [0, lines.length], name)
    assert.doesNotMatch(result.stdout, /undefined|null|\[object|NaN|[\x00-\x09\x0b-\x1f\x7f]/, name)
    assert.equal((await run(['tail', file, '--json'], { cwd: REPOSITORY })).stdout, text(lines), name)
  }
})

test('--type and --session choose; the end of an id is enough, and children belong to their parents', async (t) => {
  const { project } = folders(t)
  const file = write(project, 'a.jsonl', [
    event({ type: 'swarm.tool.started', payload: { tool: 'bash' } }),
    event({ type: 'swarm.tool.finished', payload: { tool: 'bash', outcome: 'ok' } }),
    event({ session_id: 'ses_child', parent_session_id: 'ses_0123456789', root_session_id: 'ses_0123456789' }),
    event({ type: 'swarm.heartbeat', session_id: '', payload: { state: 'idle' } }),
    event({ type: 'swarm.toolbox', payload: {} }),
  ])
  const types = async (...args) => parsed(await run(['tail', file, '--json', ...args], { cwd: project })).map(({ event_type }) => event_type.slice(6))
  assert.deepEqual(await types('--type', 'tool.*'), ['tool.started', 'tool.finished'])
  assert.deepEqual(await types('--type', 'swarm.tool.started,heartbeat'), ['tool.started', 'heartbeat'])
  assert.deepEqual(await types('--type', '!heartbeat,!tool*'), ['turn.finished'])
  assert.deepEqual(await types('--type', '*.finished,!turn.*'), ['tool.finished'])
  assert.deepEqual(await types('--session', '456789'), ['tool.started', 'tool.finished', 'turn.finished', 'toolbox'])
  assert.deepEqual(await types('--session', 'ses_child'), ['turn.finished'])
  assert.deepEqual(await types('--lines', '2'), ['heartbeat', 'toolbox'])
  assert.deepEqual(await types('--lines', '0'), [])
  const { code, stdout, stderr } = await run(['tail', file, '--type', 'tol.*'], { cwd: project })
  assert.deepEqual([code, stdout, stderr], [0, '', 'none of 5 lines is what --type or --session asks for\n'])
})

test('what is no event is shown as that, and counted: exit 1', async (t) => {
  const { project } = folders(t)
  fs.writeFileSync(path.join(project, 'a.jsonl'), Buffer.concat([
    Buffer.from(text([event(), '{"a": 1,}', '', '[]', 'null', '{"event_type":"swarm.x"}', '{"event_type":"swarm.x","timestamp":"yesterday"}'])),
    Buffer.from([0xc3, 0x28, 0x0a]), Buffer.from(`${text([event()])}{"event_ty`),
  ]))
  const human = await run(['tail', 'a.jsonl'], { cwd: project })
  const bad = shown(human).filter((line) => line.startsWith('a.jsonl: '))
  assert.deepEqual(bad, [
    'a.jsonl: line 2 is no event: not JSON: column 9: unexpected "}", expected a key in double quotes',
    'a.jsonl: line 3 is no event: it is empty',
    'a.jsonl: line 4 is no event: it is no event',
    'a.jsonl: line 5 is no event: it is no event',
    'a.jsonl: line 6 is no event: it is no event',
    'a.jsonl: line 7 is no event: its timestamp is none',
    'a.jsonl: line 8 is no event: it is not UTF-8',
    'a.jsonl: line 10 is no event: it has no line end after 10 bytes: it was torn, or is still being written',
  ])
  assert.deepEqual([human.code, human.stderr, shown(human).length], [1, '8 lines are no event\n', 10])
  const json = await run(['tail', 'a.jsonl', '--json'], { cwd: project })
  assert.equal(parsed(json).length, 2)
  assert.equal(json.stderr, `${bad.join('\n')}\n8 lines are no event\n`)
})

test('nothing that a terminal would obey is passed through (S0.41)', async (t) => {
  const { project } = folders(t)
  const evil = '\x1b]0;title\x07\x1b[2J\r\n\t\x7f\x9b31m\u202eabc\u2066\u200b\ufeff\u2028'
  const lines = [
    event({ agent_id: evil, session_id: `ses${evil}`, type: 'swarm.tool.started', payload: { tool: evil, command: evil } }),
    event({ type: 'swarm.pack.error', payload: { code: 'x', message: evil } }),
    event({ type: `swarm.new${evil}`, payload: { [evil]: evil } }),
    `{"${evil}`,
  ]
  const file = write(project, 'a.jsonl', lines.slice(0, 3))
  fs.appendFileSync(file, `{"\x1b[31m\x9b\u202e\n`)
  const renamed = path.join(project, 'b\x1b[31m.jsonl')
  fs.copyFileSync(file, renamed)
  for (const args of [[file], [file, '--json'], [renamed]]) {
    const { stdout, stderr } = await run(['tail', ...args], { cwd: project })
    assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/)
    assert.equal(shown({ stdout }).length, args[1] ? 3 : 4)
  }
  const [first] = parsed(await run(['tail', file, '--json'], { cwd: project }))
  assert.equal(first.payload.command, evil)
})

test('several files are merged by time; one that goes back in time keeps its own order', async (t) => {
  const { project } = folders(t)
  const of = (agent_id, ...times) => times.map((ms) => event({ ms, agent_id }))
  write(project, 'a.jsonl', of('a', 10, 40, 70))
  write(project, 'b.jsonl', of('b', 20, 50, 30, 80))
  write(project, 'c.jsonl', of('c', 45))
  const order = async (args, options = {}) => parsed(await run(['tail', ...args, '--json'], { cwd: project, ...options })).map((line) => `${line.agent_id}${line.mono_ms}`)
  const merged = ['a10', 'b20', 'a40', 'c45', 'b50', 'b30', 'a70', 'b80']
  assert.deepEqual(await order(['a.jsonl', 'b.jsonl', 'c.jsonl']), merged)
  assert.deepEqual(await order(['.']), merged)
  assert.deepEqual(await order(['-'], { input: fs.readFileSync(path.join(project, 'b.jsonl')) }), ['b20', 'b50', 'b30', 'b80'])
})

test('a folder is read with its rotated files, oldest first; in a state folder, only the events', async (t) => {
  const { project } = folders(t)
  const state = path.join(project, '.opencode/swarm')
  fs.mkdirSync(path.join(state, 'lock'), { recursive: true })
  // The times alone would not order them: the numbers do.
  for (const [name, n] of [['events.jsonl.10', 1], ['events.jsonl.9', 2]]) write(state, name, [event({ mono_ms: n })])
  for (let n = 8; n >= 1; n--) write(state, `events.jsonl.${n}`, [event({ mono_ms: 11 - n })])
  write(state, 'events.jsonl', [event({ mono_ms: 11 })])
  write(state, 'control.jsonl', ['{"type":"approval"}'])
  for (const args of [[], ['.'], [state], [project]]) {
    const result = await run(['tail', ...args, '--json'], { cwd: project })
    assert.deepEqual(parsed(result).map(({ mono_ms }) => mono_ms), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], `${args}`)
  }
  assert.deepEqual(parsed(await run(['tail', path.join(state, 'events.jsonl'), '--json'], { cwd: project })).length, 1)
})

test('without a name it is the state folder of the project, also where that is with the user; nothing is made', async (t) => {
  const { root, project, home } = folders(t)
  const nothing = await run(['tail'], { cwd: project, home })
  assert.deepEqual([nothing.code, nothing.stdout], [1, ''])
  assert.match(nothing.stderr, /^opencode-swarm-pack: there are no events in .*\/home\/\.local\/state\/opencode-swarm-pack\/[0-9a-f]{16}\nopencode-swarm-pack doctor says/)
  assert.deepEqual(fs.readdirSync(root).concat(fs.readdirSync(home), fs.readdirSync(project)), ['home', 'project'])
  const [, folder] = /in (.*)\n/.exec(nothing.stderr)
  fs.mkdirSync(folder, { recursive: true })
  write(folder, 'events.jsonl', [event()])
  assert.equal(shown(await run(['tail'], { cwd: project, home })).length, 1)
  fs.mkdirSync(path.join(project, '.opencode/swarm'), { recursive: true })
  assert.equal(shown(await run(['tail'], { cwd: project, home })).length, 1)
  write(path.join(project, '.opencode/swarm'), 'events.jsonl', [event(), event()])
  assert.equal(shown(await run(['tail'], { cwd: project, home })).length, 2)
})

test('what cannot be read is exit 2', async (t) => {
  const { project } = folders(t)
  execFileSync('mkfifo', [path.join(project, 'pipe')])
  for (const [file, why] of [['nowhere.jsonl', 'no such file or folder (ENOENT)'], ['pipe', 'it is no regular file']]) {
    const { code, stdout, stderr } = await run(['tail', file], { cwd: project })
    assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: '', stderr: `opencode-swarm-pack: cannot read ${file}: ${why}\n` })
  }
})

test('--follow: real writers rotate the file many times, and every line of every one is shown once, in order (S0.12)', { timeout: 240_000 }, async (t) => {
  const { project } = folders(t)
  const state = path.join(project, '.opencode/swarm')
  fs.mkdirSync(state, { recursive: true })
  const tail = follow(t, [state, '--json'], { cwd: project })
  const each = 1_000
  const writers = [0, 1, 2].map((n) => spawn(process.execPath, [WRITER, project, String(n), String(each)], { stdio: ['ignore', 'inherit', 'inherit'] }))
  assert.deepEqual(await Promise.all(writers.map((child) => new Promise((ok) => child.once('exit', ok)))), [0, 0, 0])
  const files = fs.readdirSync(state).filter((name) => /^events\.jsonl(\.\d+)?$/.test(name))
  assert.ok(files.length > 10, `${files.length} files`)
  const written = files.reduce((sum, name) => sum + fs.readFileSync(path.join(state, name), 'utf8').split('\n').length - 1, 0)
  await until('all lines are shown', () => tail.lines().length >= written)
  const { code, signal, stderr } = await tail.stop()
  assert.deepEqual([code, signal, stderr], [0, null, ''])
  const boots = new Map()
  for (const { boot_id, seq } of tail.lines().map((line) => JSON.parse(line))) boots.set(boot_id, [...(boots.get(boot_id) ?? []), seq])
  assert.deepEqual([boots.size, tail.lines().length], [3, written])
  for (const seqs of boots.values()) assert.deepEqual(seqs, seqs.map((_, n) => n + 1))
})

test('--follow: a file is waited for, its rotation and its emptying are survived, and the end of the old file is shown', async (t) => {
  const { project } = folders(t)
  const file = path.join(project, 'a.jsonl')
  const tail = follow(t, [file, '--json'], { cwd: project })
  const add = (ms, to = file) => fs.appendFileSync(to, `${event({ ms })}\n`)
  const seen = (...times) => until(`${times}`, () => `${tail.lines().map((line) => JSON.parse(line).mono_ms)}` === `${times}`)
  await until('it runs', () => tail.child.pid)
  add(1)
  await seen(1)
  fs.renameSync(file, `${file}.1`)
  add(2, `${file}.1`) // a writer that had it open
  add(3)
  await seen(1, 2, 3)
  add(4, `${file}.1`) // and one more, late
  await seen(1, 2, 3, 4)
  // Two rotations between two looks: the file in the middle was never seen under its first name.
  fs.renameSync(`${file}.1`, `${file}.3`)
  fs.renameSync(file, `${file}.2`)
  add(5, `${file}.1`)
  add(6)
  await seen(1, 2, 3, 4, 5, 6)
  fs.truncateSync(file, 0)
  await new Promise((ok) => setTimeout(ok, 500))
  add(7)
  await seen(1, 2, 3, 4, 5, 6, 7)
  // Half a line is waited for, and is one line when the rest has come.
  const whole = `${event({ ms: 8 })}\n`
  fs.appendFileSync(file, whole.slice(0, 40))
  await new Promise((ok) => setTimeout(ok, 500))
  fs.appendFileSync(file, whole.slice(40))
  await seen(1, 2, 3, 4, 5, 6, 7, 8)
  assert.deepEqual((await tail.stop('SIGTERM')).code, 0)
})

test('--follow: a project whose pack has not started yet is waited for', async (t) => {
  const { project, home } = folders(t)
  const tail = follow(t, ['--json'], { cwd: project, home })
  await new Promise((ok) => setTimeout(ok, 500))
  fs.mkdirSync(path.join(project, '.opencode/swarm'), { recursive: true })
  write(path.join(project, '.opencode/swarm'), 'events.jsonl', [event()])
  await until('its first line', () => tail.lines().length === 1)
  assert.equal((await tail.stop('SIGHUP')).code, 0)
})

test('--follow: agents that join a folder later are shown, too', async (t) => {
  const { project } = folders(t)
  write(project, 'a.jsonl', [event({ agent_id: 'a' })])
  const tail = follow(t, ['.', '--json'], { cwd: project })
  await until('the first', () => tail.lines().length === 1)
  write(project, 'b.jsonl', [event({ agent_id: 'b' })])
  await until('the second', () => tail.lines().length === 2)
  const { code, stderr } = await tail.stop()
  assert.deepEqual([code, stderr], [0, ''])
})

test('a reader that has gone away or takes nothing is no failure', async (t) => {
  const { project } = folders(t)
  write(project, 'a.jsonl', Array.from({ length: 20_000 }, () => event()))
  const gone = start(['tail', 'a.jsonl'], { cwd: project })
  gone.child.stdout.once('data', () => gone.child.stdout.destroy())
  const { code, stderr } = await gone.ended
  assert.deepEqual([code, stderr], [0, ''])
  const stuck = spawn(process.execPath, [CLI, 'tail', 'a.jsonl', '--follow'], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => stuck.kill('SIGKILL'))
  await new Promise((ok) => stuck.stdout.once('readable', ok))
  stuck.kill('SIGINT')
  const ended = await new Promise((ok) => {
    stuck.once('exit', (...how) => ok(how))
  })
  assert.deepEqual(ended, [0, null])
})

test('colour on a terminal only, and one line stays one line there', async (t) => {
  const { root, project } = folders(t)
  write(project, 'a.jsonl', [event({ type: 'swarm.tool.started', payload: { tool: 'bash', command: 'x'.repeat(400) } }), event()])
  const screenOf = async (...env) => {
    // A server for each: one that is just ending would still be asked.
    const socket = path.join(root, `tmux-${env.length}.sock`)
    const tmux = (...args) => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: root } })
    t.after(() => spawnSync('tmux', ['-S', socket, 'kill-server']))
    tmux('new-session', '-d', '-x', '100', '-y', '20', '-c', project, ...env.flatMap((pair) => ['-e', pair]), `${process.execPath} ${CLI} tail a.jsonl; echo end; sleep 60`)
    const seen = await until('the end', () => /^end$/m.test(tmux('capture-pane', '-p')) && tmux('capture-pane', '-p', '-e'))
    return seen.split('\n').filter(Boolean)
  }
  const coloured = await screenOf()
  assert.match(coloured.join('\n'), /\x1b\[32mturn 1 completed/)
  assert.equal(coloured.length, 3)
  const plain = await screenOf('NO_COLOR=1')
  assert.doesNotMatch(plain.join('\n'), /\x1b/)
  assert.equal(plain[0].length, 100)
})
