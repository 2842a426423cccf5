// Events of the host that are passed through, and that those which are not cost nothing.

import assert from 'node:assert/strict'
import test from 'node:test'
import { created, event, lines, ofType, project, start } from './pack.mjs'

const forwarding = (allow, deny = []) => ({ events: { forward: { allow, deny } } })
const told = (place) => ofType(lines(place.events), 'swarm.forwarded')

test('chosen events are passed through with their plain fields (S0.13)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: forwarding(['session.*', 'file.edited'], ['session.idle']) })
  hooks.event(created('ses_1'))
  hooks.event(event('session.updated', { sessionID: 'ses_1', info: { title: 'private words', agent: 'build', model: { providerID: 'lab', id: 'm' } } }))
  hooks.event(event('session.idle', { sessionID: 'ses_1' }))
  hooks.event(event('file.edited', { file: `${place.directory}/src/a.js` }))
  hooks.event(event('session.compacted', undefined))
  assert.deepEqual(told(place).map(({ session_id, payload }) => [session_id, payload]), [
    ['ses_1', { type: 'session.created', id: 'evt_1' }],
    ['ses_1', { type: 'session.updated', id: 'evt_1', fields: { 'info.agent': 'build', 'info.model.providerID': 'lab', 'info.model.id': 'm' } }],
    ['', { type: 'file.edited', id: 'evt_1', fields: { file: 'src/a.js' } }],
    ['', { type: 'session.compacted', id: 'evt_1' }],
  ])
})

test('a delta is passed through only where it is named (S0.13)', async (t) => {
  const delta = event('message.part.delta', { sessionID: 'ses_1', messageID: 'msg_1', partID: 'prt_1', field: 'text', delta: 'private words' })
  for (const [allow, count] of [[['*'], 0], [['message.part.delta'], 1]]) {
    const place = project(t)
    const hooks = await start(t, place, { options: forwarding(allow) })
    hooks.event(created('ses_1'))
    hooks.event(delta)
    const deltas = told(place).filter(({ payload }) => payload.type === 'message.part.delta')
    assert.deepEqual(deltas.map(({ payload }) => payload.fields), Array(count).fill({ messageID: 'msg_1', partID: 'prt_1', field: 'text' }))
  }
})

test('the core is asked once for each type, and nothing of an unwanted event is touched', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: forwarding(['session.*']) })
  const untouchable = new Proxy({}, { get: () => assert.fail('a field was read') })
  // Every text that crosses is encoded.
  const { encodeInto } = TextEncoder.prototype
  let crossings = 0
  TextEncoder.prototype.encodeInto = function (...given) {
    crossings += 1
    return encodeInto.apply(this, given)
  }
  try {
    for (let n = 0; n < 1_000; n++) for (const type of ['plugin.added', 'lsp.updated', 'from.tomorrow']) hooks.event(event(type, untouchable))
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto
  }
  assert.ok(crossings <= 3, `${crossings} crossings`)
  assert.deepEqual(told(place), [])
})

test('an event that cannot be read is counted and hurts nobody', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: forwarding(['*']) })
  const odd = {}
  odd.self = odd
  for (const properties of [null, 7, 'x', [], odd, { file: odd }, { file: 'x'.repeat(5 << 20) }, { sessionID: odd }, { sessionID: 'x'.repeat(500) }])
    assert.equal(hooks.event(event('file.edited', properties)), undefined)
  for (const strange of [undefined, null, {}, { event: null }, { event: {} }, { event: { type: 7 } }, { event: { type: {} } }]) assert.equal(hooks.event(strange), undefined)
  hooks.event(event('file.edited', { file: 'a.js' }))
  assert.deepEqual(told(place).at(-1).payload.fields, { file: 'a.js' })
})
