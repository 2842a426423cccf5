import assert from 'node:assert/strict'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import test from 'node:test'
import { busy, created, event, idle, lines, ofType, project, start, until } from './pack.mjs'
import { instances, ruin } from './traps.mjs'

const RULES = [
  { id: 'markers-ask', action: 'prompt', command: ['touch'], reason: 'markers are asked for' },
  { id: 'no-releases', action: 'deny', command: ['npm', 'publish'], reason: 'releases are made by people' },
]
const ATTENDED = { SWARM_AGENT_ID: 'ag-7' }

async function gated(t, { options = {}, policy = {}, env = ATTENDED, client, before } = {}) {
  const place = project(t)
  before?.(place)
  const hooks = await start(t, place, { options: { ...options, policy: { rules: RULES, ...policy } }, env, client })
  hooks.event(created('ses_1'))
  hooks.event(busy('ses_1'))
  let calls = 0
  return {
    place,
    hooks,
    control: path.join(place.state, 'control.jsonl'),
    all: () => lines(place.events),
    /** A tool is about to run: `ran`, or what the model is told. Never rejects. */
    call: async (tool, args, callID = `call_${++calls}`) => {
      try {
        await hooks['tool.execute.before']({ tool, sessionID: 'ses_1', callID }, { args })
        return 'ran'
      } catch (error) {
        return error.message
      }
    },
    bash(command) {
      return this.call('bash', { command })
    },
    async asked(n = 1) {
      await until('an approval is asked for', () => ofType(this.all(), 'swarm.approval.requested').length >= n)
      return ofType(this.all(), 'swarm.approval.requested')[n - 1].payload
    },
    answer(id, status, more = {}) {
      fs.appendFileSync(this.control, `${JSON.stringify({ type: 'approval', id, status, ...more })}\n`)
    },
  }
}

const isPending = async (promise) => (await Promise.race([promise, new Promise((ok) => setTimeout(ok, 50, 'pending'))])) === 'pending'

