// @ts-check
// Where things are: the state folder, the configuration file, the home of the user.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Largest configuration file that is read, in bytes. The core's own bound is the same and says so. */
const CONFIG_BYTES_MAX = 1 << 20

export class Places {
  /** @type {string | undefined} */
  #state

  /**
   * @param {string} directory project directory
   * @param {string} worktree the host's worktree; `/` where the directory is in no repository
   */
  constructor(directory, worktree) {
    this.directory = path.resolve(directory)
    this.root = worktree && worktree !== path.parse(this.directory).root ? path.resolve(worktree) : this.directory
    this.home = real(process.env.HOME || os.homedir())
  }

  /** The state folder, made when it is first asked for: a pack that is switched off makes none. Throws where there can be none. */
  state() {
    return this.#state ?? this.makeState()
  }

  /** The state folder, looked for anew: somebody may have taken it away. */
  makeState() {
    return (this.#state = this.#findState())
  }

  /**
   * The configuration file: the one that is named, else the nearest in a `.opencode`, else the user's.
   *
   * @param {string | undefined} named
   * @returns {import('./types.js').BootFile | null}
   */
  config(named) {
    if (named) return read(path.resolve(this.directory, named))
    const user = path.join(process.env.XDG_CONFIG_HOME || path.join(this.home, '.config'), 'opencode')
    const folders = [...this.#hostFolders(), user]
    const found = folders.map((folder) => path.join(folder, 'swarm.json')).find((file) => fs.existsSync(file))
    return found === undefined ? null : read(found)
  }

  /**
   * What is the pack's own, or decides whether it is loaded: no tool call may write there. Each as it is named and as it
   * is, where a link leads elsewhere.
   *
   * @param {string | undefined} config the configuration file that is named
   */
  own(config) {
    const user = path.join(process.env.XDG_CONFIG_HOME || path.join(this.home, '.config'), 'opencode')
    const folders = [...this.#folders().map((folder) => path.join(folder, '.opencode')), user, path.join(this.home, '.opencode')]
    if (process.env.OPENCODE_CONFIG_DIR) folders.push(path.resolve(this.directory, process.env.OPENCODE_CONFIG_DIR))
    const names = ['swarm', 'swarm.json', 'plugin', 'plugins']
    const own = folders.flatMap((folder) => names.map((name) => path.join(folder, name)))
    own.push(path.join(this.#base(), 'opencode-swarm-pack'), import.meta.dirname)
    if (config) own.push(path.resolve(this.directory, config))
    return [...new Set(own.flatMap((place) => [place, real(place)]))]
  }

  /** From the directory up to the project root. */
  #folders() {
    const folders = []
    for (let at = this.directory; ; at = path.dirname(at)) {
      folders.push(at)
      if (at === this.root || at === path.dirname(at)) return folders
    }
  }

  #base() {
    return process.env.XDG_STATE_HOME || path.join(this.home, '.local', 'state')
  }

  /** Existing `.opencode` folders from the directory up to the project root, nearest first. */
  #hostFolders() {
    return this.#folders().map((folder) => path.join(folder, '.opencode')).filter((folder) => fs.existsSync(folder))
  }

  #findState() {
    const inProject = this.#projectState()
    // A `.opencode` is never made here: the host would take it for a configuration folder and run an install in it.
    if (inProject) {
      try {
        return prepare(inProject)
      } catch {
        // Read-only, or something else has the name.
      }
    }
    return prepare(this.#userState())
  }

  /** Where the bridge has its files. */
  bridge() {
    return path.join(process.env.OPENCLAW_STATE_DIR || path.join(this.home, '.openclaw'), 'opencode-bridge')
  }

  /** The state folder as somebody finds it who only reads: the one with what is looked for, else where it would be. */
  foundState(name = 'events.jsonl') {
    const has = (/** @type {string} */ folder) => fs.existsSync(path.join(folder, name))
    const [inProject, ofUser] = [this.#projectState(), this.#userState()]
    return inProject && (has(inProject) || !has(ofUser)) ? inProject : ofUser
  }

  #projectState() {
    const [nearest] = this.#hostFolders()
    return nearest && path.join(nearest, 'swarm')
  }

  #userState() {
    // Loaded only here: it takes Bun five milliseconds, and most projects have a `.opencode`.
    const { createHash } = process.getBuiltinModule('node:crypto')
    const hash = createHash('sha256').update(this.directory).digest('hex').slice(0, 16)
    return path.join(this.#base(), 'opencode-swarm-pack', hash)
  }
}

/** Makes a folder for us alone, which git does not see. @param {string} folder */
function prepare(folder) {
  const isNew = fs.mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined
  if (!isNew) fs.chmodSync(folder, 0o700)
  const ignore = path.join(folder, '.gitignore')
  if (!fs.existsSync(ignore)) fs.writeFileSync(ignore, '*\n', { mode: 0o600 })
  fs.accessSync(folder, fs.constants.W_OK)
  return folder
}

/** The path without links, as the host names directories. @param {string} folder */
function real(folder) {
  try {
    // Most are not there, and an error costs more than the question.
    return fs.existsSync(folder) ? fs.realpathSync(folder) : folder
  } catch {
    return folder
  }
}

/** @param {string} file */
function read(file) {
  try {
    const { size, ...found } = stat(file)
    if (!found.isFile) return { path: file, text: null, error: 'it is no regular file' }
    if (size > CONFIG_BYTES_MAX) return { path: file, text: null, error: `it has ${size} bytes; at most ${CONFIG_BYTES_MAX} are read` }
    return { path: file, text: fs.readFileSync(file, 'utf8'), error: null }
  } catch (error) {
    return { path: file, text: null, error: codeOf(error) }
  }
}

/** Reading a pipe or a device would not end. @param {string} file */
function stat(file) {
  const found = fs.statSync(file)
  return { size: found.size, isFile: found.isFile() }
}

/** The system's code of an error (`ENOENT`), else its name. @param {any} error */
export const codeOf = (error) => String(error?.code ?? error?.name ?? typeof error)
