import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { busy, created, lines, ofType, project, start, until } from './pack.mjs'

test('a line is one write (S0.12)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  const write = fs.writeSync
  const written = []
  fs.writeSync = (fd, ...rest) => (written.push([fs.fstatSync(fd).ino, String(rest[0])]), write(fd, ...rest))
  try {
    hooks.event(created('ses_1'))
    hooks.event(busy('ses_1'))
  } finally {
    fs.writeSync = write
  }
  const { ino } = fs.statSync(place.events)
  const toTheFile = written.filter(([file]) => file === ino).map(([, text]) => text)
  assert.deepEqual(toTheFile, fs.readFileSync(place.events, 'utf8').split(/(?<=\n)/).slice(1))
})

test('a torn tail is closed, never joined (S0.12)', async (t) => {
  const place = project(t)
  fs.mkdirSync(place.state, { recursive: true })
  fs.writeFileSync(place.events, '{"event_type":"swarm.x"}\n{"event_ty')
  await start(t, place)
  const [whole, torn, first] = fs.readFileSync(place.events, 'utf8').split('\n')
  assert.deepEqual([whole, torn], ['{"event_type":"swarm.x"}', '{"event_ty'])
  assert.equal(JSON.parse(first).seq, 1)
})

test('a full disk hurts nobody and is told (S0.5, S0.12)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { events: { sinks: ['file:/dev/full', 'file'] } } })
  for (let n = 0; n < 100; n++) hooks.event(created(`ses_${n}`))
  const all = lines(place.events)
  const [error, ...more] = ofType(all, 'swarm.pack.error')
  assert.deepEqual(more, [])
  assert.equal(error.payload.message, 'file:/dev/full: cannot write (ENOSPC); lines are kept and written when it works again')
  assert.equal(ofType(all, 'swarm.session.started').length, 100)
})

test('a path that is a directory: lines are kept, and written in order when it works again', async (t) => {
  const place = project(t)
  fs.mkdirSync(place.events, { recursive: true })
  const hooks = await start(t, place)
  hooks.event(created('ses_1'))
  fs.rmdirSync(place.events)
  hooks.event(created('ses_2'))
  const all = lines(place.events)
  assert.deepEqual(all.map((line) => line.seq), all.map((_, n) => n + 1))
  assert.equal(ofType(all, 'swarm.pack.error')[0].payload.code, 'sink_failed')
  assert.deepEqual(ofType(all, 'swarm.session.started').map((line) => line.session_id), ['ses_1', 'ses_2'])
})

test('lines that cannot be kept are counted', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { events: { sinks: ['file:/dev/full', 'file'] }, heartbeat: { interval_ms: 250 } } })
  for (let n = 0; n < 8_000; n++) hooks.event(created(`ses_${n}`))
  await until('a beat that counts', () => ofType(lines(place.events), 'swarm.heartbeat').some((line) => line.payload.dropped?.lines > 0))
})

test('rotation keeps the configured number and says so (S0.12)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { events: { rotate: { bytes: 65_536, files: 3 } } } })
  for (let n = 0; n < 1_500; n++) hooks.event(created(`ses_${n}`))
  const files = fs.readdirSync(place.state).filter((name) => name.startsWith('events.jsonl')).sort()
  assert.deepEqual(files, ['events.jsonl', 'events.jsonl.1', 'events.jsonl.2', 'events.jsonl.3'])
  const all = files.toReversed().flatMap((name) => lines(path.join(place.state, name)))
  assert.deepEqual(all.map((line) => line.seq), all.map((_, n) => all[0].seq + n))
  assert.ok(files.every((name) => fs.statSync(path.join(place.state, name)).size <= 65_536))
  const rotated = ofType(all, 'swarm.log.rotated').at(-1)
  assert.deepEqual(rotated.payload, { bytes: rotated.payload.bytes, files: 3, is_oldest_deleted: true })
})

test('a rotation is told where the file put aside cannot be made read-only, too', async (t) => {
  const place = project(t)
  const chmod = fs.chmodSync
  t.after(() => (fs.chmodSync = chmod))
  const hooks = await start(t, place, { options: { events: { rotate: { bytes: 65_536, files: 3 } } } })
  fs.chmodSync = (file, mode) => {
    if (file === `${place.events}.1`) throw Object.assign(new Error('not ours'), { code: 'EPERM' })
    chmod(file, mode)
  }
  for (let n = 0; n < 300; n++) hooks.event(created(`ses_${n}`))
  const all = [`${place.events}.1`, place.events].flatMap((file) => lines(file))
  assert.equal(ofType(all, 'swarm.log.rotated').length > 0, true)
})

