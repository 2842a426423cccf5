// A tagged session in the real host ends, and whoever it works for hears of it: once, now or at the next start.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import test from 'node:test'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { startTui } from './harness/tui.mjs'
import { until } from './harness/wait.mjs'

const TITLE = 'T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:opencode:main:T-8'
const SCRIPT = { turns: [{ text: 'Hello.' }] }
const TOKEN = 'token-of-the-hook-4711'

const taken = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"runId":"5d0c"}')

async function listen(t, port = 0, answer = taken) {
  const heard = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      heard.push({ url: request.url, headers: request.headers, body })
      answer(response)
    })
  })
  await new Promise((ok) => server.listen(port, '127.0.0.1', ok))
  const close = () => new Promise((ok) => server.close(ok))
  t.after(() => (server.closeAllConnections(), server.close()))
  return { heard, port: server.address().port, close }
}

const delivered = (place) => ofType(place.events(), 'swarm.delivery.delivered')

test('a tagged session of `opencode run` calls back once; an untagged one does not (S1.1, S1.9, S1.12, S1.5)', async (t) => {
  const peer = await listen(t)
  const env = { OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${peer.port}`, OPENCLAW_HOOK_TOKEN: TOKEN }
  const place = await openPlace({ pack: true, script: SCRIPT, env })
  t.after(() => place.close())
  const run = await place.run('say hello', { args: ['--title', TITLE] })
  assert.deepEqual([run.exitCode, run.stdout], [0, 'Hello.\n'])
  assert.equal(peer.heard.length, 1)
  assert.equal(peer.heard[0].url, '/hooks/agent')
  assert.equal(peer.heard[0].headers.authorization, `Bearer ${TOKEN}`)
  assert.equal(JSON.parse(peer.heard[0].body).sessionKey, 'hook:opencode:main:T-8')
  assert.equal(delivered(place)[0].payload.receiver_run_id, '5d0c')
  const artifact = JSON.parse(fs.readFileSync(path.join(place.project, '.opencode/swarm/runs/run-8.json'), 'utf8'))
  assert.deepEqual([artifact.state, artifact.execution_lane, artifact.callbackOk], ['completed', 'run', true])

  await t.test('a second turn, continued by another process, is told, too (X.4)', async () => {
    place.model.play({ turns: [{ text: 'Again.' }] })
    assert.equal((await place.run('again', { args: ['--continue'] })).exitCode, 0)
    assert.equal(peer.heard.length, 2)
    assert.equal(delivered(place)[1].payload.key.split('|').slice(1).join('|'), 'run-8|2')
  })

  await t.test('an untagged session is nobody\'s', async () => {
    place.model.play(SCRIPT)
    assert.equal((await place.run('say hello')).exitCode, 0)
    assert.equal(peer.heard.length, 2)
  })
  assertStream(place.events())
})

test('a receiver that is down hears it at the next start', async (t) => {
  const first = await listen(t)
  await first.close()
  const env = { OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${first.port}`, OPENCLAW_HOOK_TOKEN: TOKEN }
  const place = await openPlace({ pack: true, script: SCRIPT, env })
  t.after(() => place.close())
  assert.equal((await place.run('say hello', { args: ['--title', TITLE] })).exitCode, 0)
  assert.equal(delivered(place).length, 0)
  const peer = await listen(t, first.port)
  place.model.play(SCRIPT)
  assert.equal((await place.run('something else')).exitCode, 0)
  assert.equal(peer.heard.length, 1)
  assert.equal(delivered(place)[0].payload.key.endsWith('|run-8'), true)
  assertStream(place.events())
})

test('under `serve` each project calls back from where it works, to its own caller (S1.3, S1.6, S1.7, S1.20, S1.55)', async (t) => {
  const peer = await listen(t)
  const env = { OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${peer.port}`, OPENCLAW_HOOK_TOKEN: TOKEN }
  const place = await openPlace({ pack: true, projects: ['one', 'two'], script: { lanes: [{ name: 'any', turns: SCRIPT.turns, loop: true }] }, env })
  t.after(() => place.close())
  const host = await place.serve()
  const title = (n, more = '') => `T-${n} runId=run-${n} taskId=T-${n} requested=main resolved=build callbackSession=hook:${n}${more}`
  const turns = place.projects.map(async (project, n) => {
    const api = host.apiOf(project)
    const session = await api.session({ title: title(n) })
    await api.turn(session, 'say hello')
    await api.turn(session, 'again')
  })
  await Promise.all(turns)
  // A session that names the other repository is refused: its caller would hear of work that is not its own.
  const api = host.apiOf(place.projects[0])
  await api.turn(await api.session({ title: title(7, ` repoRoot=${place.projects[1]}`) }), 'say hello')
  await until('all is told', () => place.projects.every((project) => ofType(place.events(project), 'swarm.delivery.delivered').length === 2))
  await until('the refusal', () => ofType(place.events(), 'swarm.routing.error').length === 1)
  await host.stop('SIGTERM')
  assert.deepEqual(peer.heard.map(({ body }) => JSON.parse(body).sessionKey).sort(), ['hook:0', 'hook:0', 'hook:1', 'hook:1'])
  assert.equal(ofType(place.events(), 'swarm.routing.error')[0].payload.code, 'other_repository')
  for (const [n, project] of place.projects.entries()) {
    const { envelope, execution_lane, state } = JSON.parse(fs.readFileSync(path.join(project, `.opencode/swarm/runs/run-${n}.json`), 'utf8'))
    assert.deepEqual([envelope.repo_root, execution_lane, state], [project, 'serve', 'completed'])
    assert.equal(new URL(envelope.opencode_server_url).port, String(host.port))
    assert.ok(!fs.existsSync(path.join(project, `.opencode/swarm/runs/run-${1 - n}.json`)))
  }
})

test('`opencode run` below the repository records its root, not the folder of the shell (S1.3)', async (t) => {
  const peer = await listen(t)
  const env = { OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${peer.port}`, OPENCLAW_HOOK_TOKEN: TOKEN }
  const place = await openPlace({ pack: true, script: SCRIPT, env })
  t.after(() => place.close())
  assert.equal((await place.run('say hello', { args: ['--title', TITLE], cwd: path.join(place.project, 'src') })).exitCode, 0)
  const { envelope } = JSON.parse(fs.readFileSync(path.join(place.project, '.opencode/swarm/runs/run-8.json'), 'utf8'))
  assert.deepEqual([envelope.repo_root, envelope.opencode_server_url, peer.heard.length], [place.project, undefined, 1])
})

