// @ts-check
// A throw-away folder with a home in it, in which the host can be started without touching the user's.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { NAME } from './drop-in.js'

/** Variables that lead back to the user's own: of the host, of the pack, and of git, as in one of its hooks. */
const FOREIGN = /^(OPENCODE$|AGENT$|(OPENCODE|SWARM|FORGE|OPENCLAW)_|GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY)$)/

export class ThrowAway {
  constructor() {
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `${NAME}-doctor-`)))
    this.home = path.join(this.root, 'home')
    for (const folder of ['.config/opencode', '.local/share', '.local/state', '.cache', 'tmp']) {
      fs.mkdirSync(path.join(this.home, folder), { recursive: true })
    }
  }

  /** The user's environment, but for what would lead out of here. @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
  env(env) {
    const kept = Object.entries(env).filter(([name]) => !FOREIGN.test(name))
    const noProxy = [env.NO_PROXY ?? env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
    return {
      ...Object.fromEntries(kept),
      HOME: this.home,
      XDG_CONFIG_HOME: path.join(this.home, '.config'),
      XDG_DATA_HOME: path.join(this.home, '.local/share'),
      XDG_STATE_HOME: path.join(this.home, '.local/state'),
      XDG_CACHE_HOME: path.join(this.home, '.cache'),
      TMPDIR: path.join(this.home, 'tmp'),
      NO_PROXY: noProxy,
      no_proxy: noProxy,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_SHARE: '1',
    }
  }

  remove() {
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
