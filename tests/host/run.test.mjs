// `opencode run` with the pack: what is written, and that nothing else changes.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { assertStream, ofType, parseLines, typesOf } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { dropIn } from './harness/project.mjs'

/** What differs from one run to the next in the host's own JSON lines. */
const CHANGING = ['timestamp', 'sessionID', 'messageID', 'id', 'callID', 'time', 'snapshot', 'hash']

const SCRIPT = {
  turns: [
    { tools: [{ name: 'bash', args: { command: 'echo out; exit 3', description: 'Print a word' } }] },
    { text: 'The command printed a word.' },
  ],
}

test('`opencode run` tells one turn from its start to its end, and prints what it prints without the pack (S0.2, S0.5, S0.45, S1.1)', async (t) => {
  const place = await openPlace({ script: SCRIPT, env: { SWARM_AGENT_ID: 'ag-7', SWARM_WORKSPACE_ID: 'ws-2', FORGE_NODE_ID: 'n-1' } })
  t.after(() => place.close())
  const both = async () => {
    place.model.play(SCRIPT)
    const plain = await place.run('run a command')
    place.model.play(SCRIPT)
    return { plain, json: await place.run('run a command', { args: ['--format', 'json'] }) }
  }
  const without = await both()
  dropIn(place.project)
  const withPack = await both()

  await t.test('the output is the same', () => {
    assert.equal(withPack.plain.exitCode, 0)
    assert.equal(withPack.plain.stdout, without.plain.stdout)
    assert.equal(withPack.plain.stderr, without.plain.stderr)
  })

  await t.test('the output of `--format json` is the same, ids and times apart', () => {
    assert.equal(withPack.json.exitCode, 0)
    assert.ok(without.json.stdout.includes('"tool_use"'))
    assert.deepEqual(unchanging(withPack.json.stdout), unchanging(without.json.stdout))
    assert.equal(withPack.json.stderr, without.json.stderr)
  })

  const lines = place.events()
  const [first] = new Set(lines.map((line) => line.boot_id))
  const boot = lines.filter((line) => line.boot_id === first)

  await t.test('every line is whole and carries the three ids (S0.16, S0.17, S0.19, S0.39, S0.47)', () => {
    assertStream(lines)
    for (const { agent_id, workspace_id, node_id } of lines)
      assert.deepEqual({ agent_id, workspace_id, node_id }, { agent_id: 'ag-7', workspace_id: 'ws-2', node_id: 'n-1' })
  })

  await t.test('the lines come in the order of what happened (S0.18)', () => {
    assert.deepEqual(typesOf(boot.filter((line) => line.event_type !== 'swarm.heartbeat')), [
      'swarm.session.started', 'swarm.lifecycle', 'swarm.state', 'swarm.tool.started', 'swarm.policy.decision', 'swarm.tool.finished', 'swarm.usage',
      'swarm.turn.finished', 'swarm.state', 'swarm.usage', 'swarm.lifecycle', 'swarm.session.stopped',
    ])
    const session = ofType(boot, 'swarm.session.started')[0].session_id
    assert.match(session, /^ses_/)
    for (const line of boot) if (line.event_type !== 'swarm.heartbeat') assert.equal(line.session_id, session)
    assert.deepEqual(ofType(boot, 'swarm.state').map((line) => line.payload.agent_state), ['working', 'idle', 'stopped'])
  })

  await t.test('the lines say what is true (S0.20, S0.24)', () => {
    const [started] = ofType(boot, 'swarm.session.started')
    assert.equal(started.payload.execution_lane, 'run')
    assert.equal(started.payload.is_new, true)
    const [turn, ...more] = ofType(boot, 'swarm.turn.finished')
    assert.deepEqual(more, [])
    assert.equal(turn.payload.turn, 1)
    assert.equal(turn.payload.reason, 'completed')
    assert.ok(turn.payload.duration_ms > 0 && turn.payload.duration_ms <= without.plain.wallMs + withPack.plain.wallMs)
    assert.equal(boot.at(-1).event_type, 'swarm.session.stopped')
    assert.equal(boot.at(-1).payload.reason, 'disposed')
    const beat = boot[0]
    assert.equal(beat.event_type, 'swarm.heartbeat')
    assert.equal(beat.session_id, '')
    assert.equal(beat.payload.trigger, 'start')
    assert.equal(beat.payload.state, 'idle')
    assert.equal(beat.payload.agent_state, 'starting')
    assert.equal(beat.payload.source, 'hint')
    assert.equal(beat.payload.interval_ms, 5000)
    assert.equal(typeof beat.payload.uptime_seconds, 'number')
    const last = ofType(boot, 'swarm.heartbeat').at(-1)
    assert.equal(last.payload.model, 'lab/scripted')
    const [{ payload: call }] = ofType(boot, 'swarm.tool.finished')
    assert.deepEqual([call.tool, call.outcome, call.exit_code], ['bash', 'ok', 3])
    assert.equal(turn.payload.tools_run, 1)
    assert.ok(boot.every((line) => !JSON.stringify(line).includes('The command printed')), 'an answer stands in a line')
  })

  await t.test('only the owner can read what is written (S0.12)', () => {
    const folder = path.join(place.project, '.opencode/swarm')
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700)
    assert.equal(fs.statSync(path.join(folder, 'events.jsonl')).mode & 0o777, 0o600)
    assert.equal(fs.readFileSync(path.join(folder, '.gitignore'), 'utf8').trim(), '*')
  })
})

test('the sinks stdout and fd:3 are used when they are asked for, and the file is not (S0.11)', async (t) => {
  const place = await openPlace({ script: SCRIPT, pack: true, env: { SWARM_EVENTS: 'stdout,fd:3', SWARM_HEARTBEAT: '250' } })
  t.after(() => place.close())
  const run = await place.run('run a command', { fd3: true })
  assert.equal(run.exitCode, 0)
  const isOurs = (line) => line.includes('"event_version"')
  const printed = run.stdout.split('\n').filter(isOurs)
  assert.equal(run.stdout.split('\n').filter((line) => !isOurs(line)).join('\n'), 'The command printed a word.\n')
  for (const line of printed) assert.ok(Buffer.byteLength(line) < 1024, `too long for a terminal: ${line}`)
  const onStdout = parseLines(`${printed.join('\n')}\n`)
  const onFd3 = parseLines(run.fd3)
  assertStream(onStdout)
  assertStream(onFd3)
  assert.deepEqual(onStdout.map((line) => line.event_id), onFd3.map((line) => line.event_id))
  assert.equal(onFd3.at(-1).event_type, 'swarm.session.stopped')
  assert.equal(fs.existsSync(path.join(place.project, '.opencode/swarm/events.jsonl')), false)
})

const unchanging = (stdout) =>
  stdout.trim().split('\n').map((line) => JSON.parse(line, (key, value) => (CHANGING.includes(key) ? typeof value : value)))
