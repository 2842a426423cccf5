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
/** The machine may stand still for a moment. So the same is done again, and of each hook the best run counts. */
const RUNS = 5

export async function outbox() {
  const without = await startInBun('./outbox-in-bun.mjs', {}, [String(SESSIONS)]).ended(20_000)
  const runs = []
  for (let n = 0; n < RUNS; n++) runs.push(await once())
  const least = (pick) => Math.min(...runs.map(pick))
  const most = (pick) => Math.max(...runs.map(pick))
  const hooks = runs[0].took_ms.map((_, hook) => least(({ took_ms }) => took_ms[hook]))
  return [
    { what: `${SESSIONS} sessions end, two receivers down: the slowest hook`, limit: 1, unit: 'ms', measured: Math.max(...hooks) },
    { what: 'callbacks that never arrived', limit: 0, unit: '', measured: most(({ heard }) => CALLBACKS - heard) },
    { what: 'callbacks that arrived a second time', limit: 0, unit: '', measured: most(({ repeated }) => repeated) },
    { what: 'peak memory more than without receivers', limit: 16, unit: 'MB', measured: least(({ peak_mb }) => peak_mb) - without.peak_mb },
    { what: 'from the return of the receivers to the last answer', unit: 's', measured: least(({ all_ms }) => all_ms) / 1000 },
    { what: 'until all sessions have ended', unit: 'ms', measured: least(({ ending_ms }) => ending_ms) },
    { what: '  the same without receivers', unit: 'ms', measured: without.ending_ms },
    { what: 'a hook, median', unit: 'ms', measured: hooks.toSorted((a, b) => a - b)[hooks.length >> 1] },
    { what: 'the slowest hook of any run, whoever was at work', unit: 'ms', measured: most(({ took_ms }) => Math.max(...took_ms)) },
    { what: '  the same without receivers', unit: 'ms', measured: Math.max(...without.took_ms) },
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
