// Storms through the built file: everything is told or counted, memory stays within a bound, every line is valid and short.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { FILE, busy, created, event, idle, lines, ofType, project, start } from './pack.mjs'

const MB = 1 << 20
const CLI = path.join(path.dirname(FILE), 'cli.js')

/** Memory of the heap and of everything that hangs on it, wasm included, after a collection where one can be had. */
function memory() {
  globalThis.gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

/** Every line of the state folder, oldest first, checked by the tool's own schema. */
function checked(place, bytesMax = 8_192) {
  const names = fs.readdirSync(place.state).filter((name) => /^events\.jsonl(\.\d+)?$/.test(name))
  const numberOf = (name) => Number(/\.(\d+)$/.exec(name)?.[1] ?? 0)
  const texts = names.sort((a, b) => numberOf(b) - numberOf(a)).map((name) => fs.readFileSync(path.join(place.state, name)))
  const text = Buffer.concat(texts)
  const { status, stdout } = spawnSync(process.execPath, [CLI, 'validate', '-'], { input: text, encoding: 'utf8', maxBuffer: 64 * MB })
  assert.equal(status, 0, stdout.slice(0, 2_000))
  const all = text.toString().split('\n').filter(Boolean)
  assert.ok(all.every((line) => Buffer.byteLength(line) < bytesMax))
  return all.map((line) => JSON.parse(line))
}

const part = (sessionID, fields) => event('message.part.updated', { sessionID, part: fields })
const step = (sessionID, id) => part(sessionID, { type: 'step-finish', id, cost: 0.001, tokens: { input: 1, output: 2, reasoning: 0, cache: { read: 0, write: 0 } } })

test('100,000 events of the host, most of them noise: told, counted, in bounded memory (S3.41, S0.48)', { timeout: 300_000 }, async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { events: { rotate: { bytes: 64 * MB, files: 5 } }, heartbeat: { interval_ms: 1_000 } } })
  const calls = []
  let before = 0
  for (let n = 0; n < 100_000; n++) {
    const session = `ses_${Math.floor(n / 100) % 100}`
    const at = n % 100
    if (at === 0 && n < 10_000) hooks.event(created(session))
    else if (at === 1) hooks.event(busy(session))
    else if (at === 2) calls.push(hooks['tool.execute.before']({ tool: 'bash', sessionID: session, callID: `c${n}` }, { args: { command: `echo ${n}` } }))
    else if (at === 3) hooks.event(part(session, { type: 'tool', tool: 'bash', callID: `c${n - 1}`, state: { status: 'completed', metadata: { exit: 0 } } }))
    else if (at === 4) hooks.event(step(session, `prt_${n}`))
    else if (at === 99) hooks.event(idle(session))
    else if (at % 10 === 7) hooks.event(part(session, { type: 'text', text: 'x'.repeat(1_000) }))
    else if (at % 10 === 8) hooks.event(event('plugin.added', { id: 'p' }))
    else hooks.event(event('message.part.delta', { sessionID: session, delta: 'x'.repeat(100) }))
    if (n % 1_000 === 999) await new Promise((ok) => setImmediate(ok))
    if (n === 30_000) before = memory()
  }
  await Promise.all(calls)
  const grown = memory() - before
  await hooks.dispose()
  const all = checked(place)
  assert.equal(ofType(all, 'swarm.turn.finished').length, 1_000)
  assert.equal(ofType(all, 'swarm.tool.finished').length, 1_000)
  assert.equal(ofType(all, 'swarm.turn.finished').reduce((sum, { payload }) => sum + payload.output_tokens, 0), 2_000)
  assert.deepEqual(all.filter(({ payload }) => payload.dropped), [])
  assert.deepEqual(ofType(all, 'swarm.pack.error'), [])
  assert.ok(grown < 64 * MB, `${grown} bytes more after 70,000 events`)
})

test('500 calls at once and 1,000 sessions (S3.41)', { timeout: 300_000 }, async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { heartbeat: { interval_ms: 250 } } })
  hooks.event(created('ses_busy'))
  hooks.event(busy('ses_busy'))
  const before = memory()
  const call = (n) => ({ tool: 'write', sessionID: 'ses_busy', callID: `c${n}` })
  await Promise.all(Array.from({ length: 500 }, (_, n) => hooks['tool.execute.before'](call(n), { args: { filePath: `f${n}`, content: 'x'.repeat(100_000) } })))
  for (let n = 0; n < 1_000; n++) {
    hooks.event(created(`ses_${n}`))
    hooks.event(busy(`ses_${n}`))
    hooks.event(step(`ses_${n}`, `prt_${n}`))
    hooks.event(idle(`ses_${n}`))
  }
  for (let n = 0; n < 500; n++) hooks.event(part('ses_busy', { type: 'tool', tool: 'write', callID: `c${n}`, state: { status: 'completed', metadata: {} } }))
  hooks.event(idle('ses_busy'))
  const grown = memory() - before
  await hooks.dispose()
  const all = checked(place)
  assert.deepEqual(['tool.started', 'tool.finished', 'turn.finished', 'session.stopped'].map((type) => ofType(all, `swarm.${type}`).length), [500, 500, 1_001, 1_001])
  assert.deepEqual(all.filter(({ payload }) => payload.dropped), [])
  assert.ok(grown < 96 * MB, `${grown} bytes`)
})

test('what goes beyond a bound is counted in the heartbeat (S3.41)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { heartbeat: { interval_ms: 250 } } })
  hooks.event(created('ses_1'))
  hooks.event(busy('ses_1'))
  for (let n = 0; n < 600; n++) await hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1', callID: `c${n}` }, { args: { command: 'true' } })
  const beat = () => ofType(lines(place.events), 'swarm.heartbeat').at(-1).payload
  for (let n = 0; n < 200 && beat().dropped === undefined; n++) await new Promise((ok) => setTimeout(ok, 20))
  assert.deepEqual(beat().dropped, { lines: 0, sessions: 0, calls: 88, inputs: 0, unreadable: 0 })
})
