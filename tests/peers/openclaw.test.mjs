// Against the real gateway and the real host: what a session's caller hears, and what the gateway says to what it does not like.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { assertStream, ofType } from '../host/harness/lines.mjs'
import { openPlace } from '../host/harness/place.mjs'
import { until } from '../host/harness/wait.mjs'
import { run as runTool } from '../package/cli.mjs'
import { TOKEN, askedOf, openDoor, openGateway } from './gateway.mjs'

const HELLO = { turns: [{ text: 'Hello.' }], title: 'x' }
const titled = (n, target = `hook:opencode:main:T-${n}`, requested = 'main') => `T-${n} runId=run-${n} taskId=T-${n} requested=${requested} resolved=build callbackSession=${target}`
const told = (place, type, project) => ofType(place.events(project), `swarm.delivery.${type}`).map(({ payload }) => payload)
const artifact = (project, run) => JSON.parse(fs.readFileSync(path.join(project, `.opencode/swarm/runs/${run}.json`), 'utf8'))

let gateway, door
/** What the file opened; a hook of the runner ends with the hook it was made in. */
const ends = []
const here = { after: (end) => ends.unshift(end) }
after(async () => {
  for (const end of ends) await end()
})

before(async () => {
  gateway = await openGateway(here, { script: { lanes: [{ name: 'hook', match: { anyUser: 'OpenCode plugin event' }, turns: [{ text: 'Noted.' }], loop: true }] } })
  door = await openDoor(here, gateway)
})

/** A project of the host whose sessions call the gateway back; `isDown` where that is to be started later. */
async function open(t, { isDown = false, token = TOKEN, url = door.url, ...more } = {}) {
  if (!isDown) await gateway.start()
  const place = await openPlace({ pack: true, script: HELLO, env: { OPENCLAW_HOOK_BASE_URL: url, OPENCLAW_HOOK_TOKEN: token }, ...more })
  t.after(() => place.close())
  return place
}

test('a gateway that is down at idle hears it when it is there: by a retry, and by `outbox replay` (S1.12, S1.45)', async (t) => {
  const place = await open(t, { isDown: true, url: gateway.url, projects: ['one', 'two'] })
  const [one, two] = place.projects
  // A process that ends before the gateway is there, and one that stays.
  assert.equal((await place.run('say hello', { args: ['--title', titled(1)], cwd: one })).exitCode, 0)
  const host = await place.serve({ cwd: two })
  const api = host.apiOf(two)
  await api.turn(await api.session({ title: titled(2) }), 'say hello')
  await until('a failure', () => told(place, 'failed', two).length > 0)
  assert.deepEqual([told(place, 'delivered', one), told(place, 'delivered', two)], [[], []])
  await gateway.start()
  const [late] = await until('the retry', () => told(place, 'delivered', two)[0] && told(place, 'delivered', two), { withinMs: 120_000 })
  assert.ok(late.attempts > 1 && !late.possible_duplicate, JSON.stringify(late))
  await host.stop('SIGTERM')
  const replay = await runTool(['outbox', 'replay'], { cwd: one, home: place.home, env: { OPENCLAW_HOOK_BASE_URL: gateway.url, OPENCLAW_HOOK_TOKEN: TOKEN } })
  assert.deepEqual([replay.code, replay.stdout], [0, '1 done, 0 left\n'], replay.stderr)
  assert.match(told(place, 'delivered', one)[0].receiver_run_id, /^[0-9a-f-]{36}$/)
  for (const n of [1, 2]) {
    await until(`the model is asked for run ${n}`, () => askedOf(gateway, `run=run-${n} `).length > 0)
    assert.equal(askedOf(gateway, `run=run-${n} `).length, 1)
  }
  for (const project of [one, two]) assertStream(place.events(project))
})

