// The gate alone, out of the compiled core.

import fs from 'node:fs'
import path from 'node:path'

/** @param {string} core folder of the optimised wasm of the command line tool and its glue */
export async function openDesk(core) {
  const { instantiate } = await import(path.join(core, 'cli-glue.js'))
  const { Desk } = instantiate()(new WebAssembly.Module(fs.readFileSync(path.join(core, 'cli.wasm'))))
  const setup = { home: '/home/dev', user: 'dev', root: '/home/dev/shop', directory: '/home/dev/shop' }
  return Desk.open(JSON.stringify(setup))
}

/** The decision as the host gets it: arguments as JSON in, the answer as JSON out. */
export function decide(desk, command) {
  const paths = desk.inquire('bash', JSON.stringify({ command, description: 'does it' }))
  return JSON.parse(desk.decide(paths.map(() => '')))
}

export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/** The best of several times for each, in microseconds, sorted. */
export function times(list, run, rounds = 5) {
  const best = list.map(() => Infinity)
  for (let round = 0; round < rounds; round++)
    list.forEach((item, place) => {
      const began = performance.now()
      run(item)
      best[place] = Math.min(best[place], (performance.now() - began) * 1000)
    })
  return best.sort((a, b) => a - b)
}