test('an allowed call is settled at once, without a promise (S0.31)', async (t) => {
  const { hooks, all } = await gated(t)
  assert.equal(hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1', callID: 'c' }, { args: { command: 'ls' } }), undefined)
  assert.deepEqual(ofType(all(), 'swarm.policy.decision').map((line) => line.payload.decision), ['allow'])
})

test('a denied call throws exactly what is told (S0.32)', async (t) => {
  const pack = await gated(t)
  const told = await pack.bash('npm publish')
  assert.match(told, /no-releases.*releases are made by people/)
  assert.deepEqual(ofType(pack.all(), 'swarm.policy.denied').map((line) => line.payload.message), [told])
})

test('a call waits for a line in the control file, and another does not (S0.33, S0.34)', async (t) => {
  const pack = await gated(t)
  const held = pack.bash('touch marker')
  const { id } = await pack.asked()
  assert.equal(await pack.bash('ls'), 'ran')
  assert.ok(await isPending(held))
  const line = `${JSON.stringify({ type: 'approval', id, status: 'approved' })}\n`
  fs.appendFileSync(pack.control, line.slice(0, 20))
  await new Promise((ok) => setTimeout(ok, 600))
  assert.ok(await isPending(held), 'half a line is no answer')
  fs.appendFileSync(pack.control, line.slice(20))
  assert.equal(await held, 'ran')
  assert.deepEqual(ofType(pack.all(), 'swarm.approval.resolved').map((line) => line.payload.status), ['approved'])
})

test('the control file is made for its owner alone when something waits', async (t) => {
  const pack = await gated(t)
  assert.equal(fs.existsSync(pack.control), false)
  const held = pack.bash('touch marker')
  await pack.asked()
  assert.equal(fs.statSync(pack.control).mode & 0o777, 0o600)
  await pack.hooks.dispose()
  assert.match(await held, /^Not run/)
})

test('a control file that is emptied or replaced is read from its begin, and long lines are no answers', async (t) => {
  const pack = await gated(t)
  const first = pack.bash('touch a')
  const second = pack.bash('touch b')
  const third = pack.bash('touch c')
  const ids = [(await pack.asked(1)).id, (await pack.asked(2)).id, (await pack.asked(3)).id]
  fs.appendFileSync(pack.control, `${'x'.repeat(1 << 21)}\n`)
  pack.answer(ids[0], 'approved')
  assert.equal(await first, 'ran')
  fs.truncateSync(pack.control)
  await new Promise((ok) => setTimeout(ok, 400))
  pack.answer(ids[1], 'denied')
  assert.match(await second, /said no/)
  fs.writeFileSync(`${pack.control}.new`, `${JSON.stringify({ type: 'approval', id: ids[2], status: 'approved' })}\n`)
  fs.renameSync(`${pack.control}.new`, pack.control)
  assert.equal(await third, 'ran')
  assert.deepEqual(ofType(pack.all(), 'swarm.approval.refused').map((line) => line.payload.why), ['malformed'])
})

test('what stood in the control file before the start was for others', async (t) => {
  const before = ({ state }) => {
    fs.mkdirSync(state, { recursive: true })
    fs.writeFileSync(path.join(state, 'control.jsonl'), 'not an answer\n')
  }
  const pack = await gated(t, { before })
  const held = pack.bash('touch marker')
  const { id } = await pack.asked()
  pack.answer(id, 'approved')
  assert.equal(await held, 'ran')
  assert.deepEqual(ofType(pack.all(), 'swarm.approval.refused'), [])
})

test('late, repeated and unknown answers are refused (S0.34)', async (t) => {
  const pack = await gated(t)
  const held = pack.bash('touch marker')
  const { id } = await pack.asked()
  pack.answer(id, 'approved')
  pack.answer(id, 'denied')
  pack.answer(id.replace(/_1$/, '_9'), 'approved')
  assert.equal(await held, 'ran')
  await until('both are refused', () => ofType(pack.all(), 'swarm.approval.refused').length === 2)
  assert.deepEqual(ofType(pack.all(), 'swarm.approval.refused').map((line) => line.payload.why), ['already_answered', 'unknown_id'])
})

test('a deadline ends the waiting (S0.33)', async (t) => {
  const pack = await gated(t, { options: { approvals: { deadline_ms: 1_000 } } })
  assert.match(await pack.bash('touch marker'), /nobody answered within 1 s/)
})

test('an abort settles the hook that waits', async (t) => {
  const pack = await gated(t)
  const held = pack.bash('touch marker')
  await pack.asked()
  pack.hooks.event(event('session.error', { sessionID: 'ses_1', error: { name: 'MessageAbortedError' } }))
  pack.hooks.event(idle('ses_1'))
  assert.match(await held, /has ended/)
})

test('an old answer approves nothing after a new start', async (t) => {
  const pack = await gated(t)
  const held = pack.bash('touch marker')
  const { id } = await pack.asked()
  await pack.hooks.dispose()
  assert.match(await held, /^Not run/)
  pack.answer(id, 'approved')
  const hooks = await start(t, pack.place, { options: { policy: { rules: RULES } }, env: ATTENDED })
  hooks.event(created('ses_1'))
  const again = hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1', callID: 'call_1' }, { args: { command: 'touch marker' } })
  again.catch(() => {})
  await pack.asked(2)
  pack.answer(id, 'approved')
  await new Promise((ok) => setTimeout(ok, 700))
  assert.ok(await isPending(again))
})

/** One request to the control port. */
const ask = (port, { method = 'GET', url = '/approvals', token, body, host } = {}) =>
  new Promise((ok, no) => {
    const headers = { ...(token && { authorization: `Bearer ${token}` }), host: host ?? `127.0.0.1:${port}` }
    const request = http.request({ host: '127.0.0.1', port, method, path: url, headers }, async (response) => {
      let text = ''
      for await (const piece of response) text += piece
      ok({ status: response.statusCode, body: text ? JSON.parse(text) : undefined })
    })
    request.on('error', no)
    request.end(body)
  })

test('the control port answers who knows the token, and nobody else (S0.34)', async (t) => {
  const pack = await gated(t, { options: { approvals: { control: ['http'] }, heartbeat: { interval_ms: 250 } } })
  const published = () => fs.readdirSync(pack.place.state).find((name) => /^control-.*\.json$/.test(name))
  await until('the port is published', published)
  const { port, boot_id } = JSON.parse(fs.readFileSync(path.join(pack.place.state, published()), 'utf8'))
  assert.equal(boot_id, pack.all()[0].boot_id)
  const file = path.join(pack.place.state, 'control.token')
  assert.equal(fs.statSync(file).mode & 0o777, 0o600)
  const token = fs.readFileSync(file, 'utf8').trim()
  const held = pack.bash('touch marker')
  const { id, hash } = await pack.asked()
  const url = `/approvals/${id}`
  const post = (more) => ask(port, { method: 'POST', url, token, body: JSON.stringify({ status: 'approved', hash }), ...more })

  assert.equal((await ask(port)).status, 401)
  assert.equal((await post({ token: `${token}x` })).status, 401)
  assert.equal((await post({ host: `evil.example:${port}` })).status, 403)
  assert.equal((await post({ body: 'x'.repeat((64 << 10) + 1) })).status, 413)
  assert.deepEqual((await post({ body: '{' })).body, { id, result: 'malformed' })
  assert.equal((await post({ url: '/approvals/apr_000000000000_1' })).body.result, 'other_boot')
  assert.equal((await ask(port, { url: '/elsewhere', token })).status, 404)
  assert.equal((await ask(port, { method: 'DELETE', token })).status, 405)
  assert.ok(await isPending(held))
  const { body } = await ask(port, { token })
  assert.deepEqual(body.approvals.map((it) => [it.id, it.session_id, it.request_details.command]), [[id, 'ses_1', 'touch marker']])
  assert.deepEqual(await post(), { status: 200, body: { id, result: 'resolved' } })
  assert.equal(await held, 'ran')
  assert.deepEqual(await post(), { status: 409, body: { id, result: 'already_answered' } })
  await until('a beat says the port', () => ofType(pack.all(), 'swarm.heartbeat').some((line) => line.payload.control_port === port))
  assert.match(await pack.bash(`curl -d '{}' http://127.0.0.1:${port}${url}`), /^Not run/, 'the model may not reach it')
  await pack.hooks.dispose()
  assert.equal(published(), undefined)
  await assert.rejects(ask(port, { token }))
})

test('a link does not lead around the gate: real paths are judged (S0.28)', async (t) => {
  const pack = await gated(t)
  fs.symlinkSync('.opencode', path.join(pack.place.directory, 'docs'))
  fs.symlinkSync('.opencode/swarm.json', path.join(pack.place.directory, 'notes.json'))
  for (const name of ['docs/swarm.json', 'docs/plugins/own.js', 'notes.json', 'docs/swarm/control.jsonl'])
    assert.match(await pack.call('write', { filePath: path.join(pack.place.directory, name), content: '{}' }), /^Not run/, name)
  assert.equal(await pack.call('write', { filePath: path.join(pack.place.directory, 'new/folder/a.txt'), content: 'x' }), 'ran')
})

test('arguments that no text can be made of take the fail mode, with an event either way', async (t) => {
  const cyclic = { command: 'ls' }
  cyclic.self = cyclic
  for (const [fail_mode, expected] of [['closed', /cannot be read.*closed/], ['open', /^ran$/]]) {
    const pack = await gated(t, { policy: { fail_mode } })
    assert.match(await pack.call('bash', cyclic), expected)
    const [{ payload }] = ofType(pack.all(), 'swarm.policy.decision')
    assert.equal(payload.cause, 'unreadable')
    assert.match(payload.reason, new RegExp(fail_mode))
  }
})

test('a trap settles what waits and what is being decided by the fail mode (X.6)', async (t) => {
  for (const [fail_mode, isHeldRun] of [['closed', false], ['open', true]])
    await instances(async (made) => {
      const pack = await gated(t, { policy: { fail_mode } })
      const held = pack.bash('touch marker')
      await pack.asked()
      ruin(made.at(-1))
      const met = await pack.bash('ls')
      assert.equal((await held) === 'ran', isHeldRun, await held)
      assert.equal(met === 'ran', isHeldRun, met)
      if (!isHeldRun) assert.match(met, /^Not run: the gate stopped with a fault, and policy.fail_mode is closed\./)
      const [{ payload }] = ofType(pack.all(), 'swarm.pack.error')
      assert.match(payload.message, isHeldRun ? /2 waiting calls let through \(policy.fail_mode is open\)/ : /2 waiting calls denied \(policy.fail_mode is closed\)/)
      assert.match(await pack.bash('npm publish'), /no-releases/, 'the next core judges again')
    })
})

test('a core that is gone for good leaves the fail mode', async (t) => {
  await instances(async (made) => {
    const pack = await gated(t)
    for (let n = 0; n < 4; n++) {
      ruin(made.at(-1))
      pack.hooks.event(created(`ses_${n}`))
    }
    assert.match(await pack.bash('ls'), /could not be judged, and policy.fail_mode is closed/)
  })
})

test('with the gate off the hook returns at once, whatever is asked (S0.43)', async (t) => {
  const pack = await gated(t, { policy: { profile: 'off' } })
  assert.equal(await pack.bash('npm publish'), 'ran')
  assert.ok(pack.all().every((line) => !/policy|approval/.test(line.event_type)))
  assert.equal(fs.existsSync(pack.control), false)
})

test('an ask of the host is answered through its client, with the reason (S0.34)', async (t) => {
  const posted = []
  const pack = await gated(t, {
    options: { approvals: { control: ['file'] } },
    client: { _client: { post: async (request) => (posted.push(request), {}) } },
  })
  const asked = { sessionID: 'ses_1', id: 'per_1', permission: 'external_directory', patterns: ['/etc/*'], metadata: { filepath: '/etc/hosts', diff: 'secret' } }
  pack.hooks.event(event('permission.asked', asked))
  const { id } = await pack.asked()
  pack.answer(id, 'denied', { reason: 'not there' })
  await until('the host is told', () => posted.length === 1)
  assert.equal(posted[0].url, '/permission/per_1/reply')
  assert.deepEqual([posted[0].body.reply, /not there/.test(posted[0].body.message)], ['reject', true])
  assert.ok(!JSON.stringify(pack.all()).includes('secret'))
})
