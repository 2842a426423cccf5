// @ts-check
// The feed: server-sent events in Swarm's dialect on loopback, one server for all packs of a process. The core makes the
// frames; here they are written to whoever watches. Nobody is waited for: a watcher that does not read is dropped.
//
//   GET /event     frames, for anybody on this machine
//   GET /health    how each pack is, for whoever knows the token of its state folder
//   GET /pending   what waits for an answer, likewise

import fs from 'node:fs'
import path from 'node:path'
import { isOwnName, isToken, readToken } from './loopback.js'
import { codeOf } from './places.js'

/**
 * @typedef {object} Member one pack
 * @property {string} bootId
 * @property {() => string} state its state folder; throws where there can be none
 * @property {(question: import('./types.js').FeedQuestion) => string} ask
 * @property {(port: number) => void} opened
 * @property {(message: string) => void} failed
 */

/** Where watchers look. */
const [PORT_MIN, PORT_MAX] = [17_000, 17_999]
/** Watchers at once. */
const WATCHERS_MAX = 32
/** What may wait for one watcher, in bytes: some thousand frames. */
const WAITING_BYTES_MAX = 256 << 10

/** How long a watcher may take what is left for it, in milliseconds. */
const CLOSE_MS = 500

const KEY = Symbol.for('opencode-swarm-pack.feed.1')

class Feed {
  /** With their tokens, once the feed is open. @type {Map<Member, string>} */
  #members = new Map()
  /** Watchers, and how many bytes each has yet to take. @type {Map<import('node:http').ServerResponse, number>} */
  #watchers = new Map()
  #dropped = 0
  /** @type {import('node:http').Server | undefined} */
  #server
  #port = 0

