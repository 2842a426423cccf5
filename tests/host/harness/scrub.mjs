// Takes this machine's folders, ports and names out of a recording.

import os from 'node:os'
import path from 'node:path'

/** A function from text to text, for what happened in one place. */
export function scrubber({ root, home, projects, binary, model }, port) {
  const replacements = [
    ...projects.map((project, i) => [project, i === 0 ? '/project' : `/project-${'abc'[i]}`]),
    [home, '/home/user'],
    [root, '/lab'],
    [path.dirname(binary), '/opt/opencode/bin'],
    [import.meta.dirname, '/lab'],
    [process.execPath, '/usr/bin/node'],
    [`127.0.0.1:${model.port}`, '127.0.0.1:4001'],
    [`127.0.0.1:${port}`, '127.0.0.1:4096'],
    [`"username":"${os.userInfo().username}"`, '"username":"user"'],
  ]
  // Whole words only: a short machine name may be part of a random id.
  const machine = new RegExp(`(?<![A-Za-z0-9_])${os.hostname().replace(/[^A-Za-z0-9_-]/g, '.')}(?![A-Za-z0-9_])`, 'g')
  return (text) => replacements.reduce((text, [from, to]) => text.replaceAll(from, to), text).replace(machine, 'host')
}
