// @ts-check
// `init`: puts the drop-in file and a commented configuration where the host finds them, and takes them away again.
// What it made is known by looking, so nothing is kept anywhere else.

import fs from 'node:fs'
import path from 'node:path'
import starter from '#starter'
import { version } from '#version'
import { Changes, isEmptyFolder } from './changes.js'
import { GITIGNORE, MARKS, MODULES, importersOf } from './dependencies.js'
import { FILE_NAME, isOlder, shippedDropIn, versionOfDropIn } from './drop-in.js'
import { Failure, UsageError, YES } from './failure.js'
import { isFile, isFolder } from './files.js'
import { HostPlaces, userFolder } from './host-places.js'
import { findInstallations } from './installations.js'
import { complain, paint, say, sayJson } from './print.js'

/** @type {import('./main.js').Command} */
export const init = {
  usage: 'init [--global] [--target DIR] [--force] [--uninstall] [--json]',
  summary: 'install the pack for a project, or for all projects of a user; or take it away again',
  help: `
Puts plugins/${FILE_NAME} and a commented swarm.json into the .opencode folder of the project. Where
OpenCode has installed nothing in that folder yet, it also writes an empty node_modules, package.json and
package-lock.json there, which git does not see: they spare OpenCode an installation at its start that the pack does
not need. A plugin or tool of yours that imports @opencode-ai/plugin does: remove the three, and OpenCode installs it.

Running it again changes nothing, or replaces the file by the one of this version. A file that is not the pack's own and a
swarm.json that was edited are left alone.

  --target DIR   the project (default: the current folder)
  --global       for all projects: ~/.config/opencode (or under $XDG_CONFIG_HOME)
  --uninstall    remove what init made, and the folders that are empty then
  --force        also replace, or remove, what is not as init made it
  --json         one object: ok, folder, changes, warnings`,
  options: {
    global: { type: 'boolean' },
    target: { type: 'string' },
    force: { type: 'boolean' },
    uninstall: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: ({ values: { global, target, force = false, uninstall, json }, positionals: [extra] }) => {
    if (extra !== undefined) throw new UsageError(`init takes no "${extra}"`, `to install it for another project: init --target ${extra}`)
    if (global && target !== undefined) throw new UsageError('--global and --target contradict each other')
    const project = projectFolder(target ?? '.')
    const place = new Place(global ? userFolder() : path.join(project, '.opencode'))
    const changes = uninstall ? place.uninstall(force) : place.install(force)
    const warnings = uninstall ? place.leftBehind() : place.warnings(new HostPlaces(project))
    if (json) sayJson({ ok: true, folder: place.folder, changes: changes.list, warnings })
    else tell(changes.list, warnings, uninstall)
    return YES
  },
}

/** @param {string} target */
function projectFolder(target) {
  const folder = path.resolve(target)
  if (!isFolder(folder)) throw new UsageError(`${folder} is no folder`)
  return fs.realpathSync(folder)
}

/** A configuration folder of the host. */
class Place {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder
    this.plugins = path.join(folder, 'plugins')
    this.dropIn = path.join(this.plugins, FILE_NAME)
    this.config = path.join(folder, 'swarm.json')
    this.modules = path.join(folder, MODULES)
    this.gitignore = path.join(folder, '.gitignore')
    this.marks = Object.entries(MARKS).map(([name, text]) => ({ file: path.join(folder, name), text }))
  }

  /** @param {boolean} force */
  install(force) {
    const dropIn = shippedDropIn()
    if (!force) this.#refuseForeign()
    const changes = new Changes()
    changes.all(() => {
      const before = versionOfDropIn(this.dropIn)
      changes.write(this.dropIn, dropIn, before && before !== version ? `${before} → ${version}` : version)
      const isTheirs = fs.existsSync(this.config) && !isStarter(this.config)
      if (isTheirs && !force) changes.note(this.config, 'kept', 'edited; --force replaces it')
      else changes.write(this.config, starter)
      if (this.#isBare()) this.#mark(changes)
    }, 'make the folder writable, or choose another one with --target')
    return changes
  }

  #refuseForeign() {
    if (!fs.existsSync(this.dropIn)) return
    const found = versionOfDropIn(this.dropIn)
    if (found === undefined) {
      const remedy = 'move it away, or replace it with --force'
      throw new Failure(`${this.dropIn} is not the pack's own file; nothing was changed`, { remedy })
    }
    if (isOlder(version, found)) {
      const remedy = `take the newer tool (npx opencode-swarm-pack@${found} init), or go back to ${version} with --force`
      throw new Failure(`${this.dropIn} is of version ${found}, newer than this tool (${version}); nothing was changed`, { remedy })
    }
  }

  /** Whether nothing was ever installed in the folder, and nothing in it needs it. */
  #isBare() {
    const traces = [this.modules, path.join(this.folder, 'bun.lock'), ...this.marks.map(({ file }) => file)]
    return !traces.some((file) => fs.existsSync(file)) && importersOf(this.folder).length === 0
  }

  /** @param {Changes} changes */
  #mark(changes) {
    if (!fs.existsSync(this.gitignore)) changes.write(this.gitignore, GITIGNORE)
    for (const { file, text } of this.marks) changes.write(file, text)
    changes.folder(this.modules)
    changes.note(this.modules, 'created', 'empty')
  }

  /** @param {boolean} force */
  uninstall(force) {
    const changes = new Changes()
    changes.all(() => {
      if (fs.existsSync(this.dropIn)) {
        if (force || versionOfDropIn(this.dropIn) !== undefined) changes.remove(this.dropIn)
        else changes.note(this.dropIn, 'kept', "not the pack's own; --force removes it")
      }
      if (fs.existsSync(this.config)) {
        if (force || isStarter(this.config)) changes.remove(this.config)
        else changes.note(this.config, 'kept', 'edited; --force removes it')
      }
      if (isEmptyFolder(this.modules) && this.marks.every(({ file, text }) => isText(file, text))) this.#unmark(changes)
      changes.removeEmpty(this.plugins)
      changes.removeEmpty(this.folder)
    }, 'make the folder writable')
    return changes
  }

  /** @param {Changes} changes */
  #unmark(changes) {
    changes.removeEmpty(this.modules)
    changes.note(this.modules, 'removed')
    for (const { file } of this.marks) changes.remove(file)
    if (isText(this.gitignore, GITIGNORE)) changes.remove(this.gitignore)
  }

  /** Other copies that the host would load beside this one. @param {HostPlaces} places */
  warnings(places) {
    const others = findInstallations(places).filter(({ at }) => at !== this.dropIn)
    const placeOf = (/** @type {typeof others[number]} */ { kind, at, from }) => (kind === 'file' ? at : `the entry in ${from}`)
    return others.map((one) => `both would be loaded, and one stand down: this copy, and ${placeOf(one)}; keep one of the two`)
  }

  leftBehind() {
    const state = path.join(this.folder, 'swarm')
    return fs.existsSync(state) ? [`${state} is left: the events that were recorded`] : []
  }
}

