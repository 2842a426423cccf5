// `opencode-swarm-pack/bridge` as it is in the package, and `bridge` of its command line.

import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { REPOSITORY } from '../host/harness/binary.mjs'
import { BRIDGE, folders, run } from './cli.mjs'

const bridge = await import(pathToFileURL(BRIDGE).href)
const [, ...rows] = fs.readFileSync(path.join(REPOSITORY, 'tests/data/bridge/reference.jsonl'), 'utf8').trim().split('\n').map((row) => JSON.parse(row))

const ANSWERS = {
  frames: (chunks) => {
    const reader = new bridge.FrameReader()
    const frames = chunks.flatMap((chunk) => reader.push(chunk))
    return { frames, isWaiting: reader.waitingBytes > 0 }
  },
  data: bridge.readData,
  unwrap: bridge.unwrap,
  ids: bridge.pickIds,
  kind: bridge.classify,
  resolve: bridge.resolveSession,
}

for (const [name, answer] of Object.entries(ANSWERS))
  test(`${name}: the built package answers each row of the reference as the native core does (X.5)`, () => {
    const mine = rows.filter((row) => row.function === name)
    assert.ok(mine.length >= 10, `${mine.length} rows`)
    for (const { input, output, ours } of mine) {
      const expected = name === 'frames' ? { frames: output.frames, isWaiting: output.waiting.replaceAll('\n', '') !== '' } : ours === undefined ? output : ours
      assert.deepEqual(answer(input), expected, JSON.stringify(input))
    }
  })

test('dryRunCallback: event in, payload out, no network (S1.37)', () => {
  const title = 'T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:x'
  const event = { type: 'session.error', properties: { sessionID: 'ses_1' } }
  const made = bridge.dryRunCallback(event, { title })
  assert.deepEqual([made.path, made.key, made.body.message, made.body.agentId], ['/hooks/agent', 'ses_1|run-8', 'OpenCode plugin event=session.error run=run-8 task=T-8', 'main'])
  const later = bridge.dryRunCallback(event, { title, form: 'callback' })
  assert.deepEqual([later.path, later.body.source, JSON.parse(later.body.message).kind], ['/hooks/opencode-callback', 'opencode.callback', 'opencode.callback'])
  for (const [given, session, why] of [
    [{ type: 'session.status', properties: { sessionID: 'ses_1' } }, { title }, /session\.status ends no turn/],
    [event, { title: 'Fix the cart' }, /the title names nobody to call back/],
    [event, { title: `${title} repoRoot=/srv/other`, directory: '/srv/app' }, /the repoRoot is not where this session works/],
    [undefined, { title }, /the event has no type/],
  ])
    assert.throws(() => bridge.dryRunCallback(given, session), why)
})

test('from the bytes of a stream to the callback: read, normalised, built (S1.38)', () => {
  const title = 'T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:x'
  const events = [{ type: 'session.status', properties: { sessionID: 'ses_1', status: { type: 'idle' } } }, { type: 'session.idle', properties: { sessionID: 'ses_1' } }]
  const frames = new bridge.FrameReader().push(events.map((event) => `data: ${JSON.stringify({ payload: event })}\n\n`).join(''))
  const made = frames.flatMap((frame) => {
    const { payload, sessionId } = bridge.typedEvent(frame, { scope: 'global', now: 0 })
    assert.equal(sessionId, 'ses_1')
    return payload.type === 'session.idle' ? [bridge.dryRunCallback(payload, { title })] : []
  })
  assert.deepEqual(made.map(({ key, body }) => [key, body.message, body.sessionKey]), [['ses_1|run-8', 'OpenCode plugin event=session.idle run=run-8 task=T-8', 'hook:x']])
})

test('routingEnvelope: all that is required, or the name of what is missing (S1.7, S1.28)', () => {
  const tags = { runId: 'run-8', taskId: 'T-8', requested: 'main', resolved: 'build', callbackSession: 'hook:x', projectId: 'p' }
  const titled = (tags) => Object.entries(tags).map(([name, value]) => `${name}=${value}`).join(' ')
  assert.deepEqual(bridge.routingEnvelope({ title: bridge.buildTitle(tags), repoRoot: '/srv/app', serverUrl: 'http://127.0.0.1:4096' }), {
    task_id: 'T-8', run_id: 'run-8', agent_id: 'build', requested_agent_id: 'main', resolved_agent_id: 'build', session_key: 'hook:opencode:build:T-8',
    origin_session_key: 'hook:x', callback_target_session_key: 'hook:x', project_id: 'p', repo_root: '/srv/app', opencode_server_url: 'http://127.0.0.1:4096', fallback_used: false,
  })
  const names = { runId: 'run_id', taskId: 'task_id', requested: 'requested_agent_id', resolved: 'resolved_agent_id', callbackSession: 'callback_target_session_key', projectId: 'project_id' }
  for (const [tag, name] of Object.entries(names)) {
    const { [tag]: _, ...rest } = tags
    assert.throws(() => bridge.routingEnvelope({ title: titled(rest) }), new RegExp(`^Error: ${name} is missing$`))
  }
})

