// `opencode serve`: one process, several projects, instances that come and go.

import assert from 'node:assert/strict'
import test from 'node:test'
import { assertStream, byBoot, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { until } from './harness/wait.mjs'

test('each project directory of one server has its own boot, and a disposed one begins anew (S0.2, S1.1)', async (t) => {
  const place = await openPlace({
    pack: true,
    projects: ['project', 'second'],
    script: {
      lanes: [{ name: 'two', match: { firstUser: 'second project' }, turns: [{ text: 'Answer for two.' }, { text: 'Again two.' }] }],
      turns: [{ text: 'Answer for one.' }],
    },
  })
  t.after(() => place.close())
  const [first, second] = place.projects
  const host = await place.serve()
  const [one, two] = place.projects.map(host.apiOf)

  const [a, b] = await Promise.all([one.session(), two.session()])
  await Promise.all([one.turn(a, 'first project'), two.turn(b, 'second project')])
  await until('both turns are told', () => place.projects.every((project) => ofType(place.events(project), 'swarm.turn.finished').length === 1))

  await t.test('ids are never mixed', () => {
    const lines = { first: place.events(first), second: place.events(second) }
    assert.equal(byBoot(lines.first).length, 1)
    assert.equal(byBoot(lines.second).length, 1)
    assert.notEqual(lines.first[0].boot_id, lines.second[0].boot_id)
    assert.deepEqual(sessionsOf(lines.first), [a])
    assert.deepEqual(sessionsOf(lines.second), [b])
    for (const [started] of Object.values(lines).map((all) => ofType(all, 'swarm.session.started')))
      assert.equal(started.payload.execution_lane, 'serve')
  })

  assert.equal((await two.post('/instance/dispose')).status, 200)
  const c = await two.session()
  await two.turn(c, 'second project again')
  await until('the new turn is told', () => ofType(place.events(second), 'swarm.turn.finished').length === 2)

  await t.test('a disposed instance is closed, and its successor counts from 1 with an id of its own', () => {
    const [before, after, ...more] = byBoot(place.events(second))
    assert.deepEqual(more, [])
    assert.equal(before.at(-1).event_type, 'swarm.session.stopped')
    assert.equal(before.at(-1).payload.reason, 'disposed')
    assert.equal(after[0].seq, 1)
    assert.ok(sessionsOf(after).includes(c))
    assert.equal(ofType(after, 'swarm.pack.error').length, 0)
    assert.equal(byBoot(place.events(first)).length, 1, 'the other project noticed nothing')
  })

  await t.test('a deleted session is stopped once', async () => {
    await one.del(`/session/${a}`)
    const [stopped] = await until('the deletion is told', () => {
      const all = ofType(place.events(first), 'swarm.session.stopped')
      return all.length > 0 && all
    })
    assert.equal(stopped.session_id, a)
    assert.equal(stopped.payload.reason, 'deleted')
  })

  const ended = await host.stop('SIGTERM')
  assert.equal(ended.signal, 'SIGTERM')
  for (const project of place.projects) assertStream(place.events(project))
  assert.equal(ofType(place.events(first), 'swarm.session.stopped').length, 1)
  const last = ofType(place.events(second), 'swarm.session.stopped').filter((line) => line.session_id === c)
  assert.deepEqual(last.map((line) => line.payload), [{ reason: 'signal', signal: 'SIGTERM' }])
})

const sessionsOf = (lines) => [...new Set(lines.map((line) => line.session_id).filter(Boolean))]
