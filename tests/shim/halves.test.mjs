// The core comes in two halves (plugin-shim/core.js): what runs until the first beat, and the rest.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { busy, created, event, idle, lines, load, ofType, project, start } from './pack.mjs'
import { instances, ruin } from './traps.mjs'

/** Whether an instance has its second half. */
const isWhole = ({ exports }) => exports.loaded.value === 1

/** Modules that are compiled while the host waits, and on other threads, while `act` runs. */
async function compilations(act) {
  const { Module, compile } = WebAssembly
  const counts = { waitedFor: 0, apart: 0 }
  WebAssembly.Module = class extends Module {
    static [Symbol.hasInstance](value) {
      return value instanceof Module
    }
    constructor(bytes) {
      super(bytes)
      counts.waitedFor++
    }
  }
  WebAssembly.compile = (bytes) => {
    counts.apart++
    return compile(bytes)
  }
  try {
    return await act(counts)
  } finally {
    Object.assign(WebAssembly, { Module, compile })
  }
}

const CONFIG = {
  identity: { agent_id: 'ag-7' },
  events: { sinks: ['file'], rotate: { bytes: 1_000_000, files: 3 } },
  heartbeat: { interval_ms: 60_000, jitter: 0.2 },
  telemetry: { stall_after_ms: 60_000 },
}

for (const [how, prepare] of [
  ['without a configuration', () => ({})],
  ['with a configuration file', ({ directory }) => (fs.writeFileSync(path.join(directory, '.opencode/swarm.json'), JSON.stringify(CONFIG)), {})],
  ['with secrets in the environment', () => ({ env: { GITHUB_TOKEN: 'ghp_abcdefghijklmnopqrstuvwxyz0123456789', SWARM_AGENT_ID: 'ag-7' } })],
  ['as a supervisor makes it', () => ({ env: { SWARM_AGENT_ID: 'ag-7', SWARM_RUN_ID: 'run-7', SWARM_POLICY: 'strict', SWARM_CONTROL: 'file', SWARM_HEARTBEAT: '60000', OPENCLAW_HOOK_TOKEN: 'token-of-the-hook', OPENCLAW_HOOK_BASE_URL: 'http://127.0.0.1:9' } })],
])
  test(`a start ${how} does without the second half`, async (t) => {
    const place = project(t)
    const given = prepare(place)
    await instances(async (made) => {
      await start(t, place, given)
      assert.equal(lines(place.events)[0].event_type, 'swarm.heartbeat')
      assert.deepEqual(made.map(isWhole), [false])
    })
  })

test('a tool call right after the start gets the second half at once, and loses nothing', async (t) => {
  const place = project(t)
  const plugin = await load({ copy: true })
  await compilations(async (counts) =>
    instances(async (made) => {
      const hooks = await start(t, place, { plugin, options: { policy: { profile: 'baseline' } } })
      const before = counts.waitedFor
      const call = { tool: 'bash', sessionID: 'ses_1', callID: 'call_1' }
      const args = { command: 'rm -rf ~' }
      assert.throws(() => hooks['tool.execute.before'](call, { args }), /Not run/)
      assert.equal(counts.waitedFor, before + 1)
      assert.deepEqual(made.map(isWhole), [true])
      await new Promise((ok) => setTimeout(ok, 50))
      assert.equal(counts.waitedFor, before + 1)
    }),
  )
  const all = lines(place.events)
  assert.deepEqual(all.map((line) => line.seq), all.map((_, n) => n + 1))
  assert.ok(all.some((line) => JSON.stringify(line).includes('call_1')))
})

test('once all plugins have started the second half is compiled, once, and nobody waits for it', async (t) => {
  const place = project(t)
  const plugin = await load({ copy: true })
  await compilations(async (counts) => {
    const hooks = await start(t, place, { plugin })
    const { waitedFor, apart } = counts
    const another = await start(t, project(t), { plugin })
    // As the host does: of each directory right after its start.
    await Promise.all([hooks.config({}), another.config({})])
    assert.equal(counts.apart, apart + 1)
    await new Promise((ok) => setTimeout(ok, 1_000))
    hooks.event(created('ses_1'))
    assert.equal(counts.waitedFor, waitedFor)
    await another.config({})
    assert.equal(counts.apart, apart + 1)
  })
  assert.equal(ofType(lines(place.events), 'swarm.session.started').length, 1)
})

test('after a trap the new instance begins with its first half, and gets its own second', async (t) => {
  const place = project(t)
  await instances(async (made) => {
    const hooks = await start(t, place)
    hooks.event(created('ses_1'))
    ruin(made[0])
    hooks.event(created('ses_2')) // meets the trap
    assert.equal(made.length, 2)
    hooks.event(created('ses_2'))
    hooks.event(busy('ses_2'))
    hooks.event(idle('ses_2'))
    assert.deepEqual(made.map(isWhole), [true, true])
  })
  const all = lines(place.events)
  assert.equal(ofType(all, 'swarm.pack.error')[0].payload.code, 'trapped')
  assert.equal(ofType(all, 'swarm.turn.finished').length, 1)
})

test('two directories have their halves each', async (t) => {
  const [a, b] = [project(t), project(t)]
  await instances(async (made) => {
    const one = await start(t, a)
    const two = await start(t, b)
    one.event(created('ses_a'))
    assert.deepEqual(made.map(isWhole), [true, false])
    two.event(created('ses_b'))
    two.event(event('permission.asked', { sessionID: 'ses_b', id: 'per_1', permission: 'bash', patterns: ['ls'], metadata: {} }))
    assert.deepEqual(made.map(isWhole), [true, true])
  })
  assert.deepEqual(ofType(lines(a.events), 'swarm.session.started').map((line) => line.session_id), ['ses_a'])
  assert.deepEqual(ofType(lines(b.events), 'swarm.session.started').map((line) => line.session_id), ['ses_b'])
})

test('a second half that cannot be loaded is a trap: tried again a few times, then quiet, and calls take the fail mode', async (t) => {
  const place = project(t)
  const plugin = await load({ copy: true })
  const { Instance } = WebAssembly
  const hooks = await start(t, place, { plugin, options: { policy: { fail_mode: 'closed' } } })
  let tries = 0
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      if (imports.first) tries++
      if (imports.first) throw new WebAssembly.LinkError('no second half today')
      super(module, imports)
    }
  }
  t.after(() => (WebAssembly.Instance = Instance))
  const call = { tool: 'bash', sessionID: 'ses_1', callID: 'call_1' }
  for (let n = 0; n < 6; n++) assert.throws(() => hooks['tool.execute.before'](call, { args: { command: 'ls' } }), /fail_mode is closed/)
  assert.doesNotThrow(() => hooks.event(created('ses_1')))
  assert.ok(tries > 0 && tries <= 5, `${tries} tries`)
})
