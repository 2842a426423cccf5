// Projects that are not as usual: no repository, a `.opencode` that git sees, places that cannot be written.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { assertStream, eventsFile, ofType, stateFolders } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { runGit } from './harness/project.mjs'
import { until } from './harness/wait.mjs'

const SCRIPT = { turns: [{ text: 'Hello.' }] }

async function turn(place) {
  place.model.play(SCRIPT)
  const run = await place.run('say hello')
  assert.deepEqual([run.exitCode, run.stdout], [0, 'Hello.\n'])
  return run
}

test('a directory that is no git repository', async (t) => {
  const place = await openPlace({ pack: true, git: false })
  t.after(() => place.close())
  await turn(place)
  assert.equal(eventsFile(place, place.project), path.join(place.project, '.opencode/swarm/events.jsonl'))
  assertStream(place.events())
  assert.equal(ofType(place.events(), 'swarm.turn.finished').length, 1)
})

test('where git sees `.opencode`, what the pack writes is in no diff and no status', async (t) => {
  const place = await openPlace({
    pack: true,
    ignore: false,
    env: { SWARM_HEARTBEAT: '250' },
    script: {
      turns: [
        { tools: [{ name: 'edit', args: { filePath: '{{PROJECT}}/src/answer.js', oldString: '41', newString: '42' } }] },
        { tools: [{ name: 'bash', args: { command: 'echo new > made.txt; sleep 2', description: 'Make a file' } }] },
        { text: 'Changed.' },
      ],
    },
  })
  t.after(() => place.close())
  const host = await place.serve()
  const session = await host.api.session()
  const told = new Set() // the host tells what changed in parts of type patch; its session.diff is empty in 1.18.33
  const stop = await host.api.events(({ type, properties: { part, diff } }) => {
    if (type === 'session.diff') for (const { file } of diff) told.add(file)
    if (part?.type === 'patch') for (const file of part.files) told.add(path.relative(place.project, file))
  })
  await host.api.turn(session, 'change things')
  const [{ info }] = (await host.api.get(`/session/${session}/message`)).data
  const asked = await until('the host knows the diff of the turn', async () => {
    const { data } = await host.api.get(`/session/${session}/diff?messageID=${info.id}`)
    // It is told step by step.
    return data.length > 1 && data.map((one) => one.file)
  })
  stop()
  await host.stop('SIGTERM')
  assertStream(place.events())
  assert.ok(place.events().length > 8, 'the pack wrote while the session worked')
  assert.deepEqual([...told].sort(), ['made.txt', 'src/answer.js'])
  assert.deepEqual(asked.sort(), ['made.txt', 'src/answer.js'])
  assert.deepEqual(runGit(place.project, place.home, 'status', '--porcelain', '--untracked-files=all').trimEnd().split('\n').sort(), [
    ' M src/answer.js', '?? .opencode/plugins/opencode-swarm-pack.js', '?? made.txt',
  ])
})

test('places that cannot be written never hurt the host (S0.5)', async (t) => {
  const place = await openPlace({ pack: true })
  t.after(() => place.close())
  const swarm = path.join(place.project, '.opencode/swarm')

  await t.test('`.opencode/swarm` is a file: the events go to the state folder of the home', async () => {
    fs.writeFileSync(swarm, 'mine')
    await turn(place)
    assert.equal(fs.readFileSync(swarm, 'utf8'), 'mine')
    assert.equal(path.dirname(path.dirname(eventsFile(place, place.project))), path.join(place.home, '.local/state/opencode-swarm-pack'))
    assertStream(place.events())
  })

  await t.test('neither can be used: nothing is printed, the turn runs', async () => {
    const [state] = stateFolders(place)
    fs.rmSync(path.dirname(state), { recursive: true })
    fs.writeFileSync(path.dirname(state), 'mine')
    const run = await turn(place)
    assert.ok(!/swarm|EEXIST|ENOTDIR/.test(run.stdout + run.stderr), run.stderr)
    fs.rmSync(path.dirname(state))
  })

  await t.test('`events.jsonl` is a folder: nothing is printed, the turn runs', async () => {
    fs.rmSync(swarm)
    fs.mkdirSync(path.join(swarm, 'events.jsonl'), { recursive: true })
    const run = await turn(place)
    assert.ok(!/swarm|EISDIR/.test(run.stdout + run.stderr), run.stderr)
    assert.deepEqual(fs.readdirSync(path.join(swarm, 'events.jsonl')), [])
    fs.rmdirSync(path.join(swarm, 'events.jsonl'))
  })

  await t.test('a project folder without the right to write', async () => {
    fs.rmSync(swarm, { recursive: true })
    const folders = [path.join(place.project, '.opencode'), place.project]
    for (const folder of folders) fs.chmodSync(folder, 0o555)
    try {
      await turn(place)
    } finally {
      for (const folder of folders) fs.chmodSync(folder, 0o755)
    }
    // The right to write does not bind root, who finds the project as usual.
    const expected = process.getuid() === 0 ? swarm : path.join(place.home, '.local/state/opencode-swarm-pack')
    assert.ok(eventsFile(place, place.project).startsWith(expected))
    assertStream(place.events())
  })
})

test('a sink that fails recovers while the host runs (S0.12)', async (t) => {
  const place = await openPlace({ pack: true, env: { SWARM_HEARTBEAT: '250' } })
  t.after(() => place.close())
  const file = path.join(place.project, '.opencode/swarm/events.jsonl')
  fs.mkdirSync(file, { recursive: true })
  place.model.play({ turns: [{ generate: { tokens: 120 }, delayMs: 50 }] })
  const host = await place.serve()
  const session = await host.api.session()
  const done = host.api.turn(session, 'write some')
  await host.api.after(() => {}, (event) => event.type === 'message.part.delta')
  fs.rmdirSync(file)
  await done
  await host.stop('SIGTERM')
  const lines = place.events()
  const last = lines.at(-1)
  assert.equal(last.event_type, 'swarm.session.stopped')
  const errors = ofType(lines, 'swarm.pack.error').map((line) => line.payload)
  assert.ok(errors.some((error) => error.code === 'sink_failed'), JSON.stringify(errors))
  assertStream(lines)
})
