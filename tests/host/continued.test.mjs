// A session that a process before had begun (X.4).

import assert from 'node:assert/strict'
import test from 'node:test'
import { assertStream, byBoot, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'

test('a session of an earlier process is known after one look-up, with its parent (X.4)', async (t) => {
  const place = await openPlace({
    pack: true,
    script: {
      lanes: [{ name: 'child', match: { firstUser: 'CHILD' }, turns: [{ text: 'child result' }, { text: 'child again' }] }],
      turns: [
        { tools: [{ name: 'task', args: { description: 'First part', prompt: 'CHILD do it', subagent_type: 'general' } }] },
        { text: 'All done.' }, { text: 'Continued.' },
      ],
    },
  })
  t.after(() => place.close())
  const lastBoot = () => byBoot(place.events()).at(-1)
  const started = () => ofType(lastBoot(), 'swarm.session.started')

  assert.equal((await place.run('delegate it')).exitCode, 0)
  const root = started().find((line) => line.parent_session_id === undefined).session_id
  const child = started().find((line) => line.parent_session_id === root).session_id

  await t.test('continued: not new, and its turns count from this boot', async () => {
    const run = await place.run('go on', { args: ['--continue'] })
    assert.deepEqual([run.exitCode, run.stdout], [0, 'Continued.\n'])
    assert.deepEqual(started().map(({ session_id, payload }) => [session_id, payload.is_new]), [[root, false]])
    assert.deepEqual(ofType(lastBoot(), 'swarm.turn.finished').map(({ session_id, payload }) => [session_id, payload.turn]), [[root, 1]])
  })

  await t.test('a child session: its parent is looked up, and it has no turns', async () => {
    const run = await place.run('go on', { args: ['--session', child] })
    assert.deepEqual([run.exitCode, run.stdout], [0, 'child again\n'])
    assert.deepEqual(started().map((line) => [line.session_id, line.parent_session_id, line.payload.is_new]), [[child, root, false]])
    assert.deepEqual(ofType(lastBoot(), 'swarm.turn.finished'), [])
  })

  assertStream(place.events())
  for (const boot of byBoot(place.events()))
    for (const { session_id } of ofType(boot, 'swarm.session.started'))
      assert.equal(ofType(boot, 'swarm.session.stopped').filter((line) => line.session_id === session_id).length, 1)
})
