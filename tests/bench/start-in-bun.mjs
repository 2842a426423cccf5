// From nothing to the first beat in the file.   PACK_FILE PROJECT

import fs from 'node:fs'
import path from 'node:path'

const [pack, directory] = process.argv.slice(2)
const began = performance.now()
const { default: plugin } = await import(pack)
const hooks = await plugin.server({ directory, worktree: directory, client: {} })
const first_beat_ms = performance.now() - began
const lines = fs.readFileSync(path.join(directory, '.opencode/swarm/events.jsonl'), 'utf8')
if (!lines.includes('swarm.heartbeat')) throw new Error('no beat')
await hooks.dispose()
console.log(JSON.stringify({ first_beat_ms }))
