// `doctor` with the real host: what it says of installations that work, and of each way in which one does not.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { hostBinary, hostVersion } from '../host/harness/binary.mjs'
import { writeJson } from '../host/harness/home.mjs'

import { until } from '../host/harness/wait.mjs'
import { CLI, DROP_IN, VERSION, snapshot, start } from './cli.mjs'
import { open as openAny } from './place.mjs'

const HOOKS = 'the hooks fired: session started, heartbeat, state working, tool call, turn finished, session stopped'

const open = (t, options) => openAny(t, { pack: true, ...options })

/** Runs the doctor; nothing of the project, the home or the folder for temporary files may be another afterwards. */
async function doctor(place, { args = [], env = {} } = {}) {
  const look = () => [place.project, place.home, place.temporary].map(snapshot)
  const before = look()
  const { code, stdout, stderr } = await start(['doctor', '--json', ...args], { cwd: place.project, env: place.env(env) }).ended
  assert.equal(stderr, '')
  assert.deepEqual(look(), before)
  const { ok, checks } = JSON.parse(stdout)
  assert.equal(code, ok ? 0 : 1)
  return { ok, checks, problems: checks.filter(({ status }) => status === 'problem').map(({ check, message, remedy }) => ({ check, message, remedy })) }
}

const said = (checks, name) => checks.find(({ check }) => check === name)?.message

test('an installation that works: every hook is shown to fire, and nothing is written (S0.4)', async (t) => {
  const place = await open(t)
  const { ok, checks } = await doctor(place)
  assert.deepEqual(checks.map(({ check, status }) => [check, status]), [
    ['opencode', 'ok'], ['installation', 'ok'], ['configuration', 'ok'], ['hooks', 'ok'],
  ], JSON.stringify(checks, null, 1))
  assert.equal(ok, true)
  assert.equal(said(checks, 'opencode'), `OpenCode ${hostVersion()} at ${place.root}/programs/opencode`)
  assert.equal(said(checks, 'installation'), `version ${VERSION}: ${place.dropIn}`)
  assert.ok(said(checks, 'hooks').endsWith(HOOKS), said(checks, 'hooks'))

  await t.test('the same as words for people, seen from a folder below', async () => {
    const { code, stdout, stderr } = await start(['doctor', '--opencode', hostBinary()], { cwd: path.join(place.project, 'src'), env: place.env() }).ended
    assert.deepEqual([code, stderr], [0, ''], stdout)
    assert.match(stdout, /^ok {7}OpenCode /)
    assert.ok(stdout.endsWith(`${HOOKS}\n\nthe pack works here\n`), stdout)
  })
})

test('other plugins are not run, and callbacks of the configuration are not called', async (t) => {
  const place = await open(t)
  const marker = path.join(place.root, 'was-here')
  const other = `import fs from 'node:fs'\nexport default { id: 'other', server: async () => { fs.writeFileSync(${JSON.stringify(marker)}, '') ; return {} } }\n`
  fs.writeFileSync(path.join(place.project, '.opencode/plugins/other.js'), other)
  fs.mkdirSync(path.join(place.home, '.config/opencode/plugins'), { recursive: true })
  fs.writeFileSync(path.join(place.home, '.config/opencode/plugins/other.js'), other)
  const events = path.join(place.root, 'mine.jsonl')
  writeJson(path.join(place.project, '.opencode/swarm.json'), { events: { sinks: [`file:${events}`] }, heartbeat: { enabled: false }, telemetry: { enabled: false } })
  const { ok, checks } = await doctor(place)
  assert.equal(ok, true, JSON.stringify(checks, null, 1))
  assert.ok(said(checks, 'hooks').endsWith(HOOKS), 'also with parts of it switched off')
  assert.equal(fs.existsSync(marker), false)
  assert.equal(fs.existsSync(events), false)
})

test('the pack is not there, or where the host does not look', async (t) => {
  const place = await open(t, { pack: false })
  const remedy = 'install it: npx opencode-swarm-pack init'
  const missing = { check: 'installation', message: `the pack is not installed for ${place.project}`, remedy }
  const bare = await doctor(place)
  assert.deepEqual(bare.problems, [missing])
  assert.equal(said(bare.checks, 'hooks'), undefined, 'there is nothing to try')

  const misplaced = {
    '.opencode/plugins/opencode-swarm-pack.mjs': 'its name does not end in .js',
    '.opencode/plugins/pack/opencode-swarm-pack.js': 'it is in a sub-folder',
    'plugins/opencode-swarm-pack.js': 'it is in no plugin folder',
  }
  for (const name of Object.keys(misplaced)) {
    fs.mkdirSync(path.dirname(path.join(place.project, name)), { recursive: true })
    fs.copyFileSync(DROP_IN, path.join(place.project, name))
  }
  const { problems, checks } = await doctor(place)
  assert.deepEqual(problems, [missing])
  const notes = checks.filter(({ status, check }) => status === 'note' && check === 'installation').map(({ message }) => message).sort()
  const expected = Object.entries(misplaced).map(([name, why]) => `${path.join(place.project, name)} is not loaded: ${why}; OpenCode loads *.js and *.ts directly in .opencode/plugins`)
  assert.deepEqual(notes, expected.sort())

  const namesake = path.join(place.project, '.opencode/plugins/opencode-swarm-pack.js')
  fs.writeFileSync(namesake, 'export default {}\n')
  const message = `${namesake} has the name of the pack, and is something else`
  assert.ok((await doctor(place)).checks.some((check) => check.status === 'note' && check.message === message))
})