test('a tagged session of the real host ends, and the real gateway admits the callback and runs it (S1.8, S1.9, S1.11, S1.12)', async (t) => {
  const place = await open(t)
  const before = door.heard.length
  // A server, because a gateway on a busy machine takes longer than the three seconds that the end of `run` waits.
  const host = await place.serve()
  await host.api.turn(await host.api.session({ title: titled(3) }), 'say hello')
  await until('the answer', () => told(place, 'delivered').length === 1)
  const [exchange, ...more] = door.heard.slice(before)
  assert.deepEqual([more, exchange.method, exchange.url, exchange.status], [[], 'POST', '/hooks/agent', 200])
  const { ok, runId } = JSON.parse(exchange.answer)
  assert.equal(ok, true)
  const [delivered] = told(place, 'delivered')
  assert.deepEqual([delivered.receiver_run_id, delivered.status, delivered.attempts], [runId, 200, 1])
  const run = artifact(place.project, 'run-3')
  assert.deepEqual([run.state, run.callbackOk, run.callbackStatus, JSON.parse(run.callbackBody).runId], ['completed', true, 200, runId])
  await until('the gateway has run it', () => gateway.log().includes(`runId=${runId} status=ok`))
  assert.equal(askedOf(gateway, 'event=session.idle run=run-3 task=T-3').length, 1)
  assertStream(place.events())

  await t.test('an untagged one says nothing (S1.5)', async () => {
    place.model.play(HELLO)
    await host.api.turn(await host.api.session({ title: 'Fix the cart' }), 'say hello')
    await until('the turn is in the books', () => ofType(place.events(), 'swarm.turn.finished').length === 2)
    await host.stop('SIGTERM')
    assert.equal(door.heard.length, before + 1)
  })
})

test('the later form goes through a mapping of the gateway, and is the message of a run (S1.11)', async (t) => {
  const mapped = await openGateway(t, {
    script: { lanes: [{ name: 'hook', match: { anyUser: 'opencode.callback' }, turns: [{ text: 'Noted.' }], loop: true }] },
    hooks: {
      mappings: [{
        match: { path: 'opencode-callback', source: 'opencode.callback' }, action: 'agent', agentId: 'main', name: 'OpenCode',
        messageTemplate: '{{message}}', sessionKey: '{{callbackTargetSessionKey}}', deliver: false,
      }],
    },
  })
  await mapped.start()
  const mappedDoor = await openDoor(t, mapped)
  const place = await open(t, { isDown: true, url: mappedDoor.url })
  fs.writeFileSync(path.join(place.project, '.opencode/swarm.json'), JSON.stringify({ callbacks: { openclaw: { form: 'callback' } } }))
  const host = await place.serve()
  await host.api.turn(await host.api.session({ title: titled(20) }), 'say hello')
  await until('the answer', () => told(place, 'delivered').length + told(place, 'dead_lettered').length === 1)
  const [exchange, ...more] = mappedDoor.heard
  assert.deepEqual([more, exchange.url, exchange.status], [[], '/hooks/opencode-callback', 200], exchange.answer)
  const [delivered] = told(place, 'delivered')
  assert.equal(delivered.receiver_run_id, JSON.parse(exchange.answer).runId)
  await until('the gateway has run it', () => mapped.log().includes(`runId=${delivered.receiver_run_id} status=ok`))
  assert.equal(askedOf(mapped, '\\"runId\\":\\"run-20\\"').length, 1)
  await host.stop('SIGTERM')
})

test('a wrong token: one request, one error that says so, the rest waits; with the right one it arrives (S1.56)', async (t) => {
  const place = await open(t, { token: 'not-the-token-of-the-hook' })
  const before = door.heard.length
  const host = await place.serve()
  for (const n of [4, 5, 6]) {
    place.model.play(HELLO)
    await host.api.turn(await host.api.session({ title: titled(n) }), 'say hello')
    await until('it is in the books', () => ofType(place.events(), 'swarm.turn.finished').length === n - 3)
    if (n === 4) await until('the refusal', () => told(place, 'dead_lettered').length === 1)
  }
  await new Promise((ok) => setTimeout(ok, 5_000))
  await host.stop('SIGTERM')
  assert.deepEqual(door.heard.slice(before).map(({ status }) => status), [401])
  assert.equal(told(place, 'dead_lettered')[0].reason, 'http_401')
  const refused = ofType(place.events(), 'swarm.pack.error').filter(({ payload }) => payload.code === 'receiver_refused')
  assert.equal(refused.length, 1)
  assert.match(refused[0].payload.message, /^openclaw does not accept our secret \(http_401\)/)
  const replay = await runTool(['outbox', 'replay'], { cwd: place.project, home: place.home, env: { OPENCLAW_HOOK_BASE_URL: door.url, OPENCLAW_HOOK_TOKEN: TOKEN } })
  assert.deepEqual([replay.code, replay.stdout], [0, '2 done, 0 left\n'], replay.stderr)
  assert.deepEqual(door.heard.slice(before).map(({ status }) => status), [401, 200, 200])
})

