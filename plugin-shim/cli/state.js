// @ts-check
// The state folder of a project, found as the pack finds it, and never made.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Places } from '../places.js'

/** @param {string | undefined} dir the project @param {string | undefined} state the folder itself, where it is named */
export function stateFolder(dir, state) {
  if (state) return path.resolve(state)
  const directory = real(path.resolve(dir ?? '.'))
  return new Places(directory, worktreeOf(directory)).findState()
}

/** The host's worktree: the repository around a folder; the root where there is none. @param {string} directory */
function worktreeOf(directory) {
  try {
    const options = { cwd: directory, encoding: /** @type {const} */ ('utf8'), stdio: /** @type {any} */ (['ignore', 'pipe', 'ignore']) }
    return execFileSync('git', ['rev-parse', '--show-toplevel'], options).trim()
  } catch {
    return path.parse(directory).root
  }
}

/** @param {string} folder */
function real(folder) {
  try {
    return fs.realpathSync(folder)
  } catch {
    return folder
  }
}
