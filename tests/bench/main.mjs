// The numbers the pack must reach, measured in the host's own runtime.
//   node tests/bench/main.mjs events|idle|host
// Prints a table of limit and measured; ends with 1 where a limit is not kept, 2 for an unknown name.

import { events } from './events.mjs'
import { host } from './host.mjs'
import { idle } from './idle.mjs'

const benches = { events, host, idle }
const name = process.argv[2] ?? ''
if (!Object.hasOwn(benches, name)) {
  console.error(`no bench "${name}"; there are: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}

const rows = await benches[name]()
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => cells(row)[column].length), 8))
console.log(`${'what'.padEnd(widths[0])}  ${'limit'.padStart(widths[1])}  ${'measured'.padStart(widths[2])}`)
for (const row of rows) {
  const [what, limit, measured] = cells(row)
  console.log(`${what.padEnd(widths[0])}  ${limit.padStart(widths[1])}  ${measured.padStart(widths[2])}  ${isKept(row) ? 'ok' : 'TOO MUCH'}`)
}
process.exit(rows.every(isKept) ? 0 : 1)

function cells({ what, limit, measured, unit }) {
  return [what, `${limit} ${unit}`, `${measured.toFixed(2)} ${unit}`]
}

function isKept({ limit, measured }) {
  return measured <= limit
}
