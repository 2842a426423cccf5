// @ts-check
// Where a path leads, also one that is not there yet.

import fs from 'node:fs'
import path from 'node:path'
import { codeOf } from './places.js'

/** Parts of a path, and links, that are followed to see where it leads. */
const REAL_STEPS_MAX = 256

/** Where a path leads: that of the deepest part that is there, and what follows it. @param {string} named @returns {string | null} */
export function realPath(named) {
  const rest = []
  for (let at = named, steps = 0; steps < REAL_STEPS_MAX; steps++) {
    try {
      return path.join(fs.realpathSync.native(at), ...rest)
    } catch (error) {
      // A link that leads nowhere: what is written to it is made where it leads to.
      const link = codeOf(error) === 'ENOENT' ? linkOf(at) : undefined
      if (link !== undefined) at = path.resolve(path.dirname(at), link)
      else if (at === path.dirname(at)) return null
      else {
        rest.unshift(path.basename(at))
        at = path.dirname(at)
      }
    }
  }
  return null
}

/** @param {string} file */
function linkOf(file) {
  try {
    return fs.readlinkSync(file)
  } catch {
    return undefined
  }
}
