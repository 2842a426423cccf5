// One of several processes that share an events file: writes so many lines and ends.
//   node writer.mjs DIRECTORY NAME COUNT

import { load } from './pack.mjs'

const [directory, name, count] = process.argv.slice(2)
const options = { events: { rotate: { bytes: 131_072, files: 100 } }, heartbeat: { enabled: false } }
const hooks = await (await load()).server({ directory, worktree: directory, client: {} }, options)
for (let n = 0; n < Number(count); n++) {
  const sessionID = `ses_${name}_${n}`
  hooks.event({ event: { type: 'session.created', properties: { sessionID, info: {} } } })
  hooks.event({ event: { type: 'session.deleted', properties: { sessionID, info: {} } } })
  if (n % 50 === 0) await new Promise((ok) => setImmediate(ok))
}
await hooks.dispose()
