import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import crypto from 'node:crypto'
import dns from 'node:dns/promises'
import fs from 'node:fs'
import https from 'node:https'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { fillDisk } from './full-disk.mjs'
import { busy, event, idle, lines, ofType, project, start, until } from './pack.mjs'
import { freePort, ok, receiver, status } from './receiver.mjs'

const TITLE = 'T-8 runId=run-8 taskId=T-8 requested=main resolved=build callbackSession=hook:opencode:main:T-8'
const TOKEN = 'token-of-the-hook-4711'
const SECRET = 'secret-of-the-webhook-4712'
const created = (sessionID, title) => event('session.created', { sessionID, info: { id: sessionID, title } })

/** Secrets are read when something is sent: they must be there all the time. */
process.env.OPENCLAW_HOOK_TOKEN = TOKEN
process.env.OPENCODE_WEBHOOK_SECRET = SECRET
process.env.OPS_NEW = `whsec_${Buffer.from('new-secret-of-thirty-two-bytes!!').toString('base64')}`
process.env.OPS_OLD = `whsec_${Buffer.from('old-secret-of-thirty-two-bytes!!').toString('base64')}`

const openclaw = (url) => ({ callbacks: { openclaw: { url } } })

function turn(hooks, session, title = TITLE) {
  hooks.event(created(session, title))
  hooks.event(busy(session))
  hooks.event(idle(session))
}

const told = (place, type) => ofType(lines(place.events), type).map((line) => line.payload)
const everything = (folder) =>
  fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => fs.readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), 'utf8')).join('\n')

test('a tagged session calls back once, with its token, and no file knows the token (S1.9, S1.11, S1.13, S1.46)', async (t) => {
  const place = project(t)
  const peer = await receiver(t)
  const hooks = await start(t, place, { options: openclaw(`${peer.url}/?region=eu-geheim`) })
  turn(hooks, 'ses_1')
  await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
  await hooks.dispose()
  assert.equal(peer.heard.length, 1)
  const [{ method, url, headers, body }] = peer.heard
  assert.deepEqual([method, url, headers.authorization, headers['content-type']], ['POST', '/hooks/agent?region=eu-geheim', `Bearer ${TOKEN}`, 'application/json'])
  assert.match(headers['idempotency-key'], /^[0-9a-f]{32}$/)
  assert.deepEqual(JSON.parse(body), {
    message: 'OpenCode plugin event=session.idle run=run-8 task=T-8',
    name: 'OpenCode',
    agentId: 'main',
    sessionKey: 'hook:opencode:main:T-8',
    wakeMode: 'now',
    deliver: false,
  })
  const run = JSON.parse(fs.readFileSync(path.join(place.state, 'runs', 'run-8.json'), 'utf8'))
  assert.deepEqual([run.state, run.callbackOk, run.callbackStatus, run.envelope.resolved_agent_id], ['completed', true, 200, 'build'])
  const audit = lines(path.join(place.state, 'audit.jsonl'))
  assert.ok(audit.every((record) => record.created_at && !('raw' in record)) && audit.some((record) => record.ok === true))
  for (const secret of [TOKEN, 'eu-geheim', 'Bearer']) assert.ok(!everything(place.directory).includes(secret), secret)
})

test('the file of a run is whole and final when the process exits in the same turn of its loop (S1.2)', async (t) => {
  const place = project(t)
  execFileSync(process.execPath, [new URL('./callback-exit.mjs', import.meta.url).pathname, place.directory], { env: { ...process.env, HOME: place.home } })
  assert.deepEqual(fs.readdirSync(path.join(place.state, 'runs')), ['run-1.json'])
  assert.equal(JSON.parse(fs.readFileSync(path.join(place.state, 'runs/run-1.json'), 'utf8')).state, 'completed')
})

