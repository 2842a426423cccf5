// @ts-check
// Sends callbacks: expands secrets, signs, refuses addresses that must not be asked. One attempt each; whether there is
// another is the core's to say. Loaded only where somebody is to be called back.

// Loaded when first needed: each of them costs the host milliseconds at its start.
const builtin = (/** @type {string} */ name) => /** @type {any} */ (process.getBuiltinModule(name))

/** @typedef {import('./types.js').CallbackRequest} CallbackRequest */
/** @typedef {import('./types.js').CallbackOutcome} CallbackOutcome */

/** Until a connection stands, in milliseconds. */
const CONNECT_MS_MAX = 5_000
/** Until the answer is there, in milliseconds: OpenClaw takes fifteen seconds to say that it is busy. */
const ANSWER_MS_MAX = 20_000
/** What is read of an answer, in bytes. */
const ANSWER_BYTES_MAX = 2_048
/** What is taken from the wire at most, in bytes. */
const HEARD_BYTES_MAX = 65_536

/**
 * Sends one attempt and tells what came of it. Never throws.
 *
 * @param {string} id
 * @param {CallbackRequest} request
 * @returns {Promise<CallbackOutcome>}
 */
export async function send(id, request) {
  try {
    const secrets = request.secrets.map((name) => process.env[name])
    if (secrets.some((secret) => !secret)) return { error: 'secret_unset', was_sent: false }
    const { body } = request
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...sign(request.scheme, id, body, /** @type {string[]} */ (secrets)) }
    return await exchange(new URL(request.url), headers, body, request.allows_private_networks)
  } catch (error) {
    return { error: wordOf(error), was_sent: false }
  }
}

/**
 * @param {import('./types.js').Scheme} scheme
 * @param {string} id
 * @param {string} body
 * @param {string[]} secrets
 * @returns {{ [name: string]: string }}
 */
export function sign(scheme, id, body, secrets) {
  const [secret] = secrets
  switch (scheme) {
    case 'bearer':
      return { 'idempotency-key': id, ...(secret ? { authorization: `Bearer ${secret}` } : {}) }
    case 'hub_sha256':
      return { 'idempotency-key': id, ...(secret ? { 'x-hub-signature-256': `sha256=${hmac(secret, body).toString('hex')}` } : {}) }
    case 'standard_webhooks': {
      const name = `msg_${id}`
      const seconds = String(Math.floor(Date.now() / 1000))
      const signed = `${name}.${seconds}.${body}`
      const signatures = secrets.map((secret) => `v1,${hmac(webhookKey(secret), signed).toString('base64')}`)
      return { 'webhook-id': name, 'webhook-timestamp': seconds, ...(signatures.length ? { 'webhook-signature': signatures.join(' ') } : {}) }
    }
  }
}

/** A secret of Standard Webhooks is base64 after its prefix; any other is taken as it is. @param {string} secret */
export function webhookKey(secret) {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
}

/** @param {string | Buffer} key @param {string} text */
function hmac(key, text) {
  // Loaded only here: it takes Bun five to ten milliseconds.
  return process.getBuiltinModule('node:crypto').createHmac('sha256', key).update(text).digest()
}

/**
 * One exchange on a connection of its own: what was sent is known, a redirect is followed by nobody, and the address
 * that was checked is the one that is asked.
 *
 * @param {URL} url
 * @param {{ [name: string]: string }} headers
 * @param {string} body
 * @param {boolean} allowsPrivate
 * @returns {Promise<CallbackOutcome>}
 */
