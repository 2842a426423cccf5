import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { busy, created, idle, lines, load, ofType, project, start } from './pack.mjs'

test('the module is one default export with an id and a server (S2.19)', async () => {
  const module = await import(`${new URL(`file://${path.resolve(process.env.PACK_DIR ?? 'pkg', 'opencode-swarm-pack.js')}`)}`)
  assert.deepEqual(Object.keys(module), ['default'])
  assert.deepEqual(Object.keys(module.default), ['id', 'server'])
  assert.equal(module.default.id, 'swarm-pack')
})

test('a turn is in the file when its hook returns (S0.12, S0.45)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place, { env: { SWARM_AGENT_ID: 'ag-7' } })
  assert.equal(lines(place.events)[0].event_type, 'swarm.heartbeat')
  hooks.event(created('ses_1'))
  assert.equal(lines(place.events)[1].event_type, 'swarm.session.started')
  await hooks['chat.message']({ sessionID: 'ses_1' }, {})
  hooks.event(busy('ses_1'))
  hooks.event(idle('ses_1'))
  hooks.event(idle('ses_1'))
  await hooks.dispose()
  const all = lines(place.events)
  assert.equal(ofType(all, 'swarm.turn.finished').length, 1)
  assert.deepEqual(all.map((line) => line.seq), all.map((_, n) => n + 1))
  assert.ok(all.every((line) => line.agent_id === 'ag-7'))
  assert.equal(all.at(-1).event_type, 'swarm.session.stopped')
})

test('the state folder is for its owner alone and invisible to git (S0.12)', async (t) => {
  const place = project(t)
  await start(t, place)
  assert.equal(fs.statSync(place.state).mode & 0o777, 0o700)
  assert.equal(fs.statSync(place.events).mode & 0o777, 0o600)
  assert.equal(fs.readFileSync(path.join(place.state, '.gitignore'), 'utf8'), '*\n')
})

test('without a .opencode none is made, and the events are in the state folder of the user', async (t) => {
  const place = project(t, { opencode: false })
  await start(t, place)
  assert.deepEqual(fs.readdirSync(place.directory), [])
  const base = path.join(place.home, '.local/state/opencode-swarm-pack')
  const [hash] = fs.readdirSync(base)
  assert.match(hash, /^[0-9a-f]{16}$/)
  assert.equal(lines(path.join(base, hash, 'events.jsonl'))[0].seq, 1)
})

for (const [how, given] of [
  ['SWARM_PACK=0', { env: { SWARM_PACK: '0' } }],
  ['enabled: false', { options: { enabled: false } }],
])
  test(`a pack that is switched off by ${how} has no hooks and makes no file (S0.35)`, async (t) => {
    const place = project(t)
    assert.deepEqual(await start(t, place, given), {})
    assert.deepEqual(fs.readdirSync(path.join(place.directory, '.opencode')), [])
    assert.equal(fs.existsSync(place.home), false)
  })

test('a start that fails is no failure of the host, and is in its log (S2.19)', async () => {
  const logged = []
  const client = { app: { log: async (entry) => logged.push(entry.body) } }
  assert.deepEqual(await (await load()).server({ directory: undefined, client }), {})
  assert.equal(logged.length, 1)
  assert.match(logged[0].message, /^the pack did not start: TypeError/)
})

test('a second copy stands down and says so once', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  for (let n = 0; n < 3; n++) assert.deepEqual(await start(t, place, { plugin: await load({ copy: true }) }), {})
  hooks.event(created('ses_1'))
  const all = lines(place.events)
  const [error, ...more] = ofType(all, 'swarm.pack.error')
  assert.deepEqual(more, [])
  assert.equal(error.payload.code, 'second_copy')
  assert.match(error.payload.place, /copy=/)
  assert.equal(ofType(all, 'swarm.session.started').length, 1)
})

test('the same file for the same directory begins anew', async (t) => {
  const place = project(t)
  const first = await start(t, place)
  const second = await start(t, place)
  first.event(created('ses_old'))
  second.event(created('ses_new'))
  const started = ofType(lines(place.events), 'swarm.session.started')
  assert.deepEqual(started.map((line) => line.session_id), ['ses_new'])
  assert.deepEqual(started.map((line) => line.seq), [2])
})

