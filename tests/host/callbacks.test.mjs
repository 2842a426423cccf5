// A tagged session in the real host ends, and whoever it works for hears of it: once, now or at the next start.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import test from 'node:test'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'

const TITLE = 'T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:opencode:main:T-8'
const SCRIPT = { turns: [{ text: 'Hello.' }] }
const TOKEN = 'token-of-the-hook-4711'

async function listen(t, port = 0) {
  const heard = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      heard.push({ url: request.url, headers: request.headers, body })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"runId":"5d0c"}')
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