async function exchange(url, headers, body, allowsPrivate) {
  const isLocal = isLoopbackName(url.hostname)
  const isSecure = url.protocol === 'https:'
  if (!isSecure && !(url.protocol === 'http:' && isLocal)) return { error: 'address_refused', was_sent: false }
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = (await resolve(isLocal && builtin('node:net').isIP(name) === 0 ? 'localhost' : name)).filter(
    (address) => (isLocal ? isLoopback(address) : !isLoopback(address) && (allowsPrivate || !isPrivate(address))),
  )
  if (addresses.length === 0) return { error: 'address_refused', was_sent: false }
  const port = Number(url.port) || (isSecure ? 443 : 80)
  const head = [`POST ${url.pathname}${url.search} HTTP/1.1`, `host: ${url.host}`, ...Object.entries(headers).map(([key, value]) => `${key}: ${value}`), 'connection: close', '', '']
  const text = head.join('\r\n') + body
  const end = Date.now() + ANSWER_MS_MAX
  /** @type {CallbackOutcome} */
  let outcome = { error: 'no_answer', was_sent: false }
  for (const host of addresses) {
    outcome = await attempt({ host, port, name, isSecure }, text, end)
    // The next address of the same name, only where this one was not reached at all.
    if (outcome.was_sent || Date.now() >= end) break
  }
  return outcome
}

/** @typedef {{ host: string, port: number, name: string, isSecure: boolean }} Address */
/** @typedef {{ connected(): void, data(part: Buffer): void, closed(error?: unknown): void }} Hearer */
/** @typedef {{ write(text: string): void, destroy(): void }} Wire */

/**
 * @param {Address} to
 * @param {string} text
 * @param {number} end
 * @returns {Promise<CallbackOutcome>}
 */
function attempt(to, text, end) {
  return new Promise((settle) => {
    let wasSent = false
    /** @type {Buffer} */
    let heard = Buffer.alloc(0)
    const connecting = setTimeout(() => done({ error: 'connect_timed_out', was_sent: false }), CONNECT_MS_MAX)
    const waiting = setTimeout(() => done(answerOf(heard) ?? { error: 'timed_out', was_sent: wasSent }), end - Date.now())
    const done = (/** @type {CallbackOutcome} */ outcome) => {
      clearTimeout(connecting)
      clearTimeout(waiting)
      wire.destroy()
      settle(outcome)
    }
    const wire = connect(to, {
      connected() {
        clearTimeout(connecting)
        wasSent = true
        wire.write(text)
      },
      data(part) {
        heard = heard.length > 0 ? Buffer.concat([heard, part]) : part
        const answer = answerOf(heard)
        // The rest is not waited for.
        if (answer && isWhole(heard)) done(answer)
        else if (heard.length > HEARD_BYTES_MAX) done(answer ?? { error: 'bad_answer', was_sent: true })
      },
      closed: (error) => done(answerOf(heard) ?? { error: error ? wordOf(error) : heard.length > 0 ? 'bad_answer' : 'no_answer', was_sent: wasSent }),
    })
  })
}

/** A connection, and whoever hears of it; later than this call returns. @param {Address} to @param {Hearer} hearer @returns {Wire} */
function connect({ host, port, name, isSecure }, hearer) {
  const { Bun } = /** @type {any} */ (globalThis)
  if (Bun && !isSecure) return connectInBun(Bun, host, port, hearer)
  const { isIP, connect } = builtin('node:net')
  const socket = isSecure ? builtin('node:tls').connect({ host, port, ...(isIP(name) ? {} : { servername: name }) }) : connect({ host, port })
  socket.once(isSecure ? 'secureConnect' : 'connect', () => hearer.connected())
  socket.on('data', (/** @type {Buffer} */ part) => hearer.data(part))
  socket.once('error', (/** @type {unknown} */ error) => hearer.closed(error))
  socket.once('close', () => hearer.closed())
  return socket
}

/**
 * The same with the host's own sockets: of `node:net` there each leaves 3 KB behind, which a thousand callbacks in a
 * second show.
 *
 * @param {any} Bun
 * @param {string} hostname
 * @param {number} port
 * @param {Hearer} hearer
 * @returns {Wire}
 */
function connectInBun(Bun, hostname, port, hearer) {
  let rest = Buffer.alloc(0)
  let isDestroyed = false
  /** @type {any} */
  let socket
  const flush = () => {
    // Nothing, or -1 of a socket that is closing: its end is told by itself.
    rest = rest.subarray(Math.max(0, socket.write(rest)))
  }
  const closed = (/** @type {unknown} */ _, /** @type {unknown} */ error) => hearer.closed(error)
  const open = (/** @type {any} */ opened) => {
    socket = opened
    if (isDestroyed) socket.terminate()
    else hearer.connected()
  }
  Bun.connect({
    hostname,
    port,
    socket: { open, data: (/** @type {unknown} */ _, /** @type {Buffer} */ part) => hearer.data(part), drain: flush, error: closed, connectError: closed, close: closed },
  }).catch((/** @type {unknown} */ error) => hearer.closed(error))
  return {
    write(text) {
      rest = Buffer.from(text)
      flush()
    },
    destroy() {
      isDestroyed = true
      socket?.terminate()
    },
  }
}

