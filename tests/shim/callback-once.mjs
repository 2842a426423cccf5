// Ends one tagged session and waits for what becomes of its callback.   DIRECTORY URL SECONDS

import { busy, event, idle, lines, load, ofType } from './pack.mjs'
import path from 'node:path'

const [directory, url] = process.argv.slice(2)
const hooks = await (await load()).server({ directory, worktree: directory, client: {} }, { heartbeat: { enabled: false }, callbacks: { openclaw: { url } } })
hooks.event(event('session.created', { sessionID: 'ses_1', info: { id: 'ses_1', title: 'callbackSession=hook:x requested=main runId=r' } }))
hooks.event(busy('ses_1'))
hooks.event(idle('ses_1'))
const file = path.join(directory, '.opencode/swarm/events.jsonl')
const outcome = () => ['delivered', 'failed', 'dead_lettered'].flatMap((word) => ofType(lines(file), `swarm.delivery.${word}`))[0]
for (const end = Date.now() + 30_000; !outcome() && Date.now() < end; ) await new Promise((ok) => setTimeout(ok, 50))
await hooks.dispose()
console.log(JSON.stringify(outcome() ?? null))
