// Processor time of so many idle seconds.   PACK_FILE PROJECT SECONDS with|without

const [pack, directory, seconds, how] = process.argv.slice(2)
const hooks = how === 'with' ? await (await import(pack)).default.server({ directory, worktree: directory, client: {} }) : {}
await hooks.config?.({})
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms))
// The compiler settles; and the host's collector looks every second until nothing has changed for half a minute.
await sleep(45_000)
const began = process.cpuUsage()
const at = performance.now()
await sleep(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(began)
const cpu_percent = ((user + system) / 1000 / (performance.now() - at)) * 100
await hooks.dispose?.()
console.log(JSON.stringify({ cpu_percent }))
