// The commands about callbacks: what waits, what a title would cause, and a receiver to point the pack at.

import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import test from 'node:test'
import { REPOSITORY } from '../host/harness/binary.mjs'
import { folders, run, start } from './cli.mjs'

const recorded = fs.readFileSync(path.join(REPOSITORY, 'tests/data/orgloop-0.7.9.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))

const ask = (port, { method, path, headers, body }) =>
  new Promise((ok, no) => {
    const request = http.request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.on('data', (part) => (text += part))
      response.on('end', () => ok({ status: response.statusCode, body: text }))
    })
    request.on('error', no)
    request.end(method === 'GET' ? undefined : body) // a body without a length is no request
  })

async function listening(t, args, options) {
  const { child, ended } = start(['listen', '--port', '0', ...args], { ...options, input: null })
  t.after(() => child.kill('SIGKILL'))
  const port = await new Promise((ok) => child.stderr.on('data', (text) => ok(Number(/:(\d+)/.exec(text)?.[1]))))
  return { port, ended }
}

test('listen answers as the real connector did, and makes the same events of it (S4.2, S4.5, S4.6, S4.7, S4.8, S4.9, S4.10, S4.11, S4.12, S4.13, S4.14, S4.15, S4.25, S4.28)', async (t) => {
  const { project } = folders(t)
  const [head, ...all] = recorded
  // What only a broken sender says is answered by the real one as if it were whole.
  const cases = all.filter(({ case: name }) => name && !/do not send|^array$|^5 MB$/.test(name) && typeof all.find((one) => one.case === name).request?.body === 'string')
  assert.ok(cases.length >= 25, `${cases.length} cases`)
  const { port, ended } = await listening(t, ['--secret', 'S', '--buffer', 'buffer.jsonl', '--count', String(cases.length), '--json'], { cwd: project, env: { S: head.secret } })
  const withoutId = (text) => text.replace(/evt_[0-9a-f]{16}/, 'evt_')
  for (const { case: name, request, response } of cases) {
    const answer = await ask(port, request)
    assert.deepEqual([answer.status, withoutId(answer.body)], [response.status, withoutId(response.body)], name)
  }
  const { code, stdout } = await ended
  assert.equal(code, 0)
  assert.equal(stdout.trim().split('\n').length, cases.length)
  const bare = ({ payload, type, source, provenance }) => JSON.parse(JSON.stringify({ type, source, provenance, lifecycle: payload.lifecycle, exit: payload.session.exit_status }))
  const made = fs.readFileSync(path.join(project, 'buffer.jsonl'), 'utf8').trim().split('\n').map((line) => bare(JSON.parse(line)))
  assert.deepEqual(made, cases.filter(({ event }) => event?.payload).map(({ event }) => bare(event)))
})

test('listen takes five megabytes, as the real connector did', async (t) => {
  const { project } = folders(t)
  const { response } = recorded.find(({ case: name }) => name === '5 MB') // of the request only its size was recorded
  const { port, ended } = await listening(t, ['--secret', 'S', '--count', '1', '--json'], { cwd: project, env: { S: 'x' } })
  const body = JSON.stringify({ session_id: 'ses_1', hook_type: 'stop', summary: 'y'.repeat(5_000_000) })
  const headers = { 'x-hub-signature-256': `sha256=${crypto.createHmac('sha256', 'x').update(body).digest('hex')}` }
  assert.equal((await ask(port, { method: 'POST', path: '/webhook/opencode', headers, body })).status, response.status)
  assert.equal((await ended).code, 0)
})

test('callback --dry-run shows the payload or the reason why there is none (S1.37, S1.43)', async (t) => {
  const { project } = folders(t)
  const good = await run(['callback', '--dry-run', 'T-8 runId=run-8 taskId=T-8 requested=main callbackSession=hook:x', '--json'], { cwd: project })
  assert.equal(good.code, 0)
  const { path: where, key, body } = JSON.parse(good.stdout)
  assert.deepEqual([where, key], ['/hooks/agent', 'ses_dry_run|run-8'])
  assert.deepEqual(body, { message: 'OpenCode plugin event=session.idle run=run-8 task=T-8', name: 'OpenCode', agentId: 'main', sessionKey: 'hook:x', wakeMode: 'now', deliver: false })
  const bad = await run(['callback', '--dry-run', 'T-8 requested=main'], { cwd: project })
  assert.deepEqual([bad.code, bad.stdout], [1, ''])
  assert.match(bad.stderr, /agents are named, but no callbackSession/)
})

