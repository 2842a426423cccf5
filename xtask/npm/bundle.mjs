// The last steps of `cargo xtask build`: from the optimised wasm and the shim to the files of pkg/, checked.
//
//   target/wasm/glue.js         wasm-bindgen's glue as a module: `#glue` of the shim's sources
//   target/wasm/cli-glue.js     the same for the core that can more: `#glue` where the command line tool is bundled
//   target/wasm/*.d.ts          types of `#glue`, `#cli-glue`, `#wasm` (halves of the core, gzipped, base64) and `#version`
//   pkg/opencode-swarm-pack.js  the drop-in file and the package's entry, one default export, wasm inlined
//   pkg/cli.js                  the command line tool, wasm inlined
//   pkg/bridge.js               the bridge functions, wasm inlined

import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildShim, npm, packageOfCargo, replace, require, root, writeGlue } from './shim.mjs'

const KB = 1024
const DROP_IN_KB_MAX = 450
const WASM_GZIPPED_KB_MAX = 300
/** What `opencode-swarm-pack/bridge` exports. */
const BRIDGE = ['FrameReader', 'buildTitle', 'classify', 'dryRunCallback', 'pickIds', 'readData', 'readTitle', 'resolveSession', 'routingEnvelope', 'typedEvent', 'unwrap']

const pkg = process.env.PACK_DIR ?? join(root, 'pkg')

/** The imports of the command line tool that no file stands for. */
const generated = {
  '#starter': () => ({ contents: readFileSync(join(root, 'src/config/starter.jsonc')), loader: 'text' }),
  '#validate-event': () => ({ contents: eventValidator(), resolveDir: npm }),
}

const problems = []
const { version, license } = packageOfCargo()
const pack = core('pack', 'glue', ['pack/first', 'pack/second'])
const tool = core('cli', 'cli-glue', ['cli'])
writeTypes()

checkWasm(pack, WASM_GZIPPED_KB_MAX)
checkWasm(tool)
checkManifest()
const banner = `/*! opencode-swarm-pack ${version} | ${license} | made by \`cargo xtask build\`; do not edit */`
// Its first words tell Bun that nothing is left to translate: reading the file takes the host half the time.
await bundle({ core: pack, from: 'index.js', to: 'opencode-swarm-pack.js', banner: `// @bun\n${banner}`, exports: ['default'], kbMax: DROP_IN_KB_MAX, isSmall: true })
await bundle({ core: tool, from: 'cli/main.js', to: 'cli.js', banner: `#!/usr/bin/env node\n${banner}`, exports: [] })
await bundle({ core: tool, from: 'bridge.js', to: 'bridge.js', banner, exports: BRIDGE })
chmodSync(join(pkg, 'cli.js'), 0o755)
for (const file of ['LICENSE-MIT', 'LICENSE-APACHE']) {
  if (existsSync(join(root, file))) copyFileSync(join(root, file), join(pkg, file))
  else problems.push(`${file} is missing`)
}

for (const problem of problems) console.error(`error: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0

/** A core in its halves, or whole, as `cargo xtask build` has left it, with its glue. */
function core(name, glueName, files) {
  const read = (ending) => files.map((file) => readFileSync(join(root, `target/wasm/${file}${ending}`)))
  return { name, files, halves: read('.wasm'), zipped: read('.wasm.gz'), glue: writeGlue(name, glueName) }
}

/** The boundary names types of the contract, which the shim has a file of. */
function writeTypes() {
  writeGlueTypes('pack', 'glue')
  writeGlueTypes('cli', 'cli-glue')
  replace(join(root, 'target/wasm/wasm.d.ts'), 'export const first: string\n/** Empty where the core is whole. */\nexport const second: string\n')
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
    '/** What a fresh instance needs around it, and then of a compiled module the instance, independent of all others. One of the first half calls `load` before it needs the second. */',
    'export function instantiate(load?: (first: WebAssembly.Exports, imports: WebAssembly.Imports) => void): (module: WebAssembly.Module) => typeof wasm_bindgen',
  ]
  replace(join(root, `target/wasm/${glueName}.d.ts`), glue.join('\n'))
}

function checkWasm({ name, files, halves, zipped }, kbMax) {
  const sum = (all) => all.reduce((sum, { length }) => sum + length, 0)
  files.forEach((file, n) => size(`${file}.wasm`, halves[n].length))
  size(`${name}, gzipped`, sum(zipped), kbMax)
  const foreign = halves.flatMap((half) => WebAssembly.Module.imports(new WebAssembly.Module(half))).filter(({ module }) => module === 'env')
  for (const { name } of foreign) problems.push(`the wasm imports ${name} from "env"; a dependency expects another platform`)
}

function checkManifest() {
  const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'))
  if (manifest.version !== version) {
    problems.push(`pkg/package.json says version ${manifest.version}, Cargo.toml says ${version}; make them the same`)
  }
}

async function bundle({ core, from, to, banner, exports, kbMax, isSmall = false }) {
  // A shorter file starts sooner. Its own stack traces reach nobody: what it tells of an error is the name.
  const options = { banner: { js: banner }, minifyIdentifiers: isSmall, minifySyntax: isSmall }
  const more = (name) => generated[name]?.()
  const result = await buildShim({ from, to: join(pkg, to), glue: core.glue, halves: core.zipped, more, options })
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

/** The schema of a line as a function. Its formats only repeat the size of a Rust integer. */
function eventValidator() {
  const schema = JSON.parse(readFileSync(join(pkg, 'event.schema.json'), 'utf8'))
  const { default: Ajv } = require('ajv/dist/2020')
  const { default: standaloneCode } = require('ajv/dist/standalone')
  const ajv = new Ajv({ strict: false, validateFormats: false, code: { source: true, esm: true } })
  const eventTypes = Object.keys(schema.$defs).filter((name) => name.startsWith('swarm.'))
  return `${standaloneCode(ajv, ajv.compile(schema))}\nexport const eventTypes = ${JSON.stringify(eventTypes)}`
}

function size(what, bytes, kbMax) {
  const kb = (bytes / KB).toFixed(1)
  console.log(`${what}: ${kb} KB${kbMax ? ` (at most ${kbMax})` : ''}`)
  if (kbMax && bytes > kbMax * KB) problems.push(`${what} is ${kb} KB, more than ${kbMax}`)
}
