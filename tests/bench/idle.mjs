// What a pack costs that does nothing but beat: processor time of the process, less that of the same process without it.

import { inBun } from './bun.mjs'

const SECONDS = 40
const RUNS = 5

export async function idle() {
  const share = () => Math.max(0, inBun('./idle-in-bun.mjs', String(SECONDS), 'with').cpu_percent - inBun('./idle-in-bun.mjs', String(SECONDS), 'without').cpu_percent)
  let least = Infinity
  for (let n = 0; n < RUNS && least > 0.1; n++) least = Math.min(least, share())
  return [{ what: `idle for ${SECONDS} s, a beat every 5 s`, limit: 0.1, unit: '% CPU', measured: least }]
}
