// One attempt, and what is known of it afterwards: the same in the runtime of the host, which has sockets of its own, as in Node.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import { hostBinary } from '../host/harness/binary.mjs'
import { freePort, ok, receiver, status } from './receiver.mjs'

const RUNTIMES = { node: [process.execPath, {}], 'the host': [hostBinary(), { BUN_BE_BUN: '1' }] }

/** What comes of a request of `bytes` to each URL. */
async function outcomes([binary, env], bytes, ...urls) {
  const script = new URL('./callback-send.mjs', import.meta.url).pathname
  const child = spawn(binary, [script, String(bytes), ...urls], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (printed += text))
  assert.equal(await new Promise((ok) => child.once('close', ok)), 0)
  return printed.trimEnd().split('\n').map((line) => JSON.parse(line))
}

const ANSWERS = [
  ['an answer', ok, { status: 200, body: '{"ok":true,"runId":"r-1"}', was_sent: true }],
  ['no body', status(204), { status: 204, body: '', was_sent: true }],
  ['a redirect', status(302, { location: '/elsewhere' }), { status: 302, body: '', was_sent: true }],
  ['busy for a while', status(429, { 'retry-after': '7' }, 'later'), { status: 429, retry_after: '7', body: 'later', was_sent: true }],
  ['a body of 10 MB', status(200, {}, 'x'.repeat(10 << 20)), { status: 200, body: 'x'.repeat(2_048), was_sent: true }],
  ['a body in chunks', (_, response) => (response.write('{"ok":'), setTimeout(() => response.end('true}'), 50)), { status: 200, body: '{"ok":true}', was_sent: true }],
  ['an early hint first', (_, response) => (response.writeProcessing(), response.end('done')), { status: 200, body: 'done', was_sent: true }],
  ['a slow body', (_, response) => (response.writeHead(200, { 'content-length': '4' }).write('{'), setTimeout(() => response.end('"a"'), 300)), { status: 200, body: '{"a"', was_sent: true }],
  ['a body that is cut off', (_, response) => (response.writeHead(200, { 'content-length': '10' }).write('half'), setTimeout(() => response.destroy(), 100)), { status: 200, body: 'half', was_sent: true }],
  ['a reset', (_, response) => response.socket.resetAndDestroy(), { error: 'ECONNRESET', was_sent: true }],
  ['an end without an answer', (_, response) => response.socket.end(), { error: 'no_answer', was_sent: true }],
  ['no HTTP', (_, response) => response.socket.end('SSH-2.0-hello\r\n'), { error: 'bad_answer', was_sent: true }],
]

for (const [name, runtime] of Object.entries(RUNTIMES)) {
  test(`${name}: what is known after each answer`, async (t) => {
    const peers = await Promise.all(ANSWERS.map(([, answer]) => receiver(t, answer)))
    const found = await outcomes(runtime, 900, ...peers.map(({ url }) => url))
    assert.deepEqual(ANSWERS.map(([what], i) => [what, found[i]]), ANSWERS.map(([what, , outcome]) => [what, outcome]))
    for (const { heard } of peers) assert.deepEqual(heard.map(({ body }) => body), ['x'.repeat(900)])
  })

  test(`${name}: where nobody listens nothing was sent`, async () => {
    assert.deepEqual(await outcomes(runtime, 900, `http://127.0.0.1:${await freePort()}`), [{ error: 'ECONNREFUSED', was_sent: false }])
  })

  test(`${name}: a name with two addresses is asked at the one where somebody listens, once`, async (t) => {
    const peer = await receiver(t)
    assert.equal((await outcomes(runtime, 900, `http://localhost:${peer.port}`))[0].status, 200)
    assert.equal(peer.heard.length, 1)
  })

  test(`${name}: a body that no buffer takes at once arrives whole`, async (t) => {
    const peer = await receiver(t)
    assert.equal((await outcomes(runtime, 16 << 20, peer.url))[0].status, 200)
    assert.equal(peer.heard[0].body.length, 16 << 20)
  })
}
