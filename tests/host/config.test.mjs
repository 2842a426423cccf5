// A configuration that is wrong: the turn runs, the good part counts, and one line says what is wrong and where.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { assertStream, byBoot, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'

const SCRIPT = { turns: [{ text: 'Hello.' }] }

test('a broken configuration hurts nobody and is told with its key and place (S0.5, S0.36, S0.40)', async (t) => {
  const place = await openPlace({ pack: true })
  t.after(() => place.close())
  const file = path.join(place.project, '.opencode/swarm.json')
  const turn = async (options) => {
    place.model.play(SCRIPT)
    const run = await place.run('say hello', options)
    assert.deepEqual([run.exitCode, run.stdout], [0, 'Hello.\n'])
    const lines = byBoot(place.events()).at(-1)
    assertStream(lines)
    return { lines, errors: ofType(lines, 'swarm.pack.error').map((line) => line.payload) }
  }

  await t.test('an unknown key, with the nearest known one', async () => {
    fs.writeFileSync(file, '{\n  // comments are welcome\n  "identity": { "agent_id": "ag-file" },\n  "heartbeat": { "intervall_ms": 700 }\n}\n')
    const { lines, errors } = await turn()
    assert.equal(errors.length, 1, JSON.stringify(errors))
    const [error] = errors
    assert.equal(error.code, 'config_invalid')
    for (const word of ['intervall_ms', 'interval_ms', 'swarm.json']) assert.ok(JSON.stringify(error).includes(word), `${word}: ${JSON.stringify(error)}`)
    assert.equal(lines[0].agent_id, 'ag-file', 'the good section counts')
    assert.equal(ofType(lines, 'swarm.heartbeat')[0].payload.interval_ms, 5000, 'the bad section falls back')
  })

  await t.test('a file that cannot be read, told from a folder below it', async () => {
    fs.writeFileSync(file, '{\n  "heartbeat": {\n')
    const { lines, errors } = await turn({ cwd: path.join(place.project, 'src') })
    assert.equal(errors.length, 1, JSON.stringify(errors))
    assert.ok(JSON.stringify(errors[0]).includes('swarm.json'), JSON.stringify(errors))
    assert.equal(ofType(lines, 'swarm.turn.finished').length, 1)
  })

  await t.test('a value of the environment that is out of bounds', async () => {
    fs.rmSync(file)
    const { lines, errors } = await turn({ env: { SWARM_HEARTBEAT: '7' } })
    assert.equal(errors.length, 1, JSON.stringify(errors))
    assert.ok(JSON.stringify(errors[0]).includes('SWARM_HEARTBEAT'), JSON.stringify(errors))
    assert.equal(ofType(lines, 'swarm.heartbeat')[0].payload.interval_ms, 5000)
  })

  await t.test('a file named by SWARM_CONFIG is read instead', async () => {
    fs.writeFileSync(path.join(place.home, 'mine.json'), '{ "heartbeat": { "interval_ms": 900 } }')
    const { lines, errors } = await turn({ env: { SWARM_CONFIG: path.join(place.home, 'mine.json') } })
    assert.deepEqual(errors, [])
    assert.equal(ofType(lines, 'swarm.heartbeat')[0].payload.interval_ms, 900)
  })
})
