// @ts-check
// The host installs a package of its own into every configuration folder, and plugins wait for it: for more than a
// minute at each start where the registry cannot be reached. Files that say it is done make it unnecessary.

import fs from 'node:fs'
import path from 'node:path'
import { entriesOf, isFile, readJson } from './files.js'

/** What the host installs: types and helpers for plugins that import them. The pack does not. */
const PACKAGE = '@opencode-ai/plugin'
/** An import that is more than one of types. */
const IMPORT = /(?:^|[;\n])\s*import\s(?!type\s)[^;'"]*['"]@opencode-ai\/plugin|(?:import|require)\(['"]@opencode-ai\/plugin/
const KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

const dependencies = { [PACKAGE]: '*' }
/** @param {object} value */
const text = (value) => `${JSON.stringify(value, null, 2)}\n`

/** The files that say so, by name. */
export const MARKS = {
  'package.json': text({ dependencies }),
  'package-lock.json': text({ lockfileVersion: 3, packages: { '': { dependencies } } }),
}
export const MODULES = 'node_modules'
/** What the host writes itself where there is none. */
export const GITIGNORE = ['node_modules', 'package.json', 'package-lock.json', 'bun.lock', '.gitignore'].join('\n')

/** Whether the host would install something into a folder at its next start. @param {string} folder */
export function isInstallDue(folder) {
  try {
    if (fs.existsSync(folder)) fs.accessSync(folder, fs.constants.W_OK)
  } catch {
    return false // it leaves a folder alone that it cannot write
  }
  if (!fs.existsSync(path.join(folder, MODULES))) return true
  const wanted = [PACKAGE, ...namesIn(readJson(path.join(folder, 'package.json')))]
  const locked = namesIn(readJson(path.join(folder, 'package-lock.json'))?.packages?.[''])
  return wanted.some((name) => !locked.includes(name))
}

/** Whether a folder says that the package is installed, and it is neither there nor above. @param {string} folder */
export function isOnlyMarked(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, MODULES, PACKAGE))) return false
    if (at === path.dirname(at)) return !isInstallDue(folder)
  }
}

/** Plugins and tools of a folder that need the package when they run. @param {string} folder @returns {string[]} */
export function importersOf(folder) {
  const folders = ['plugin', 'plugins', 'tool', 'tools'].map((name) => path.join(folder, name))
  const files = folders.flatMap((one) => entriesOf(one).map((name) => path.join(one, name)))
  return files.filter((file) => /\.[jt]s$/.test(file) && isFile(file) && IMPORT.test(fs.readFileSync(file, 'utf8')))
}

/** @param {any} manifest */
const namesIn = (manifest) => KINDS.flatMap((kind) => Object.keys(manifest?.[kind] ?? {}))
