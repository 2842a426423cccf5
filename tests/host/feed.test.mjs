// The feed of a real host that serves, watched as Swarm watches it while a turn runs.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { until } from './harness/wait.mjs'

test('a watcher of the feed sees a turn as Swarm names it, and the port closes with the instance', async (t) => {
  const place = await openPlace({
    pack: true,
    script: { turns: [{ tools: [{ name: 'bash', args: { command: 'echo hi', description: 'say hi' } }] }, { text: 'Done.' }] },
  })
  t.after(() => place.close())
  fs.writeFileSync(path.join(place.project, '.opencode/swarm.json'), '{ "feed": { "enabled": true }, "heartbeat": { "interval_ms": 500 } }')
  const state = path.join(place.project, '.opencode/swarm')
  const host = await place.serve()
  const api = host.apiOf(place.project)
  const session = await api.session()
  const { port } = await until('the feed is announced', () => fs.existsSync(path.join(state, 'feed.json')) && JSON.parse(fs.readFileSync(path.join(state, 'feed.json'), 'utf8')))

  const frames = []
  const response = await fetch(`http://127.0.0.1:${port}/event`)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const ended = read(response.body, frames)
  await api.turn(session, 'say hi')
  await until('the turn is over', () => frames.some(({ name }) => name === 'token.usage') && frames.at(-1))
  await until('the session is idle', () => frames.some(({ name }) => name === 'session.idle'))
  const names = frames.map(({ name }) => name)
  const inOrder = ['session.busy', 'tool.start', 'tool.end', 'session.idle']
  assert.deepEqual(names.filter((name, at) => inOrder.includes(name) && name !== names[at - 1]).slice(-4), inOrder)
  for (const { name, data } of frames) if (name !== 'heartbeat') assert.equal(data.session_id, session, name)
  assert.equal(frames.find(({ name }) => name === 'tool.start').data.tool, 'bash')

  await t.test('health is told to whoever knows the token, and the heartbeat says the port (X.8)', async () => {
    assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 401)
    const token = fs.readFileSync(path.join(state, 'control.token'), 'utf8').trim()
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization: `Bearer ${token}` } })
    const { packs, feed } = await answer.json()
    assert.deepEqual([packs.length, packs[0].sessions, feed.watchers], [1, 1, 1])
    await until('a heartbeat says the port', () => ofType(place.events(), 'swarm.heartbeat').at(-1).payload.feed_port === port)
  })

  assert.equal((await api.post('/instance/dispose')).status, 200)
  await ended
  await assert.rejects(fetch(`http://127.0.0.1:${port}/event`))
  assert.equal(fs.existsSync(path.join(state, 'feed.json')), false)
  const { signal } = await host.stop('SIGTERM')
  assert.equal(signal, 'SIGTERM')
})

test('a watcher holds up no `opencode run`, and sees its end', async (t) => {
  const place = await openPlace({
    pack: true,
    script: { turns: [{ tools: [{ name: 'bash', args: { command: 'sleep 2', description: 'wait' } }] }, { text: 'Done.' }] },
  })
  t.after(() => place.close())
  fs.writeFileSync(path.join(place.project, '.opencode/swarm.json'), '{ "feed": { "enabled": true } }')
  const file = path.join(place.project, '.opencode/swarm/feed.json')
  const run = place.start(['run', 'wait'])
  const { port } = await until('the feed is announced', () => fs.existsSync(file) && JSON.parse(fs.readFileSync(file, 'utf8')))
  const frames = []
  const ended = read((await fetch(`http://127.0.0.1:${port}/event`)).body, frames)
  assert.equal((await run.ended).exitCode, 0)
  await ended
  assert.equal(frames.filter(({ name }) => name !== 'heartbeat').at(-1).name, 'session.idle')
  assert.equal(fs.existsSync(file), false)
})

/** Reads frames until the stream ends, however it does. */
async function read(body, frames) {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const bytes of body) {
      rest += decoder.decode(bytes, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop()
      for (const block of blocks) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block)
        frames.push({ name, data: JSON.parse(data) })
      }
    }
  } catch {
    // The server cut it off.
  }
}
