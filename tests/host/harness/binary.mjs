// Where the host's binary is: $OPENCODE_BIN, else under $OPENCODE_NODE_MODULES, else where `cargo xtask` installs it.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')

/** The folder of the built package, and the drop-in file in it. */
export const PACK_DIR = path.resolve(process.env.PACK_DIR ?? path.join(REPOSITORY, 'pkg'))
export const PACK_FILE = path.join(PACK_DIR, 'opencode-swarm-pack.js')

export function hostBinary() {
  if (process.env.OPENCODE_BIN) return process.env.OPENCODE_BIN
  const modules = process.env.OPENCODE_NODE_MODULES ?? path.join(REPOSITORY, 'target/npm/node_modules')
  // The platform package is preferred to `opencode-ai`, whose binary is only there when npm may run its script.
  const platform = `opencode-${process.platform}-${process.arch}`
  const places = [`${platform}/bin/opencode`, `${platform}-baseline/bin/opencode`, 'opencode-ai/bin/opencode.exe', 'opencode-ai/bin/opencode']
  const found = places.map((place) => path.join(modules, place)).find((file) => fs.existsSync(file))
  if (!found) throw new Error(`no opencode binary under ${modules}; run \`cargo xtask build\`, or set OPENCODE_BIN or OPENCODE_NODE_MODULES`)
  return found
}

export const hostVersion = () => execFileSync(hostBinary(), ['--version'], { encoding: 'utf8' }).trim()
