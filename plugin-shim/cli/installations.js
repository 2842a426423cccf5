// @ts-check
// Every copy of the pack that the host would load for a directory, and copies that lie where it does not look.

import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { FILE_NAME, NAME, versionOfDropIn } from './drop-in.js'
import { entriesOf, isFile, readJson } from './files.js'
import { parseJsonc } from './jsonc.js'

/** @typedef {import('./host-places.js').HostPlaces} HostPlaces */
/**
 * @typedef {object} Installation
 * @property {'file' | 'listed' | 'package'} kind dropped into a plugin folder, listed by its path, listed by its name
 * @property {string} at the file or folder of this copy
 * @property {string} from the folder or configuration file that makes the host load it
 * @property {import('./host-places.js').Scope} scope
 * @property {string | undefined} version nothing where the copy is not there
 * @property {string} spec what the host would be told to load
 * @property {any} options
 */
/** @typedef {{ at: string, why: string }} Misplaced */

/** The options of the entry that loads the pack; a file that is dropped in has none. @param {Installation[]} installations */
export const optionsOf = (installations) => installations.findLast(({ kind }) => kind !== 'file')?.options

/** @param {HostPlaces} places @returns {Installation[]} */
export function findInstallations(places) {
  const listed = places.documents.flatMap((document) => listedIn(document, places))
  const found = [...listed, ...listedInVariable(places), ...places.folders.flatMap(dropInsOf)]
  // As the host does it: one for each URL, and of a package's names the last one counts.
  const keyOf = (/** @type {Installation} */ one) => (one.kind === 'package' ? NAME : one.at)
  return found.filter((one, i) => found.findLastIndex((other) => keyOf(other) === keyOf(one)) === i)
}

/** @param {import('./host-places.js').Place} folder */
function dropInsOf({ path: folder, scope }) {
  /** @type {Installation[]} */
  const found = []
  for (const from of pluginFoldersOf(folder)) {
    for (const at of filesOf(from).filter(isLoaded)) {
      const version = versionOfDropIn(at)
      if (version !== undefined) found.push({ kind: 'file', at, from, scope, version, spec: pathToFileURL(at).href, options: undefined })
    }
  }
  return found
}

/** @param {import('./host-places.js').Place} document @param {HostPlaces} places */
function listedIn({ path: file, scope }, places) {
  return listed({ text: () => fs.readFileSync(file, 'utf8'), base: path.dirname(file), from: file, scope }, places)
}

/** @param {HostPlaces} places */
function listedInVariable(places) {
  const text = () => places.env.OPENCODE_CONFIG_CONTENT || '{}'
  return listed({ text, base: places.directory, from: 'OPENCODE_CONFIG_CONTENT', scope: 'user' }, places)
}

/** @typedef {{ text: () => string, base: string, from: string, scope: import('./host-places.js').Scope }} Document */

/** @param {Document} document @param {HostPlaces} places */
function listed(document, places) {
  const entries = entriesIn(document)
  return entries.flatMap((entry) => {
    const [spec, options] = Array.isArray(entry) ? entry : [entry, undefined]
    const found = typeof spec === 'string' ? (asPackage(spec, document, places) ?? asPath(spec, document)) : undefined
    return found ? [{ ...found, options }] : []
  })
}

/** @param {Document} document @returns {unknown[]} */
function entriesIn({ text }) {
  try {
    const entries = parseJsonc(text())?.plugin
    return Array.isArray(entries) ? entries : []
  } catch {
    return [] // the host says what is wrong with it
  }
}

/** @param {string} spec @param {Document} document @param {HostPlaces} places @returns {Installation | undefined} */
function asPackage(spec, { from, scope }, { cache }) {
  if (spec !== NAME && !spec.startsWith(`${NAME}@`)) return undefined
  const at = path.join(cache, 'packages', spec === NAME ? `${NAME}@latest` : spec, 'node_modules', NAME)
  return { kind: 'package', at, from, scope, version: versionOf(at), spec, options: undefined }
}

/** @param {string} spec @param {Document} document @returns {Installation | undefined} */
function asPath(spec, { base, from, scope }) {
  const at = pathOf(spec, base)
  if (at === undefined) return undefined
  const version = versionOf(at)
  // A path that leads nowhere is ours if it says so.
  if (version === undefined && (fs.existsSync(at) || !spec.includes(NAME))) return undefined
  return { kind: 'listed', at, from, scope, version, spec: pathToFileURL(at).href, options: undefined }
}

/** @param {string} spec @param {string} base */
function pathOf(spec, base) {
  if (spec.startsWith('file://')) return fileURLToPath(spec)
  if (spec.startsWith('.') || path.isAbsolute(spec)) return path.resolve(base, spec)
  return undefined
}

/** The version of the pack in a file or a package folder. @param {string} at @returns {string | undefined} */
function versionOf(at) {
  const manifest = readJson(path.join(at, 'package.json'))
  return manifest?.name === NAME ? String(manifest.version) : versionOfDropIn(at)
}

/** Copies of the drop-in file near the places where they would be found. @param {HostPlaces} places @returns {Misplaced[]} */
export function findMisplaced({ directory, folders }) {
  const inPlugins = folders.flatMap(({ path }) => pluginFoldersOf(path))
  const outside = [directory, ...pluginFoldersOf(directory), ...folders.map(({ path }) => path)]
  const copies = (/** @type {string[]} */ files) => files.filter((file) => versionOfDropIn(file) !== undefined)
  const below = inPlugins.flatMap((folder) => entriesOf(folder).map((name) => path.join(folder, name)))
  return [
    ...copies(outside.flatMap(filesOf)).map((at) => ({ at, why: 'it is in no plugin folder' })),
    ...copies(inPlugins.flatMap(filesOf).filter((at) => !isLoaded(at))).map((at) => ({ at, why: 'its name does not end in .js' })),
    ...copies(below.flatMap(filesOf)).map((at) => ({ at, why: 'it is in a sub-folder' })),
  ]
}

/** Files that the host would load under the name of the pack, and that are something else. @param {HostPlaces} places @returns {string[]} */
export function findNamesakes({ folders }) {
  const named = folders.flatMap(({ path: folder }) => pluginFoldersOf(folder)).map((folder) => path.join(folder, FILE_NAME))
  return named.filter((file) => isFile(file) && versionOfDropIn(file) === undefined)
}

/** The host looks into both. @param {string} folder */
const pluginFoldersOf = (folder) => ['plugin', 'plugins'].map((name) => path.join(folder, name))

/** Other files of a plugin folder are left alone. @param {string} file */
const isLoaded = (file) => /\.[jt]s$/.test(file)

/** @param {string} folder */
const filesOf = (folder) => entriesOf(folder).map((name) => path.join(folder, name)).filter(isFile)
