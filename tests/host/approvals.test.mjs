// Approvals in the real host: what waits runs after a yes and only then, whoever says it and wherever.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { PACK_DIR } from './harness/binary.mjs'
import { isIdle } from './harness/api.mjs'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { startTui } from './harness/tui.mjs'
import { sleep, until } from './harness/wait.mjs'

const POLICY = { rules: [{ id: 'markers-ask', action: 'prompt', command: ['touch'], reason: 'markers are asked for' }] }
const ATTENDED = { SWARM_AGENT_ID: 'ag-7' }

const bash = (command, id) => ({ name: 'bash', args: { command, description: 'Does it' }, ...(id && { id }) })
const script = (...tools) => ({ turns: [{ tools }, { text: 'The turn went on.' }, { text: 'And on.' }] })

async function open(t, { config = {}, ...options }) {
  const place = await openPlace({ pack: true, ...options })
  t.after(() => place.close())
  fs.writeFileSync(path.join(place.project, '.opencode/swarm.json'), JSON.stringify({ policy: POLICY, ...config }))
  const marker = (name = 'marker') => fs.existsSync(path.join(place.project, name))
  const asked = (n = 1) => until('an approval is asked for', () => ofType(place.events(), 'swarm.approval.requested')[n - 1]?.payload)
  const resolved = () => ofType(place.events(), 'swarm.approval.resolved').map(({ payload }) => `${payload.status}/${payload.cause}`)
  const answer = (id, status, more = {}) =>
    fs.appendFileSync(path.join(place.project, '.opencode/swarm/control.jsonl'), `${JSON.stringify({ type: 'approval', id, status, ...more })}\n`)
  /** The command line tool as a supervisor runs it. */
  const cli = (...args) =>
    new Promise((ok) => execFile(process.execPath, [path.join(PACK_DIR, 'cli.js'), ...args], { cwd: place.project, env: place.env() }, (error, stdout, stderr) => ok({ code: error?.code ?? 0, stdout, stderr })))
  const lastTold = () => place.model.requests.at(-1).body.messages.filter(({ role }) => role === 'tool').map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
  return { ...place, place, marker, asked, resolved, answer, cli, lastTold }
}

test('`opencode run` waits for the answer; a parallel call does not; its output is the same (S0.33, S0.34)', async (t) => {
  const place = await open(t, { env: ATTENDED, script: script(bash('touch marker', 'call_held'), bash('echo quick > quick.txt', 'call_quick')) })
  const run = place.start(['run', '--format', 'json', 'do it'])
  const { id, request_details: details } = await place.asked()
  assert.deepEqual([details.tool, details.command], ['bash', 'touch marker'])
  await until('the other call ran', () => place.marker('quick.txt'))
  await until('a beat counts it', () => ofType(place.events(), 'swarm.heartbeat').some(({ payload }) => payload.pending_approvals === 1 && payload.state === 'blocked'))
  await sleep(2_000)
  assert.equal(run.hasEnded, undefined, 'the process lives as long as a call waits')
  assert.equal(place.marker(), false)
  const listed = await place.cli('pending', '--json')
  assert.deepEqual(JSON.parse(listed.stdout).pending.map((it) => it.id), [id])
  const approved = await place.cli('approve', id)
  assert.deepEqual(approved, { code: 0, stdout: `${id}: approved\n`, stderr: '' })
  const { exitCode, stdout } = await run.ended
  assert.equal(exitCode, 0)
  assert.equal(place.marker(), true)
  for (const line of stdout.trim().split('\n')) assert.ok(JSON.parse(line).type, line)
  assert.ok(!stdout.includes('swarm'), stdout)
  assert.deepEqual(place.resolved(), ['approved/answered'])
  assertStream(place.events())
  const again = await place.cli('approve', id)
  assert.equal(again.code, 1)
  assert.match(again.stderr, /is over: approved/)
  assert.equal((await place.cli('deny')).code, 2)
})

test('a no does not run, tells the model why, and the turn goes on (S0.33)', async (t) => {
  const place = await open(t, { env: ATTENDED, script: script(bash('touch marker')) })
  const run = place.start(['run', 'do it'])
  const { id } = await place.asked()
  const denied = await place.cli('deny', id, '--reason', 'not on a Friday')
  assert.equal(denied.code, 0, denied.stderr)
  assert.match((await run.ended).stdout, /The turn went on\./)
  assert.equal(place.marker(), false)
  assert.match(place.lastTold().join(), /said no: not on a Friday\./)
  assert.equal(ofType(place.events(), 'swarm.policy.denied')[0].payload.cause, 'approval_denied')
})

test('nobody answers: it expires, does not run, and the turn goes on (S0.33)', async (t) => {
  const place = await open(t, { env: ATTENDED, config: { approvals: { deadline_ms: 1_500 } }, script: script(bash('touch marker')) })
  const run = await place.run('do it')
  assert.match(run.stdout, /The turn went on\./)
  assert.equal(place.marker(), false)
  assert.deepEqual(place.resolved(), ['expired/expired'])
  assert.match(place.lastTold().join(), /nobody answered within 1 s/)
})

test('where nobody can be asked it is denied at once, with what to do about it (S0.33)', async (t) => {
  const place = await open(t, { script: script(bash('touch marker')) })
  const run = await place.run('do it')
  assert.match(run.stdout, /The turn went on\./)
  assert.equal(place.marker(), false)
  assert.match(place.lastTold().join(), /SWARM_AGENT_ID or SWARM_CONTROL=file/)
  assert.deepEqual(ofType(place.events(), 'swarm.approval.requested'), [])
})

