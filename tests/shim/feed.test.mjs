// The feed as a supervisor meets it: a port on loopback, frames, two answers for whoever knows the token.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import test from 'node:test'
import { hostBinary } from '../host/harness/binary.mjs'
import { freePort } from './receiver.mjs'
import { FILE, busy, created, event, idle, lines, project, start, until } from './pack.mjs'

const ON = { options: { feed: { enabled: true }, heartbeat: { interval_ms: 300 } } }

const announced = (place) => path.join(place.state, 'feed.json')
const tokenOf = (place) => fs.readFileSync(path.join(place.state, 'control.token'), 'utf8').trim()

/** Starts the pack with its feed and waits for the port. */
async function open(t, place = project(t)) {
  const hooks = await start(t, place, ON)
  await until('the feed is announced', () => fs.existsSync(announced(place)))
  return { place, hooks, ...JSON.parse(fs.readFileSync(announced(place), 'utf8')) }
}

/** Watches; `names` grows by the name of each frame. */
async function watch(t, port) {
  const names = []
  const response = await new Promise((ok, no) => http.get({ host: '127.0.0.1', port, path: '/event' }, ok).on('error', no))
  t.after(() => response.destroy())
  let text = ''
  response.setEncoding('utf8').on('error', () => {})
  response.on('data', (piece) => {
    text += piece
    const frames = text.split('\n\n')
    text = frames.pop()
    for (const frame of frames) names.push(/^event: (.*)$/m.exec(frame)[1])
  })
  const ended = new Promise((ok) => response.once('close', ok))
  return { names, response, ended }
}

const ask = (port, route, headers = {}) =>
  new Promise((ok, no) =>
    http.get({ host: '127.0.0.1', port, path: route, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece) => (text += piece))
      response.on('end', () => ok({ status: response.statusCode, body: JSON.parse(text) }))
    }).on('error', no),
  )

test('a turn goes by as frames, and a watcher that comes late is told the state', async (t) => {
  const { place, hooks, port, pid, boot_id, url } = await open(t)
  assert.ok(port >= 17_000 && port <= 17_999)
  assert.deepEqual([pid, boot_id, url], [process.pid, lines(place.events)[0].boot_id, `http://127.0.0.1:${port}`])
  assert.equal(fs.statSync(announced(place)).mode & 0o777, 0o600)
  const early = await watch(t, port)
  hooks.event(created('ses_1'))
  hooks.event(busy('ses_1'))
  hooks.event(event('permission.asked', { sessionID: 'ses_1', id: 'per_1' }))
  await until('the ask is told', () => early.names.includes('permission.requested'))
  const late = await watch(t, port)
  await until('its state is told', () => late.names.length >= 2)
  assert.deepEqual(late.names.slice(0, 2), ['heartbeat', 'permission.requested'])
  hooks.event(event('permission.replied', { sessionID: 'ses_1', requestID: 'per_1', reply: 'once' }))
  hooks.event(idle('ses_1'))
  await until('both are told', () => [early, late].every(({ names }) => names.includes('session.idle')))
  assert.deepEqual(early.names.filter((name) => name !== 'heartbeat'), ['session.busy', 'permission.requested', 'permission.resolved', 'session.idle'])
  await until('a heartbeat says the port', () => lines(place.events).some((line) => line.payload.feed_port === port))
})

