// The command line tool as it is in the package, started as a program of its own in a throw-away home.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PACK_DIR } from '../host/harness/binary.mjs'

export const CLI = path.join(PACK_DIR, 'cli.js')
export const BRIDGE = path.join(PACK_DIR, 'bridge.js')
export const DROP_IN = path.join(PACK_DIR, 'opencode-swarm-pack.js')
export const { version: VERSION } = JSON.parse(fs.readFileSync(path.join(PACK_DIR, 'package.json'), 'utf8'))

/** A throw-away folder with a home and a project, removed after the test. */
export function folders(t) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'pack-cli-')))
  t.after(() => fs.rmSync(root, { recursive: true, force: true }))
  const [home, project] = ['home', 'project'].map((name) => path.join(root, name))
  for (const folder of [home, project]) fs.mkdirSync(folder)
  return { root, home, project }
}

/** Starts the tool; `ended` resolves with { code, signal, stdout, stderr }. Without `input` (null) its stdin stays open. */
export function start(args, { cwd, env = {}, home, input = '', program = CLI, uid } = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    uid,
    gid: uid,
    env: { PATH: process.env.PATH, HOME: home ?? cwd, ...env },
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text))
  child.stdin.on('error', () => {}) // it may end before it has read everything
  if (input !== null) child.stdin.end(input)
  const ended = new Promise((ok, no) => child.once('error', no).once('close', (code, signal) => ok({ code, signal, ...output })))
  return { child, ended }
}

/** Runs the tool to its end. */
export const run = (args, options) => start(args, options).ended

/** Every file and folder below a folder, large files by their hash, to compare before and after. */
export function snapshot(folder) {
  if (!fs.existsSync(folder)) return undefined
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries.map((entry) => {
      const file = path.join(entry.parentPath ?? entry.path, entry.name)
      return [path.relative(folder, file), entry.isFile() ? shortOf(fs.readFileSync(file)) : entry.isDirectory() ? 'folder' : 'other']
    }).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const shortOf = (bytes) => (bytes.length < 500 ? bytes.toString() : createHash('sha256').update(bytes).digest('hex'))
