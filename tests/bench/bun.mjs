// Runs a script in the Bun inside the host: the runtime that the pack really has.

import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACK_FILE, REPOSITORY, hostBinary } from '../host/harness/binary.mjs'

/** The JSON that `script` prints, given a throw-away project folder and the pack. @param {string} script file beside this one */
export function inBun(script, ...args) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'swarm-bench-'))
  try {
    fs.mkdirSync(path.join(root, 'project/.opencode'), { recursive: true })
    const env = { PATH: process.env.PATH, HOME: path.join(root, 'home'), BUN_BE_BUN: '1' }
    const file = fileURLToPath(new URL(script, import.meta.url))
    const printed = execFileSync(hostBinary(), [file, PACK_FILE, path.join(root, 'project'), ...args], { env, encoding: 'utf8' })
    return JSON.parse(printed)
  } finally {
    fs.rmSync(root, { recursive: true, force: true })
  }
}

/** Starts a script that goes on until its input ends; `ended` lets it end after a while and gives the JSON that it printed. */
export function startInBun(script, more, args) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'swarm-bench-'))
  fs.mkdirSync(path.join(root, 'project/.opencode'), { recursive: true })
  const env = { PATH: process.env.PATH, HOME: path.join(root, 'home'), BUN_BE_BUN: '1', ...more }
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(hostBinary(), [file, PACK_FILE, path.join(root, 'project'), ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (printed += text))
  const exit = new Promise((ok, no) => child.once('error', no).once('close', (code) => (code === 0 ? ok(undefined) : no(new Error(`${script} ended with ${code}`)))))
  const ended = async (/** @type {number} */ afterMs) => {
    try {
      await Promise.race([exit, new Promise((ok) => setTimeout(ok, afterMs))])
      child.stdin.end()
      await exit
      return JSON.parse(printed)
    } finally {
      fs.rmSync(root, { recursive: true, force: true })
    }
  }
  return { ended }
}

/** The best of `times` runs of a script, for each number that it prints. */
export const best = (times, script, ...args) => bestOfRounds(times, { it: [script, ...args] }).it

/**
 * The same of several scripts that take turns, so that a slow minute of the machine falls on all of them. What else runs on
 * it only ever adds to a number: the least is the nearest to what the script itself takes.
 *
 * @param {number} rounds
 * @param {Record<string, string[]>} scripts each with its arguments, by any name
 */
export function bestOfRounds(rounds, scripts) {
  /** @type {Record<string, Record<string, number>>} */
  const least = {}
  for (let round = 1; round <= rounds; round++) {
    for (const [name, [script, ...args]] of Object.entries(scripts)) {
      const kept = (least[name] ??= {})
      for (const [key, measured] of Object.entries(inBun(script, ...args))) kept[key] = Math.min(kept[key] ?? Infinity, measured)
    }
    if (process.stderr.isTTY && rounds > 1) process.stderr.write(`\r${round} of ${rounds} rounds`)
  }
  if (process.stderr.isTTY && rounds > 1) process.stderr.write('\r')
  return least
}

/** A file of another plugin that is installed for comparison. @param {string} file below node_modules */
export const otherPlugin = (file) => path.join(process.env.OPENCODE_NODE_MODULES ?? path.join(REPOSITORY, 'target/npm/node_modules'), file)