test('the files of runs are written after the hooks, one in a turn of the loop (X.7)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: {} })
  const runs = () => (fs.existsSync(path.join(place.state, 'runs')) ? fs.readdirSync(path.join(place.state, 'runs')).length : 0)
  for (const n of [1, 2, 3]) turn(hooks, `ses_${n}`, TITLE.replaceAll('8', String(n)))
  const seen = [runs()]
  for (let n = 0; n < 3; n++) {
    await new Promise((ok) => setImmediate(ok))
    seen.push(runs())
  }
  assert.deepEqual(seen, [0, 1, 2, 3])
  await hooks.dispose()
})

test('an untagged session calls nobody, and no journal is made (S1.5)', async (t) => {
  const place = project(t)
  const peer = await receiver(t)
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  turn(hooks, 'ses_1', 'Fix the cart a=b')
  await hooks.dispose()
  assert.equal(peer.heard.length, 0)
  assert.deepEqual(fs.existsSync(path.join(place.state, 'outbox')) ? fs.readdirSync(path.join(place.state, 'outbox')) : [], [])
  assert.ok(!everything(place.state).includes('Fix the cart'))
})

test('the end of the host waits for an answer that is under way', async (t) => {
  const place = project(t)
  const peer = await receiver(t, (_, response) => setTimeout(() => response.writeHead(200).end('{}'), 400))
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  turn(hooks, 'ses_1')
  await hooks.dispose()
  assert.equal(told(place, 'swarm.delivery.delivered').length, 1)
})

test('the end of the host waits three seconds at most, and the next start repeats it (dispose during a send)', async (t) => {
  const place = project(t)
  const peer = await receiver(t, () => {})
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  turn(hooks, 'ses_1')
  const began = Date.now()
  await hooks.dispose()
  const lasted = Date.now() - began
  assert.ok(lasted > 2_500 && lasted < 4_500, `${lasted} ms`)
  peer.answer = ok
  const next = await start(t, place, { options: openclaw(peer.url) })
  await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
  await next.dispose()
  assert.equal(peer.heard.length, 2)
  assert.equal(peer.heard[0].body, peer.heard[1].body)
  assert.equal(peer.heard[0].headers['idempotency-key'], peer.heard[1].headers['idempotency-key'])
  assert.equal(told(place, 'swarm.delivery.delivered')[0].possible_duplicate, true)
})

test('a receiver that is down hears it at the next start, once, signed with the usual variable, and never again (S4.4, S4.24, S1.45)', async (t) => {
  const place = project(t)
  const port = await freePort()
  const options = { callbacks: { orgloop: { url: `http://127.0.0.1:${port}/webhook/opencode` } } }
  const first = await start(t, place, { options })
  turn(first, 'ses_1', 'Fix the cart')
  await first.dispose()
  const heard = []
  const http = await import('node:http')
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => (heard.push({ headers: request.headers, body }), response.writeHead(200).end('{"ok":true,"event_id":"evt_1"}')))
  })
  await new Promise((ok) => server.listen(port, '127.0.0.1', ok))
  t.after(() => server.close())
  const second = await start(t, place, { options })
  await until('both', () => told(place, 'swarm.delivery.delivered').length === 2)
  await second.dispose()
  const third = await start(t, place, { options })
  await third.dispose()
  assert.deepEqual(heard.map(({ body }) => JSON.parse(body).hook_type), ['start', 'stop'])
  for (const { headers, body } of heard) {
    assert.equal(headers['x-hub-signature-256'], `sha256=${crypto.createHmac('sha256', SECRET).update(body).digest('hex')}`)
  }
})

test('the signature is the one the real connector took (S4.2)', async (t) => {
  const [head, ...cases] = lines(new URL('../data/orgloop-0.7.9.jsonl', import.meta.url).pathname)
  const { request } = cases.find(({ case: name }) => name === 'start')
  const signed = crypto.createHmac('sha256', head.secret).update(request.body).digest('hex')
  assert.equal(request.headers['x-hub-signature-256'], `sha256=${signed}`)
})

