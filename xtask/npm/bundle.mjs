// The last steps of `cargo xtask build`: from the optimised wasm and the shim to the files of pkg/, checked.
//
//   target/wasm/glue.js         wasm-bindgen's glue as a module: `#glue` of the shim's sources
//   target/wasm/cli-glue.js     the same for the core that can more: `#glue` where the command line tool is bundled
//   target/wasm/*.d.ts          types of `#glue`, `#cli-glue`, `#wasm` (gzipped, base64) and `#version`
//   pkg/opencode-swarm-pack.js  the drop-in file and the package's entry, one default export, wasm inlined
//   pkg/cli.js                  the command line tool, wasm inlined
//   pkg/bridge.js               the bridge functions, wasm inlined

import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const KB = 1024
const DROP_IN_KB_MAX = 450
const WASM_GZIPPED_KB_MAX = 300
/** What `opencode-swarm-pack/bridge` exports. */
const BRIDGE = ['FrameReader', 'buildTitle', 'classify', 'pickIds', 'readData', 'readTitle', 'resolveSession', 'typedEvent', 'unwrap']

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const pkg = process.env.PACK_DIR ?? join(root, 'pkg')
const npm = process.env.OPENCODE_NODE_MODULES ?? join(root, 'target/npm/node_modules')
const require = createRequire(join(npm, 'x.js'))
const { build } = require('esbuild')

const problems = []
const { version, license } = packageOfCargo()
const pack = core('pack', 'glue')
const tool = core('cli', 'cli-glue')
writeTypes()

checkWasm(pack, WASM_GZIPPED_KB_MAX)
checkWasm(tool)
checkManifest()
const banner = `/*! opencode-swarm-pack ${version} | ${license} | made by \`cargo xtask build\`; do not edit */`
await bundle({ core: pack, from: 'index.js', to: 'opencode-swarm-pack.js', banner, exports: ['default'], kbMax: DROP_IN_KB_MAX })
await bundle({ core: tool, from: 'cli/main.js', to: 'cli.js', banner: `#!/usr/bin/env node\n${banner}`, exports: [] })
await bundle({ core: tool, from: 'bridge.js', to: 'bridge.js', banner, exports: BRIDGE })
chmodSync(join(pkg, 'cli.js'), 0o755)
for (const file of ['LICENSE-MIT', 'LICENSE-APACHE']) {
  if (existsSync(join(root, file))) copyFileSync(join(root, file), join(pkg, file))
  else problems.push(`${file} is missing`)
}

