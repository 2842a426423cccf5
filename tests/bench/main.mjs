// The numbers the pack must reach (X.7), measured in the host's own runtime.
//   node tests/bench/main.mjs events|host|idle|outbox|policy|redact
// Prints a table of limit and measured; ends with 1 where a limit is not kept, 2 for an unknown name.

import { events } from './events.mjs'
import { host } from './host.mjs'
import { idle } from './idle.mjs'
import { outbox } from './outbox.mjs'
import { policy } from './policy.mjs'
import { redact } from './redact.mjs'

const benches = { events, host, idle, outbox, policy, redact }
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
  console.log(`${what.padEnd(widths[0])}  ${limit.padStart(widths[1])}  ${measured.padStart(widths[2])}  ${verdict(row)}`)
}
process.exit(rows.every(isKept) ? 0 : 1)

/** A row has a `limit` or what it needs at `least`; one with neither is only told. */
function cells({ what, limit, least, measured, unit }) {
  const bound = limit !== undefined ? `${limit} ${unit}` : least !== undefined ? `≥ ${least} ${unit}` : ''
  return [what, bound, `${measured.toFixed(2)} ${unit}`]
}

function verdict(row) {
  if (row.limit === undefined && row.least === undefined) return ''
  return isKept(row) ? 'ok' : row.limit !== undefined ? 'TOO MUCH' : 'TOO LITTLE'
}

function isKept({ limit = Infinity, least = -Infinity, measured }) {
  return measured <= limit && measured >= least
}
