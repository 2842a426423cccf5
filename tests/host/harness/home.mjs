// A throw-away home for the host: its XDG folders, its environment, and no way out to a network.

import fs from 'node:fs'
import path from 'node:path'

/** Makes the folders of a home and returns its path. A home that is there already is kept as it is. */
export function makeHome(root) {
  const home = path.join(root, 'home')
  for (const folder of ['.config/opencode', '.local/share', '.local/state', '.cache', 'tmp'])
    fs.mkdirSync(path.join(home, folder), { recursive: true })
  markInstalled(path.join(home, '.config/opencode'))
  return home
}

/**
 * The environment of the host: nothing inherited but PATH, and the network kept out.
 * `extra` is laid over it; a value of undefined takes a variable away.
 */
export function hostEnv(home, extra = {}) {
  const env = {
    PATH: process.env.PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/bash', USER: 'user',
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    TMPDIR: path.join(home, 'tmp'),
    GIT_CONFIG_NOSYSTEM: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_SHARE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1', // the built-in sign-in plugins
    npm_config_registry: 'http://127.0.0.1:9/', // nobody listens there
    npm_config_fetch_retries: '0',
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    ...extra,
  }
  for (const name of Object.keys(env)) if (env[name] === undefined) delete env[name]
  return env
}

/**
 * Makes a config folder look as if the host had already installed `@opencode-ai/plugin` in it.
 * The host does that at the first start, and plugins wait for it: for more than a minute without a network.
 */
export function markInstalled(folder) {
  const dependencies = { '@opencode-ai/plugin': '*' }
  fs.mkdirSync(path.join(folder, 'node_modules'), { recursive: true })
  writeJson(path.join(folder, 'package.json'), { dependencies })
  writeJson(path.join(folder, 'package-lock.json'), { lockfileVersion: 3, packages: { '': { dependencies } } })
}

export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