test('a busy session key: 503 after fifteen seconds, tried again with the same key and bytes, run once (S1.45)', async (t) => {
  const target = 'hook:opencode:main:T-7'
  gateway.model.play({
    lanes: [
      { name: 'busy', match: { anyUser: 'keep it busy' }, turns: [{ text: 'At last.', hang: true }] },
      { name: 'hook', match: { anyUser: 'OpenCode plugin event' }, turns: [{ text: 'Noted.' }], loop: true },
    ],
  })
  const place = await open(t)
  const host = await place.serve()
  const session = await host.api.session({ title: titled(7, target) })
  const first = await fetch(`${gateway.url}/hooks/agent`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'keep it busy', agentId: 'main', sessionKey: target, deliver: false }),
  })
  assert.equal(first.status, 200)
  await until('the key is busy', () => askedOf(gateway, 'keep it busy').length > 0)
  const before = door.heard.length
  await host.api.turn(session, 'say hello')
  await until('the refusal', () => told(place, 'failed').length > 0)
  for (const { said } of gateway.model.requests) said.hang = false
  const [delivered] = await until('the answer', () => told(place, 'delivered')[0] && told(place, 'delivered'), { withinMs: 90_000 })
  await host.stop('SIGTERM')
  const exchanges = door.heard.slice(before)
  assert.deepEqual(exchanges.map(({ status }) => status), [503, 200])
  assert.match(exchanges[0].answer, /did not start before admission timeout/)
  assert.ok(exchanges[0].ms >= 14_000 && exchanges[0].ms < 20_000, `${exchanges[0].ms} ms`)
  assert.equal(exchanges[0].headers['idempotency-key'], exchanges[1].headers['idempotency-key'])
  assert.equal(exchanges[0].body, exchanges[1].body)
  assert.equal(told(place, 'failed')[0].reason, 'http_503')
  assert.deepEqual([delivered.attempts, delivered.status], [2, 200])
  await until('the model is asked', () => askedOf(gateway, 'run=run-7 ').length > 0)
  assert.equal(askedOf(gateway, 'run=run-7 ').length, 1)
})

for (const [what, n, target, requested, words] of [
  ['a session key without an allowed prefix', 8, 'elsewhere:T-8', 'main', /^sessionKey must start with one of: hook:/],
  ['an agent that may not be called', 9, 'hook:opencode:locked:T-9', 'locked', /^agentId is not allowed by hooks\.allowedAgentIds/],
  ['an agent that nobody knows', 10, 'hook:opencode:nobody:T-10', 'nobody', /^unknown agentId "nobody"|^agentId is not allowed/],
])
  test(`${what}: one request, a dead letter, and a routing error in the gateway's words (S1.21, S1.22)`, async (t) => {
    const place = await open(t)
    const before = door.heard.length
    assert.equal((await place.run('say hello', { args: ['--title', titled(n, target, requested)] })).exitCode, 0)
    assert.deepEqual(door.heard.slice(before).map(({ status }) => status), [400])
    assert.equal(told(place, 'dead_lettered')[0].reason, 'http_400')
    const [error] = ofType(place.events(), 'swarm.routing.error').map(({ payload }) => payload)
    assert.equal(error.code, 'refused_target')
    assert.match(error.message, words)
    const run = artifact(place.project, `run-${n}`)
    assert.deepEqual([run.callbackOk, run.callbackStatus, run.callbackError], [false, 400, 'http_400'])
    assertStream(place.events())
  })

