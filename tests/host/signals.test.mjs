// A host that is ended in the middle of a turn: the file stays whole, and the host dies as it would without the pack.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import test from 'node:test'
import { assertStream, byBoot, eventsFile, ofType, parseLines } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { until } from './harness/wait.mjs'

const LONG_ANSWER = { generate: { tokens: 1200 }, delayMs: 50 }

const BEGIN = {
  run: async (place) => place.start(['run', 'write a lot']),
  serve: async (place) => {
    const host = await place.serve()
    await host.api.prompt(await host.api.session(), 'write a lot')
    return host
  },
}

/** SIGKILL stands before each other signal, so that each start but the first finds what a killed one left. */
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL']

for (const mode of Object.keys(BEGIN))
  test(`\`opencode ${mode}\` dies by the signal it was sent in a turn, and the file tells of it (S0.45)`, async (t) => {
    const place = await openPlace({ pack: true, env: { SWARM_HEARTBEAT: '500' } })
    t.after(() => place.close())
    const boots = []
    for (const signal of SIGNALS) {
      place.model.play({ turns: [LONG_ANSWER] })
      const host = await BEGIN[mode](place)
      const boot = await until('the turn is told', () => {
        const boot = byBoot(place.events()).at(-1)
        return boot && !boots.includes(boot[0].boot_id) && ofType(boot, 'swarm.state').length > 0 && boot[0].boot_id
      })
      const ended = await host.stop(signal)
      assert.deepEqual([ended.exitCode, ended.signal, ended.timedOut], [null, signal, false])
      boots.push(boot)
    }

    const lines = place.events()
    assertStream(lines)
    for (const [i, signal] of SIGNALS.entries()) {
      const boot = lines.filter((line) => line.boot_id === boots[i])
      const own = ofType(boot, 'swarm.session.started')[0].session_id
      await t.test(`${i + 1}. ${signal}`, () => {
        assert.equal(ofType(boot, 'swarm.session.started').length, 1)
        const stopped = ofType(boot, 'swarm.session.stopped').filter((line) => line.session_id === own)
        if (signal === 'SIGKILL') return assert.deepEqual(stopped, [])
        assert.deepEqual(stopped.map((line) => line.payload), [{ reason: 'signal', signal }])
        assert.equal(boot.at(-1), stopped[0])
        assert.deepEqual(ofType(boot, 'swarm.turn.finished').map((line) => line.payload.reason), ['aborted'])
      })
    }

    await t.test('a killed start, and no other, has a tombstone in the next one', () => {
      const killed = boots[0]
      const session = lines.find((line) => line.boot_id === killed && line.event_type === 'swarm.session.started').session_id
      assert.deepEqual(
        lines.filter((line) => line.payload.reason === 'tombstone').map(({ boot_id, session_id, payload }) => ({ boot_id, session_id, payload })),
        [{ boot_id: boots[1], session_id: session, payload: { reason: 'tombstone', previous_boot_id: killed } }],
      )
    })

    await t.test('a line torn by a crash is never joined to a new one', async () => {
      const file = eventsFile(place, place.project)
      const before = fs.readFileSync(file, 'utf8')
      fs.writeFileSync(file, `${before}{"event_version":1,"event_ty`)
      place.model.play({ turns: [{ text: 'Short.' }] })
      assert.equal((await place.run('be short')).exitCode, 0)
      const after = fs.readFileSync(file, 'utf8')
      assert.ok(after.startsWith(before))
      const [torn, ...added] = after.slice(before.length).trimEnd().split('\n')
      assert.equal(torn, '{"event_version":1,"event_ty')
      const whole = parseLines(`${added.join('\n')}\n`)
      assertStream(whole)
      assert.deepEqual(ofType(whole, 'swarm.session.stopped').map((line) => line.payload.reason), ['tombstone', 'disposed'])
    })
  })