test('Standard Webhooks: the package of that name verifies what is sent, with either secret; changed bytes fail', async (t) => {
  const require = createRequire(path.join(process.env.OPENCODE_NODE_MODULES, 'x.js'))
  const { Webhook } = require('standardwebhooks')
  const place = project(t)
  const peer = await receiver(t, (request, response) => response.writeHead(request.n === 1 ? 503 : 200).end())
  const webhook = { id: 'ops', url: peer.url, secrets: ['${OPS_NEW}', '${OPS_OLD}'], events: ['swarm.turn.finished'] }
  const hooks = await start(t, place, { options: { callbacks: { webhooks: [webhook] } } })
  turn(hooks, 'ses_1', 'Fix the cart')
  await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
  await hooks.dispose()
  assert.equal(peer.heard.length, 2)
  assert.equal(peer.heard[0].headers['webhook-id'], peer.heard[1].headers['webhook-id'])
  for (const { headers, body } of peer.heard) {
    for (const secret of [process.env.OPS_NEW, process.env.OPS_OLD]) {
      assert.equal(new Webhook(secret).verify(body, headers).event_type, 'swarm.turn.finished')
      assert.throws(() => new Webhook(secret).verify(`${body} `, headers))
    }
  }
})

for (const [name, answer, dead] of [
  ['301', status(301, { location: 'http://127.0.0.1:1/' }), 'redirect'],
  ['400', status(400), 'http_400'],
  ['401', status(401), 'http_401'],
  ['404', status(404), 'http_404'],
  ['410', status(410), 'http_410'],
  ['413', status(413), 'http_413'],
])
  test(`${name}: one request and a dead letter that says why`, async (t) => {
    const place = project(t)
    const peer = await receiver(t, answer)
    const hooks = await start(t, place, { options: openclaw(peer.url) })
    turn(hooks, 'ses_1')
    await until('a dead letter', () => told(place, 'swarm.delivery.dead_lettered').length === 1)
    await hooks.dispose()
    assert.equal(peer.heard.length, 1)
    assert.equal(told(place, 'swarm.delivery.dead_lettered')[0].reason, dead)
  })

const soon = () => new Date(Date.now() + 1_500).toUTCString()
for (const [name, first, isDoubtful] of [
  ['408', status(408), false],
  ['409', status(409), false],
  ['429 with seconds', status(429, { 'retry-after': '1' }), false],
  ['429 with a date', (_, response) => response.writeHead(429, { 'retry-after': soon() }).end(), false],
  ['500', status(500), false],
  ['502', status(502), false],
  ['503', status(503, {}, 'x'.repeat(5_000)), false],
  ['accepted then reset', (_, response) => response.socket.resetAndDestroy(), true],
  ['closed without an answer', (_, response) => response.socket.end(), true],
  ['no HTTP', (_, response) => response.socket.end('SSH-2.0-hello\r\n'), true],
])
  test(`${name}: two requests, the same to the byte`, async (t) => {
    const place = project(t)
    const peer = await receiver(t, (request, response) => (request.n === 1 ? first(request, response) : ok(request, response)))
    const hooks = await start(t, place, { options: openclaw(peer.url) })
    turn(hooks, 'ses_1')
    await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
    await hooks.dispose()
    assert.equal(peer.heard.length, 2)
    assert.equal(peer.heard[0].body, peer.heard[1].body)
    assert.equal(peer.heard[0].headers['idempotency-key'], peer.heard[1].headers['idempotency-key'])
    assert.equal(told(place, 'swarm.delivery.delivered')[0].possible_duplicate === true, isDoubtful)
  })

for (const [name, answer] of [
  ['a slow body', (_, response) => (response.writeHead(200, { 'content-length': '10' }).write('{'), setTimeout(() => response.end('"a":1234}'), 300))],
  ['a body of 10 MB', (_, response) => response.writeHead(200).end('x'.repeat(10 << 20))],
  ['a body in chunks', (_, response) => (response.writeHead(200).write('{"ok":true,'), setTimeout(() => response.end('"runId":"r-9"}'), 50))],
  ['no body', status(204)],
])
  test(`${name}: one request, delivered`, async (t) => {
    const place = project(t)
    const peer = await receiver(t, answer)
    const hooks = await start(t, place, { options: openclaw(peer.url) })
    turn(hooks, 'ses_1')
    await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
    await hooks.dispose()
    assert.equal(peer.heard.length, 1)
    if (name === 'a body in chunks') assert.equal(told(place, 'swarm.delivery.delivered')[0].receiver_run_id, 'r-9')
  })

