// @ts-check
// `listen`: a receiver on this machine that prints what arrives. It answers as OrgLoop's connector and OpenClaw's gateway do.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import { webhookKey } from '../callback.js'
import { Failure, UsageError, YES, wordsOf } from './failure.js'
import { complain, say, sayJson } from './print.js'

/** Longest body that is taken, in bytes. */
const BODY_BYTES_MAX = 8 << 20

/** @type {import('./main.js').Command} */
export const listen = {
  usage: 'listen [--port N] [--secret NAME] [--buffer FILE] [--count N] [--json]',
  summary: 'a receiver on this machine that prints the callbacks that arrive, and checks their signatures',
  help: `
Point the pack at it: OPENCODE_WEBHOOK_URL=http://127.0.0.1:4800/webhook/opencode
or OPENCLAW_HOOK_BASE_URL=http://127.0.0.1:4800; webhooks may use any other path.

  --port N       default 4800; 0 takes a free one
  --secret NAME  the environment variable with the secret; without it signatures are not asked for
  --buffer FILE  appends what OrgLoop's connector would make of a session, one event a line
  --count N      ends after so many requests
  --json         one JSON object for each request`,
  options: { port: { type: 'string' }, secret: { type: 'string' }, buffer: { type: 'string' }, count: { type: 'string' }, json: { type: 'boolean' } },
  run: ({ values }) => {
    const port = Number(values.port ?? 4800)
    const count = values.count === undefined ? Infinity : Number(values.count)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError('--port is a number from 0 to 65535')
    if (!(count >= 1)) throw new UsageError('--count is a number from 1')
    const secret = values.secret === undefined ? undefined : process.env[values.secret]
    if (values.secret !== undefined && !secret) throw new Failure(`the environment variable ${values.secret} is not set`)
    return serve({ port, count, secret, buffer: values.buffer, isJson: values.json })
  },
}

/** @param {{ port: number, count: number, secret?: string, buffer?: string, isJson: boolean }} how @returns {Promise<number>} */
function serve({ port, count, secret, buffer, isJson }) {
  return new Promise((ok, no) => {
    let left = count
    const server = http.createServer((request, response) => {
      /** @type {Buffer[]} */
      const parts = []
      let bytes = 0
      request.on('data', (part) => ((bytes += part.length) <= BODY_BYTES_MAX ? parts.push(part) : request.destroy()))
      request.on('end', () => {
        const body = Buffer.concat(parts)
        const { status, answer, signature, event } = judge(request, body, secret)
        if (event && buffer) fs.appendFileSync(buffer, `${JSON.stringify(event)}\n`)
        tell(request, body, status, signature, isJson)
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer))
        if (--left <= 0) response.on('close', () => (server.closeAllConnections(), server.close(() => ok(YES))))
      })
    })
    server.on('error', (error) => no(new Failure(`cannot listen on port ${port}: ${wordsOf(error)}`)))
    server.listen(port, '127.0.0.1', () => complain(`listening on http://127.0.0.1:${/** @type {any} */ (server.address()).port}`))
  })
}

/**
 * What the real receivers answer.
 *
 * @param {http.IncomingMessage} request
 * @param {Buffer} body
 * @param {string | undefined} secret
 * @returns {{ status: number, answer: object, signature?: string, event?: object }}
 */
export function judge(request, body, secret) {
  const [path = '/'] = (request.url ?? '/').split('?')
  const source = /^\/webhook\/([^/]+)$/.exec(path)?.[1]
  const isWebhook = request.headers['webhook-id'] !== undefined
  const isHook = path.startsWith('/hooks/')
  if (!source && !isHook && !isWebhook) return { status: 404, answer: { error: 'Not found' } }
  if (source && source !== 'opencode' && source !== 'coding-agent') return { status: 404, answer: { error: `Unknown source: ${source}` } }
  if (request.method !== 'POST') return { status: 405, answer: { error: 'Method not allowed' } }
  const signature = secret === undefined ? 'not checked' : checked(request, body, secret, { isHook, isWebhook })
  if (signature === 'missing') return { status: 401, answer: { error: 'Missing signature' }, signature }
  if (signature === 'bad') return { status: 401, answer: { error: 'Invalid signature' }, signature }
  let value
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    value = null
  }
  if (value === null) return { status: 400, answer: { error: 'Invalid JSON payload' }, signature }
  const id = randomBytes(8).toString('hex')
  if (isHook) return { status: 200, answer: { ok: true, runId: id }, signature }
  return { status: 200, answer: { ok: true, event_id: `evt_${id}` }, signature, event: source ? eventOf(`evt_${id}`, value) : undefined }
}