test('processes that share a file rotate it without losing a line (S0.12)', { timeout: 180_000 }, async (t) => {
  const place = project(t)
  const writer = fileURLToPath(new URL('./writer.mjs', import.meta.url))
  const each = 600
  const children = Array.from({ length: 4 }, (_, n) =>
    spawn(process.execPath, [writer, place.directory, String(n), String(each)], { stdio: ['ignore', 'inherit', 'inherit'] }))
  const codes = await Promise.all(children.map((child) => new Promise((ok) => child.once('exit', ok))))
  assert.deepEqual(codes, [0, 0, 0, 0])
  const files = fs.readdirSync(place.state).filter((name) => /^events\.jsonl(\.\d+)?$/.test(name))
  assert.ok(files.length > 10, `${files.length} files`)
  const boots = new Map()
  for (const line of files.flatMap((name) => lines(path.join(place.state, name)))) boots.set(line.boot_id, [...(boots.get(line.boot_id) ?? []), line.seq])
  assert.equal(boots.size, 4)
  for (const seqs of boots.values()) assert.deepEqual(seqs.sort((a, b) => a - b), seqs.map((_, n) => n + 1))
})

test('a file that cannot be made is named as it is configured, not as another sink', async (t) => {
  const place = project(t)
  const blocked = path.join(place.directory, 'taken/x.jsonl')
  fs.writeFileSync(path.join(place.directory, 'taken'), '')
  await start(t, place, { options: { events: { sinks: [`file:${blocked}`, 'file'] } } })
  const [failed] = ofType(lines(place.events), 'swarm.pack.error')
  assert.deepEqual([failed.payload.code, failed.payload.place], ['sink_failed', blocked])
})

test('a rotation lock that was left behind is taken away', async (t) => {
  const place = project(t)
  fs.mkdirSync(place.state, { recursive: true })
  fs.mkdirSync(`${place.events}.lock`)
  fs.utimesSync(`${place.events}.lock`, 1, 1)
  const hooks = await start(t, place, { options: { events: { rotate: { bytes: 65_536, files: 3 } } } })
  for (let n = 0; n < 300; n++) hooks.event(created(`ses_${n}`))
  assert.ok(fs.existsSync(`${place.events}.1`))
  assert.equal(fs.existsSync(`${place.events}.lock`), false)
})

test('a file that somebody moved away is made anew, and until then gets the lines', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  const moved = `${place.events}.moved`
  fs.renameSync(place.events, moved)
  for (let n = 1; !fs.existsSync(place.events); n++) {
    hooks.event(created(`ses_${n}`))
    await new Promise((ok) => setTimeout(ok, 5))
  }
  const seqs = [...lines(moved), ...lines(place.events)].map((line) => line.seq)
  assert.deepEqual(seqs, seqs.map((_, n) => n + 1))
})

test('a file that was deleted is made anew before the next line', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  hooks.event(created('ses_1'))
  fs.rmSync(place.events)
  hooks.event(created('ses_2'))
  assert.equal(lines(place.events).at(-1)?.session_id, 'ses_2')
})

test('a file that another process put aside gets no line more', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  hooks.event(created('ses_1'))
  // As a rotation does it.
  fs.renameSync(place.events, `${place.events}.1`)
  fs.chmodSync(`${place.events}.1`, 0o400)
  const size = fs.statSync(`${place.events}.1`).size
  hooks.event(created('ses_2'))
  assert.equal(fs.statSync(`${place.events}.1`).size, size)
  assert.equal(lines(place.events).at(-1)?.session_id, 'ses_2')
})

test('events.sinks: off writes nothing but keeps the hooks', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { env: { SWARM_EVENTS: 'off' } })
  hooks.event(created('ses_1'))
  assert.equal(fs.existsSync(place.events), false)
})

test('a descriptor that takes a part of a line gets the rest, each byte once and in order', async (t) => {
  const place = project(t)
  const file = path.join(place.root, 'taken')
  const fd = fs.openSync(file, 'a')
  t.after(() => fs.closeSync(fd))
  const write = fs.writeSync
  let calls = 0
  // As a socket does that is nearly full: a part now, nothing then, the rest later.
  fs.writeSync = (to, bytes, ...rest) => {
    if (to !== fd) return write(to, bytes, ...rest)
    if (++calls % 3 === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' })
    const [offset = 0] = rest
    return write(fd, bytes, offset, Math.max(Math.floor((bytes.length - offset) / 2), 1))
  }
  try {
    const hooks = await start(t, place, { options: { events: { sinks: [`fd:${fd}`] }, heartbeat: { enabled: false } } })
    for (let n = 0; n < 200; n++) hooks.event(created(`ses_${n}`))
    fs.writeSync = write
    hooks.event(created('ses_last'))
    await hooks.dispose()
  } finally {
    fs.writeSync = write
  }
  const all = lines(file)
  assert.deepEqual(all.map((line) => line.seq), all.map((_, n) => n + 1))
  assert.equal(ofType(all, 'swarm.session.started').length, 201)
})

test('a rotation that the last lines cause is told, too (S0.12)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { options: { events: { rotate: { bytes: 65_536, files: 3 } }, heartbeat: { enabled: false } } })
  for (let n = 0; n < 30; n++) hooks.event(created(`ses_${n}`))
  assert.equal(fs.existsSync(`${place.events}.1`), false)
  await hooks.dispose()
  const all = [...lines(`${place.events}.1`), ...lines(place.events)]
  assert.equal(ofType(all, 'swarm.session.stopped').length, 30)
  assert.deepEqual(ofType(all, 'swarm.log.rotated').map((line) => line.payload.files), [1])
  assert.deepEqual(all.map((line) => line.seq), all.map((_, n) => n + 1))
})
