// What one event costs, and the start.

import { best } from './bun.mjs'

const RUNS = 5

export async function events() {
  const start = best(RUNS, './start-in-bun.mjs')
  const cost = best(RUNS, './events-in-bun.mjs')
  return [
    { what: 'ignored event (delta), mean', limit: 1, unit: 'µs', measured: cost.delta_us },
    { what: 'ignored event (unwanted type), mean', limit: 1, unit: 'µs', measured: cost.noise_us },
    { what: 'event line, hook to write(2) done, p50', limit: 20, unit: 'µs', measured: cost.line_p50_us },
    { what: 'event line, hook to write(2) done, p99', limit: 200, unit: 'µs', measured: cost.line_p99_us },
    { what: 'load, instantiate, first beat', limit: 25, unit: 'ms', measured: start.first_beat_ms },
  ]
}
