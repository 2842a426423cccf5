// The pack switched off, and its parts switched off one by one.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { writeJson } from './harness/home.mjs'
import { stateFolders, typesOf } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { dropIn, listFiles } from './harness/project.mjs'

const SCRIPT = { turns: [{ tools: [{ name: 'bash', args: { command: 'echo out', description: 'Print a word' } }] }, { text: 'Done.' }] }

const configOf = (place) => path.join(place.project, '.opencode/swarm.json')

async function turn(place, env) {
  place.model.play(SCRIPT)
  const run = await place.run('run a command', { env })
  assert.equal(run.exitCode, 0, run.stderr)
  return { stdout: run.stdout, stderr: run.stderr }
}

test('switched off it writes nothing and changes nothing (S0.5, S0.35)', async (t) => {
  const place = await openPlace({ script: SCRIPT })
  t.after(() => place.close())
  const without = await turn(place)
  dropIn(place.project)
  const ways = {
    'by SWARM_PACK=0': () => ({ SWARM_PACK: '0' }),
    'by "enabled": false': () => {
      writeJson(configOf(place), { enabled: false })
      return {}
    },
  }
  for (const [way, prepare] of Object.entries(ways))
    await t.test(way, async () => {
      const env = prepare()
      const before = listFiles(place.project)
      assert.deepEqual(await turn(place, env), without)
      assert.deepEqual(listFiles(place.project), before)
      assert.equal(fs.existsSync(path.join(place.project, '.opencode/swarm')), false)
      assert.deepEqual(stateFolders(place), [])
    })
})

const FAMILIES = {
  heartbeat: ['swarm.heartbeat'],
  policy: ['swarm.policy.decision'],
  telemetry: ['swarm.session.started', 'swarm.lifecycle', 'swarm.state', 'swarm.tool.started', 'swarm.tool.finished', 'swarm.usage', 'swarm.turn.finished', 'swarm.session.stopped'],
}

test('of the parts only those that are on write, and the environment wins over the file (S0.9, S0.10, S0.39)', async (t) => {
  const place = await openPlace({ pack: true })
  t.after(() => place.close())
  const file = path.join(place.project, '.opencode/swarm/events.jsonl')
  for (const heartbeat of [true, false])
    for (const telemetry of [true, false])
      for (const policy of [true, false]) {
        const on = Object.entries({ heartbeat, telemetry, policy }).filter(([, isOn]) => isOn).map(([name]) => name)
        await t.test(`on: ${on.join(', ') || 'nothing'}`, async () => {
          fs.rmSync(file, { force: true })
          writeJson(configOf(place), { heartbeat: { enabled: !heartbeat }, telemetry: { enabled: !telemetry }, policy: { profile: policy ? 'off' : 'baseline' } })
          await turn(place, { SWARM_HEARTBEAT: heartbeat ? '1' : '0', SWARM_TELEMETRY: telemetry ? '1' : '0', SWARM_POLICY: policy ? 'baseline' : 'off' })
          const types = new Set(typesOf(place.events()))
          assert.deepEqual([...types].sort(), on.flatMap((name) => FAMILIES[name]).sort())
        })
      }
})
