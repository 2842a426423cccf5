// `init`: what it makes, that twice is once, what it leaves alone, and that uninstalling restores.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { PACK_DIR } from '../host/harness/binary.mjs'
import { DROP_IN, VERSION, folders, run, snapshot } from './cli.mjs'

const PLUGIN = '.opencode/plugins/opencode-swarm-pack.js'
const MARKS = ['.opencode/.gitignore', '.opencode/package.json', '.opencode/package-lock.json', '.opencode/node_modules']

/** Runs `init` with `--json` in a project and returns its exit code and what it said, with paths from the project. */
async function init(place, args = [], options = {}) {
  const { code, stdout, stderr } = await run(['init', '--json', ...args], { cwd: place.project, home: place.home, ...options })
  const said = JSON.parse(stdout)
  const actions = Object.fromEntries((said.changes ?? []).map(({ path: file, action }) => [path.relative(place.project, file), action]))
  return { code, stderr, said, actions }
}

const write = (folder, name, text) => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  fs.writeFileSync(path.join(folder, name), text)
}

test('init makes an installation that is whole, twice is once, and uninstalling restores (S0.4, S1.15)', async (t) => {
  const place = folders(t)
  const before = snapshot(place.project)
  const first = await init(place)
  assert.equal(first.code, 0)
  assert.deepEqual(first.actions, Object.fromEntries([PLUGIN, '.opencode/swarm.json', ...MARKS].map((name) => [name, 'created'])))
  assert.deepEqual(first.said.warnings, [])
  assert.ok(fs.readFileSync(path.join(place.project, PLUGIN)).equals(fs.readFileSync(DROP_IN)), 'the drop-in file of the package')
  assert.deepEqual(fs.readdirSync(path.join(place.project, '.opencode/node_modules')), [])
  assert.equal(fs.readFileSync(path.join(place.project, '.opencode/.gitignore'), 'utf8'), 'node_modules\npackage.json\npackage-lock.json\nbun.lock\n.gitignore')
  assert.deepEqual(fs.readdirSync(path.join(place.project, '.opencode/plugins')), ['opencode-swarm-pack.js'], 'nothing else is left')

  const made = snapshot(place.project)
  const second = await init(place)
  assert.equal(second.code, 0)
  assert.deepEqual(second.actions, { [PLUGIN]: 'unchanged', '.opencode/swarm.json': 'unchanged' })
  assert.deepEqual(snapshot(place.project), made)

  const removed = await init(place, ['--uninstall'])
  assert.equal(removed.code, 0)
  assert.deepEqual(new Set(Object.values(removed.actions)), new Set(['removed']))
  assert.deepEqual(snapshot(place.project), before)
  const again = await run(['init', '--uninstall'], { cwd: place.project, home: place.home })
  assert.deepEqual([again.code, again.stdout], [0, 'nothing to remove: the pack is not installed here\n'])
  assert.deepEqual(fs.readdirSync(place.home), [], 'nothing is remembered elsewhere')
})

test('of what it makes git sees the two files to commit', async (t) => {
  const place = folders(t)
  const git = (...args) => execFileSync('git', args, { cwd: place.project, env: { PATH: process.env.PATH, HOME: place.home }, encoding: 'utf8' })
  git('init', '-q')
  await init(place)
  assert.equal(git('status', '--porcelain', '--untracked-files=all'), `?? ${PLUGIN}\n?? .opencode/swarm.json\n`)
})

test('the configuration it makes is read without a complaint', async (t) => {
  const place = folders(t)
  await init(place)
  const { stdout } = await run(['doctor', '--json', '--opencode', '/nowhere'], { cwd: place.project, home: place.home })
  const [configuration, ...more] = JSON.parse(stdout).checks.filter(({ check }) => check === 'configuration')
  assert.deepEqual([configuration.status, more], ['ok', []])
  assert.equal(configuration.message, `configuration ${path.join(place.project, '.opencode/swarm.json')}`)
})

test('--target names another project, --global the folder of all (S1.15)', async (t) => {
  const place = folders(t)
  const other = path.join(place.root, 'other')
  fs.mkdirSync(other)
  assert.equal((await init(place, ['--target', '../other'])).code, 0)
  assert.ok(fs.existsSync(path.join(other, PLUGIN)))
  assert.deepEqual(fs.readdirSync(place.project), [])

  const ways = [
    { folder: path.join(place.home, '.config/opencode'), env: {} },
    { folder: path.join(place.root, 'xdg/opencode'), env: { XDG_CONFIG_HOME: path.join(place.root, 'xdg') } },
  ]
  for (const { folder, env } of ways) {
    const { code, said } = await init(place, ['--global'], { env })
    assert.deepEqual([code, said.folder], [0, folder])
    for (const name of ['plugins/opencode-swarm-pack.js', 'swarm.json']) assert.ok(fs.existsSync(path.join(folder, name)), name)
    await init(place, ['--global', '--uninstall'], { env })
    assert.equal(fs.existsSync(folder), false)
  }
})

