// What redaction costs: speed, and that it does not depend on how long a text is, or on what it says.
//
// There is nothing to hold it against: `opencode-telemetry` has no redaction, it keeps no texts.

import { best } from './bun.mjs'

const RUNS = 3

export async function redact() {
  const cost = best(RUNS, './redact-in-bun.mjs')
  return [
    { what: 'all rules, 50 values of the environment, 1 MB', least: 50, unit: 'MB/s', measured: 1000 / cost.ns_per_byte },
    { what: 'time per byte, 10 MB against the best of 1 KB, 32 KB, 1 MB', limit: 1.5, unit: '×', measured: cost.growth },
    { what: 'time per byte, hostile texts, 4 MB against 16 KB', limit: 2, unit: '×', measured: cost.hostile_growth },
    { what: 'the slowest hostile text', unit: 'MB/s', measured: 1000 / cost.hostile_ns_per_byte },
    { what: 'the first text, which makes it ready for 50 values', unit: 'ms', measured: cost.ready_ms },
  ]
}
