// @ts-check
// A throw-away copy of what makes the host load the pack for a project: its copies, its configuration, nothing else.
// The user's other plugins do not run in it, and nothing of the user's is written.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { MARKS, MODULES, isInstallDue } from './dependencies.js'
import { entriesOf } from './files.js'

/** @typedef {import('./host-places.js').HostPlaces} HostPlaces */
/** @typedef {import('./installations.js').Installation} Installation */

export class Sandbox {
  #places
  #away

  /**
   * @param {import('./throw-away.js').ThrowAway} away
   * @param {HostPlaces} places
   * @param {Installation[]} installations
   * @param {string} modelUrl
   */
  constructor(away, places, installations, modelUrl) {
    this.#places = places
    this.#away = away
    this.events = path.join(away.root, 'events.jsonl')
    this.directory = this.#copyOf(places.directory)
    this.#make(installations, modelUrl)
  }

  /** A text about the sandbox as it would read about the real thing. @param {string} text */
  asReal(text) {
    const real = [
      [path.join(this.#away.home, '.config/opencode'), this.#places.userFolder],
      [path.join(this.#away.root, 'named'), this.#namedFolder],
      [this.#away.home, this.#places.home],
      [path.join(this.#away.root, 'work'), ''],
    ]
    return real.reduce((said, [from = '', to = '']) => said.replaceAll(from, to), text)
  }

  /** Packages that the host was to fetch, and has not. @param {Installation[]} installations */
  unfetched(installations) {
    return installations.filter((one) => one.kind === 'package' && !fs.existsSync(this.#packageOf(one))).map(({ spec }) => spec)
  }

  /** What the host has logged. */
  log() {
    const folder = path.join(this.#away.home, '.local/share/opencode/log')
    return entriesOf(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n')
  }

  /** The environment of the host. @returns {NodeJS.ProcessEnv} */
  env() {
    const { env, directory, home } = this.#places
    const registry = path.join(home, '.npmrc')
    return {
      ...this.#away.env(env),
      // The host installs with the user's registry; only a real home would lead npm to it.
      ...(fs.existsSync(registry) && { npm_config_userconfig: env.npm_config_userconfig ?? registry }),
      ...(this.#namedFolder && { OPENCODE_CONFIG_DIR: this.#copyOf(this.#namedFolder) }),
      ...(env.SWARM_CONFIG && { SWARM_CONFIG: path.resolve(directory, env.SWARM_CONFIG) }),
      // What is to be shown is that the hooks fire, whatever the configuration switches off; and nobody outside is told.
      SWARM_PACK: '1',
      SWARM_EVENTS: `file:${this.events}`,
      SWARM_HEARTBEAT: '250',
      SWARM_TELEMETRY: '1',
      SWARM_CALLBACKS: '0',
      SWARM_POLICY: 'observe',
    }
  }

  /** @param {Installation[]} installations @param {string} modelUrl */
  #make(installations, modelUrl) {
    const { folders, worktree, isRepository, userFolder } = this.#places
    makeFolder(this.directory)
    const how = { cwd: this.#copyOf(worktree), env: this.env(), stdio: /** @type {const} */ ('ignore') }
    if (isRepository) attempt(() => execFileSync('git', ['init', '-q', '--template='], how))
    for (const folder of folders) this.#makeFolder(folder.path)
    for (const one of installations) if (one.kind === 'file') this.#copy(one.at)
    for (const one of installations) if (one.kind === 'package' && one.version) this.#copyPackage(one)
    fs.writeFileSync(path.join(this.#copyOf(userFolder), 'opencode.json'), JSON.stringify(this.#hostConfig(installations, modelUrl)))
  }

  /** A configuration folder, with the pack's configuration, and as installed as the real one. @param {string} folder */
  #makeFolder(folder) {
    const copy = this.#copyOf(folder)
    makeFolder(copy)
    this.#copy(path.join(folder, 'swarm.json'))
    if (isInstallDue(folder)) return this.#copy(path.join(folder, '.npmrc'))
    fs.mkdirSync(path.join(copy, MODULES))
    for (const [name, text] of Object.entries(MARKS)) fs.writeFileSync(path.join(copy, name), text)
  }

  /** @param {string} file */
  #copy(file) {
    const copy = this.#copyOf(file)
    makeFolder(path.dirname(copy))
    // One that cannot be read is missed by the host, too.
    attempt(() => fs.copyFileSync(file, copy))
  }

  /** @param {Installation} one */
  #copyPackage(one) {
    fs.cpSync(one.at, this.#packageOf(one), { recursive: true, dereference: true })
  }

  /** Where the host keeps a package that it has fetched. @param {Installation} one */
  #packageOf({ at }) {
    return path.join(this.#away.home, '.cache/opencode', path.relative(this.#places.cache, at))
  }

  get #namedFolder() {
    const { directory, env } = this.#places
    return env.OPENCODE_CONFIG_DIR ? path.resolve(directory, env.OPENCODE_CONFIG_DIR) : undefined
  }

  /** Where something of the user's stands in the sandbox. @param {string} file */
  #copyOf(file) {
    const inside = (/** @type {string} */ folder) => {
      const relative = path.relative(folder, file)
      return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative)) ? relative : undefined
    }
    const { userFolder, home, levels } = this.#places
    const inUser = inside(userFolder)
    if (inUser !== undefined) return path.join(this.#away.home, '.config/opencode', inUser)
    const inNamed = this.#namedFolder && inside(this.#namedFolder)
    if (inNamed !== undefined) return path.join(this.#away.root, 'named', inNamed)
    const inProject = levels.some((level) => level === file || inside(path.join(level, '.opencode')) !== undefined)
    const inHome = inside(path.join(home, '.opencode'))
    if (!inProject && inHome !== undefined) return path.join(this.#away.home, '.opencode', inHome)
    return path.join(this.#away.root, 'work', path.relative(path.parse(file).root, file))
  }

  /** @param {Installation[]} installations @param {string} modelUrl */
  #hostConfig(installations, modelUrl) {
    const models = { scripted: { name: 'Scripted', tool_call: true, limit: { context: 100_000, output: 10_000 } } }
    const listed = installations.filter(({ kind }) => kind !== 'file')
    return {
      model: 'doctor/scripted',
      small_model: 'doctor/scripted',
      enabled_providers: ['doctor'],
      provider: {
        doctor: { npm: '@ai-sdk/openai-compatible', name: 'Doctor', options: { baseURL: modelUrl, apiKey: 'none' }, models },
      },
      autoupdate: false,
      share: 'disabled',
      lsp: false,
      formatter: false,
      plugin: listed.map(({ spec, options }) => (options === undefined ? spec : [spec, this.#withPath(options)])),
    }
  }

  /** Options may name a configuration file from the project's directory. @param {any} options */
  #withPath(options) {
    if (typeof options?.config !== 'string') return options
    return { ...options, config: path.resolve(this.#places.directory, options.config) }
  }
}

/** @param {string} folder */
const makeFolder = (folder) => void fs.mkdirSync(folder, { recursive: true })

/** @param {() => void} step */
function attempt(step) {
  try {
    step()
  } catch {
    // The host will find out, and the checks will say.
  }
}
