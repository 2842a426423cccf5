// A place of the host harness in which the command line tool finds the real host as `opencode` on its PATH.

import fs from 'node:fs'
import path from 'node:path'
import { hostBinary } from '../host/harness/binary.mjs'
import { openPlace } from '../host/harness/place.mjs'

/** Opens a place that ends with the test; `temporary` is the folder for temporary files of what runs in `env()`. */
export async function open(t, options) {
  const place = await openPlace(options)
  t.after(() => place.close())
  const programs = path.join(place.root, 'programs')
  const temporary = path.join(place.root, 'temporary')
  for (const folder of [programs, temporary]) fs.mkdirSync(folder)
  fs.symlinkSync(hostBinary(), path.join(programs, 'opencode'))
  const env = (more) => place.env({ PATH: `${programs}${path.delimiter}${process.env.PATH}`, TMPDIR: temporary, ...more })
  return { ...place, env, temporary, dropIn: path.join(place.project, '.opencode/plugins/opencode-swarm-pack.js') }
}
