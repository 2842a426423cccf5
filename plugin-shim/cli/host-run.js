// @ts-check
// The host as a process: found, run to its end within a time, and ended with all that it started.

import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Failure } from './failure.js'
import { isFile } from './files.js'

const OUTPUT_LENGTH_MAX = 64 << 10
const NAMES = process.platform === 'win32' ? ['opencode.exe', 'opencode.cmd'] : ['opencode']

/** @param {NodeJS.ProcessEnv} env */
export function findHost(env) {
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean)
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isProgram)
}

/** @param {string} file */
export function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return isFile(file)
  } catch {
    return false
  }
}

/** @typedef {{ exitCode: number | null, isTimedOut: boolean, output: string }} Ended */

/**
 * Runs the host to its end, but no longer than it may, and not when this tool is told to end.
 *
 * @param {string} binary
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, withinMs: number }} how
 * @returns {Promise<Ended>} exit code null where a signal ended it, or where it could not be started
 */
export function runHost(binary, args, { cwd, env, withinMs }) {
  return new Promise((ok, no) => {
    // A process group of its own, so that its commands end with it.
    const child = spawn(binary, args, { cwd, env: { ...env, PWD: cwd }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    const keep = (/** @type {string} */ text) => void (output = (output + text).slice(-OUTPUT_LENGTH_MAX))
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep)
    let isTimedOut = false
    const limit = setTimeout(() => {
      isTimedOut = true
      kill(child.pid)
    }, withinMs)
    let isInterrupted = false
    const interrupt = () => {
      isInterrupted = true
      kill(child.pid)
    }
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, interrupt)
    const end = (/** @type {number | null} */ exitCode) => {
      clearTimeout(limit)
      for (const signal of signals) process.removeListener(signal, interrupt)
      if (isInterrupted) no(new Failure('interrupted'))
      else ok({ exitCode, isTimedOut, output })
    }
    child.once('error', () => end(null))
    child.once('close', end)
  })
}

/** @param {number | undefined} pid of a leader of a process group */
function kill(pid) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}