test('an older file of the pack is replaced, a newer one only with --force (S1.15)', async (t) => {
  const place = folders(t)
  const file = path.join(place.project, PLUGIN)
  write(place.project, PLUGIN, '/*! opencode-swarm-pack 0.0.9 | MIT OR Apache-2.0 | old */\nexport default {}\n')
  const updated = await init(place)
  assert.deepEqual([updated.code, updated.actions[PLUGIN]], [0, 'updated'])
  assert.equal(updated.said.changes[0].note, `0.0.9 → ${VERSION}`)
  assert.ok(fs.readFileSync(file).equals(fs.readFileSync(DROP_IN)))

  const newer = '/*! opencode-swarm-pack 99.0.0 | MIT OR Apache-2.0 | new */\n'
  write(place.project, PLUGIN, newer)
  const refused = await init(place)
  assert.equal(refused.code, 1)
  assert.equal(refused.said.error, `${file} is of version 99.0.0, newer than this tool (${VERSION}); nothing was changed`)
  assert.equal(fs.readFileSync(file, 'utf8'), newer)
  assert.equal((await init(place, ['--force'])).actions[PLUGIN], 'updated')
})

test('a file that is not the pack is neither replaced nor removed without --force', async (t) => {
  const place = folders(t)
  write(place.project, PLUGIN, 'export default { mine: true }\n')
  const before = snapshot(place.project)
  const refused = await init(place)
  assert.equal(refused.code, 1)
  assert.deepEqual(refused.said, {
    ok: false,
    error: `${path.join(place.project, PLUGIN)} is not the pack's own file; nothing was changed`,
    remedy: 'move it away, or replace it with --force',
  })
  assert.deepEqual(snapshot(place.project), before)
  const kept = await init(place, ['--uninstall'])
  assert.deepEqual([kept.code, kept.actions], [0, { [PLUGIN]: 'kept' }])
  assert.deepEqual(snapshot(place.project), before)
  assert.equal((await init(place, ['--force'])).actions[PLUGIN], 'updated')
})

test('a swarm.json that was edited stays, and goes with --force', async (t) => {
  const place = folders(t)
  const mine = '{ "heartbeat": { "interval_ms": 900 } }\n'
  write(place.project, '.opencode/swarm.json', mine)
  const installed = await init(place)
  assert.deepEqual([installed.code, installed.actions['.opencode/swarm.json']], [0, 'kept'])
  const removed = await init(place, ['--uninstall'])
  assert.deepEqual([removed.code, removed.actions['.opencode/swarm.json']], [0, 'kept'])
  assert.deepEqual(snapshot(place.project), { '.opencode': 'folder', '.opencode/swarm.json': mine })
  await init(place)
  assert.equal((await init(place, ['--force'])).actions['.opencode/swarm.json'], 'updated')
  write(place.project, '.opencode/swarm.json', mine)
  await init(place, ['--uninstall', '--force'])
  assert.deepEqual(snapshot(place.project), {})
})

test('a swarm.json that init of another version made, and nobody edited, is brought up to date and taken away', async (t) => {
  const place = folders(t)
  await init(place)
  const file = path.join(place.project, '.opencode/swarm.json')
  const made = fs.readFileSync(file, 'utf8')
  const older = () => fs.writeFileSync(file, made.replace(/(opencode-swarm-pack@)[\w.+-]+/, '$10.0.9'))
  older()
  assert.notEqual(fs.readFileSync(file, 'utf8'), made)
  await init(place)
  assert.equal(fs.readFileSync(file, 'utf8'), made)
  older()
  await init(place, ['--uninstall'])
  assert.equal(fs.existsSync(file), false)
})

test('what others have in the folder stays as it is', async (t) => {
  const place = folders(t)
  write(place.project, '.opencode/plugins/theirs.ts', 'export const theirs = 1\n')
  write(place.project, '.opencode/package.json', '{ "dependencies": { "theirs": "1" } }\n')
  const before = snapshot(place.project)
  const { actions } = await init(place)
  assert.deepEqual(actions, { [PLUGIN]: 'created', '.opencode/swarm.json': 'created' }, 'the folder is not marked as installed: something is')
  await init(place, ['--uninstall'])
  assert.deepEqual(snapshot(place.project), before)
})