test('200 after our patience is ambiguous: sent again, marked', async (t) => {
  const place = project(t)
  const peer = await receiver(t, (request, response) => (request.n === 1 ? setTimeout(() => ok(request, response), 25_000).unref() : ok(request, response)))
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  turn(hooks, 'ses_1')
  await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1, 40_000)
  await hooks.dispose()
  assert.equal(peer.heard.length, 2)
  assert.equal(told(place, 'swarm.delivery.failed')[0].reason, 'timed_out')
  assert.equal(told(place, 'swarm.delivery.delivered')[0].possible_duplicate, true)
})

test('a refused connection is not ambiguous', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: openclaw(`http://127.0.0.1:${await freePort()}`) })
  turn(hooks, 'ses_1')
  await until('a failure', () => told(place, 'swarm.delivery.failed').length >= 1)
  await hooks.dispose()
  const [failed] = told(place, 'swarm.delivery.failed')
  assert.deepEqual([failed.reason, failed.possible_duplicate], ['ECONNREFUSED', undefined])
})

test('a name that stands for a private address is refused', async (t) => {
  const place = project(t)
  // Looked up by the system: a name of this machine that is not called a local one, and so not of the open internet.
  const name = os.hostname()
  const { address } = await dns.lookup(name)
  assert.match(address, /^(127\.|10\.|172\.|192\.168\.|::1|f[cde])/, 'this machine has no public address of its own')
  const options = { callbacks: { webhooks: [{ id: 'x', url: `https://${name}/`, secrets: [], events: ['swarm.turn.finished'] }] } }
  const hooks = await start(t, place, { options })
  turn(hooks, 'ses_1', '')
  await until('a dead letter', () => told(place, 'swarm.delivery.dead_lettered').length === 1)
  await hooks.dispose()
  assert.equal(told(place, 'swarm.delivery.dead_lettered')[0].reason, 'address_refused')
})

test('a folder that cannot be written to is told, and nothing is sent before it is written down', async (t) => {
  const place = project(t)
  const peer = await receiver(t)
  fs.mkdirSync(place.state, { recursive: true })
  fs.writeFileSync(path.join(place.state, 'outbox'), 'a file where the folder should be')
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  turn(hooks, 'ses_1')
  await until('a failure', () => told(place, 'swarm.delivery.failed').length >= 1)
  assert.equal(peer.heard.length, 0)
  assert.ok(told(place, 'swarm.pack.error').some((error) => error.code === 'sink_failed'))
  fs.unlinkSync(path.join(place.state, 'outbox'))
  await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
  await hooks.dispose()
  assert.equal(peer.heard.length, 1)
})

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('kill -9 at ten moments, two processes at once: every key is heard, bodies never differ', async (t) => {
  const place = project(t)
  const peer = await receiver(t, (_, response) => setTimeout(() => response.writeHead(200).end('{}'), Math.random() * 30))
  const writer = new URL('./callback-writer.mjs', import.meta.url).pathname
  const run = (name) => spawn(process.execPath, [writer, place.directory, peer.url, name], { env: { ...process.env, HOME: place.home }, stdio: ['ignore', 'pipe', 'inherit'] })
  for (let n = 0; n < 10; n++) {
    const pair = [run(`a${n}`), run(`b${n}`)]
    await Promise.all(pair.map((child) => new Promise((ok) => child.stdout.once('data', ok))))
    await new Promise((ok) => setTimeout(ok, Math.random() * 200))
    for (const child of pair) child.kill('SIGKILL')
    await Promise.all(pair.map((child) => child.exitCode === null && child.signalCode === null && new Promise((ok) => child.once('exit', ok))))
  }
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  // SIGKILL may cut a write(2) where a page ends; whoever writes next gives the line its end.
  const written = fs.readFileSync(place.events, 'utf8').split('\n').filter(Boolean)
  const whole = written.filter(isJson).map((line) => JSON.parse(line))
  assert.ok(written.length - whole.length <= 20, 'at most one torn line for each kill')
  const started = () => ofType(whole, 'swarm.turn.finished').map((line) => line.session_id)
  const keys = () => new Set(peer.heard.map(({ body }) => JSON.parse(body).sessionKey))
  const expected = new Set(started().map((session) => `hook:${session}`))
  await until('all', () => [...expected].every((key) => keys().has(key)), 60_000)
  await hooks.dispose()
  const bodies = new Map()
  for (const { headers, body } of peer.heard) {
    const key = headers['idempotency-key']
    assert.equal(bodies.get(key) ?? body, body)
    bodies.set(key, body)
  }
  assert.equal(bodies.size, keys().size)
  assert.ok(expected.size > 10, `${expected.size} sessions`)
})