test('two copies: both are named, and the host is seen to load them', async (t) => {
  const place = await open(t)
  const global = path.join(place.home, '.config/opencode/plugins/opencode-swarm-pack.js')
  fs.mkdirSync(path.dirname(global), { recursive: true })
  fs.copyFileSync(DROP_IN, global)
  const { problems, checks } = await doctor(place)
  const message = `2 copies of the pack would be loaded, and all but one stand down: ${global}; ${place.dropIn}`
  assert.deepEqual(problems, [{ check: 'installation', message, remedy: 'keep one of them' }])
  assert.ok(said(checks, 'hooks').endsWith(HOOKS), JSON.stringify(checks, null, 1))
})

test('listed in opencode.json by a path, with options, beside a dropped-in copy', async (t) => {
  const place = await open(t, { config: { plugin: [['./node_modules/opencode-swarm-pack', { heartbeat: { intervall_ms: 1 } }]] } })
  const folder = path.join(place.project, 'node_modules/opencode-swarm-pack')
  const missing = await doctor(place)
  const config = path.join(place.project, 'opencode.json')
  assert.ok(missing.problems.some(({ message }) => message === `${config} lists ${folder}, and the pack is not there`), JSON.stringify(missing.problems))

  fs.rmSync(place.dropIn)
  fs.cpSync(path.dirname(CLI), folder, { recursive: true })
  const { problems, checks } = await doctor(place)
  assert.equal(said(checks, 'installation'), `version ${VERSION}: ${folder}, listed in ${config}`)
  assert.equal(problems.length, 1, JSON.stringify(checks, null, 1))
  assert.equal(problems[0].check, 'configuration')
  assert.match(problems[0].message, /intervall_ms.*interval_ms/)
  assert.ok(said(checks, 'hooks').endsWith(HOOKS))
})

test('a configuration that is wrong is told in the words of the pack, once', async (t) => {
  const place = await open(t)
  const file = path.join(place.project, '.opencode/swarm.json')
  fs.writeFileSync(file, '{\n  "heartbeat": { "intervall_ms": 700 }\n}\n')
  const { problems, checks } = await doctor(place, { env: { SWARM_TELEMETRY: 'maybe' } })
  assert.deepEqual(problems.map(({ check }) => check), ['configuration', 'configuration'], JSON.stringify(checks, null, 1))
  for (const word of [file, 'intervall_ms', '"interval_ms"']) assert.ok(problems.some(({ message }) => message.includes(word)), word)
  assert.ok(problems.some(({ message }) => message.includes('SWARM_TELEMETRY')))
  assert.ok(said(checks, 'hooks').endsWith(HOOKS), 'it works all the same')
})

test('switched off, by the pack\'s own switches and by the host\'s', async (t) => {
  const place = await open(t)
  const off = await doctor(place, { env: { SWARM_PACK: '0' } })
  assert.deepEqual(off.problems, [{ check: 'configuration', message: 'the pack is switched off by SWARM_PACK=0 in the environment', remedy: 'unset SWARM_PACK' }])
  assert.ok(said(off.checks, 'hooks').endsWith(HOOKS), 'but for that it works')

  const file = path.join(place.project, '.opencode/swarm.json')
  writeJson(file, { enabled: false })
  const { problems } = await doctor(place, { env: { OPENCODE_PURE: '1', OPENCODE_DISABLE_PROJECT_CONFIG: 'true' } })
  assert.deepEqual(problems, [
    { check: 'configuration', message: `the pack is switched off by "enabled": false in ${file}`, remedy: 'set "enabled" to true there' },
    { check: 'environment', message: 'OPENCODE_PURE is set: OpenCode loads no plugin, as with --pure', remedy: 'unset it' },
    {
      check: 'environment',
      message: 'OPENCODE_DISABLE_PROJECT_CONFIG is set: OpenCode looks at no .opencode folder of a project',
      remedy: 'unset it, or install the pack for all projects: npx opencode-swarm-pack init --global',
    },
  ])
})