/** The head of the last answer that is none of those that only announce one. @param {Buffer} heard */
function headOf(heard) {
  for (let from = 0; ; ) {
    const end = heard.indexOf('\r\n\r\n', from)
    if (end < 0) return undefined
    const text = heard.subarray(from, end).toString('latin1')
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])
    if (!(status >= 100 && status < 200)) return { status, text, body: end + 4 }
    from = end + 4
  }
}

/** @param {Buffer} heard @returns {CallbackOutcome | undefined} */
function answerOf(heard) {
  const head = headOf(heard)
  if (!head?.status) return undefined
  const body = heard.subarray(head.body)
  const plain = isChunked(head.text) ? unchunked(body) : body
  return { status: head.status, retry_after: field(head.text, 'retry-after'), body: plain.subarray(0, ANSWER_BYTES_MAX).toString('utf8'), was_sent: true }
}

/** Whether enough of the answer is here to look no further. @param {Buffer} heard */
function isWhole(heard) {
  const head = headOf(heard)
  if (!head) return false
  const bytes = heard.length - head.body
  const length = field(head.text, 'content-length')
  return bytes >= ANSWER_BYTES_MAX || head.status === 204 || (length !== undefined && bytes >= Number(length)) || (isChunked(head.text) && heard.subarray(head.body).includes('0\r\n\r\n'))
}

/** @param {string} head @param {string} name */
function field(head, name) {
  const found = new RegExp(`^${name}:[ \t]*([^\r\n]*)`, 'im').exec(head)
  return found?.[1]?.trim().slice(0, 128)
}

/** @param {string} head */
const isChunked = (head) => /chunked/i.test(field(head, 'transfer-encoding') ?? '')

/** As much as is there of a body that came in chunks. @param {Buffer} body */
function unchunked(body) {
  const parts = []
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at)
    const size = end < 0 ? 0 : Number.parseInt(body.subarray(at, end).toString('latin1'), 16)
    if (!(size > 0)) return Buffer.concat(parts)
    parts.push(body.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

/** @param {string} host @returns {Promise<string[]>} */
async function resolve(host) {
  if (builtin('node:net').isIP(host)) return [host]
  const found = await builtin('node:dns').promises.lookup(host, { all: true })
  return found.map((/** @type {{ address: string }} */ { address }) => address)
}

/** @param {string} host */
function isLoopbackName(host) {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return name === 'localhost' || name.endsWith('.localhost') || (builtin('node:net').isIP(name) !== 0 && isLoopback(name))
}

/** @param {string} address */
function isLoopback(address) {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return plain === '::1' || (builtin('node:net').isIPv4(plain) && plain.startsWith('127.'))
}

/** Networks that are nobody's on the open internet. */
const PRIVATE = /** @type {const} */ ([
  ['0.0.0.0', 8, 'ipv4'], ['10.0.0.0', 8, 'ipv4'], ['100.64.0.0', 10, 'ipv4'], ['127.0.0.0', 8, 'ipv4'], ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'], ['192.168.0.0', 16, 'ipv4'], ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'], ['64:ff9b::', 96, 'ipv6'], ['fc00::', 7, 'ipv6'], ['fe80::', 10, 'ipv6'], ['ff00::', 8, 'ipv6'],
])

/** @param {string} address */
export function isPrivate(address) {
  const { BlockList, isIPv4 } = builtin('node:net')
  const list = new BlockList()
  for (const [network, bits, family] of PRIVATE) list.addSubnet(network, bits, family)
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
}

/** The system's code of an error, never its text: that may name an address with its query. @param {any} error */
function wordOf(error) {
  return String(error?.code ?? error?.name ?? 'failed').slice(0, 64)
}
