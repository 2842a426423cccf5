// Microseconds of one tool call as the host tells plugins of it, from the first hook until all is written.
//   PACK_FILE PROJECT WHICH   a profile of the gate, or the entry of another plugin, which is measured in place of the pack

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const [pack, directory, which] = process.argv.slice(2)
const other = path.isAbsolute(which) ? which : undefined
const { default: plugin } = await import(other ?? pack)
const server = plugin.server ?? plugin
const hooks = await server({ directory, worktree: directory, client: {} }, other ? undefined : { heartbeat: { interval_ms: 3_600_000 }, policy: { profile: which } })
await hooks.config?.({})
const sessionID = 'ses_e05e29176ffeg27M8ojkuG4pN5'
const event = (type, properties) => hooks.event({ event: { id: 'evt_1', type, properties } })
await event('session.created', { sessionID, info: { id: sessionID, directory, time: { created: Date.now() } } })
await event('session.status', { sessionID, status: { type: 'busy' } })

const args = { command: 'ls -la src/redact && cat README.md', description: 'Look around' }
async function call(n) {
  const callID = `call_${n}`
  const part = (state) => event('message.part.updated', { sessionID, part: { type: 'tool', id: `prt_${n}`, messageID: 'msg_1', sessionID, callID, tool: 'bash', state } })
  await hooks['tool.execute.before']({ tool: 'bash', sessionID, callID }, { args })
  await part({ status: 'running', input: args, time: { start: 1 } })
  await hooks['tool.execute.after']?.({ tool: 'bash', sessionID, callID, args }, { title: args.command, output: 'a\nb\n', metadata: { exit: 0 } })
  await part({ status: 'completed', input: args, output: 'a\nb\n', title: args.command, metadata: { exit: 0 }, time: { start: 1, end: 2 } })
}

const COUNT = 2_000
for (let n = 0; n < COUNT / 4; n++) await call(n)
const times = []
for (let n = COUNT; n < COUNT * 2; n++) {
  const began = performance.now()
  await call(n)
  times.push((performance.now() - began) * 1000)
}
if ((await written()) < COUNT) throw new Error('not every call was written')
await hooks.dispose?.()
times.sort((a, b) => a - b)
console.log(JSON.stringify({ call_p50_us: times[COUNT / 2], call_p99_us: times[Math.floor(COUNT * 0.99)] }))

/** How many calls stand in what the plugin keeps. */
async function written() {
  if (!other) return fs.readFileSync(path.join(directory, '.opencode/swarm/events.jsonl'), 'utf8').split('swarm.tool.finished').length - 1
  const { Database } = await import('bun:sqlite')
  const file = path.join(os.homedir(), '.local/share/opencode-telemetry/data.db')
  return new Database(file, { readonly: true }).query('SELECT count(*) AS n FROM tool_calls').get().n
}
