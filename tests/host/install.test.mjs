// The ways to install the pack, each in the real host (S0.4).

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { PACK_DIR } from './harness/binary.mjs'
import { writeJson } from './harness/home.mjs'
import { assertStream, byBoot, ofType, stateFolders } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { dropIn, listFiles } from './harness/project.mjs'

const NAME = 'opencode-swarm-pack'
const { version: VERSION } = JSON.parse(fs.readFileSync(path.join(PACK_DIR, 'package.json'), 'utf8'))
const SCRIPT = { turns: [{ text: 'Hello.' }] }

/** A place whose opencode.json lists these plugins. */
async function placeWith(t, plugin, options = {}) {
  const place = await openPlace({ script: SCRIPT, config: { plugin }, ...options })
  t.after(() => place.close())
  return place
}

const npm = (place, folder, ...args) =>
  execFileSync('npm', args, { cwd: folder, env: place.env({ npm_config_cache: path.join(place.root, 'npm') }), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** The package as it would be published. */
const tarball = (place) => path.join(place.root, npm(place, PACK_DIR, 'pack', '--silent', '--pack-destination', place.root).trim().split('\n').at(-1))

/** Runs one turn and returns what the pack wrote of it. */
async function turn(place) {
  place.model.play(SCRIPT)
  const run = await place.run('say hello')
  assert.equal(run.exitCode, 0, run.stderr)
  assert.equal(run.stdout, 'Hello.\n')
  const lines = place.events()
  assertStream(lines)
  return lines
}

test('a tarball installed in the project, listed by its path, with options (S0.4, S0.40)', async (t) => {
  const place = await placeWith(t, [[`./node_modules/${NAME}`, { heartbeat: { interval_ms: 700 }, identity: { agent_id: 'from-options' } }]])
  writeJson(path.join(place.project, 'package.json'), { private: true })
  npm(place, place.project, 'install', '--no-save', tarball(place))
  assert.ok(fs.existsSync(path.join(place.project, 'node_modules', NAME, 'package.json')))
  const lines = await turn(place)
  assert.equal(byBoot(lines).length, 1)
  assert.equal(ofType(lines, 'swarm.turn.finished').length, 1)
  assert.equal(ofType(lines, 'swarm.heartbeat')[0].payload.interval_ms, 700)
  assert.equal(lines[0].agent_id, 'from-options')

  await t.test('beside a dropped-in copy one of the two stands down and says so once', async () => {
    dropIn(place.project)
    const boots = byBoot(await turn(place))
    assert.equal(boots.length, 2, 'one boot of the first run, one of this')
    const errors = ofType(boots[1], 'swarm.pack.error')
    assert.deepEqual(errors.map((line) => line.payload.code), ['second_copy'])
    assert.equal(ofType(boots[1], 'swarm.turn.finished').length, 1)
    assert.equal(ofType(boots[1], 'swarm.session.stopped').length, 1)
  })
})

test('a bare name, with the package where the host keeps installed ones (S0.4)', async (t) => {
  const place = await placeWith(t, [`${NAME}@${VERSION}`])
  const folder = path.join(place.home, '.cache/opencode/packages', `${NAME}@${VERSION}`, 'node_modules', NAME)
  fs.mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-xzf', tarball(place), '-C', folder, '--strip-components=1'])
  const lines = await turn(place)
  assert.equal(byBoot(lines).length, 1)
  assert.equal(ofType(lines, 'swarm.turn.finished').length, 1)
  assert.equal(ofType(lines, 'swarm.pack.error').length, 0)
})

test('dropped into the global folder: a project without `.opencode` stays without it (S0.4)', async (t) => {
  const place = await placeWith(t, [], { opencodeFolder: false })
  const before = listFiles(place.project)
  const folder = path.join(place.home, '.config/opencode/plugins')
  fs.mkdirSync(folder)
  fs.copyFileSync(path.join(PACK_DIR, `${NAME}.js`), path.join(folder, `${NAME}.js`))
  const lines = await turn(place)
  assert.equal(ofType(lines, 'swarm.turn.finished').length, 1)
  assert.deepEqual(listFiles(place.project), before)
  assert.equal(fs.existsSync(path.join(place.project, '.opencode')), false)
  const [state] = stateFolders(place)
  assert.equal(fs.statSync(state).mode & 0o777, 0o700)
  assert.ok(fs.existsSync(path.join(state, 'events.jsonl')))
})
