// @ts-check
// The drop-in file: the one this package brings, and how a file that somebody has is known to be one.

import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure, wordsOf } from './failure.js'

export const NAME = 'opencode-swarm-pack'
export const FILE_NAME = `${NAME}.js`

/** The first line of every build says what it is, behind a word to the host's runtime. */
const HEADER = /^(?:\/\/ @bun\n)?\/\*! opencode-swarm-pack (\d+\.\d+\.\d+\S*) \|/
const HEADER_BYTES = 256

/** The file that stands beside this tool in the package. */
export function shippedDropIn() {
  const file = path.join(path.dirname(fileURLToPath(import.meta.url)), FILE_NAME)
  try {
    return fs.readFileSync(file)
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${wordsOf(error)}`, { remedy: `the package is not whole; install ${NAME} again` })
  }
}

/** The version of a file that is the pack; nothing for any other file. @param {string} file */
export function versionOfDropIn(file) {
  try {
    const fd = fs.openSync(file, 'r')
    try {
      const head = Buffer.alloc(HEADER_BYTES)
      const bytes = fs.readSync(fd, head, 0, HEADER_BYTES, 0)
      return HEADER.exec(head.toString('utf8', 0, bytes))?.[1]
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return undefined
  }
}

/** Whether version `a` comes before `b`; where a number is not told apart, it does not. @param {string} a @param {string} b */
export function isOlder(a, b) {
  const numbers = (/** @type {string} */ version) => version.split(/[.+-]/).slice(0, 3).map(Number)
  const [left, right] = [numbers(a), numbers(b)]
  const at = left.findIndex((number, i) => number !== right[i])
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0)
}