test('the borders of chunks change nothing, not even inside a character (S1.48)', () => {
  const stream = Buffer.from('event: a\r\ndata: grüße 😀\r\n\r\n: note\ndata: {"x":1}\ndata: 2\n\nretry: 7\ndata: end\n\n')
  const whole = new bridge.FrameReader().push(stream)
  assert.deepEqual(whole.map((frame) => frame.data), ['grüße 😀', '{"x":1}\n2', 'end'])
  for (let size = 1; size < stream.length; size++) {
    const reader = new bridge.FrameReader()
    const frames = []
    for (let at = 0; at < stream.length; at += size) frames.push(...reader.push(stream.subarray(at, at + size)))
    assert.deepEqual(frames, whole, `chunks of ${size}`)
  }
})

test('hostile values are answered or refused, and the next call works (S1.49, S1.54)', () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000)
  assert.deepEqual(bridge.readData(deep), { raw: deep })
  const cyclic = {}
  cyclic.self = cyclic
  assert.throws(() => bridge.classify(cyclic), TypeError)
  assert.equal(bridge.classify(undefined), null)
  assert.deepEqual(bridge.resolveSession(undefined), { strategy: 'none', score: -1 })
  assert.throws(() => bridge.typedEvent({ data: '{}' }, { scope: 'galaxy' }), /a scope is session or global/)
  const nested = JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500))
  assert.throws(() => bridge.classify(nested), /not JSON/)
  assert.equal(bridge.typedEvent({ data: '{"type":"session.error"}' }, { now: 0 }).timestamp, '1970-01-01T00:00:00.000Z')
  const reader = new bridge.FrameReader()
  for (let i = 0; i < 40; i++) assert.deepEqual(reader.push('x'.repeat(1 << 16)), [])
  assert.ok(reader.waitingBytes <= 1 << 20)
  assert.deepEqual(reader.push('\n\ndata: on\n\n'), [{ data: 'on' }])
  assert.equal(reader.skipped, 1)
})

test('numbers keep their last digit', () => {
  for (const number of [0.1 + 0.2, 1.7976931348623157e308, 5e-324, 123456789.12345679, 9007199254740991])
    assert.equal(bridge.readData(JSON.stringify({ number })).number, number)
})

test('the module is found by its name in the package', (t) => {
  const { root } = folders(t)
  fs.mkdirSync(path.join(root, 'node_modules'))
  fs.symlinkSync(path.dirname(BRIDGE), path.join(root, 'node_modules/opencode-swarm-pack'))
  fs.writeFileSync(path.join(root, 'use.mjs'), "import { classify } from 'opencode-swarm-pack/bridge'\nconsole.log(classify({ type: 'session.error' }))")
  assert.equal(execFileSync(process.execPath, ['use.mjs'], { cwd: root, encoding: 'utf8' }), 'task.failed\n')
})

test('the sample of the README reads a stream of the host', async (t) => {
  const { root } = folders(t)
  const server = http.createServer((_, response) => response.end('data: {"type":"server.connected","properties":{}}\n\ndata: {"type":"session.idle"}\n\n'))
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  t.after(() => server.close())
  const [, sample] = /```js\n([^]*?)```/.exec(fs.readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8'))
  fs.mkdirSync(path.join(root, 'node_modules'))
  fs.symlinkSync(path.dirname(BRIDGE), path.join(root, 'node_modules/opencode-swarm-pack'))
  fs.writeFileSync(path.join(root, 'sample.mjs'), sample.replace(':4096', `:${server.address().port}`))
  const { stdout } = await promisify(execFile)(process.execPath, ['sample.mjs'], { cwd: root })
  assert.equal(stdout, 'task.started\nnull\n')
})

test('bridge frames: a stream becomes lines; what has no end is told, with exit code 1 (S1.38, S1.48)', async (t) => {
  const { root: cwd } = folders(t)
  const stream = 'event: x\nid: 7\ndata: {"payload":{"type":"session.error","properties":{"sessionID":"ses_1"}}}\n\n: ping\n\n'
  const plain = await run(['bridge', 'frames'], { cwd, input: stream })
  assert.equal(plain.code, 0, plain.stderr)
  assert.deepEqual(plain.stdout.trim().split('\n').map((line) => JSON.parse(line)), [{ event: 'x', id: '7', data: '{"payload":{"type":"session.error","properties":{"sessionID":"ses_1"}}}' }])
  const typed = await run(['bridge', 'frames', '-', '--events', '--scope', 'global'], { cwd, input: stream })
  const { timestamp, ...event } = JSON.parse(typed.stdout)
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT/)
  assert.deepEqual(event, {
    schema: 'opencode.event.v1', scope: 'global', eventName: 'x', eventId: '7', kind: 'task.failed', summary: 'the task failed', lifecycleState: 'failed',
    sessionId: 'ses_1', wrappers: ['payload'], payload: { type: 'session.error', properties: { sessionID: 'ses_1' } },
  })
  const torn = await run(['bridge', 'frames'], { cwd, input: 'data: a\n\ndata: b' })
  assert.deepEqual([torn.code, torn.stdout, torn.stderr], [1, '{"data":"a"}\n', 'the last frame has no end after 7 bytes and is left out\n'])
})

