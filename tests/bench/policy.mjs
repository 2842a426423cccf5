// What a decision costs: mixed commands, the worst inputs, and beside another guard on the same commands.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { REPOSITORY } from '../host/harness/binary.mjs'
import { best, inBun } from './bun.mjs'
import { labelled } from './labelled.mjs'

const RUNS = 5
const COMMANDS = 2_000

export async function policy() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'swarm-bench-policy-'))
  try {
    const file = path.join(folder, 'commands.json')
    fs.writeFileSync(file, JSON.stringify(labelled(COMMANDS)))
    const core = path.join(REPOSITORY, 'target/wasm')
    const cost = best(RUNS, './policy-in-bun.mjs', core, file)
    const hostile = worst(Array.from({ length: RUNS }, () => inBun('./hostile-in-bun.mjs', core)))
    console.log(`the worst hostile input: ${JSON.stringify(hostile.piece)}, again and again\n`)
    const modules = process.env.OPENCODE_NODE_MODULES ?? path.join(REPOSITORY, 'target/npm/node_modules')
    const guard = path.join(modules, 'cc-safety-net/dist/api.js')
    if (fs.existsSync(guard)) beside(inBun('./guards-in-bun.mjs', core, file, pathToFileURL(guard).href))
    else console.log('cc-safety-net is not installed: nothing to stand beside')
    return [
      { what: `policy decision, ${COMMANDS} mixed commands, p50`, limit: 60, unit: 'µs', measured: cost.p50_us },
      { what: `policy decision, ${COMMANDS} mixed commands, p99`, limit: 300, unit: 'µs', measured: cost.p99_us },
      { what: 'worst hostile input of 64 KiB', limit: 20, unit: 'ms', measured: hostile.worst_ms },
      { what: 'hostile inputs that were allowed', limit: 0, unit: '', measured: hostile.allowed },
    ]
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Of each input the best run, each in a process of its own that sees it for the first time; of those the worst. */
function worst(runs) {
  const [{ pieces }] = runs
  const took_ms = runs[0].took_ms.map((_, input) => Math.min(...runs.map((run) => run.took_ms[input])))
  const worst_ms = Math.max(...took_ms)
  const piece = pieces[took_ms.indexOf(worst_ms)]
  return { worst_ms, piece, allowed: Math.max(...runs.map(({ allowed }) => allowed)) }
}

/** Agreement with the labels, and time, of two guards in one process. */
function beside(guards) {
  console.log('on the same commands, in the same process:')
  for (const [name, { stopped, passed, p50_us, p99_us }] of Object.entries(guards))
    console.log(`  ${name.padEnd(20)} destructive stopped ${percent(stopped)}, ordinary passed ${percent(passed)}, p50 ${p50_us.toFixed(1)} µs, p99 ${p99_us.toFixed(1)} µs`)
  console.log('')
}

const percent = ({ of, right }) => `${((100 * right) / of).toFixed(1)} % of ${of}`
