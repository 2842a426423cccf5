// @ts-check
// What every server of the pack on loopback asks of a request: that it names the loopback itself, and, where it matters,
// that it knows the token of the state folder.

import fs from 'node:fs'
import { codeOf } from './places.js'

const TOKEN_LENGTH_MIN = 32

/** A name of somebody's own that leads to loopback would let a web page in. @param {string | undefined} host @param {number} port */
export const isOwnName = (host, port) => [`127.0.0.1:${port}`, `localhost:${port}`].includes(String(host))

/** Whether an `authorization` header carries the token. @param {string | undefined} header @param {string} token */
export function isToken(header, token) {
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto')
  // Digests have one length, whatever was sent.
  const digest = (/** @type {string} */ text) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(String(header ?? '')), digest(`Bearer ${token}`))
}

/** The token of a state folder: one for all its processes, for its owner alone, made by the first. @param {string} file */
export function readToken(file) {
  try {
    const text = crypto.getRandomValues(new Uint8Array(32)).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '')
    fs.writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' })
    return text
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    fs.chmodSync(file, 0o600)
    const found = fs.readFileSync(file, 'utf8').trim()
    if (found.length < TOKEN_LENGTH_MIN) throw Object.assign(new Error(), { code: `a token of less than ${TOKEN_LENGTH_MIN} characters in control.token; delete the file for a new one` })
    return found
  }
}