test('bridge classify: a kind for each line, or the typed event (S1.52, S1.53)', async (t) => {
  const { root: cwd } = folders(t)
  const events = ['{"type":"session.error"}', '{"type":"session.idle"}', 'nonsense', '{"status":"done"}'].join('\n') + '\n'
  fs.writeFileSync(path.join(cwd, 'events.jsonl'), events)
  const kinds = await run(['bridge', 'classify', 'events.jsonl'], { cwd })
  assert.deepEqual([kinds.code, kinds.stdout], [1, 'task.failed\n-\ntask.completed\n'])
  assert.match(kinds.stderr, /^line 3: /)
  const typed = await run(['bridge', 'classify', '--json'], { cwd, input: '{"type":"task.started","run_id":"r"}\n' })
  assert.equal(typed.code, 0)
  assert.deepEqual([JSON.parse(typed.stdout).kind, JSON.parse(typed.stdout).runId], ['task.started', 'r'])
})

test('bridge resolve: the session of a run, how it was found, or 1 (S1.54)', async (t) => {
  const { root: cwd } = folders(t)
  const search = JSON.stringify({ runId: 'run-8', sessionList: [{ id: 'ses_1', title: 'T-8 runId=run-8' }, { id: 'ses_2' }] })
  const plain = await run(['bridge', 'resolve'], { cwd, input: search })
  assert.deepEqual([plain.code, plain.stdout], [0, 'ses_1\n'])
  const json = await run(['bridge', 'resolve', '--json'], { cwd, input: search })
  assert.deepEqual(JSON.parse(json.stdout), { sessionId: 'ses_1', strategy: 'scored_fallback', score: 140 })
  const none = await run(['bridge', 'resolve'], { cwd, input: '{}' })
  assert.deepEqual([none.code, none.stdout, none.stderr], [1, '', 'no session\n'])
})

const TITLE = 'T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:opencode:main:T-8 repoRoot=/srv/my%20app'
const TAGS = { runId: 'run-8', taskId: 'T-8', requested: 'main', resolved: 'build', callbackSession: 'hook:opencode:main:T-8', repoRoot: '/srv/my app' }

test('titles are built and read, by function and by command (S1.42, S1.43)', async (t) => {
  const { root: cwd } = folders(t)
  assert.equal(bridge.buildTitle(TAGS), TITLE)
  assert.deepEqual(bridge.readTitle(TITLE), TAGS)
  assert.equal(bridge.readTitle('Fix the cart'), null)
  assert.deepEqual(bridge.readTitle('x run_id=a =b runId= c requested=q=r requested=s'), { runId: 'a', requested: 's' })
  assert.throws(() => bridge.buildTitle({ ...TAGS, taskId: undefined }), /^Error: taskId is missing$/)
  assert.throws(() => bridge.buildTitle({ ...TAGS, stepID: 'x' }), /stepID is no tag/)
  assert.throws(() => bridge.buildTitle({ ...TAGS, stepId: 7 }), /stepId is no text/)
  const built = await run(['bridge', 'title', 'build', ...Object.entries(TAGS).map(([name, value]) => `${name}=${value}`)], { cwd })
  assert.deepEqual([built.code, built.stdout], [0, `${TITLE}\n`], built.stderr)
  const read = await run(['bridge', 'title', 'read', TITLE], { cwd })
  assert.deepEqual([read.code, JSON.parse(read.stdout)], [0, TAGS])
  const none = await run(['bridge', 'title', 'read', 'Fix the cart'], { cwd })
  assert.deepEqual([none.code, none.stderr], [1, 'no tags\n'])
})

for (const [words, sentence] of [
  [['bridge', 'title'], 'bridge title needs build KEY=VALUE…, or read TITLE'],
  [['bridge', 'title', 'build', 'runId'], '"runId" is no KEY=VALUE'],
  [['bridge', 'title', 'build', 'runId=a'], 'taskId is missing'],
  [['bridge'], 'bridge needs one of frames, classify, resolve, title'],
  [['bridge', 'frame'], 'unknown part of bridge "frame"; did you mean "frames"?'],
  [['bridge', 'frames', 'a', 'b'], 'bridge frames takes one file, not also "b"'],
  [['bridge', 'frames', '--scope', 'globe'], 'unknown scope "globe"; did you mean "global"?'],
  [['bridge', 'classify', 'not-there'], 'cannot read not-there: no such file or folder (ENOENT)'],
])
  test(`${words.join(' ')} is refused with 2`, async (t) => {
    const { code, stdout, stderr } = await run(words, { cwd: folders(t).root })
    assert.deepEqual([code, stdout], [2, ''])
    assert.ok(stderr.includes(sentence), stderr)
  })
