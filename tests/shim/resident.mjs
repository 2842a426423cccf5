// A process with the pack that stays until it is ended; `own` gives it a handler for SIGTERM of its own.
//   node resident.mjs DIRECTORY [own]

import { created, load } from './pack.mjs'

const [directory, own] = process.argv.slice(2)
if (own) process.on('SIGTERM', () => console.log('own handler'))
const hooks = await (await load()).server({ directory, worktree: directory, client: {} })
hooks.event(created('ses_1'))
setInterval(() => {}, 1_000)
console.log('up')