test('two directories of one process have a boot, a number and a heart each (S0.2, S0.21)', async (t) => {
  const [a, b] = [project(t), project(t)]
  const [one, two] = [await start(t, a), await start(t, b)]
  one.event(created('ses_a'))
  two.event(created('ses_b'))
  const boots = [a, b].map((place) => new Set(lines(place.events).map((line) => line.boot_id)))
  assert.deepEqual(boots.map((set) => set.size), [1, 1])
  assert.notDeepEqual(boots[0], boots[1])
  assert.deepEqual(ofType(lines(a.events), 'swarm.session.started').map((line) => line.session_id), ['ses_a'])
  assert.deepEqual(ofType(lines(b.events), 'swarm.session.started').map((line) => line.session_id), ['ses_b'])
})

test('an unknown session is looked up once at the host (X.4)', async (t) => {
  const place = project(t)
  const asked = []
  const client = { session: { get: async ({ path: { id } }) => (asked.push(id), { data: { id, parentID: 'ses_root' } }) } }
  const hooks = await start(t, place, { client })
  hooks.event(busy('ses_old'))
  hooks.event(busy('ses_old'))
  await new Promise((ok) => setTimeout(ok, 50))
  assert.deepEqual(asked, ['ses_old'])
  const [started] = ofType(lines(place.events), 'swarm.session.started')
  assert.equal(started.parent_session_id, 'ses_root')
})

test('a wrong configuration file is told with its line, and the rest is used (S0.36, S0.40)', async (t) => {
  const place = project(t)
  fs.writeFileSync(path.join(place.directory, '.opencode/swarm.json'), '{\n  // a comment\n  "heartbeat": { "intervall_ms": 1000 },\n  "identity": { "agent_id": "ag-1" },\n}\n')
  await start(t, place)
  const all = lines(place.events)
  const [error] = ofType(all, 'swarm.pack.error')
  assert.equal(error.payload.code, 'config_invalid')
  assert.match(error.payload.message, /swarm\.json:3: heartbeat\.intervall_ms: unknown key; did you mean "interval_ms"\?$/)
  assert.equal(error.agent_id, 'ag-1')
})

for (const [how, given] of [
  ['SWARM_CONFIG', (file) => ({ env: { SWARM_CONFIG: file } })],
  ['the option "config"', (file) => ({ options: { config: file } })],
])
  test(`the configuration file is the one that ${how} names (S0.38, S0.40)`, async (t) => {
    const place = project(t)
    fs.writeFileSync(path.join(place.root, 'mine.json'), '{ "identity": { "agent_id": "ag-2" } }')
    await start(t, place, given('../mine.json'))
    assert.equal(lines(place.events)[0].agent_id, 'ag-2')
    const missing = project(t)
    await start(t, missing, given('../missing.json'))
    const [error] = ofType(lines(missing.events), 'swarm.pack.error')
    assert.match(error.payload.message, /missing\.json: .*ENOENT/)
  })

test('a configuration file whose name no system takes moves nothing that is told beside it (S0.27, S0.36)', async (t) => {
  const place = project(t)
  const secret = 'correct-horse-battery-4711'
  const hooks = await start(t, place, { options: { config: 'a\0\0b' }, env: { SWARM_AGENT_ID: 'ag-7', DB_PASSWORD: secret } })
  hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1', callID: 'call_1' }, { args: { command: `echo ${secret}` } })
  hooks.event(created('ses_1'))
  const all = lines(place.events)
  assert.ok(ofType(all, 'swarm.pack.error').some(({ payload }) => payload.code === 'config_invalid'))
  assert.ok(all.every(({ agent_id }) => agent_id === 'ag-7'))
  const text = fs.readFileSync(place.events, 'utf8')
  assert.ok(text.includes('echo [redacted:') && !text.includes(secret))
})

