// The shim with a core inside, as one file: what bundling and the profile have in common.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const npm = process.env.OPENCODE_NODE_MODULES ?? join(root, 'target/npm/node_modules')
export const require = createRequire(join(npm, 'x.js'))
const { build } = require('esbuild')

/** Name, version and licence are said once, in Cargo.toml. */
export function packageOfCargo() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8')
  const value = (key) => {
    const found = new RegExp(`^${key} = "(.*)"$`, 'm').exec(manifest)
    if (!found) throw new Error(`Cargo.toml: no ${key}`)
    return found[1]
  }
  return { version: value('version'), license: value('license') }
}

/** What becomes of wasm-bindgen's script: what a first half imports has `split.load`, too, and there is no code that fetches the wasm. */
const CHANGES = [
  [/^ *"\.\/pack_bg\.js": import0,\n/m, (imports) => `${imports}            split: { load: () => load(wasm, __wbg_get_imports()) },\n`],
  [/^    let script_src;\n    if [^}]*}\n/m, () => ''],
  [/^    async function __wbg_load\([^]*?(?=^    function initSync\()/m, () => ''],
  [/^    let __wbg_init_promise;[^]*?(?=^    return Object)/m, () => ''],
  [/Object\.assign\(__wbg_init, /, () => 'Object.assign('],
]

/** The generated script keeps its instance in variables at its top; inside a function, each call has its own. */
export function writeGlue(name, glueName) {
  let script = readFileSync(join(root, `target/wasm/${name}/pack.js`), 'utf8')
  for (const [found, change] of CHANGES) {
    if (!found.test(script)) throw new Error(`target/wasm/${name}/pack.js has no ${found}; wasm-bindgen has changed`)
    script = script.replace(found, change)
  }
  const file = join(root, `target/wasm/${glueName}.js`)
  replace(file, `export function instantiate(load) {\n${script}\nreturn (module) => {\n  wasm_bindgen.initSync({ module });\n  return wasm_bindgen;\n};\n}\n`)
  return file
}

/**
 * One entry of the shim and all that it imports. What it says of the problem has been printed when nothing comes back.
 *
 * @param {object} given
 * @param {string} given.from below plugin-shim/
 * @param {string} given.to
 * @param {string} given.glue file of the glue
 * @param {Buffer[]} given.halves of the core, zipped: one when it is whole
 * @param {(name: string) => object | undefined} [given.more] other generated imports, by name
 * @param {object} [given.options] of esbuild
 */
export function buildShim({ from, to, glue, halves: [first, second], more = () => undefined, options }) {
  const text = (half) => JSON.stringify(half?.toString('base64') ?? '')
  const generated = (name) =>
    name === '#wasm' ? { contents: `export const first = ${text(first)}, second = ${text(second)}` }
    : name === '#version' ? { contents: `export const version = ${JSON.stringify(packageOfCargo().version)}` }
    : more(name)
  /** The imports of the shim that no file of it stands for. Of the runtime's modules each is imported once, not by each file anew. */
  const setup = ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:(fs|os|path)$/ }, ({ path, namespace }) => (namespace === 'runtime' ? { path, external: true } : { path, namespace: 'runtime' }))
    onLoad({ filter: /^/, namespace: 'runtime' }, ({ path }) => ({ contents: `export { default } from ${JSON.stringify(path)}` }))
    onResolve({ filter: /^#glue$/ }, () => ({ path: glue }))
    onResolve({ filter: /^#/ }, ({ path }) => ({ path, namespace: 'generated' }))
    onLoad({ filter: /^#/, namespace: 'generated' }, ({ path }) => generated(path))
  }
  return build({
    absWorkingDir: root,
    entryPoints: [`plugin-shim/${from}`],
    outfile: to,
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [{ name: 'generated', setup }],
    ...options,
    // It has said why on the way.
  }).catch(() => undefined)
}

/** In one step: who reads it meanwhile gets the old or the new, never half of one. */
export function replace(file, contents) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, contents)
  renameSync(`${file}.new`, file)
}
