// The package as it would be published: what is in it, what it says of itself, what its files need.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { PACK_DIR, REPOSITORY } from '../host/harness/binary.mjs'
import { BRIDGE, CLI, DROP_IN, VERSION, folders } from './cli.mjs'

const manifest = JSON.parse(fs.readFileSync(path.join(PACK_DIR, 'package.json'), 'utf8'))
const modules = process.env.OPENCODE_NODE_MODULES ?? path.join(REPOSITORY, 'target/npm/node_modules')
const { build } = createRequire(path.join(modules, 'x.js'))('esbuild')

test('the tarball holds exactly these files (S0.4)', (t) => {
  const { home, root } = folders(t)
  const env = { PATH: process.env.PATH, HOME: home, npm_config_cache: path.join(root, 'npm'), npm_config_offline: 'true' }
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: PACK_DIR, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  assert.deepEqual(packed.files.map((file) => file.path).sort(), [
    'CALLERS.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'bridge.d.ts', 'bridge.js', 'cli.js', 'config.schema.json', 'event.schema.json', 'opencode-swarm-pack.js', 'package.json',
  ])
  assert.equal(packed.id, `opencode-swarm-pack@${VERSION}`)
})

test('the drop-in file starts no process and signals none but its own (S0.6)', () => {
  const text = fs.readFileSync(DROP_IN, 'utf8')
  assert.doesNotMatch(text, /child_process|Bun\.spawn|\bexecSync\b|node-pty/)
  // To see whether a process lives, and to die of the signal that we held up.
  assert.deepEqual([...text.matchAll(/process\.kill\(([^)]*)\)/g)].map(([, given]) => given.replace(/\w+/g, (word) => (['process', 'pid', '0'].includes(word) ? word : '_'))).sort(), ['_,0', 'process.pid,_'])
})

test('package.json says how the package is loaded, and by whom (S0.4)', () => {
  const { name, type, main, exports, bin, engines, license, dependencies, scripts } = manifest
  assert.deepEqual({ name, type, main, license, dependencies, scripts }, {
    name: 'opencode-swarm-pack', type: 'module', main: './opencode-swarm-pack.js', license: 'MIT OR Apache-2.0', dependencies: undefined, scripts: undefined,
  })
  assert.equal(exports['.'], main)
  assert.equal(exports['./server'], main, 'the host reads this entry of a folder or package')
  assert.deepEqual(engines, { node: '>=20.16', opencode: '>=1.18.0' })
  assert.deepEqual(bin, { 'opencode-swarm-pack': './cli.js', 'swarm-pack': './cli.js' })
  const files = Object.values(exports).flatMap((target) => (typeof target === 'string' ? target : Object.values(target)))
  for (const file of [...files, ...Object.values(bin)]) assert.ok(fs.existsSync(path.join(PACK_DIR, file)), `${file} is there`)
})

test('the version is the one of Cargo.toml, in every file that says it', async () => {
  const cargo = /^version = "(.*)"$/m.exec(fs.readFileSync(path.join(REPOSITORY, 'Cargo.toml'), 'utf8'))[1]
  assert.equal(manifest.version, cargo)
  const [bun, first] = fs.readFileSync(DROP_IN, 'utf8').split('\n')
  assert.equal(bun, '// @bun', 'Bun has nothing to translate')
  assert.ok(first.startsWith(`/*! opencode-swarm-pack ${cargo} | MIT OR Apache-2.0 |`), first)
  assert.equal(execFileSync(CLI, ['--version'], { encoding: 'utf8' }), `${cargo}\n`, 'and cli.js is a program')
})

test('the drop-in file has one export, with an id and a server (S0.4, S2.19)', async () => {
  const module = await import(pathToFileURL(DROP_IN).href)
  assert.deepEqual(Object.keys(module), ['default'])
  assert.deepEqual(Object.keys(module.default).sort(), ['id', 'server'])
  assert.equal(module.default.id, 'swarm-pack')
  assert.equal(typeof module.default.server, 'function')
})

test('nothing but what is built into the runtime is imported (S0.4)', async () => {
  for (const file of [DROP_IN, CLI, BRIDGE]) {
    const { metafile } = await build({ entryPoints: [file], bundle: true, platform: 'node', format: 'esm', target: 'node20', write: false, metafile: true, logLevel: 'silent', outdir: 'x' })
    assert.equal(Object.keys(metafile.inputs).length, 1, `${file} stands alone`)
    const imports = Object.values(metafile.inputs)[0].imports.map((one) => one.path)
    assert.equal(imports.length > 0, file !== BRIDGE, `${file}: the imports are seen, and the bridge functions need none`)
    assert.deepEqual(imports.filter((name) => !name.startsWith('node:')), [], file)
  }
})

test('the schemas are JSON Schemas that a validator accepts (S0.14)', () => {
  const { default: Ajv } = createRequire(path.join(modules, 'x.js'))('ajv/dist/2020')
  for (const name of ['event', 'config']) {
    const schema = JSON.parse(fs.readFileSync(path.join(PACK_DIR, `${name}.schema.json`), 'utf8'))
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
    assert.equal(validate([]), false, `${name}: an array is no object`)
  }
})