test('a process that died gets its tombstone from the next start, once (S0.45)', async (t) => {
  const place = project(t)
  const hooks = await start(t, place)
  hooks.event(created('ses_1'))
  const folder = path.join(place.state, 'lock')
  const [name] = fs.readdirSync(folder)
  const [owner, ...notes] = fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  await hooks.dispose()
  assert.deepEqual(fs.readdirSync(folder), [])
  notes.push({ session_id: 'ses_2', is_open: true }, { session_id: 'ses_2', is_open: false })
  const lock = (boot_id, more = {}) =>
    fs.writeFileSync(path.join(folder, `${boot_id}.jsonl`), [{ ...owner, boot_id, ...more }, ...notes].map((line) => JSON.stringify(line)).join('\n') + '\n{"session_id":"torn')
  lock('dead', { start: '1' })
  lock('alive')
  lock('elsewhere', { machine: 'another' })
  fs.writeFileSync(path.join(folder, 'torn.jsonl'), '{')
  await start(t, place)
  await start(t, place)
  const tombs = ofType(lines(place.events), 'swarm.session.stopped').filter((line) => line.payload.reason === 'tombstone')
  assert.deepEqual(tombs.map((line) => [line.session_id, line.payload.previous_boot_id]), [['ses_1', 'dead']])
  assert.deepEqual(fs.readdirSync(folder).filter((file) => /^(dead|alive|elsewhere|torn)/.test(file)).sort(), ['alive.jsonl', 'elsewhere.jsonl', 'torn.jsonl'])
})

test('a lock from another machine is dead when nobody refreshes it', async (t) => {
  const place = project(t)
  const folder = path.join(place.state, 'lock')
  fs.mkdirSync(folder, { recursive: true })
  const owner = { machine: 'another', pid: 1, start: null, stale_after_ms: 600_000 }
  for (const [name, ageS] of [['old', 700], ['young', 500]]) {
    const file = path.join(folder, `${name}.jsonl`)
    fs.writeFileSync(file, `${JSON.stringify({ ...owner, boot_id: name })}\n{"session_id":"ses_${name}","is_open":true}\n`)
    fs.utimesSync(file, Date.now() / 1000 - ageS, Date.now() / 1000 - ageS)
  }
  await start(t, place)
  assert.deepEqual(ofType(lines(place.events), 'swarm.session.stopped').map((line) => line.session_id), ['ses_old'])
})

test('the host lane changes rules for commands and web fetches only, and leaves those of the user alone (S0.44)', async (t) => {
  const asked = async (config) => {
    const place = project(t)
    const { Worker } = await import('node:worker_threads')
    const code = `
      import('${new URL(`file://${path.resolve(process.env.PACK_DIR ?? 'pkg', 'opencode-swarm-pack.js')}`)}').then(async ({ default: plugin }) => {
        const hooks = await plugin.server({ directory: ${JSON.stringify(place.directory)}, worktree: '/', client: {} }, { approvals: { lane: 'host' } })
        const config = ${JSON.stringify(config)}
        await hooks.config(config)
        await hooks.dispose()
        require('node:worker_threads').parentPort.postMessage(config)
      })`
    const worker = new Worker(code, { eval: true, env: { ...process.env, HOME: place.home } })
    return new Promise((ok, no) => worker.once('message', ok).once('error', no))
  }
  assert.deepEqual(await asked({}), { permission: { bash: 'ask', webfetch: 'ask' } })
  assert.deepEqual(await asked({ permission: 'allow' }), { permission: { '*': 'allow', bash: 'ask', webfetch: 'ask' } })
  assert.deepEqual(await asked({ permission: { bash: { '*': 'allow', 'rm *': 'deny' }, edit: 'allow' } }), { permission: { edit: 'allow', bash: { '*': 'ask', 'rm *': 'deny' }, webfetch: 'ask' } })
  assert.deepEqual(await asked({ permission: { bash: { 'git push *': 'ask' } } }), { permission: { bash: { 'git push *': 'ask' }, webfetch: 'ask' } })
  assert.deepEqual(await asked({ permission: { webfetch: 'deny' }, agent: { build: { permission: { bash: 'allow' } } } }), { permission: { webfetch: 'deny' }, agent: { build: { permission: { bash: 'allow' } } } })
  assert.deepEqual(await asked({ permission: 'ask' }), { permission: 'ask' })
})
