// @ts-check
// The numbers of lines: within a boot each comes once, in order. Nothing is said of the numbers before the first seen.

/** Boots followed at a time; the one seen longest ago is forgotten. */
const BOOTS_MAX = 10_000
/** Gaps of one boot that a late line can fill. */
const OPEN_GAPS_MAX = 100

/** @typedef {{ first: number, last: number, gaps: { from: number, to: number }[] }} Boot */

export class Sequence {
  /** Least recently seen first. @type {Map<string, Boot>} */
  #boots = new Map()
  /** Boots that were given up. */
  forgotten = 0

  /**
   * @param {string} bootId
   * @param {number} seq
   * @returns {{ gap?: string, problem?: string }}
   */
  take(bootId, seq) {
    const boot = this.#boots.get(bootId)
    if (!boot) {
      this.#add(bootId, { first: seq, last: seq, gaps: [] })
      return {}
    }
    this.#boots.delete(bootId)
    this.#boots.set(bootId, boot)
    const { last } = boot
    if (seq <= last) return { problem: this.#late(boot, bootId, seq) }
    boot.last = seq
    if (seq === last + 1) return {}
    const gap = { from: last + 1, to: seq - 1 }
    boot.gaps.push(gap)
    if (boot.gaps.length > OPEN_GAPS_MAX) boot.gaps.shift()
    return { gap: `seq goes from ${last} to ${seq} in boot ${bootId}: ${rangeOf(gap)} missing` }
  }

  /** @param {Boot} boot @param {string} bootId @param {number} seq */
  #late(boot, bootId, seq) {
    const at = boot.gaps.findIndex(({ from, to }) => from <= seq && seq <= to)
    const gap = boot.gaps[at]
    if (!gap && seq >= boot.first) return `seq ${seq} of boot ${bootId} is a repeat`
    if (gap) boot.gaps.splice(at, 1, ...[{ from: gap.from, to: seq - 1 }, { from: seq + 1, to: gap.to }].filter(({ from, to }) => from <= to))
    else boot.first = seq
    return `seq ${seq} of boot ${bootId} is out of order: it comes after ${boot.last}`
  }

  /** @param {string} bootId @param {Boot} boot */
  #add(bootId, boot) {
    this.#boots.set(bootId, boot)
    if (this.#boots.size <= BOOTS_MAX) return
    const [oldest] = this.#boots.keys()
    if (oldest !== undefined) this.#boots.delete(oldest)
    this.forgotten += 1
  }
}

/** @param {{ from: number, to: number }} range */
const rangeOf = ({ from, to }) => (from === to ? `${from} is` : `${from} to ${to} are`)
