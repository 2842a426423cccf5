// A project for the host to work in, with the pack dropped in or not.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { PACK_FILE } from './binary.mjs'
import { hostEnv, markInstalled, writeJson } from './home.mjs'

const FILES = { 'README.md': '# demo project\n', 'src/answer.js': 'export const answer = 41\n' }

/**
 * Makes a project folder and returns its real path.
 *
 *   files           {path: text}; default a README and one source file
 *   host            content of opencode.json
 *   pack            drop the built pack in (default false)
 *   plugins         further files for `.opencode/plugins/`
 *   opencodeFolder  false: no `.opencode` at all (default true)
 *   git             make it a git repository with one commit (default true)
 *   ignore          let git ignore `.opencode` (default true)
 *   home            whose git settings count
 */
export function makeProject(folder, { files = FILES, host, pack = false, plugins = [], opencodeFolder = true, git = true, ignore = true, home }) {
  fs.mkdirSync(folder, { recursive: true })
  writeFiles(folder, files)
  writeJson(path.join(folder, 'opencode.json'), host)
  if (ignore) fs.writeFileSync(path.join(folder, '.gitignore'), '.opencode/\n')
  if (opencodeFolder) {
    fs.mkdirSync(path.join(folder, '.opencode/plugins'), { recursive: true })
    markInstalled(path.join(folder, '.opencode'))
    for (const file of plugins) fs.copyFileSync(file, path.join(folder, '.opencode/plugins', path.basename(file)))
    if (pack) dropIn(folder)
  }
  if (git) {
    runGit(folder, home, 'init', '-q', '-b', 'main')
    runGit(folder, home, 'add', '-A', '--', ...Object.keys(files), 'opencode.json', ...(ignore ? ['.gitignore'] : []))
    // The host takes the hash of the first commit for the project's id: the message keeps two projects apart.
    runGit(folder, home, '-c', 'user.name=test', '-c', 'user.email=test@example.invalid', 'commit', '-q', '-m', `start ${path.basename(folder)}`)
  }
  return fs.realpathSync(folder)
}

/** Puts the built pack into a project's plugin folder, as a user would. */
export function dropIn(project) {
  if (!fs.existsSync(PACK_FILE)) throw new Error(`${PACK_FILE} is missing; run \`cargo xtask build\`, or set PACK_DIR`)
  const file = path.join(project, '.opencode/plugins', path.basename(PACK_FILE))
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.copyFileSync(PACK_FILE, file)
  return file
}

export function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
}

export const runGit = (folder, home, ...args) =>
  execFileSync('git', args, { cwd: folder, env: hostEnv(home), encoding: 'utf8' })

/** Every file under a folder, as paths relative to it, without git's own and installed packages. */
export function listFiles(folder) {
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((name) => !/(^|\/)(\.git|node_modules)\//.test(name))
    .sort()
}