/** Whether a configuration was not edited since `init` made it, be it of another version. @param {string} file */
function isStarter(file) {
  const plain = (/** @type {string} */ text) => text.replace(/(\/opencode-swarm-pack@)[\w.+-]+/, '$1')
  return isFile(file) && plain(fs.readFileSync(file, 'utf8')) === plain(starter)
}

/** @param {string} file @param {string} text */
const isText = (file, text) => isFile(file) && fs.readFileSync(file, 'utf8') === text

/** @param {import('./changes.js').Change[]} changes @param {string[]} warnings @param {boolean} uninstall */
function tell(changes, warnings, uninstall) {
  for (const { path: file, action, note } of changes) {
    const colour = action === 'kept' ? 'yellow' : action === 'unchanged' ? 'grey' : 'green'
    say(`${paint(colour, action.padEnd(9))} ${shown(file)}${note ? ` (${note})` : ''}`)
  }
  if (changes.length === 0) say('nothing to remove: the pack is not installed here')
  for (const warning of warnings) complain(`warning: ${warning}`)
  if (!uninstall && changes.some(({ action }) => action === 'created')) say('\nsee that it works: npx opencode-swarm-pack doctor')
}

/** A path as short as it is clear from here. @param {string} file */
function shown(file) {
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') ? file : relative
}
