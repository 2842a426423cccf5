import assert from 'node:assert/strict'
import test from 'node:test'

import { busy, created, idle, lines, ofType, project, start, until } from './pack.mjs'
import { instances, ruin } from './traps.mjs'

/** A number between 0 and 1 from a seed, so that a failure can be repeated. */
function random(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0
    return seed / 2 ** 32
  }
}

const WANTED = ['session.created', 'session.updated', 'session.deleted', 'session.status', 'session.idle', 'session.error', 'message.updated', 'message.part.updated', 'message.part.delta', 'permission.asked', 'permission.replied', 'question.asked', 'question.replied', 'question.rejected']

/** Something that no host should hand over. */
function hostile(next) {
  const pick = (list) => list[Math.floor(next() * list.length)]
  const cyclic = {}
  cyclic.self = cyclic
  let deep = {}
  for (let n = 0; n < 5_000; n++) deep = { deep }
  const throwing = new Proxy({}, { get() { throw new Error('secret-in-an-error') } })
  const value = () => pick([undefined, null, 0, -1, NaN, 1e308, '', 'x'.repeat(300_000), '\u0000\ud800"\\', [], [[]], cyclic, deep, throwing, () => 1, Symbol('s'), 10n, new Date(NaN), { type: cyclic }, { toJSON() { throw new Error('no') } }])
  const properties = () => pick([value, () => ({ sessionID: value() }), () => ({ sessionID: 'ses_h', info: value(), part: value(), status: value(), error: value(), id: value(), requestID: value() }), () => ({ sessionID: value(), info: { id: value(), parentID: value(), model: value(), role: 'assistant', time: value(), error: value() }, part: { type: 'tool', callID: value(), tool: value(), state: value() }, status: { type: value() } })])()
  return pick([() => value(), () => ({ event: value() }), () => ({ event: { type: pick(WANTED), properties: properties() } }), () => ({ event: { type: value(), properties: properties() } })])()
}

/** A call that cannot be read is let through or denied; what it throws is for the model, and ours. */
async function judged(hooks, input, output) {
  try {
    await hooks['tool.execute.before'](input, output)
  } catch (error) {
    assert.match(error.message, /^Not run/)
  }
}

test('10,000 hostile events: no throw, instance alive, all counted (X.6)', { timeout: 300_000 }, async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { heartbeat: { interval_ms: 250 } }, client: { session: { get: async () => ({}) } } })
  const next = random(20261120)
  for (let n = 0; n < 10_000; n++) {
    assert.equal(hooks.event(hostile(next)), undefined)
    if (n % 10 === 0) await hooks['chat.message'](hostile(next), {})
    if (n % 10 === 5) await judged(hooks, hostile(next), hostile(next))
    if (n % 500 === 0) await new Promise((ok) => setImmediate(ok))
  }
  hooks.event(created('ses_good'))
  hooks.event(busy('ses_good'))
  hooks.event(idle('ses_good'))
  const all = lines(place.events)
  assert.equal(ofType(all, 'swarm.turn.finished').filter((line) => line.session_id === 'ses_good').length, 1)
  assert.ok(ofType(all, 'swarm.pack.error').every((line) => line.payload.code === 'unreadable'), 'no trap and no fault of our own')
  assert.equal(new Set(all.map((line) => line.boot_id)).size, 1)
  assert.ok(!JSON.stringify(all).includes('secret-in-an-error'))
  await until('a beat that counts them', () => ofType(lines(place.events), 'swarm.heartbeat').some((line) => line.payload.dropped?.unreadable > 1_000))
})

test('a trap restarts the core three times with an event each, then it is quiet (S0.5, X.6)', async (t) => {
  const place = project(t)
  await instances(async (made) => {
    const hooks = await start(t, place)
    for (let n = 1; n <= 5; n++) {
      ruin(made.at(-1))
      hooks.event(created(`ses_${n}`)) // meets the trap
      hooks.event(created(`ses_${n}`)) // meets the new instance
    }
    await hooks.dispose()
  })
  const all = lines(place.events)
  const traps = ofType(all, 'swarm.pack.error')
  assert.deepEqual(traps.map((line) => line.payload.code), Array(4).fill('trapped'))
  assert.match(traps[0].payload.message, /^the core stopped with a fault \(.*\); restarted \(1 of 3\)$/)
  assert.match(traps[3].payload.message, /; the pack is quiet from now on$/)
  assert.equal(traps[1].payload.previous_boot_id, traps[0].boot_id)
  assert.deepEqual(ofType(all, 'swarm.session.started').map((line) => line.session_id), ['ses_1', 'ses_2', 'ses_3'])
  for (const boot of new Set(all.map((line) => line.boot_id))) {
    const seqs = all.filter((line) => line.boot_id === boot).map((line) => line.seq)
    assert.deepEqual(seqs, seqs.map((_, n) => n + 1))
  }
})

test('a trap in one directory leaves the other whole', async (t) => {
  const [a, b] = [project(t), project(t)]
  await instances(async (made) => {
    const one = await start(t, a)
    const broken = made.at(-1)
    const two = await start(t, b)
    ruin(broken)
    one.event(created('ses_a'))
    two.event(created('ses_b'))
  })
  assert.equal(ofType(lines(a.events), 'swarm.pack.error')[0].payload.code, 'trapped')
  assert.deepEqual(ofType(lines(b.events), 'swarm.pack.error'), [])
})