for (const problem of problems) console.error(`error: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0

/** Name, version and licence are said once, in Cargo.toml. */
function packageOfCargo() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8')
  const value = (key) => {
    const found = new RegExp(`^${key} = "(.*)"$`, 'm').exec(manifest)
    if (!found) throw new Error(`Cargo.toml: no ${key}`)
    return found[1]
  }
  return { version: value('version'), license: value('license') }
}

/** A wasm of the core, zipped, with its glue. */
function core(name, glueName) {
  const wasm = readFileSync(join(root, `target/wasm/${name}.wasm`))
  return { name, wasm, zipped: gzipSync(wasm, { level: 9 }), glue: writeGlue(name, glueName) }
}

/** The generated script keeps its instance in variables at its top; inside a function, each call has its own. */
function writeGlue(name, glueName) {
  const script = readFileSync(join(root, `target/wasm/${name}/pack.js`), 'utf8')
  const file = join(root, `target/wasm/${glueName}.js`)
  replace(file, `export function instantiate(module) {\n${script}\nwasm_bindgen.initSync({ module });\nreturn wasm_bindgen;\n}\n`)
  return file
}

/** The boundary names types of the contract, which the shim has a file of. */
function writeTypes() {
  writeGlueTypes('pack', 'glue')
  writeGlueTypes('cli', 'cli-glue')
  replace(join(root, 'target/wasm/wasm.d.ts'), 'declare const wasm: string\nexport default wasm\n')
  replace(join(root, 'target/wasm/version.d.ts'), 'export const version: string\n')
}

function writeGlueTypes(name, glueName) {
  const types = readFileSync(join(root, `target/wasm/${name}/pack.d.ts`), 'utf8')
  const contract = readFileSync(join(root, 'plugin-shim/types.d.ts'), 'utf8')
  const names = (text, kind) => [...text.matchAll(new RegExp(`^\\s*export ${kind} (\\w+)`, 'gm'))].map(([, name]) => name)
  const glue = [
    `import type { ${names(contract, '(?:type|interface)').join(', ')} } from '../../plugin-shim/types.js'`,
    types,
    ...names(types, 'class').map((name) => `export type ${name} = wasm_bindgen.${name}`),
    '/** A fresh instance of a compiled module, independent of all others. */',
    'export function instantiate(module: WebAssembly.Module): typeof wasm_bindgen',
  ]
  replace(join(root, `target/wasm/${glueName}.d.ts`), glue.join('\n'))
}

function checkWasm({ name, wasm, zipped }, kbMax) {
  size(`${name}.wasm`, wasm.length)
  size(`${name}.wasm, gzipped`, zipped.length, kbMax)
  const foreign = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ module }) => module === 'env')
  for (const { name } of foreign) problems.push(`the wasm imports ${name} from "env"; a dependency expects another platform`)
}

function checkManifest() {
  const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'))
  if (manifest.version !== version) {
    problems.push(`pkg/package.json says version ${manifest.version}, Cargo.toml says ${version}; make them the same`)
  }
}

async function bundle({ core, from, to, banner, exports, kbMax }) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [`plugin-shim/${from}`],
    outfile: join(pkg, to),
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: banner },
    plugins: [{ name: 'generated', setup: (build) => resolveGenerated(build, core) }],
    // It has said why on the way.
  }).catch(() => undefined)
  if (!result) return problems.push(`plugin-shim/${from} cannot be bundled`)
  const { outputFiles, metafile } = result
  const [output] = Object.values(metafile.outputs)
  if ([...output.exports].sort().join() !== exports.join()) {
    problems.push(`pkg/${to} exports [${output.exports}] instead of [${exports}]`)
  }
  for (const { path } of output.imports) {
    if (!path.startsWith('node:')) problems.push(`pkg/${to} imports ${path}; only node: modules are there at run time`)
  }
  const [{ contents }] = outputFiles
  replace(join(pkg, to), contents)
  size(`pkg/${to}`, contents.length, kbMax)
}

/** The imports of the shim that no file of it stands for. */
function resolveGenerated({ onResolve, onLoad }, { glue, zipped }) {
  onResolve({ filter: /^#glue$/ }, () => ({ path: glue }))
  onResolve({ filter: /^#(wasm|version|starter|validate-event)$/ }, ({ path }) => ({ path, namespace: 'generated' }))
  onLoad({ filter: /^#wasm$/, namespace: 'generated' }, () => ({ contents: zipped.toString('base64'), loader: 'text' }))
  onLoad({ filter: /^#version$/, namespace: 'generated' }, () => ({
    contents: `export const version = ${JSON.stringify(version)}`,
  }))
  onLoad({ filter: /^#starter$/, namespace: 'generated' }, () => ({
    contents: readFileSync(join(root, 'src/config/starter.jsonc')),
    loader: 'text',
  }))
  onLoad({ filter: /^#validate-event$/, namespace: 'generated' }, () => ({ contents: eventValidator(), resolveDir: npm }))
}

/** The schema of a line as a function. Its formats only repeat the size of a Rust integer. */
function eventValidator() {
  const schema = JSON.parse(readFileSync(join(pkg, 'event.schema.json'), 'utf8'))
  const { default: Ajv } = require('ajv/dist/2020')
  const { default: standaloneCode } = require('ajv/dist/standalone')
  const ajv = new Ajv({ strict: false, validateFormats: false, code: { source: true, esm: true } })
  const eventTypes = Object.keys(schema.$defs).filter((name) => name.startsWith('swarm.'))
  return `${standaloneCode(ajv, ajv.compile(schema))}\nexport const eventTypes = ${JSON.stringify(eventTypes)}`
}

/** In one step: who reads it meanwhile gets the old or the new, never half of one. */
function replace(file, contents) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, contents)
  renameSync(`${file}.new`, file)
}

function size(what, bytes, kbMax) {
  const kb = (bytes / KB).toFixed(1)
  console.log(`${what}: ${kb} KB${kbMax ? ` (at most ${kbMax})` : ''}`)
  if (kbMax && bytes > kbMax * KB) problems.push(`${what} is ${kb} KB, more than ${kbMax}`)
}
