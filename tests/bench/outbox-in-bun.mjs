// A thousand sessions end within a second while nobody answers.   PACK_FILE PROJECT SESSIONS [OPENCLAW_URL ORGLOOP_URL]
// Ends when its input does, and prints what it measured. Without receivers: what the same costs where nobody is told.

const [pack, directory, count, openclaw, orgloop] = process.argv.slice(2)
const SESSIONS = Number(count)
const { default: plugin } = await import(pack)
const hooks = await plugin.server({ directory, worktree: directory, client: {} }, openclaw && { callbacks: { openclaw: { url: openclaw }, orgloop: { url: `${orgloop}/webhook/opencode` } } })
await hooks.config({})
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms))
const event = (type, properties) => ({ event: { id: 'evt_1', type, properties } })
const id = (n) => `ses_e05e29176ffeg27M8oj${String(n).padStart(7, '0')}`
const title = (n) => `T-${n} runId=run-${n} taskId=T-${n} requested=main resolved=build callbackSession=hook:opencode:main:T-${n}`

/** How long each hook took, in milliseconds. @type {number[]} */
let took_ms = []
function hear(type, sessionID, more = {}) {
  const given = event(type, { sessionID, ...more })
  const began = performance.now()
  hooks.event(given)
  took_ms.push(performance.now() - began)
}
// One session to its end, so that nothing is done for the first time.
function begin(n) {
  hear('session.created', id(n), { info: { id: id(n), title: title(n) } })
  hear('session.status', id(n), { status: { type: 'busy' } })
}
function end(n) {
  hear('session.idle', id(n))
  hear('session.deleted', id(n), { info: { id: id(n) } })
}
for (let n = 0; n < 200; n++) (begin(SESSIONS + n), end(SESSIONS + n))
await sleep(2_000)
Bun.gc(true)
took_ms = []
const before = process.memoryUsage.rss()
let peak = before
const look = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
for (let n = 0; n < SESSIONS; n++) {
  begin(n)
  if (n % 10 === 9) await sleep(0)
}
const began = performance.now()
for (let n = 0; n < SESSIONS; n++) {
  end(n)
  if (n % 10 === 9) await sleep(0)
}
const ending_ms = performance.now() - began
process.stdin.resume()
await new Promise((ok) => process.stdin.once('end', ok))
clearInterval(look)
await hooks.dispose()
console.log(JSON.stringify({ took_ms: took_ms.map((ms) => Number(ms.toFixed(3))), ending_ms, peak_mb: (peak - before) / 2 ** 20 }))
