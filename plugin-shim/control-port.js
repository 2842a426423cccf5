// @ts-check
// A port on loopback as a way in for answers: for whoever knows the token in the state folder, and for nobody from a web
// page, so the name asked for must be the loopback's own. What an answer means, and whether it is taken, the core says.

import fs from 'node:fs'
import path from 'node:path'
import { isOwnName, isToken, readToken } from './loopback.js'
import { codeOf } from './places.js'

/** Largest body of a request, in bytes. */
const BODY_BYTES_MAX = 64 << 10
/** How long a request may take, in milliseconds. */
const REQUEST_MS = 10_000

/**
 * @typedef {object} Door what the port needs
 * @property {string} state the state folder
 * @property {string} bootId names the file that says the port
 * @property {(text: string, id: string) => { status: number, body: string } | undefined} answer
 * @property {() => { status: number, body: string } | undefined} list
 * @property {(port: number) => void} opened
 * @property {(message: string) => void} failed
 */

export class ControlPort {
  #door
  #token
  #file
  /** @type {import('node:http').Server | undefined} */
  #server
  #port = 0
  #isStopped = false

  /** @param {Door} door @param {number} port 0 for any free one */
  constructor(door, port) {
    this.#door = door
    this.#token = readToken(path.join(door.state, 'control.token'))
    this.#file = path.join(door.state, `control-${door.bootId}.json`)
    this.#open(port).catch((error) => this.#fail(error))
  }

  stop() {
    this.#isStopped = true
    this.#server?.close()
    this.#server?.closeAllConnections?.()
    fs.rmSync(this.#file, { force: true })
  }

  /** @param {number} port */
  async #open(port) {
    // Loaded only where a port is wanted.
    const http = await import('node:http')
    if (this.#isStopped) return
    const server = http.createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
      this.#serve(request).then(
        ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body),
        () => response.writeHead(500, { connection: 'close' }).end(),
      )
    })
    this.#server = server
    server.on('error', (error) => this.#fail(error))
    server.listen(port, '127.0.0.1', () => {
      this.#port = /** @type {import('node:net').AddressInfo} */ (server.address()).port
      fs.writeFileSync(this.#file, `${JSON.stringify({ port: this.#port, pid: process.pid, boot_id: this.#door.bootId })}\n`, { mode: 0o600 })
      this.#door.opened(this.#port)
    })
    server.unref()
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!this.#isStopped) this.#door.failed(`the control port cannot be opened (${codeOf(error)})`)
  }

  /** @param {import('node:http').IncomingMessage} request */
  async #serve(request) {
    const no = (/** @type {number} */ status, /** @type {string} */ result) => ({ status, body: JSON.stringify({ result }) })
    const { host, authorization } = request.headers
    if (!isOwnName(host, this.#port)) return no(403, 'wrong_host')
    if (!isToken(authorization, this.#token)) return no(401, 'wrong_token')
    const [, first, id, ...more] = String(request.url).split('?')[0]?.split('/') ?? []
    if (first !== 'approvals' || more.length > 0) return no(404, 'no_such_place')
    if (request.method === 'GET' && id === undefined) return this.#door.list() ?? no(503, 'gone')
    if (request.method !== 'POST' || !id) return no(405, 'wrong_method')
    const chunks = []
    let bytes = 0
    for await (const chunk of request) {
      bytes += chunk.length
      if (bytes > BODY_BYTES_MAX) return no(413, 'too_long')
      chunks.push(chunk)
    }
    return this.#door.answer(Buffer.concat(chunks).toString('utf8'), decode(id)) ?? no(503, 'gone')
  }
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