test('callback --dry-run counts what an OpenCode started here would: its environment, and its configuration (S1.37)', async (t) => {
  const { project } = folders(t)
  const dryRun = (env) => run(['callback', '--dry-run', 'Fix the cart', '--json'], { cwd: project, env })
  const named = await dryRun({ SWARM_CALLBACK_SESSION: 'hook:x', SWARM_CALLBACK_AGENT: 'main', SWARM_RUN_ID: 'run-8' })
  const { path: where, key, body } = JSON.parse(named.stdout)
  assert.deepEqual([named.code, where, key, body.agentId, body.sessionKey], [0, '/hooks/agent', 'ses_dry_run|run-8', 'main', 'hook:x'])
  const half = await dryRun({ SWARM_CALLBACK_SESSION: 'hook:x' })
  assert.deepEqual([half.code, JSON.parse(half.stdout).error], [1, 'a callbackSession is named, but no requested agent; nobody is called back'])
  fs.mkdirSync(path.join(project, '.opencode'))
  fs.writeFileSync(path.join(project, '.opencode/swarm.json'), JSON.stringify({ callbacks: { openclaw: { url: 'http://127.0.0.1:9', token: '${HOOK}', form: 'callback' } } }))
  const later = await dryRun({ HOOK: 'x', SWARM_CALLBACK_SESSION: 'hook:x', SWARM_CALLBACK_AGENT: 'main' })
  assert.equal(JSON.parse(later.stdout).path, '/hooks/opencode-callback')
})

/** A server that answers each request for a hook as `answer` says, and remembers what it was asked. */
async function gateway(t, answer) {
  const heard = []
  const server = http.createServer((request, response) => {
    let text = ''
    request.on('data', (part) => (text += part))
    request.on('end', () => {
      heard.push({ url: request.url, body: JSON.parse(text) })
      const { status, error, headers = {} } = answer(JSON.parse(text))
      response.writeHead(status, headers).end(typeof error === 'string' ? error : JSON.stringify(error))
    })
  })
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  t.after(() => (server.closeAllConnections(), server.close()))
  return { heard, url: `http://127.0.0.1:${server.address().port}` }
}

for (const [what, answer, expected, words] of [
  ['hooks that are off', () => ({ status: 404, error: 'Not Found' }), { 'hooks.enabled': 'missing' }, /hooks are not enabled, or hooks\.path is not/],
  ['a wrong token', () => ({ status: 401, error: 'Unauthorized' }), { 'hooks.token': 'missing' }, /does not accept the token in HOOK \(401\)/],
  ['a locked door', () => ({ status: 429, error: 'Too Many Requests', headers: { 'retry-after': '60' } }), { 'hooks.token': 'unknown' }, /wait a minute/],
  ['a gateway that starts', () => ({ status: 503, error: 'Plugin runtime is starting' }), { 'hooks.enabled': 'unknown' }, /where it is still starting, ask again/],
  ['a web page', () => ({ status: 200, error: '<html>' }), { 'hooks.enabled': 'unknown' }, /else this is no OpenClaw gateway[^]*\nwhether the gateway would take callbacks is not known\n$/],
])
  test(`callback --check-receiver: ${what} (S1.35)`, async (t) => {
    const { project } = folders(t)
    const peer = await gateway(t, answer)
    fs.mkdirSync(path.join(project, '.opencode'))
    fs.writeFileSync(path.join(project, '.opencode/swarm.json'), JSON.stringify({ callbacks: { openclaw: { url: `${peer.url}/?region=eu-geheim`, token: '${HOOK}' } } }))
    const ask = (args) => run(['callback', '--check-receiver', ...args], { cwd: project, env: { HOOK: 'token-geheim' } })
    const plain = await ask([])
    assert.deepEqual([plain.code, plain.stderr], [1, ''])
    assert.match(plain.stdout, words)
    const json = await ask(['--json'])
    const { ok, checks } = JSON.parse(json.stdout)
    assert.equal(ok, false)
    const of = Object.fromEntries(checks.map(({ setting, status }) => [setting, status]))
    assert.deepEqual({ ...of, ...expected }, of)
    assert.ok(!/geheim/.test(plain.stdout + json.stdout), 'neither the token nor the query is shown')
    assert.deepEqual(peer.heard.map(({ url, body }) => [url, body]), Array(2).fill(['/hooks/agent?region=eu-geheim', {}]), 'nothing more is asked than must be')
  })