test('a full disk is told; nothing is sent that could not be written down, and it goes out when there is room', async (t) => {
  const place = project(t)
  const peer = await receiver(t)
  const disk = fillDisk(path.join(place.state, 'outbox'))
  try {
    await throughFullDisk(t, place, peer, disk)
  } finally {
    disk.undo()
  }
})

async function throughFullDisk(t, place, peer, disk) {
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  turn(hooks, 'ses_1')
  turn(hooks, 'ses_2', TITLE.replaceAll('8', '9'))
  await until('both fail', () => told(place, 'swarm.delivery.failed').length >= 2)
  assert.equal(peer.heard.length, 0)
  assert.deepEqual(told(place, 'swarm.delivery.failed').map((failed) => [failed.reason, failed.possible_duplicate])[0], ['journal_failed', undefined])
  const failed = told(place, 'swarm.pack.error').filter((error) => error.code === 'sink_failed')
  assert.equal(failed.length, 1, 'once for both')
  assert.match(failed[0].message, /ENOSPC/, disk.how)
  disk.free()
  await until('both are taken', () => told(place, 'swarm.delivery.delivered').length === 2)
  await hooks.dispose()
  assert.deepEqual(peer.heard.map(({ body }) => JSON.parse(body).sessionKey).sort(), ['hook:opencode:main:T-8', 'hook:opencode:main:T-9'])
}

/** A certificate for a name, and the key of it, made here. */
function certificate(t, name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'swarm-pack-tls-'))
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = ['key.pem', 'cert.pem'].map((file) => path.join(folder, file))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${name === 'localhost' ? 'DNS:localhost,IP:127.0.0.1' : `DNS:${name}`}`, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key: fs.readFileSync(key), cert: fs.readFileSync(cert), file: cert }
}

for (const [what, name, isKnown, outcome] of [
  ['whose certificate is known', 'localhost', true, /^delivered 200$/],
  ['whose certificate nobody vouches for', 'localhost', false, /^failed .*(SELF_SIGNED|UNABLE_TO_VERIFY|DEPTH_ZERO)/],
  ['whose certificate is for another name', 'other.example', true, /^failed .*(ALTNAME|HOSTNAME)/],
])
  for (const host of ['localhost', '127.0.0.1'])
    test(`https to a receiver at ${host} ${what}`, async (t) => {
      const place = project(t)
      const { key, cert, file } = certificate(t, name)
      const heard = []
      const server = https.createServer({ key, cert }, (request, response) => {
        heard.push(request.headers.authorization)
        request.resume().on('end', () => response.writeHead(200).end('{"ok":true}'))
      })
      server.on('tlsClientError', () => {})
      await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
      t.after(() => (server.closeAllConnections(), server.close()))
      const script = new URL('./callback-once.mjs', import.meta.url).pathname
      const { NODE_EXTRA_CA_CERTS, ...rest } = process.env
      const env = { ...rest, HOME: place.home, ...(isKnown && { NODE_EXTRA_CA_CERTS: file }) }
      const child = spawn(process.execPath, [script, place.directory, `https://${host}:${server.address().port}`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      let printed = ''
      child.stdout.on('data', (text) => (printed += text))
      await new Promise((ok) => child.once('close', ok))
      const { event_type, payload } = JSON.parse(printed)
      assert.match(`${event_type.split('.').at(-1)} ${payload.reason ?? payload.status}`, outcome)
      assert.deepEqual(heard, payload.status === 200 ? [`Bearer ${TOKEN}`] : [])
    })

