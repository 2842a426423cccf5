// What one event costs, and the start. The same tool calls go through `opencode-telemetry`, which writes a row of SQLite for
// each where the pack writes two lines, and three with the gate.

import { bestOfRounds, otherPlugin } from './bun.mjs'

const ROUNDS = 12

export async function events() {
  const { start, cost, call, gated, theirs } = bestOfRounds(ROUNDS, {
    start: ['./start-in-bun.mjs'],
    cost: ['./events-in-bun.mjs'],
    call: ['./calls-in-bun.mjs', 'off'],
    gated: ['./calls-in-bun.mjs', 'baseline'],
    theirs: ['./calls-in-bun.mjs', otherPlugin('opencode-telemetry/src/index.ts')],
  })
  return [
    { what: 'ignored event (delta), mean', limit: 1, unit: 'µs', measured: cost.delta_us },
    { what: 'ignored event (unwanted type), mean', limit: 1, unit: 'µs', measured: cost.noise_us },
    { what: 'event line, hook to write(2) done, p50', limit: 20, unit: 'µs', measured: cost.line_p50_us },
    { what: 'event line, hook to write(2) done, p99', limit: 200, unit: 'µs', measured: cost.line_p99_us },
    { what: 'load, instantiate, first beat', limit: 25, unit: 'ms', measured: start.first_beat_ms },
    { what: 'tool call without gate, all hooks to all written, p50', unit: 'µs', measured: call.call_p50_us },
    { what: 'tool call without gate, all hooks to all written, p99', unit: 'µs', measured: call.call_p99_us },
    { what: '  the same in opencode-telemetry 0.1.19, p50', unit: 'µs', measured: theirs.call_p50_us },
    { what: '  the same in opencode-telemetry 0.1.19, p99', unit: 'µs', measured: theirs.call_p99_us },
    { what: '  the same with the gate of the pack, p50', unit: 'µs', measured: gated.call_p50_us },
    { what: '  the same with the gate of the pack, p99', unit: 'µs', measured: gated.call_p99_us },
  ]
}