test('in the terminal interface a turn calls back, and nothing of it is on the screen', async (t) => {
  const peer = await listen(t)
  const env = { OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${peer.port}`, OPENCLAW_HOOK_TOKEN: TOKEN, SWARM_CALLBACK_SESSION: 'hook:keyboard', SWARM_CALLBACK_AGENT: 'main', SWARM_RUN_ID: 'run-tui' }
  const place = await openPlace({ pack: true, script: { title: 'A greeting', turns: [{ text: 'An answer on the screen.' }] }, env })
  t.after(() => place.close())
  const tui = await startTui(place)
  t.after(() => tui.close())
  await tui.say('hello from the keyboard')
  await tui.shows(/An answer on the screen\.[^]*▣/)
  await until('the callback', () => delivered(place).length === 1)
  assert.ok(!/callback|hook:|run-tui/.test(tui.screen()), tui.screen())
  tui.press('C-c')
  await until('the interface ends', () => !tui.isAlive())
  const { body } = peer.heard[0]
  assert.deepEqual([peer.heard.length, JSON.parse(body).sessionKey, JSON.parse(body).agentId], [1, 'hook:keyboard', 'main'])
  const run = JSON.parse(fs.readFileSync(path.join(place.project, '.opencode/swarm/runs/run-tui.json'), 'utf8'))
  assert.deepEqual([run.execution_lane, run.envelope.fallback_used, run.callbackOk], ['tui', true, true])
  assertStream(place.events())
})

test('the host is killed at ten moments: every turn that ended is heard of, under one key, with the same bytes', async (t) => {
  const peer = await listen(t, 0, (response) => setTimeout(() => response.writeHead(200).end('{"ok":true}'), 20))
  const env = { OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${peer.port}`, OPENCLAW_HOOK_TOKEN: TOKEN, SWARM_HEARTBEAT: '0' }
  const place = await openPlace({ pack: true, script: { lanes: [{ name: 'any', turns: SCRIPT.turns, loop: true }] }, env })
  t.after(() => place.close())
  const ended = () => ofType(place.events(), 'swarm.turn.finished').length
  for (let n = 0; n < 10; n++) {
    const host = await place.serve()
    const before = ended()
    // Turns one after the other until it is killed, somewhere between the end of one and that of the next but one.
    const turns = (async () => {
      for (let k = 0; ; k++) {
        const session = await host.api.session({ title: `T runId=run-${n}-${k} taskId=T requested=main resolved=build callbackSession=hook:${n}-${k}` })
        await host.api.turn(session, 'say hello')
      }
    })().catch(() => {})
    await until('a turn ends', () => ended() > before, { everyMs: 5 })
    await new Promise((ok) => setTimeout(ok, Math.random() * 400))
    await host.kill()
    await turns
  }
  const host = await place.serve()
  await host.api.session()
  const keys = () => new Set(peer.heard.map(({ body }) => JSON.parse(body).sessionKey))
  // The title of a session is not in any line: the number of turns is what can be held against what was heard.
  await until('each is heard of', () => keys().size >= ended())
  await new Promise((ok) => setTimeout(ok, 1_000))
  await host.stop('SIGTERM')
  assert.ok(ended() >= 10, `${ended()} turns`)
  const bodies = new Map()
  for (const { headers, body } of peer.heard) {
    const key = headers['idempotency-key']
    assert.equal(bodies.get(key) ?? body, body)
    bodies.set(key, body)
  }
  assert.equal(bodies.size, keys().size)
  // Twice is heard only what was under way at a kill.
  assert.ok(peer.heard.length - bodies.size <= 10, `${peer.heard.length} requests for ${bodies.size} keys`)
})
