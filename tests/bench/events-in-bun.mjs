// Microseconds of an event that is ignored, and of one that becomes a line.   PACK_FILE PROJECT

import fs from 'node:fs'
import path from 'node:path'

const [pack, directory] = process.argv.slice(2)
const { default: plugin } = await import(pack)
// No beat of the interval falls into the measurement.
const hooks = await plugin.server({ directory, worktree: directory, client: {} }, { heartbeat: { interval_ms: 3_600_000 } })
await hooks.config({})
const event = (type, properties) => ({ event: { id: 'evt_1', type, properties } })
const sessionID = 'ses_e05e29176ffeg27M8ojkuG4pN5'
hooks.event(event('session.created', { sessionID, info: { id: sessionID } }))
hooks.event(event('session.status', { sessionID, status: { type: 'busy' } }))

const mean = (given, count = 200_000) => {
  for (let n = 0; n < count / 10; n++) hooks.event(given)
  const began = performance.now()
  for (let n = 0; n < count; n++) hooks.event(given)
  return ((performance.now() - began) * 1000) / count
}
const delta_us = mean(event('message.part.delta', { sessionID, messageID: 'msg_1', partID: 'prt_1', field: 'text', delta: 'word ' }))
const noise_us = mean(event('plugin.added', { id: 'x' }))

// A question of the model and its answer are one state line each.
const asked = event('question.asked', { id: 'que_1', sessionID })
const replied = event('question.replied', { sessionID, requestID: 'que_1' })
const file = path.join(directory, '.opencode/swarm/events.jsonl')
const lineCount = () => fs.readFileSync(file, 'utf8').split('\n').length
const times = []
for (let n = 0; n < 500; n++) hooks.event(n % 2 ? replied : asked)
const before = lineCount()
for (let n = 0; n < 4_000; n++) {
  const given = n % 2 ? replied : asked
  const began = performance.now()
  hooks.event(given)
  times.push((performance.now() - began) * 1000)
}
// A few beats come between.
const lines = lineCount() - before
if (lines < 4_000 || lines > 4_100) throw new Error(`4000 events became ${lines} lines`)
await hooks.dispose()
times.sort((a, b) => a - b)
console.log(JSON.stringify({ delta_us, noise_us, line_p50_us: times[2_000], line_p99_us: times[3_960] }))
