// Ends a tagged session and the process with it, before the loop turns once more.   DIRECTORY

import { busy, event, idle, load } from './pack.mjs'

const [directory] = process.argv.slice(2)
const hooks = await (await load()).server({ directory, worktree: directory, client: {} }, { heartbeat: { enabled: false } })
hooks.event(event('session.created', { sessionID: 'ses_1', info: { id: 'ses_1', title: 'callbackSession=hook:x requested=main runId=run-1' } }))
hooks.event(busy('ses_1'))
hooks.event(idle('ses_1'))
process.exit(0)