test('on request the bridge\'s own files are kept, too (S1.47)', async (t) => {
  const place = project(t)
  const peer = await receiver(t)
  const env = { OPENCLAW_STATE_DIR: path.join(place.root, 'claw') }
  const keep = process.env.OPENCLAW_STATE_DIR
  process.env.OPENCLAW_STATE_DIR = env.OPENCLAW_STATE_DIR
  t.after(() => (keep === undefined ? delete process.env.OPENCLAW_STATE_DIR : (process.env.OPENCLAW_STATE_DIR = keep)))
  const hooks = await start(t, place, { options: { callbacks: { openclaw: { url: peer.url, bridge_files: true } } }, env })
  turn(hooks, 'ses_1')
  await until('the answer', () => told(place, 'swarm.delivery.delivered').length === 1)
  await hooks.dispose()
  const folder = path.join(place.root, 'claw/opencode-bridge')
  const [record, ...more] = lines(path.join(folder, 'audit/callbacks.jsonl'))
  assert.deepEqual([more, record.callbackStatus, record.callbackOk, record.runId, record.opencodeSessionId], [[], 200, true, 'run-8', 'ses_1'])
  assert.deepEqual(JSON.parse(fs.readFileSync(path.join(folder, 'runs/run-8.json'), 'utf8')), JSON.parse(fs.readFileSync(path.join(place.state, 'runs/run-8.json'), 'utf8')))
  assert.ok(!everything(place.root).includes(TOKEN))
})

test('the places that the bridge\'s variables name are used (S1.56)', async (t) => {
  const place = project(t)
  const env = { OPENCLAW_BRIDGE_AUDIT_DIR: path.join(place.root, 'audit'), OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH: path.join(place.root, 'mirror/all.jsonl') }
  const hooks = await start(t, place, { options: {}, env })
  turn(hooks, 'ses_1')
  await hooks.dispose()
  const [record] = lines(path.join(place.root, 'audit/bridge-callback-audit.jsonl')).filter((one) => 'ok' in one)
  assert.deepEqual([record.reason, record.ok, record.status], ['missing_hook_env', false, 0])
  const [mirrored] = lines(env.OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH)
  assert.deepEqual([mirrored.callbackStatus, mirrored.callbackOk, mirrored.callbackTargetSessionKey], [0, false, 'hook:opencode:main:T-8'])
  assert.ok(!fs.existsSync(path.join(place.state, 'audit.jsonl')))
})

test('the journal is written anew while lines go on being appended, and a start reads all of it', async (t) => {
  const place = project(t)
  const peer = await receiver(t)
  const hooks = await start(t, place, { options: openclaw(peer.url) })
  const title = (n) => `callbackSession=hook:${n} requested=main runId=run-${n}`
  // Three lines for each callback, more than half a kilobyte: it is written anew once or twice.
  for (let n = 0; n < 1_500; n++) {
    turn(hooks, `ses_${n}`, title(n))
    if (n % 20 === 0) await new Promise((ok) => setTimeout(ok, 10))
  }
  await until('all are taken', () => peer.heard.length === 1_500, 60_000)
  await until('all are in the books', () => told(place, 'swarm.delivery.delivered').length === 1_500)
  const folder = path.join(place.state, 'outbox')
  await until('nothing is left half', () => fs.readdirSync(folder).every((name) => name.endsWith('.jsonl')))
  const lines = fs.readFileSync(path.join(folder, fs.readdirSync(folder)[0]), 'utf8').split('\n').length
  assert.ok(lines < 4_000, `${lines} lines`)
  await hooks.dispose()
  const next = await start(t, place, { options: openclaw(peer.url) })
  for (const n of [0, 700, 1_499]) turn(next, `ses_${n}`, title(n))
  await until('each is a second turn', () => peer.heard.length === 1_503)
  await next.dispose()
  assert.equal(new Set(peer.heard.map(({ headers }) => headers['idempotency-key'])).size, 1_503)
})