test('an abort while a call waits: it does not run, and no late answer runs it (S0.33)', async (t) => {
  const place = await open(t, { env: ATTENDED, script: script(bash('touch marker')) })
  const host = await place.serve()
  const session = await host.api.session()
  await host.api.prompt(session, 'do it')
  const { id } = await place.asked()
  const { api } = host
  await api.after(() => api.post(`/session/${session}/abort`), isIdle(session))
  await until('it is over', () => place.resolved().length === 1)
  assert.deepEqual(place.resolved(), ['denied/turn_ended'])
  place.answer(id, 'approved')
  await until('the late answer is refused', () => ofType(place.events(), 'swarm.approval.refused').length === 1)
  assert.equal(place.marker(), false)
  assert.equal(ofType(place.events(), 'swarm.turn.finished')[0].payload.reason, 'aborted')
})

test('a signal while a call waits: it does not run, and the process dies of the signal (S0.33)', async (t) => {
  const place = await open(t, { env: ATTENDED, script: script(bash('touch marker')) })
  const run = place.start(['run', 'do it'])
  await place.asked()
  const ended = await run.stop('SIGTERM')
  assert.equal(ended.signal, 'SIGTERM')
  assert.equal(place.marker(), false)
  assert.deepEqual(place.resolved(), ['denied/shutdown'])
})

test('the control port answers in the real host, too (S0.34)', async (t) => {
  const place = await open(t, { env: { SWARM_CONTROL: 'http' }, script: script(bash('touch marker')) })
  const run = place.start(['run', 'do it'])
  const { id } = await place.asked()
  const state = path.join(place.project, '.opencode/swarm')
  const token = fs.readFileSync(path.join(state, 'control.token'), 'utf8').trim()
  const name = await until('the port is published', () => fs.readdirSync(state).find((name) => /^control-.*\.json$/.test(name)))
  const { port } = JSON.parse(fs.readFileSync(path.join(state, name), 'utf8'))
  const headers = { authorization: `Bearer ${token}` }
  const list = await (await fetch(`http://127.0.0.1:${port}/approvals`, { headers })).json()
  assert.deepEqual(list.approvals.map((it) => it.id), [id])
  assert.equal((await fetch(`http://127.0.0.1:${port}/approvals`)).status, 401)
  const answered = await fetch(`http://127.0.0.1:${port}/approvals/${id}`, { method: 'POST', headers, body: JSON.stringify({ status: 'approved' }) })
  assert.equal(answered.status, 200)
  assert.equal((await run.ended).exitCode, 0)
  assert.equal(place.marker(), true)
})

test('an ask of the host under `serve` is answered from outside, or expires: no server hangs on it (S0.34)', async (t) => {
  const outside = { name: 'read', args: { filePath: '{{HOME}}/outside.txt' } }
  const place = await open(t, { env: ATTENDED, config: { approvals: { deadline_ms: 4_000 } }, script: { turns: [{ tools: [outside] }, { text: 'Read.' }, { tools: [outside] }, { text: 'Not read.' }] } })
  fs.writeFileSync(path.join(place.home, 'outside.txt'), 'words from outside\n')
  const host = await place.serve()
  const session = await host.api.session()
  const first = host.api.turn(session, 'read it')
  const { id, asked_by, request_details: details } = await place.asked()
  assert.deepEqual([asked_by, details.permission], ['host', 'external_directory'])
  assert.equal((await place.cli('approve', id)).code, 0)
  await first
  assert.match(place.lastTold().join(), /words from outside/)
  await host.api.turn(session, 'read it again')
  assert.deepEqual(place.resolved(), ['approved/answered', 'expired/expired'])
  assert.match(place.lastTold().join(), /nobody answered within 4 s/)
})

test('the dialog of the terminal asks, and who is outside may answer (S0.34, S0.44)', async (t) => {
  const place = await open(t, {
    config: { approvals: { lane: 'host' } },
    script: { turns: [{ tools: [bash('echo plain > plain.txt')] }, { tools: [bash('touch marker')] }, { text: 'The turn went on.' }] },
  })
  await inTerminal(place, async (tui) => {
    await tui.say('do it')
    const { id, asked_by } = await place.asked()
    assert.equal(asked_by, 'gate')
    assert.equal(place.marker('plain.txt'), true, 'what the policy allows is not asked about')
    await tui.shows(/Permission required|Allow once/i)
    assert.equal(place.marker(), false)
    const approved = await place.cli('approve', id)
    assert.equal(approved.code, 0, approved.stderr)
    await tui.shows(/The turn went on\./)
  })
  assert.equal(place.marker(), true)
  assert.deepEqual(place.resolved(), ['approved/answered'])
})

test('in the terminal a held call shows one toast with the command that answers it (S0.7)', async (t) => {
  const place = await open(t, { script: script(bash('touch marker')) })
  await inTerminal(place, async (tui) => {
    await tui.say('do it')
    const { id } = await place.asked()
    await tui.shows(/waits for your approval/)
    assert.equal((await place.cli('approve', id)).code, 0)
    await tui.shows(/The turn went on\./)
  })
  assert.equal(place.marker(), true)
})

/** The terminal interface, gone before its folders are. */
async function inTerminal({ place }, act) {
  const tui = await startTui(place)
  try {
    await act(tui)
    tui.press('C-c')
    await until('the interface ends', () => !tui.isAlive())
  } finally {
    tui.close()
  }
}