test('health and pending are for whoever knows the token (X.8)', async (t) => {
  const { place, hooks, port, boot_id } = await open(t)
  hooks.event(created('ses_1'))
  hooks.event(event('question.asked', { sessionID: 'ses_1', id: 'que_1' }))
  assert.equal(fs.statSync(path.join(place.state, 'control.token')).mode & 0o777, 0o600)
  for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: `Bearer ${tokenOf(place)}x` }, { authorization: tokenOf(place) }])
    for (const route of ['/health', '/pending'])
      assert.deepEqual(await ask(port, route, headers), { status: 401, body: { result: 'wrong_token' } })
  const headers = { authorization: `Bearer ${tokenOf(place)}` }
  const { status, body } = await ask(port, '/health', headers)
  assert.equal(status, 200)
  assert.deepEqual(body.feed, { port, watchers: 0, watchers_dropped: 0 })
  assert.deepEqual(body.packs.map((pack) => [pack.boot_id, pack.sessions, pack.queues.pending_approvals]), [[boot_id, 1, 1]])
  const pending = await ask(port, '/pending', headers)
  assert.deepEqual(pending.body, { pending: [{ session_id: 'ses_1', request_id: 'que_1', request_type: 'question' }] })
})

test('health knows what waits in the outbox, for how long, and how its receivers are (X.8, S4.26)', async (t) => {
  const place = project(t)
  const url = `http://127.0.0.1:${await freePort()}`
  const hooks = await start(t, place, { options: { ...ON.options, callbacks: { orgloop: { url: `${url}/webhook/opencode` } } } })
  await until('the feed is announced', () => fs.existsSync(announced(place)))
  const { port } = JSON.parse(fs.readFileSync(announced(place), 'utf8'))
  hooks.event(created('ses_1'))
  await until('an attempt fails', () => lines(place.events).some((line) => line.event_type === 'swarm.delivery.failed'))
  const { body } = await ask(port, '/health', { authorization: `Bearer ${tokenOf(place)}` })
  const { depth, oldest_age_ms, dropped = 0, receivers } = body.packs[0].outbox
  assert.deepEqual([depth, dropped, receivers.map(({ receiver }) => receiver)], [1, 0, ['orgloop']])
  assert.ok(oldest_age_ms > 0 && oldest_age_ms < 60_000, `${oldest_age_ms} ms`)
  assert.match(receivers[0].breaker, /^(closed|open|half_open)$/)
})

test('a name that is not the loopback\'s own is refused: no web page gets in', async (t) => {
  const { port } = await open(t)
  for (const host of [`evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`])
    assert.deepEqual(await ask(port, '/event', { host }), { status: 403, body: { result: 'wrong_host' } })
  assert.equal((await ask(port, '/', { host: `localhost:${port}` })).status, 404)
})

test('other places, methods and rubbish harm nobody', async (t) => {
  const { port } = await open(t)
  assert.equal((await ask(port, '/approvals')).status, 404)
  const post = await new Promise((ok, no) => http.request({ host: '127.0.0.1', port, path: '/event', method: 'POST' }, ok).on('error', no).end('x'))
  assert.equal(post.statusCode, 405)
  post.destroy()
  const rubbish = net.connect(port, '127.0.0.1').on('error', () => {}).resume()
  rubbish.end('\0\r\n\r\n')
  await new Promise((ok) => rubbish.once('close', ok))
  const watcher = await watch(t, port)
  await until('the feed still speaks', () => watcher.names.length > 0)
})

test('a watcher that does not read is dropped and counted, and holds up nobody', async (t) => {
  const { place, hooks, port } = await open(t)
  const slow = net.connect(port, '127.0.0.1').on('error', () => {})
  t.after(() => slow.destroy())
  slow.write(`GET /event HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`)
  await new Promise((ok) => slow.once('readable', ok)) // and nothing is read from now on
  hooks.event(created('ses_1'))
  const headers = { authorization: `Bearer ${tokenOf(place)}` }
  const dropped = async () => (await ask(port, '/health', headers)).body.feed.watchers_dropped
  // The system itself takes some megabytes before it lets anybody wait.
  for (let round = 0; round < 400 && (await dropped()) === 0; round++)
    for (let n = 0; n < 100; n++) {
      hooks.event(event('permission.asked', { sessionID: 'ses_1', id: 'per_1' }))
      hooks.event(event('permission.replied', { sessionID: 'ses_1', requestID: 'per_1', reply: 'once' }))
    }
  assert.equal(await dropped(), 1)
  assert.equal((await ask(port, '/health', headers)).body.feed.watchers, 0)
})