  /** @param {Member} member */
  join(member) {
    this.#members.set(member, '')
    // Later: the core has just asked for it, and what it is told must be a fact of its own.
    if (this.#port > 0) return queueMicrotask(() => this.#members.has(member) && this.#publish(member))
    if (this.#members.size === 1) this.#open().catch((error) => this.#fail(error))
  }

  /** @param {Member} member */
  leave(member) {
    if (!this.#members.delete(member)) return
    unpublish(member)
    if (this.#members.size === 0) return this.#close()
    // Another pack may have the same state folder.
    if (this.#port > 0) for (const other of this.#members.keys()) this.#publish(other)
  }

  /** @param {string} frame */
  send(frame) {
    for (const watcher of [...this.#watchers.keys()]) this.#write(watcher, frame)
  }

  async #open() {
    // Loaded only where a feed is wanted: it costs milliseconds of each start.
    const http = await import('node:http')
    for (let port = PORT_MIN; port <= PORT_MAX && this.#members.size > 0; port++) {
      const server = http.createServer((request, response) => this.#serve(request, response))
      // A process that has nothing else to do may end.
      server.unref()
      server.on('connection', (socket) => socket.unref())
      if (!(await listen(server, port))) continue
      if (this.#members.size === 0) return void server.close()
      this.#server = server
      this.#port = port
      for (const member of this.#members.keys()) this.#publish(member)
      return
    }
    if (this.#members.size > 0) throw Object.assign(new Error(), { code: `no port of ${PORT_MIN} to ${PORT_MAX} is free` })
  }

  #close() {
    const server = this.#server
    // Their last frames are the end of the turn: they are sent, and what cannot be sent is cut off soon.
    for (const watcher of this.#watchers.keys()) watcher.end()
    this.#watchers.clear()
    server?.close()
    setTimeout(() => server?.closeAllConnections?.(), CLOSE_MS).unref?.()
    this.#server = undefined
    this.#port = 0
  }

  /** @param {unknown} error */
  #fail(error) {
    for (const member of this.#members.keys()) member.failed(`the feed cannot be served (${codeOf(error)})`)
  }

  /** @param {Member} member */
  #publish(member) {
    try {
      const state = member.state()
      this.#members.set(member, readToken(path.join(state, 'control.token')))
      const text = JSON.stringify({ url: `http://127.0.0.1:${this.#port}`, port: this.#port, pid: process.pid, boot_id: member.bootId })
      fs.writeFileSync(path.join(state, 'feed.json'), `${text}\n`, { mode: 0o600 })
    } catch (error) {
      member.failed(`the feed cannot be announced in the state folder (${codeOf(error)})`)
    }
    member.opened(this.#port)
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  #serve(request, response) {
    try {
      if (this.#members.size === 0) return void response.destroy() // a connection from before the end
      const { host, authorization } = request.headers
      if (!isOwnName(host, this.#port)) return refuse(response, 403, 'wrong_host')
      const [place] = String(request.url).split('?')
      const question = place === '/health' ? 'health' : place === '/pending' ? 'pending' : undefined
      if (place !== '/event' && !question) return refuse(response, 404, 'no_such_place')
      if (request.method !== 'GET') return refuse(response, 405, 'wrong_method')
      if (question) this.#answer(response, question, authorization)
      else this.#watch(response)
    } catch {
      response.destroy()
    }
  }

  /** @param {import('node:http').ServerResponse} response */
  #watch(response) {
    if (this.#watchers.size >= WATCHERS_MAX) return refuse(response, 503, 'too_many_watchers')
    response.on('close', () => this.#watchers.delete(response))
    response.on('error', () => this.#watchers.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    this.#watchers.set(response, 0)
    // The first frame lets the answer begin where there is no session yet.
    this.#write(response, 'event: heartbeat\ndata: {}\n\n')
    for (const member of this.#members.keys()) this.#write(response, member.ask('state'))
  }

  /** @param {import('node:http').ServerResponse} watcher @param {string} text */
  #write(watcher, text) {
    const waiting = this.#watchers.get(watcher)
    if (waiting === undefined || text === '') return
    const bytes = Buffer.byteLength(text)
    // Some runtimes count what waits, others say when it is gone: the greater of the two is believed.
    if (Math.max(waiting, watcher.writableLength ?? 0) + bytes > WAITING_BYTES_MAX) return this.#drop(watcher)
    this.#watchers.set(watcher, waiting + bytes)
    watcher.write(text, () => {
      const left = this.#watchers.get(watcher)
      if (left !== undefined) this.#watchers.set(watcher, left - bytes)
    })
  }

  /** @param {import('node:http').ServerResponse} watcher */
  #drop(watcher) {
    this.#dropped += 1
    this.#watchers.delete(watcher)
    watcher.destroy()
  }

  /** @param {import('node:http').ServerResponse} response @param {'health' | 'pending'} question @param {string | undefined} authorization */
  #answer(response, question, authorization) {
    const known = [...this.#members].filter(([, token]) => token !== '' && isToken(authorization, token)).map(([member]) => member)
    if (known.length === 0) return refuse(response, 401, 'wrong_token')
    const answers = known.map((member) => JSON.parse(member.ask(question) || 'null')).filter(Boolean)
    const feed = { port: this.#port, watchers: this.#watchers.size, watchers_dropped: this.#dropped }
    end(response, 200, question === 'health' ? { feed, packs: answers } : { pending: answers.flat() })
  }
}

/** @param {import('node:http').Server} server @param {number} port @returns {Promise<boolean>} false where the port is taken */
function listen(server, port) {
  return new Promise((ok, no) => {
    server.once('error', (error) => (codeOf(error) === 'EADDRINUSE' ? ok(false) : no(error)))
    server.listen(port, '127.0.0.1', () => ok(true))
  })
}

/** Another process may have the same state folder: only what is ours goes. @param {Member} member */
function unpublish(member) {
  try {
    const file = path.join(member.state(), 'feed.json')
    if (JSON.parse(fs.readFileSync(file, 'utf8')).boot_id === member.bootId) fs.rmSync(file)
  } catch {
    // It was never written, or is somebody else's by now.
  }
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {object} body */
const end = (response, status, body) =>
  void response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' }).end(`${JSON.stringify(body)}\n`)

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} result */
const refuse = (response, status, result) => end(response, status, { result })

/** The feed of this process: copies of the pack are modules of their own. @returns {Feed} */
export function feed() {
  const holder = /** @type {any} */ (globalThis)
  return (holder[KEY] ??= new Feed())
}