test('a folder with a tool that needs the host\'s package is not marked as installed', async (t) => {
  const place = folders(t)
  write(place.project, '.opencode/tool/theirs.ts', "import { tool } from '@opencode-ai/plugin'\nexport default tool({})\n")
  const { actions } = await init(place)
  assert.deepEqual(Object.keys(actions), [PLUGIN, '.opencode/swarm.json'])
})

test('marks that the host or somebody made use of stay after uninstalling, and so do events', async (t) => {
  const place = folders(t)
  await init(place)
  write(place.project, '.opencode/node_modules/theirs/index.js', '')
  write(place.project, '.opencode/swarm/events.jsonl', '{}\n')
  const { said } = await init(place, ['--uninstall'])
  assert.deepEqual(said.warnings, [`${path.join(place.project, '.opencode/swarm')} is left: the events that were recorded`])
  const left = Object.keys(snapshot(place.project))
  for (const name of ['.opencode/package.json', '.opencode/node_modules/theirs/index.js', '.opencode/swarm/events.jsonl']) assert.ok(left.includes(name), name)
  assert.ok(!left.includes(PLUGIN) && !left.includes('.opencode/swarm.json'), `${left}`)
})

test('a copy that would be loaded besides is warned of, wherever it is', async (t) => {
  const place = folders(t)
  const copies = {
    'the entry in project/opencode.jsonc': () => write(place.project, 'opencode.jsonc', '{\n // a comment\n "plugin": ["opencode-swarm-pack@0.0.1",],\n}'),
    'home/.config/opencode/plugins/opencode-swarm-pack.js': () => write(place.home, '.config/opencode/plugins/opencode-swarm-pack.js', fs.readFileSync(DROP_IN)),
    'project/.opencode/plugin/renamed.ts': () => write(place.project, '.opencode/plugin/renamed.ts', fs.readFileSync(DROP_IN)),
    'the entry in project/.opencode/opencode.json': () => write(place.project, '.opencode/opencode.json', JSON.stringify({ plugin: [[PACK_DIR, {}]] })),
  }
  const expected = []
  for (const [what, make] of Object.entries(copies)) {
    make()
    expected.push(what.replace(/(project|home)\//, (name) => `${path.join(place.root, name)}`))
    const { code, said } = await init(place)
    assert.equal(code, 0)
    assert.equal(said.warnings.length, expected.length, `${what}: ${said.warnings}`)
    for (const copy of expected) {
      const warning = `both would be loaded, and one stand down: this copy, and ${copy}; keep one of the two`
      assert.ok(said.warnings.includes(warning), `${warning}\nnot in\n${said.warnings.join('\n')}`)
    }
  }
})

test('where it cannot write it says so, names the place, and leaves nothing behind', async (t) => {
  const place = folders(t)
  write(place.project, '.opencode', 'a file\n')
  const { code, said, stderr } = await init(place)
  assert.equal(code, 1)
  assert.equal(said.error, `cannot change ${path.join(place.project, '.opencode')}: something else has that name (EEXIST); nothing was changed`)
  assert.ok(stderr.includes(said.remedy))
  fs.rmSync(path.join(place.project, '.opencode'))

  // The right to write does not bind root: somebody else must try.
  const uid = process.getuid() === 0 ? 65534 : undefined
  const program = path.join(place.root, 'cli.js')
  for (const name of ['cli.js', 'opencode-swarm-pack.js', 'package.json']) fs.copyFileSync(path.join(PACK_DIR, name), path.join(place.root, name))
  for (const [folder, mode] of [[place.root, 0o755], [place.home, 0o755], [place.project, 0o555]]) fs.chmodSync(folder, mode)
  const refused = await init(place, [], { uid, program })
  assert.equal(refused.code, 1)
  assert.equal(refused.said.error, `cannot change ${path.join(place.project, '.opencode')}: permission denied (EACCES); nothing was changed`)
  fs.chmodSync(place.project, 0o755)
  assert.deepEqual(fs.readdirSync(place.project), [])
})

test('when a later step fails, the earlier ones are taken back', async (t) => {
  const place = folders(t)
  fs.mkdirSync(path.join(place.project, '.opencode/swarm.json'), { recursive: true })
  const before = snapshot(place.project)
  const { code, said } = await init(place, ['--force'])
  assert.equal(code, 1)
  assert.equal(said.error, `cannot change ${path.join(place.project, '.opencode/swarm.json')}: it is a folder (EISDIR); nothing was changed`)
  assert.deepEqual(snapshot(place.project), before)
})
