// `pending`, `approve` and `deny` beside the built pack: what they say, and how they end.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { DROP_IN, folders, run } from './cli.mjs'

const RULES = [{ id: 'markers-ask', action: 'prompt', command: ['touch'], reason: 'markers are asked for' }]

/** A project with the pack in this process, and a call that waits. */
async function held(t, { command = 'touch marker', options = {} } = {}) {
  const place = folders(t)
  fs.mkdirSync(path.join(place.project, '.opencode'))
  const before = { ...process.env }
  Object.assign(process.env, { HOME: place.home, SWARM_AGENT_ID: 'ag-7' })
  const { default: plugin } = await import(pathToFileURL(DROP_IN).href)
  const hooks = await plugin.server({ directory: place.project, worktree: place.project, client: {} }, { policy: { rules: RULES }, ...options })
  process.env = before
  t.after(() => hooks.dispose())
  hooks.event({ event: { type: 'session.created', properties: { sessionID: 'ses_1', info: {} } } })
  const outcome = hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1', callID: 'call_1' }, { args: { command } }).then(() => 'ran', (error) => error.message)
  const tool = (...args) => run(args, { cwd: place.project, home: place.home })
  const list = async () => JSON.parse((await tool('pending', '--json')).stdout).pending
  return { ...place, hooks, outcome, tool, list, control: path.join(place.project, '.opencode/swarm/control.jsonl') }
}

test('pending lists what waits, approve lets it run, and both end with 0 (S0.34)', async (t) => {
  const place = await held(t)
  const [{ id, session_id, agent_id, request_details: details }, ...more] = await place.list()
  assert.deepEqual([session_id, agent_id, details.command, more.length], ['ses_1', 'ag-7', 'touch marker', 0])
  const pending = await place.tool('pending')
  assert.match(pending.stdout, new RegExp(`^${id}  \\d+ s  ag-7 ses_1  bash: touch marker  \\(markers are asked for\\)\n$`))
  assert.deepEqual(await place.tool('approve', id), { code: 0, signal: null, stdout: `${id}: approved\n`, stderr: '' })
  assert.equal(await place.outcome, 'ran')
  assert.equal((await place.tool('pending')).stdout, 'nothing waits for an answer\n')
  const [line] = fs.readFileSync(place.control, 'utf8').trim().split('\n')
  const { resolved_at, hash, ...answer } = JSON.parse(line)
  assert.deepEqual(answer, { type: 'approval', id, status: 'approved', resolved_by: 'user' })
  assert.match(hash, /^[0-9a-f]{64}$/)
  assert.ok(Date.parse(resolved_at) > 0)
})

test('deny tells the model why, as text or as JSON (S0.34)', async (t) => {
  const place = await held(t)
  const [{ id }] = await place.list()
  const denied = await place.tool('deny', id, '--reason', 'not now', '--json')
  assert.deepEqual([denied.code, JSON.parse(denied.stdout)], [0, { ok: true, id, status: 'denied' }])
  assert.match(await place.outcome, /said no: not now\./)
})

test('approve --session holds for the same action in the session', async (t) => {
  const place = await held(t)
  const [{ id }] = await place.list()
  assert.equal((await place.tool('approve', id, '--session')).code, 0)
  assert.equal(await place.outcome, 'ran')
  assert.equal(place.hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1', callID: 'call_2' }, { args: { command: 'touch   marker' } }), undefined)
})

test('what cannot be answered ends with 1, a wrong command line with 2', async (t) => {
  const place = await held(t)
  const [{ id }] = await place.list()
  await place.tool('approve', id)
  const again = await place.tool('deny', id)
  assert.deepEqual([again.code, again.stderr], [1, `opencode-swarm-pack: ${id} is over: approved\nopencode-swarm-pack pending\n`])
  const unknown = await place.tool('approve', 'apr_000000000000_1')
  assert.deepEqual([unknown.code, /nothing of that id waits here/.test(unknown.stderr)], [1, true])
  assert.equal(fs.readFileSync(place.control, 'utf8').trim().split('\n').length, 1, 'nothing was written for these')
  for (const args of [['approve'], ['approve', id, 'more'], ['deny', id, '--session'], ['pending', '.', 'more'], ['deny', id, '--reason']])
    assert.equal((await place.tool(...args)).code, 2, args.join(' '))
})

test('a project is found by its name and by its state folder', async (t) => {
  const place = await held(t)
  const count = async (args, cwd) => JSON.parse((await run(['pending', '--json', ...args], { cwd, home: place.home })).stdout).pending?.length
  assert.equal(await count([place.project], place.root), 1)
  assert.equal(await count(['--dir', place.project], place.root), 1)
  assert.equal(await count(['--state', path.join(place.project, '.opencode/swarm')], place.root), 1)
  const nowhere = await run(['pending'], { cwd: place.root, home: place.home })
  assert.deepEqual([nowhere.code, /no events in/.test(nowhere.stderr)], [1, true])
})

test('a request of a process that is gone is not listed', async (t) => {
  const place = await held(t)
  const events = path.join(place.project, '.opencode/swarm/events.jsonl')
  const orphan = fs.readFileSync(events, 'utf8').split('\n').find((line) => line.includes('swarm.approval.requested'))
  const { boot_id } = JSON.parse(orphan)
  fs.appendFileSync(events, `${orphan.replaceAll(boot_id, 'zzzzzzzzzzzz')}\n{"event_type":"swarm.approval.requested", torn`)
  assert.deepEqual((await place.list()).map((it) => it.id.includes(boot_id)), [true])
})
