// What sessions are said to be doing (S0.22, S0.23): one server, one session for each case.

import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { isIdle } from './harness/api.mjs'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { until } from './harness/wait.mjs'

let place
let host
before(async () => {
  place = await openPlace({ pack: true, config: { permission: { bash: 'ask' } } })
  host = await place.serve()
})
after(() => place.close())

const linesOf = (session) => place.events().filter((line) => line.session_id === session)
const stateLines = (session) => ofType(linesOf(session), 'swarm.state')
const walk = (session) => stateLines(session).map(({ payload: { state, agent_state } }) => `${state}/${agent_state}`)
const turns = (session) => ofType(linesOf(session), 'swarm.turn.finished').map((line) => line.payload.reason)
const isIn = (session, agentState) => until(`the session is ${agentState}`, () => stateLines(session).at(-1)?.payload.agent_state === agentState)

/**
 * The host says idle twice after an abort or an error, and takes no prompt in between.
 * Then one more turn, so that a second end of the first one would show.
 */
const unwound = (session, act) => host.api.after(act, isIdle(session), 2)
const nextTurn = async (session) => {
  await host.api.turn(session, 'and again')
  await until('the next turn is told', () => turns(session).length > 1)
  await isIn(session, 'idle')
}

test('a question of the host blocks the session until it is answered (S0.22)', async () => {
  place.model.play({ turns: [{ tools: [{ name: 'bash', args: { command: 'echo one', description: 'one' } }] }, { text: 'Done.' }] })
  const session = await host.api.session()
  const asked = await host.api.after(() => host.api.prompt(session, 'run it'), ({ type, properties }) => type === 'permission.asked' && properties.sessionID === session)
  await isIn(session, 'awaiting_approval')
  const beat = await until('a beat tells of the question', () => ofType(linesOf(session), 'swarm.heartbeat').find((line) => line.payload.pending_approvals === 1))
  assert.equal(beat.payload.state, 'blocked')
  await host.api.after(() => host.api.post(`/permission/${asked.properties.id}/reply`, { reply: 'once' }), isIdle(session))
  await isIn(session, 'idle')
  assert.deepEqual(walk(session), ['working/working', 'blocked/awaiting_approval', 'working/working', 'idle/idle'])
  assert.deepEqual(turns(session), ['completed'])
})

test('an error of the model is told as an error, and the turn ends once (S0.22)', async () => {
  place.model.play({ turns: [{ status: 401, body: { error: { message: 'bad key', type: 'invalid_request_error' } } }, { text: 'Fine now.' }] })
  const session = await host.api.session()
  await unwound(session, () => host.api.prompt(session, 'fail'))
  await nextTurn(session)
  assert.deepEqual(walk(session), ['working/working', 'blocked/error', 'idle/idle', 'working/working', 'idle/idle'])
  assert.deepEqual(turns(session), ['error', 'completed'])
  assert.ok(!JSON.stringify(linesOf(session)).includes('bad key'), 'the text of the error stands in a line')
})

test('a provider that wants to be asked again blocks the session meanwhile (S0.22)', async () => {
  place.model.play({ turns: [{ status: 500, headers: { 'retry-after-ms': '1500' } }, { text: 'Recovered.' }] })
  const session = await host.api.session()
  await host.api.turn(session, 'try')
  await isIn(session, 'idle')
  assert.deepEqual(walk(session), ['working/working', 'blocked/rate_limited', 'working/working', 'idle/idle'])
  assert.deepEqual(turns(session), ['completed'])
})

test('an abort makes the session idle, and the turn ends once (S0.22)', async () => {
  place.model.play({ turns: [{ generate: { tokens: 600 }, delayMs: 25 }, { text: 'Next.' }] })
  const session = await host.api.session()
  await host.api.after(() => host.api.prompt(session, 'write a lot'), (event) => event.type === 'message.part.delta')
  await unwound(session, () => host.api.post(`/session/${session}/abort`))
  await nextTurn(session)
  assert.deepEqual(walk(session), ['working/working', 'idle/idle', 'working/working', 'idle/idle'])
  assert.deepEqual(turns(session), ['aborted', 'completed'])
})

test('a child session names its parent and has no turns of its own', async () => {
  place.model.play({
    lanes: [{ name: 'child', match: { firstUser: 'CHILD' }, turns: [{ text: 'child result' }] }],
    turns: [{ tools: [{ name: 'task', args: { description: 'First part', prompt: 'CHILD do it', subagent_type: 'general' } }] }, { text: 'Both done.' }],
  })
  const session = await host.api.session()
  await host.api.turn(session, 'delegate it')
  await isIn(session, 'idle')
  const children = ofType(place.events(), 'swarm.session.started').filter((line) => line.parent_session_id === session)
  assert.equal(children.length, 1)
  assert.equal(children[0].root_session_id, session)
  assert.deepEqual(turns(children[0].session_id), [])
  assert.deepEqual(turns(session), ['completed'])
})

test('the whole stream holds together, and a beat follows each change of state (S0.21)', () => {
  const lines = place.events()
  assertStream(lines)
  const beats = ofType(lines, 'swarm.heartbeat')
  assert.ok(beats.some((line) => line.payload.trigger === 'state_change'))
  assert.ok(beats.every((line) => line.payload.source === 'hint'))
  assert.ok(beats.at(-1).payload.sessions.length >= 5)
})
