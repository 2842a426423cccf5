// What the pack works for one turn of `opencode run`, replayed from a recording.   PACK_FILE PROJECT RECORDING

import fs from 'node:fs'

const [pack, directory, recording] = process.argv.slice(2)
const heard = fs.readFileSync(recording, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms))

/** Milliseconds in which the thread of the host did nothing else. */
let thread_ms = 0
async function takes(act) {
  const began = performance.now()
  const done = await act()
  thread_ms += performance.now() - began
  return done
}

const began = process.cpuUsage()
const { default: plugin } = await takes(() => import(pack))
const hooks = await takes(() => plugin.server({ directory, worktree: directory, client: {} }))
await takes(() => hooks.config({}))
// What is compiled on other threads is there before the first event, as it mostly is in the host.
await sleep(200)
for (const { kind, name, event, input } of heard) {
  if (kind === 'event') await takes(() => hooks.event({ event }))
  if (name === 'chat.message') await takes(() => hooks['chat.message'](input, {}))
}
await takes(() => hooks.dispose())
await sleep(200)
const { user, system } = process.cpuUsage(began)
if (!fs.readFileSync(`${directory}/.opencode/swarm/events.jsonl`, 'utf8').includes('swarm.turn.finished')) throw new Error('no turn')
console.log(JSON.stringify({ thread_ms, cpu_ms: (user + system) / 1000 }))
