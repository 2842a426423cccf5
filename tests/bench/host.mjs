// What the pack costs a user of `opencode run`: interleaved pairs of a plain turn with and without it.

import fs from 'node:fs'
import path from 'node:path'
import { openPlace } from '../host/harness/place.mjs'

const PAIRS = 30
const MB = 1024

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/**
 * By how much one of a pair is more: the Hodges-Lehmann estimate (the median of the means of any two differences) and its 95 %
 * interval after Wilcoxon. Two medians would not do: a fifth of the hosts peak 90 MB higher, whoever is in them, as their
 * collector happens to run, and a slow minute falls on a few pairs.
 *
 * @param {number[]} differences
 */
function shift(differences) {
  const means = differences.flatMap((one, n) => differences.slice(n).map((other) => (one + other) / 2)).sort((a, b) => a - b)
  const count = differences.length
  const outside = Math.max(0, Math.floor(means.length / 2 - 1.96 * Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24)))
  return { estimate: median(means), least: means[outside], most: means[means.length - 1 - outside] }
}

export async function host() {
  const script = () => ({ turns: [{ text: 'Hello from the scripted model.' }] })
  const place = await openPlace({ pack: true, script: script() })
  try {
    const measure = async (env) => {
      place.model.play(script())
      const host = place.start(['run', 'say hello'], { env })
      // The high-water mark only grows, so the last look before the end is close to it.
      let peak_kb = 0
      const look = setInterval(() => (peak_kb = Math.max(peak_kb, peakOf(host.pid))), 10)
      const { exitCode, wallMs } = await host.ended
      clearInterval(look)
      if (exitCode !== 0) throw new Error(`opencode run ended with ${exitCode}`)
      return { wallMs, peak_kb }
    }
    const off = { SWARM_PACK: '0' }
    const file = path.join(place.project, '.opencode/plugins/opencode-swarm-pack.js')
    const without = () => {
      fs.renameSync(file, `${file}.off`)
      return measure(off).finally(() => fs.renameSync(`${file}.off`, file))
    }
    await measure({}) // the first run of a home does more than the others
    await without()
    const pairs = []
    for (let n = 0; n < PAIRS; n++) {
      // Who goes first alternates, so that what one leaves behind does not favour the other.
      const [a, b] = n % 2 ? [await measure({}), await without()] : [await without(), await measure({})].reverse()
      pairs.push({ with: a, without: b })
      if (process.stderr.isTTY) process.stderr.write(`\r${n + 1} of ${PAIRS} pairs`)
    }
    if (process.stderr.isTTY) process.stderr.write('\r')
    const more = (what) => shift(pairs.map((pair) => pair.with[what] - pair.without[what]))
    const whole = median(pairs.map(({ without }) => without.wallMs)) / 100
    const [wall, memory] = [more('wallMs'), more('peak_kb')]
    return [
      { what: `opencode run, ${PAIRS} pairs, wall time more`, limit: 2, unit: '%', measured: wall.estimate / whole },
      { what: '  its 95 % interval, from', unit: '%', measured: wall.least / whole },
      { what: '  its 95 % interval, to', unit: '%', measured: wall.most / whole },
      { what: `opencode run, ${PAIRS} pairs, peak memory more`, limit: 16, unit: 'MB', measured: memory.estimate / MB },
    ]
  } finally {
    await place.close()
  }
}

/** Greatest resident size so far, in kB; 0 once the process is gone. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
