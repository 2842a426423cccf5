// @ts-check
// Where the host looks for plugins and configuration, seen from a project directory, in the order in which it does.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isFolder } from './files.js'

/** @typedef {'project' | 'user'} Scope */
/** @typedef {{ path: string, scope: Scope }} Place */

export class HostPlaces {
  /** @param {string} directory @param {NodeJS.ProcessEnv} [env] */
  constructor(directory, env = process.env) {
    this.directory = fs.realpathSync(directory)
    this.home = env.HOME || os.homedir()
    this.env = env
    /** The host's worktree: the repository, `/` where there is none. */
    this.worktree = repositoryOf(this.directory) ?? path.parse(this.directory).root
    this.isRepository = fs.existsSync(path.join(this.worktree, '.git'))
    /** The user's configuration folder of the host. */
    this.userFolder = userFolder(env)
    this.cache = path.join(env.XDG_CACHE_HOME || path.join(this.home, '.cache'), 'opencode')
  }

  /** From the directory upwards to the worktree. */
  get levels() {
    const levels = []
    for (let at = this.directory; ; at = path.dirname(at)) {
      levels.push(at)
      if (at === this.worktree || at === path.dirname(at)) return levels
    }
  }

  /** Configuration folders: with plugins in `plugin/` and `plugins/`, and an installation by the host. @returns {Place[]} */
  get folders() {
    const named = this.env.OPENCODE_CONFIG_DIR && path.resolve(this.directory, this.env.OPENCODE_CONFIG_DIR)
    const project = this.levels.map((level) => path.join(level, '.opencode'))
    const user = [path.join(this.home, '.opencode'), ...(named ? [named] : [])]
    const scoped = (/** @type {Scope} */ scope) => (/** @type {string} */ folder) => ({ path: folder, scope })
    const further = [...project.map(scoped('project')), ...user.map(scoped('user'))].filter(({ path }) => isFolder(path))
    return unique([{ path: this.userFolder, scope: 'user' }, ...further])
  }

  /** Configuration files that exist. @returns {Place[]} */
  get documents() {
    const named = this.env.OPENCODE_CONFIG && path.resolve(this.directory, this.env.OPENCODE_CONFIG)
    const names = ['opencode.json', 'opencode.jsonc']
    const inFolder = (/** @type {Place} */ { path: folder, scope }) => names.map((name) => ({ path: path.join(folder, name), scope }))
    /** @type {Place[]} */
    const levels = [...this.levels].reverse().map((level) => ({ path: level, scope: 'project' }))
    return unique([
      { path: path.join(this.userFolder, 'config.json'), scope: 'user' },
      ...inFolder({ path: this.userFolder, scope: 'user' }),
      ...(named ? [{ path: named, scope: /** @type {const} */ ('user') }] : []),
      ...levels.flatMap(inFolder),
      ...this.folders.slice(1).flatMap(inFolder),
    ]).filter((place) => fs.existsSync(place.path))
  }
}

/** @param {NodeJS.ProcessEnv} [env] */
export function userFolder(env = process.env) {
  return path.join(env.XDG_CONFIG_HOME || path.join(env.HOME || os.homedir(), '.config'), 'opencode')
}

/** @param {string} directory */
function repositoryOf(directory) {
  for (let at = directory; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.git'))) return at
    if (at === path.dirname(at)) return undefined
  }
}

/** A home that lies above the project is found twice. @param {Place[]} places */
const unique = (places) => places.filter(({ path }, i) => places.findIndex((other) => other.path === path) === i)
