import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { hostBinary } from '../host/harness/binary.mjs'
import { created, event, lines, ofType, project, start, until } from './pack.mjs'

/** A process with the pack, up and running; a shell before it may set how signals are met. Node forgets that at its start, the host's Bun does not. */
async function resident(t, place, { before = '', own = '', runtime = process.execPath } = {}) {
  const script = fileURLToPath(new URL('./resident.mjs', import.meta.url))
  const child = spawn('/bin/sh', ['-c', `${before} exec "$0" "$@"`, runtime, script, place.directory, ...(own ? [own] : [])], {
    env: { ...process.env, BUN_BE_BUN: '1' },
  })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  const ended = new Promise((ok) => child.once('exit', (code, signal) => ok({ code, signal })))
  await until('the process is up', () => output.includes('up'))
  return { child, ended, output: () => output }
}

const stops = (place) => ofType(lines(place.events), 'swarm.session.stopped')

test('a process dies of the signal that it would have died of (S0.45)', async (t) => {
  const place = project(t)
  const { child, ended } = await resident(t, place)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, { code: null, signal: 'SIGTERM' })
  assert.deepEqual(stops(place).map((line) => line.payload), [{ reason: 'signal', signal: 'SIGTERM' }])
})

test('a signal that the process was started to ignore stays ignored (nohup)', async (t) => {
  const place = project(t)
  const { child, ended } = await resident(t, place, { before: "trap '' HUP;", runtime: hostBinary() })
  child.kill('SIGHUP')
  child.kill('SIGHUP')
  await new Promise((ok) => setTimeout(ok, 500))
  assert.deepEqual(stops(place), [])
  child.kill('SIGTERM')
  assert.deepEqual(await ended, { code: null, signal: 'SIGTERM' })
})

test('a handler of somebody else runs once, and the process is left to it', async (t) => {
  const place = project(t)
  const { child, output } = await resident(t, place, { own: 'own' })
  child.kill('SIGTERM')
  await until('the last lines are written', () => stops(place).length === 1)
  await new Promise((ok) => setTimeout(ok, 500))
  assert.equal(child.exitCode ?? child.signalCode, null)
  assert.equal(output().split('own handler').length - 1, 1)
})

test('a configuration that is a pipe is told and not waited for', async (t) => {
  const place = project(t)
  const fifo = path.join(place.root, 'fifo')
  execFileSync('mkfifo', [fifo])
  await start(t, place, { env: { SWARM_CONFIG: fifo } })
  assert.match(ofType(lines(place.events), 'swarm.pack.error')[0].payload.message, /it is no regular file/)
})

test('a pipe that nobody reads holds nobody up, and is told', async (t) => {
  const place = project(t)
  const fifo = path.join(place.root, 'fifo')
  execFileSync('mkfifo', [fifo])
  const fd = fs.openSync(fifo, fs.constants.O_RDWR)
  t.after(() => fs.closeSync(fd))
  const hooks = await start(t, place, { options: { events: { sinks: [`fd:${fd}`, 'file'] } } })
  for (let n = 0; n < 400; n++) hooks.event(created(`ses_${n}`))
  const all = lines(place.events)
  assert.equal(ofType(all, 'swarm.session.started').length, 400)
  assert.equal(ofType(all, 'swarm.pack.error')[0].payload.message, `fd:${fd}: cannot write (EAGAIN); lines are kept and written when it works again`)
})

test('a named pipe as events file is refused, not waited for', async (t) => {
  const place = project(t)
  const fifo = path.join(place.root, 'fifo')
  execFileSync('mkfifo', [fifo])
  await start(t, place, { options: { events: { sinks: [`file:${fifo}`, 'file'] } } })
  assert.match(ofType(lines(place.events), 'swarm.pack.error')[0].payload.message, /a named pipe; use fd:<n>/)
})

test('a state folder that was cleaned away is made anew, invisible to git', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  fs.rmSync(place.state, { recursive: true })
  hooks.event(created('ses_1'))
  assert.equal(ofType(lines(place.events), 'swarm.session.started').length, 1)
  assert.equal(fs.readFileSync(path.join(place.state, '.gitignore'), 'utf8'), '*\n')
})

test('a .opencode that was cleaned away is not made by the pack', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  fs.rmSync(path.join(place.directory, '.opencode'), { recursive: true })
  hooks.event(created('ses_1'))
  assert.deepEqual(fs.readdirSync(place.directory), [])
  const base = path.join(place.home, '.local/state/opencode-swarm-pack')
  const [hash] = fs.readdirSync(base)
  assert.equal(ofType(lines(path.join(base, hash, 'events.jsonl')), 'swarm.session.started').length, 1)
})

test('ages are those of the pieces themselves, not of their crossing', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { heartbeat: { interval_ms: 1_500 } } })
  hooks.event(created('ses_1'))
  hooks.event(event('message.part.delta', { sessionID: 'ses_1' }))
  await until('a beat of the interval', () => ofType(lines(place.events), 'swarm.heartbeat').some((line) => line.payload.trigger === 'interval'))
  const { ages_ms, sessions } = ofType(lines(place.events), 'swarm.heartbeat').at(-1).payload
  assert.ok(ages_ms.token >= 1_000 && ages_ms.host_event >= 1_000 && sessions[0].age_ms >= 1_000, JSON.stringify({ ages_ms, sessions }))
})

test('no line names the user', async (t) => {
  const place = project(t)
  const home = path.join(place.root, 'alice')
  const directory = path.join(home, 'project')
  fs.mkdirSync(path.join(directory, '.opencode'), { recursive: true })
  fs.writeFileSync(path.join(directory, '.opencode/swarm.json'), '{ "hartbeat": {}, "events": { "sinks": ["file", "file:/dev/full"] } }')
  const hooks = await start(t, { ...place, home: `${home}/`, directory })
  hooks.event(created('ses_1'))
  const text = fs.readFileSync(path.join(directory, '.opencode/swarm/events.jsonl'), 'utf8')
  assert.match(text, /hartbeat/)
  assert.ok(!text.includes('alice'), text)
})