/** @param {http.IncomingMessage} request @param {Buffer} body @param {string} secret @param {{ isHook: boolean, isWebhook: boolean }} kind */
function checked({ headers }, body, secret, { isHook, isWebhook }) {
  if (isHook) return headers.authorization === undefined ? 'missing' : same(headers.authorization, `Bearer ${secret}`)
  if (isWebhook) {
    const given = String(headers['webhook-signature'] ?? '')
    if (given === '') return 'missing'
    const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body])
    const expected = `v1,${createHmac('sha256', webhookKey(secret)).update(signed).digest('base64')}`
    return given.split(' ').some((one) => same(one, expected) === 'good') ? 'good' : 'bad'
  }
  const given = headers['x-hub-signature-256'] ?? headers['x-signature']
  if (given === undefined) return 'missing'
  return same(String(given), `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
}

/** @param {string} given @param {string} expected */
function same(given, expected) {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b) ? 'good' : 'bad'
}

/** What OrgLoop's connector makes of a request. @param {string} id @param {any} request */
function eventOf(id, request) {
  const isStart = request.hook_type === 'start'
  const status = request.exit_status ?? 0
  const { phase, outcome, reason } = isStart ? { phase: 'started', outcome: undefined, reason: undefined } : endOf(Number(status))
  const timestamp = new Date().toISOString()
  const { session_id, cwd } = request
  return {
    id,
    timestamp,
    source: 'opencode',
    type: isStart ? 'resource.changed' : 'actor.stopped',
    provenance: { platform: 'opencode', platform_event: `session.${phase}`, author: 'opencode', author_type: 'bot', session_id, working_directory: cwd ?? '' },
    payload: {
      lifecycle: { phase, terminal: !isStart, outcome, reason, dedupe_key: `opencode:${session_id}:${phase}` },
      session: { id: session_id, adapter: 'opencode', harness: 'opencode', cwd, ...(isStart ? { started_at: timestamp } : { ended_at: timestamp, exit_status: status }) },
      session_id,
      cwd,
      duration_seconds: request.duration_seconds ?? 0,
      exit_status: status,
      summary: request.summary ?? '',
      model: request.model ?? '',
    },
    trace_id: `trc_${randomBytes(8).toString('hex')}`,
  }
}

/** @param {number} status */
function endOf(status) {
  if (status === 0) return { phase: 'completed', outcome: 'success', reason: 'exit_code_0' }
  if (status <= 128) return { phase: 'failed', outcome: 'failure', reason: `exit_code_${status}` }
  const names = /** @type {Record<number, string>} */ ({ 130: 'sigint', 137: 'sigkill', 143: 'sigterm' })
  return { phase: 'stopped', outcome: 'cancelled', reason: names[status] ?? `signal_${status - 128}` }
}

/** @param {http.IncomingMessage} request @param {Buffer} body @param {number} status @param {string | undefined} signature @param {boolean} isJson */
function tell(request, body, status, signature, isJson) {
  const [path] = (request.url ?? '/').split('?')
  const text = body.toString('utf8')
  if (isJson) say(JSON.stringify({ method: request.method, path, status, signature, key: request.headers['idempotency-key'] ?? request.headers['webhook-id'], body: text }))
  else say(`${request.method} ${path} -> ${status}${signature ? `, signature ${signature}` : ''}\n${text}`)
}