test('more watchers than there is room for are told so', async (t) => {
  const { port } = await open(t)
  for (let n = 0; n < 32; n++) await watch(t, port)
  assert.deepEqual(await ask(port, '/event'), { status: 503, body: { result: 'too_many_watchers' } })
})

test('a taken port is passed over; two projects of one process share a server', async (t) => {
  const first = await open(t)
  const second = await open(t)
  assert.equal(second.port, first.port)
  assert.notEqual(second.boot_id, first.boot_id)
  const answers = await Promise.all([first, second].map(({ place, port }) => ask(port, '/health', { authorization: `Bearer ${tokenOf(place)}` })))
  assert.deepEqual(answers.map(({ body }) => body.packs.map((pack) => pack.boot_id)), [[first.boot_id], [second.boot_id]])
  await first.hooks.dispose()
  assert.equal(fs.existsSync(announced(first.place)), false)
  const watcher = await watch(t, second.port)
  second.hooks.event(created('ses_2'))
  second.hooks.event(busy('ses_2'))
  await until('the other goes on', () => watcher.names.includes('session.busy'))
  await second.hooks.dispose()
  await watcher.ended
  await assert.rejects(ask(second.port, '/event'), 'and the port is closed')

  const blocker = net.createServer().listen(first.port, '127.0.0.1')
  await new Promise((ok) => blocker.once('listening', ok))
  t.after(() => blocker.close())
  assert.ok((await open(t)).port > first.port)
})

test('a pack that began and ended at once leaves no port and no file', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, ON)
  await hooks.dispose()
  await new Promise((ok) => setTimeout(ok, 200))
  assert.equal(fs.existsSync(announced(place)), false)
})

for (const [name, runtime] of [['Node', process.execPath], ['the Bun of the host', hostBinary()]])
  test(`in ${name} the port keeps no process, and a signal takes the file away`, async (t) => {
    const place = project(t)
    fs.writeFileSync(path.join(place.directory, '.opencode/swarm.json'), JSON.stringify(ON.options))
    const idleScript = path.join(place.root, 'idle.mjs')
    // It does nothing but wait.
    fs.writeFileSync(idleScript, `const { default: plugin } = await import(${JSON.stringify(path.resolve(FILE))})
      await plugin.server({ directory: process.argv[2], worktree: process.argv[2], client: {} })
      await new Promise((ok) => setTimeout(ok, process.argv[3]))`)
    const begin = (waitMs) => {
      const child = spawn(runtime, [idleScript, place.directory, waitMs], { env: { ...process.env, HOME: place.home, BUN_BE_BUN: '1' }, stdio: 'inherit' })
      t.after(() => child.kill('SIGKILL'))
      return { child, ended: new Promise((ok) => child.once('exit', (code, signal) => ok({ code, signal }))) }
    }
    const port = async () => {
      await until('the feed is announced', () => fs.existsSync(announced(place)))
      return JSON.parse(fs.readFileSync(announced(place), 'utf8')).port
    }
    const first = begin('1500')
    const watcher = await watch(t, await port())
    // Bun stays for an open connection until its process is told to end, which OpenCode does.
    if (runtime !== process.execPath) watcher.response.destroy()
    assert.deepEqual(await first.ended, { code: 0, signal: null })
    assert.equal(fs.existsSync(announced(place)), false, 'it was taken away at the end')
    const second = begin('60000')
    await watch(t, await port())
    second.child.kill('SIGTERM')
    assert.deepEqual(await second.ended, { code: null, signal: 'SIGTERM' })
    assert.equal(fs.existsSync(announced(place)), false)
  })

test('without the feed there is no port, no token and no file', async (t) => {
  const place = project(t)
  await start(t, place)
  await new Promise((ok) => setTimeout(ok, 200))
  assert.deepEqual(fs.readdirSync(place.state).filter((name) => /feed|control/.test(name)), [])
})
