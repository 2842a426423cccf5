// What the pack costs a user of `opencode run`: a plain turn with it, without it, and with a plugin that does nothing, in turns.

import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACK_FILE } from '../host/harness/binary.mjs'
import { openPlace } from '../host/harness/place.mjs'
import { best } from './bun.mjs'

const ROUNDS = 30
const MB = 1024
/** What the host spends on any plugin: to look for it, to import it, to ask it. */
const NOTHING = '// @bun\nexport default { id: "nothing", server: async () => ({}) }\n'

const RECORDING = fileURLToPath(new URL('../data/host-1.18.33/a-plain-text.jsonl', import.meta.url))

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/**
 * By how much one of two is more: the Hodges-Lehmann estimate (the median of the means of any two differences) and its 95 %
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
    const measure = async () => {
      place.model.play(script())
      const host = place.start(['run', 'say hello'])
      // The high-water mark only grows, so the last look before the end is close to it.
      let peak_kb = 0
      const look = setInterval(() => (peak_kb = Math.max(peak_kb, peakOf(host.pid))), 10)
      const { exitCode, wallMs } = await host.ended
      clearInterval(look)
      if (exitCode !== 0) throw new Error(`opencode run ended with ${exitCode}`)
      return { wallMs, peak_kb }
    }
    const file = path.join(place.project, '.opencode/plugins', path.basename(PACK_FILE))
    /** @type {Record<string, () => void>} */
    const plugins = {
      without: () => fs.rmSync(file, { force: true }),
      nothing: () => fs.writeFileSync(file, NOTHING),
      pack: () => fs.copyFileSync(PACK_FILE, file),
    }
    const kinds = Object.keys(plugins)
    /** @type {Record<string, { wallMs: number, peak_kb: number }[]>} */
    const runs = Object.fromEntries(kinds.map((kind) => [kind, []]))
    // The first run of a home does more than the others.
    for (let round = -1; round < ROUNDS; round++) {
      // Who goes first changes, so that what one leaves behind favours nobody.
      for (const kind of kinds.map((_, n) => kinds[(n + round + kinds.length) % kinds.length])) {
        plugins[kind]()
        const run = await measure()
        if (round >= 0) runs[kind].push(run)
      }
      if (process.stderr.isTTY) process.stderr.write(`\r${round + 1} of ${ROUNDS} rounds`)
    }
    if (process.stderr.isTTY) process.stderr.write('\r')
    const more = (kind, what) => shift(runs[kind].map((run, n) => run[what] - runs.without[n][what]))
    const percent = median(runs.without.map(({ wallMs }) => wallMs)) / 100
    const [wall, memory] = [more('pack', 'wallMs'), more('pack', 'peak_kb')]
    const [ofAny, memoryOfAny] = [more('nothing', 'wallMs'), more('nothing', 'peak_kb')]
    // The runs differ by a fifth, whoever is in them; this does not.
    const own = best(10, 'turn-in-bun.mjs', RECORDING)
    return [
      { what: `opencode run, ${ROUNDS} rounds, wall time more`, limit: 2, unit: '%', measured: wall.estimate / percent },
      { what: '  its 95 % interval, from', unit: '%', measured: wall.least / percent },
      { what: '  its 95 % interval, to', unit: '%', measured: wall.most / percent },
      { what: '  with a plugin that does nothing', unit: '%', measured: ofAny.estimate / percent },
      { what: "  the pack's own work for it, on the host's thread", unit: '%', measured: own.thread_ms / percent },
      { what: '  the same on all threads', unit: '%', measured: own.cpu_ms / percent },
      { what: `opencode run, ${ROUNDS} rounds, peak memory more`, limit: 16, unit: 'MB', measured: memory.estimate / MB },
      { what: '  with a plugin that does nothing', unit: 'MB', measured: memoryOfAny.estimate / MB },
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
