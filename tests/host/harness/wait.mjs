// Waiting for a condition, never for a time that is hoped to be long enough.

export const sleep = (ms) => (ms > 0 ? new Promise((ok) => setTimeout(ok, ms)) : undefined)

/** Polls until `look()` gives something truthy and returns that; fails naming `what` after `withinMs`. */
export async function until(what, look, { withinMs = 60_000, everyMs = 50 } = {}) {
  const end = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`)
    await sleep(everyMs)
  }
}