test('callback --check-receiver names each setting of the gateway that is missing, and wakes nobody up (S1.35)', async (t) => {
  const place = await open(t, { pack: false })
  const asked = gateway.model.requests.length
  const check = async (args = [], env = {}) => {
    const { code, stdout, stderr } = await runTool(['callback', '--check-receiver', '--json', ...args], {
      cwd: place.project, home: place.home, env: { OPENCLAW_HOOK_BASE_URL: gateway.url, OPENCLAW_HOOK_TOKEN: TOKEN, ...env },
    })
    assert.equal(stderr, '')
    const { ok, checks } = JSON.parse(stdout)
    assert.equal(ok, code === 0)
    return { ok, of: Object.fromEntries(checks.map(({ setting, status }) => [setting, status])), checks }
  }
  const whole = { gateway: 'ok', 'hooks.enabled': 'ok', 'hooks.token': 'ok', 'hooks.allowedAgentIds': 'ok', 'hooks.allowRequestSessionKey': 'ok', 'hooks.allowedSessionKeyPrefixes': 'ok' }
  assert.deepEqual((await check()).of, whole)
  assert.deepEqual((await check(['--agent', 'scrum', '--target', 'hook:opencode:scrum:T-1'])).of, whole)

  for (const [what, setting, args, env] of [
    ['an agent that is not allowed', 'hooks.allowedAgentIds', ['--agent', 'locked']],
    ['an agent that is not there', 'agents.list', ['--agent', 'nobody']],
    ['a target without an allowed prefix', 'hooks.allowedSessionKeyPrefixes', ['--target', 'elsewhere:T-1']],
    ['a wrong token', 'hooks.token', [], { OPENCLAW_HOOK_TOKEN: 'not-the-token' }],
    ['nobody there', 'gateway', [], { OPENCLAW_HOOK_BASE_URL: 'http://127.0.0.1:9' }],
    ['another path', 'hooks.enabled', [], { OPENCLAW_HOOK_BASE_URL: `${gateway.url}/elsewhere` }],
  ])
    await t.test(what, async () => {
      const { ok, checks } = await check(args, env)
      assert.equal(ok, false)
      const found = checks.filter(({ status }) => status === 'missing')
      assert.deepEqual(found.map((one) => one.setting), [setting])
      assert.ok(found[0].remedy, 'it says what to do')
    })

  // The gateway reads its configuration again when the file changes.
  for (const [hooks, setting] of [
    [{ allowRequestSessionKey: false, allowedSessionKeyPrefixes: ['hook:'] }, 'hooks.allowRequestSessionKey'],
    [{ allowedSessionKeyPrefixes: ['hook:'] }, 'hooks.allowedSessionKeyPrefixes'],
    [{ allowedAgentIds: ['scrum'] }, 'hooks.allowedAgentIds'],
    [{ enabled: false }, 'hooks.enabled'],
  ])
    await t.test(`${setting} in its configuration`, async () => {
      gateway.configure(hooks)
      const found = await until(`${setting} is missing`, async () => {
        const { checks } = await check()
        const missing = checks.filter(({ status }) => status === 'missing').map((one) => one.setting)
        return missing.includes(setting) && missing
      })
      assert.deepEqual(found, [setting])
    })

  // Without a list any key would be taken: that, too, is named.
  await t.test('no list of prefixes', async () => {
    gateway.configure({ allowedSessionKeyPrefixes: undefined })
    const { of } = await until('the gateway has read it', async () => {
      const found = await check()
      return found.of['hooks.allowedSessionKeyPrefixes'] === 'missing' && found
    })
    assert.deepEqual(of, { ...whole, 'hooks.allowedSessionKeyPrefixes': 'missing' })
  })
  gateway.configure({})
  await new Promise((ok) => setTimeout(ok, 2_000))
  assert.equal(gateway.model.requests.length, asked, 'an agent was woken up')
})
