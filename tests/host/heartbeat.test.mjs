// Beats while a session idles, while a command burns the processor, and none after death (S0.1, S0.21).

import assert from 'node:assert/strict'
import test from 'node:test'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { sleep, until } from './harness/wait.mjs'

const INTERVAL_MS = 500
const BUSY_SECONDS = 12
const BUSY_LOOP = { name: 'bash', args: { command: `end=$((SECONDS+${BUSY_SECONDS})); while [ $SECONDS -lt $end ]; do :; done`, description: 'Burn the processor' } }

test('beats come at their interval, idle or busy, until the process dies (S0.1, S0.21, S0.36)', async (t) => {
  const place = await openPlace({ pack: true, env: { SWARM_HEARTBEAT: String(INTERVAL_MS) }, script: { turns: [{ tools: [BUSY_LOOP] }, { text: 'Done.' }] } })
  t.after(() => place.close())
  const host = await place.serve()
  const beats = () => ofType(place.events(), 'swarm.heartbeat').filter((line) => line.payload.trigger === 'interval')

  await host.api.get('/config') // no instance, and so no pack, before the first request
  await until('some beats of a process without a session', () => beats().length >= 8)
  const starting = beats().slice(2) // the host is busy with its own start before that
  const session = await host.api.session()
  await host.api.turn(session, 'burn it')
  await until('the turn is told', () => ofType(place.events(), 'swarm.turn.finished').length === 1)

  await t.test('while idle', () => {
    for (const line of starting) assert.deepEqual([line.session_id, line.payload.agent_state], ['', 'starting'])
    assertInterval(starting)
  })

  await t.test('while a command burns the processor', () => {
    const burning = beats().filter((line) => line.payload.open_calls?.some((call) => call.tool === 'bash'))
    assert.ok(burning.length >= (BUSY_SECONDS * 1000) / INTERVAL_MS - 4, `only ${burning.length} beats`)
    assertInterval(burning)
    const ages = burning.map((line) => line.payload.open_calls[0].age_ms)
    assert.deepEqual(ages, [...ages].sort((a, b) => a - b), 'the age of the call does not grow')
    for (const { session_id, payload } of burning) {
      assert.deepEqual([session_id, payload.state, payload.interval_ms], [session, 'working', INTERVAL_MS])
      assert.deepEqual(payload.sessions.map((one) => one.session_id), [session])
    }
  })

  await t.test('and none after death', async () => {
    await host.stop('SIGKILL')
    const atDeath = place.events()
    await sleep(3 * INTERVAL_MS)
    assert.deepEqual(place.events(), atDeath)
    assertStream(atDeath)
    const age = Date.now() - Date.parse(beats().at(-1).timestamp)
    assert.ok(age < 60_000, `the last beat was ${age} ms before`)
  })
})

/** The interval is anchored: single beats may be late on a busy machine, their mean may not drift. */
function assertInterval(beats) {
  const gaps = beats.length - 1
  const mean = (beats.at(-1).mono_ms - beats[0].mono_ms) / gaps
  const tolerance = INTERVAL_MS * (0.01 + 0.5 / gaps) // the first and the last beat may each be somewhat late
  assert.ok(Math.abs(mean - INTERVAL_MS) <= tolerance, `mean interval ${mean} ms over ${gaps} gaps, expected ${INTERVAL_MS} ± ${tolerance}`)
}