test('the host is not there, is none, or is too old', async (t) => {
  const place = await open(t)
  const script = (name, text) => {
    fs.writeFileSync(path.join(place.root, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return path.join(place.root, name)
  }
  const old = script('old', 'echo 1.4.0')
  const broken = script('broken', 'exit 3')
  const get = 'install OpenCode (npm install -g opencode-ai), or name it with --opencode PATH'
  const cases = [
    [{ args: ['--opencode', old] }, `OpenCode 1.4.0 at ${old} is too old: the pack needs 1.18.0 or later`, 'upgrade it: opencode upgrade'],
    [{ args: ['--opencode', broken] }, `${broken} --version fails`, 'install OpenCode again, or name another one with --opencode PATH'],
    [{ args: ['--opencode', '/bin/true'] }, '/bin/true is no OpenCode: its --version is none', 'name OpenCode with --opencode PATH'],
    [{ args: ['--opencode', '/nowhere/opencode'] }, '/nowhere/opencode is no program', get],
    [{ env: { PATH: place.temporary } }, 'there is no `opencode` on the PATH', get],
  ]
  for (const [how, message, remedy] of cases) {
    const { problems, checks } = await doctor(place, how)
    assert.deepEqual(problems, [{ check: 'opencode', message, remedy }])
    assert.equal(said(checks, 'configuration'), 'no configuration file: the defaults count', 'the rest is looked at')
  }
})

test('a configuration of the host that is no JSON is named, and comments are none', async (t) => {
  const place = await open(t)
  const file = path.join(place.project, 'opencode.json')
  fs.writeFileSync(file, '{ "plugin": [')
  const { problems } = await doctor(place, { args: ['--opencode', '/nowhere/opencode'] })
  assert.deepEqual(problems.map(({ check, message }) => [check, message]), [
    ['opencode', '/nowhere/opencode is no program'],
    ['opencode', `${file} is not valid JSON: OpenCode does not start with it`],
  ])
  fs.writeFileSync(file, '{ // with comments\n  "plugin": [], }\n')
  assert.equal((await doctor(place, { args: ['--opencode', '/nowhere/opencode'] })).problems.length, 1)
})

test('a copy that the host cannot load, and a host that fails', async (t) => {
  const place = await open(t)
  const header = fs.readFileSync(DROP_IN, 'utf8').split('\n').slice(0, 2).join('\n')
  fs.writeFileSync(place.dropIn, `${header}\nthrow new Error('cut in the middle')\n`)
  const { problems } = await doctor(place)
  assert.equal(problems.length, 1, JSON.stringify(problems))
  assert.match(problems[0].message, /^the pack is installed, and OpenCode did not load it: /)

  const failing = path.join(place.root, 'failing')
  fs.writeFileSync(failing, '#!/bin/sh\n[ "$1" = --version ] && echo 1.18.33 && exit\necho no disk left >&2\nexit 7\n', { mode: 0o755 })
  const failed = await doctor(place, { args: ['--opencode', failing] })
  assert.deepEqual(failed.problems.map(({ message }) => message), [
    'the pack is installed, and OpenCode did not load it: OpenCode ended its turn with 7 and said: no disk left',
  ])
})

test('a descriptor is somebody else\'s to open, and that is said', async (t) => {
  const place = await open(t)
  const { problems, checks } = await doctor(place, { args: ['--opencode', '/nowhere/opencode'], env: { SWARM_EVENTS: 'fd:9' } })
  assert.equal(problems.length, 1)
  assert.equal(said(checks, 'sinks'), 'whether "fd:9" is open is up to whoever starts OpenCode: it cannot be seen here')
})

test('a sink that cannot be written, told with its place', async (t) => {
  const place = await open(t)
  const blocked = path.join(place.project, 'README.md/events.jsonl')
  const { problems, checks } = await doctor(place, { env: { SWARM_EVENTS: `file:${blocked},stderr` } })
  assert.deepEqual(problems.map(({ check, message }) => [check, message]), [
    ['sinks', `events cannot be written to the sink "file:${blocked}": ${path.join(place.project, 'README.md')} is no folder`],
  ])
  assert.ok(said(checks, 'hooks').endsWith(HOOKS))
})

test('an installation of the host that a closed network stalls, and one that gives up at once', async (t) => {
  const place = await open(t)
  const folder = path.join(place.project, '.opencode')
  for (const name of ['node_modules', 'package.json', 'package-lock.json']) fs.rmSync(path.join(folder, name), { recursive: true })
  // One more try after 17 s, where npm's own pauses add up to more than a minute.
  const closed = { npm_config_offline: undefined, npm_config_fetch_retries: '1', npm_config_fetch_retry_mintimeout: '17000', npm_config_fetch_retry_maxtimeout: '17000' }
  const { problems, checks } = await doctor(place, { env: closed })
  assert.equal(problems.length, 1, JSON.stringify(checks, null, 1))
  assert.equal(problems[0].check, 'dependencies')
  assert.match(problems[0].message, /^OpenCode could not install @opencode-ai\/plugin in .*\/project\/\.opencode, and plugins waited for it: the start took \d+ s, as each one will$/)
  assert.equal(problems[0].remedy, 'run init again, which makes that unnecessary; or set npm_config_offline=true, and it gives up at once')
  assert.ok(said(checks, 'hooks').endsWith(HOOKS))

  const offline = await doctor(place)
  assert.deepEqual(offline.problems, [])
  assert.ok(offline.checks.some(({ status, message }) => status === 'note' && message.includes(`OpenCode could not install @opencode-ai/plugin in ${folder}; it gave up at once`)), JSON.stringify(offline.checks))
})

test('a folder that says that all is installed, with a plugin that needs what is not', async (t) => {
  const place = await open(t)
  const theirs = path.join(place.project, '.opencode/plugins/theirs.ts')
  fs.writeFileSync(theirs, "import type { Plugin } from '@opencode-ai/plugin'\n")
  assert.deepEqual((await doctor(place, { args: ['--opencode', '/nowhere'] })).problems.length, 1, 'types are not needed')
  fs.writeFileSync(theirs, "import { tool } from '@opencode-ai/plugin'\n")
  const { problems } = await doctor(place, { args: ['--opencode', '/nowhere'] })
  assert.equal(problems[1].message, `${theirs} imports @opencode-ai/plugin, which is not installed in ${path.join(place.project, '.opencode')}`)
})

test('the package named in opencode.json, where the host keeps installed ones', async (t) => {
  const place = await open(t, { pack: false, opencodeFolder: false, git: false, config: { plugin: [`opencode-swarm-pack@${VERSION}`] } })
  const { checks } = await doctor(place, { args: ['--opencode', '/nowhere'] })
  const entry = `"opencode-swarm-pack@${VERSION}" in ${path.join(place.project, 'opencode.json')}`
  assert.equal(said(checks, 'installation'), `${entry}: OpenCode fetches it at its next start, once`)
  const offline = await doctor(place)
  assert.deepEqual(offline.problems.map(({ message }) => message), [`OpenCode could not fetch opencode-swarm-pack@${VERSION}, and so did not load it`])
  fs.cpSync(path.dirname(CLI), path.join(place.home, '.cache/opencode/packages', `opencode-swarm-pack@${VERSION}`, 'node_modules/opencode-swarm-pack'), { recursive: true })
  const installed = await doctor(place)
  assert.equal(installed.ok, true, JSON.stringify(installed.checks, null, 1))
  assert.equal(said(installed.checks, 'installation'), `version ${VERSION}: ${entry}`)
  assert.ok(said(installed.checks, 'hooks').endsWith(HOOKS))
})

test('in what init made the host installs nothing, and adds nothing but the events', async (t) => {
  const place = await open(t, { pack: false, opencodeFolder: false, script: { turns: [{ text: 'Hello.' }] } })
  const { code } = await start(['init'], { cwd: place.project, env: place.env() }).ended
  assert.equal(code, 0)
  const look = () => Object.keys(snapshot(path.join(place.project, '.opencode'))).filter((name) => !name.startsWith('swarm/'))
  const before = look()
  assert.equal((await place.run('say hello')).exitCode, 0)
  assert.ok(place.events().length > 0)
  assert.deepEqual(look(), [...before, 'swarm'].sort())
  const logs = path.join(place.home, '.local/share/opencode/log')
  const log = fs.readdirSync(logs).map((name) => fs.readFileSync(path.join(logs, name), 'utf8')).join('')
  assert.ok(log.length > 0)
  assert.ok(!log.includes('dependency install failed'), log)
})

test('told to end, it ends the host it started and takes its folder away', async (t) => {
  const place = await open(t)
  const pidFile = path.join(place.root, 'pid')
  const sleeping = path.join(place.root, 'sleeping')
  fs.writeFileSync(sleeping, `#!/bin/sh\n[ "$1" = --version ] && echo 1.18.33 && exit\nsleep 600 &\necho $! > ${pidFile}.new && mv ${pidFile}.new ${pidFile}\nwait\n`, { mode: 0o755 })
  const { child, ended } = start(['doctor', '--opencode', sleeping], { cwd: place.project, env: place.env() })
  const pid = Number(fs.readFileSync(await until('the host runs', () => fs.existsSync(pidFile) && pidFile), 'utf8'))
  child.kill('SIGINT')
  const { code, stderr } = await ended
  assert.deepEqual([code, stderr], [1, 'opencode-swarm-pack: interrupted\n'])
  assert.deepEqual(fs.readdirSync(place.temporary), [])
  await until('its command ends', () => !fs.existsSync(`/proc/${pid}`) || fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '))
})
