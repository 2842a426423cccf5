// Ends one tagged session after the other until it is killed.

import { busy, event, idle, load } from './pack.mjs'

const [directory, url, name] = process.argv.slice(2)
const hooks = await (await load()).server({ directory, worktree: directory, client: {} }, { heartbeat: { enabled: false }, callbacks: { openclaw: { url } } })
for (let n = 0; ; n++) {
  const session = `ses_${name}_${n}`
  hooks.event(event('session.created', { sessionID: session, info: { title: `callbackSession=hook:${session} requested=main` } }))
  hooks.event(busy(session))
  hooks.event(idle(session))
  if (n === 0) process.stdout.write('going\n')
  await new Promise((ok) => setTimeout(ok, 5))
}