test('callback --check-receiver: no gateway, no token, and words it does not know (S1.35)', async (t) => {
  const { project } = folders(t)
  const none = await run(['callback', '--check-receiver'], { cwd: project })
  assert.deepEqual([none.code, none.stdout], [1, ''])
  assert.match(none.stderr, /no OpenClaw gateway is configured here\nset OPENCLAW_HOOK_BASE_URL/)
  const wrong = await run(['callback', '--check-receiver'], { cwd: project, env: { OPENCLAW_HOOK_BASE_URL: '127.0.0.1:18789', OPENCLAW_HOOK_TOKEN: 'x' } })
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /OPENCLAW_HOOK_BASE_URL: not an address/)
  const bare = await run(['callback', '--check-receiver'], { cwd: project, env: { OPENCLAW_HOOK_BASE_URL: 'http://127.0.0.1:9' } })
  assert.deepEqual([bare.code, /OPENCLAW_HOOK_TOKEN/.test(bare.stdout)], [1, true])
  for (const words of [['callback'], ['callback', '--check-receiver', '--dry-run', 'x'], ['callback', '--check-receiver', 'x']]) assert.equal((await run(words, { cwd: project })).code, 2)
})

test('outbox list makes nothing, and finds what waits beside the project', async (t) => {
  const { home, project } = folders(t)
  fs.mkdirSync(path.join(project, '.opencode'))
  const list = async () => JSON.parse((await run(['outbox', 'list', '--json'], { cwd: project, home })).stdout).entries.length
  assert.equal(await list(), 0)
  assert.deepEqual([fs.readdirSync(path.join(project, '.opencode')), fs.readdirSync(home)], [[], []])
  const name = crypto.createHash('sha256').update(project).digest('hex').slice(0, 16)
  const folder = path.join(home, '.local/state/opencode-swarm-pack', name, 'outbox')
  fs.mkdirSync(folder, { recursive: true })
  const queued = { is: 'queued', receiver: 'orgloop', session: 'ses_1', key: 'k', path: '', at: Date.now(), first: 0, attempts: 0, doubt: false, body: '{}' }
  fs.writeFileSync(path.join(folder, '1-x.left.jsonl'), `{"is":"owner","pid":1}\n${JSON.stringify(queued)}\n`)
  assert.equal(await list(), 1)
})

test('outbox lists what waits, drops what is not wanted, and delivers the rest', async (t) => {
  const { project } = folders(t)
  const folder = path.join(project, '.opencode/swarm/outbox')
  fs.mkdirSync(folder, { recursive: true })
  const queued = (session) => JSON.stringify({ is: 'queued', receiver: 'orgloop', session, key: `opencode:${session}:completed`, path: '', at: Date.now(), first: 0, attempts: 0, doubt: false, body: JSON.stringify({ session_id: session, hook_type: 'stop' }) })
  fs.writeFileSync(path.join(folder, '1-x.left.jsonl'), ['{"is":"owner","pid":1}', queued('ses_1'), queued('ses_2'), ''].join('\n'))
  const list = async () => JSON.parse((await run(['outbox', 'list', '--json'], { cwd: project })).stdout).entries
  const [first, second] = await list()
  assert.deepEqual([first.key, second.receiver, first.owner_pid], ['opencode:ses_1:completed', 'orgloop', null])
  assert.equal((await run(['outbox', 'drop', 'nothing'], { cwd: project })).code, 1)
  assert.equal((await run(['outbox', 'drop', first.entry_id], { cwd: project })).code, 0)
  assert.deepEqual((await list()).map(({ key }) => key), ['opencode:ses_2:completed'])
  const { port, ended } = await listening(t, ['--count', '1', '--json'], { cwd: project })
  fs.writeFileSync(path.join(project, '.opencode/swarm.json'), JSON.stringify({ callbacks: { orgloop: { url: `http://127.0.0.1:${port}/webhook/opencode` } } }))
  const replay = await run(['outbox', 'replay'], { cwd: project })
  assert.deepEqual([replay.code, replay.stdout], [0, '1 done, 0 left\n'], replay.stderr)
  assert.equal(JSON.parse(JSON.parse((await ended).stdout).body).session_id, 'ses_2')
  assert.deepEqual(await list(), [])
})
