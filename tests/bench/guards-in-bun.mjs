// Two guards on the same commands: ours and cc-safety-net's.   PACK_FILE PROJECT CORE COMMANDS GUARD

import fs from 'node:fs'
import { decide, openDesk, quantile, times } from './desk.mjs'

const [, , , directory, core, file, guard] = process.argv
const commands = JSON.parse(fs.readFileSync(file, 'utf8'))
const desk = await openDesk(core)
const { checkCommand } = await import(guard)
const guards = {
  'opencode-swarm-pack': (command) => decide(desk, command).decision !== 'allow',
  'cc-safety-net': (command) => isStopped(() => checkCommand({ command, cwd: directory })),
}
const told = {}
for (const [name, stops] of Object.entries(guards)) {
  const count = { stopped: { of: 0, right: 0 }, passed: { of: 0, right: 0 } }
  for (const { command, isBad } of commands) {
    const kind = isBad ? count.stopped : count.passed
    kind.of++
    if (stops(command) === isBad) kind.right++
  }
  const sorted = times(commands, ({ command }) => stops(command), 2)
  told[name] = { ...count, p50_us: quantile(sorted, 0.5), p99_us: quantile(sorted, 0.99) }
}
console.log(JSON.stringify(told))

/** It throws where a command must not run, too. */
function isStopped(check) {
  try {
    return check().kind !== 'allow'
  } catch {
    return true
  }
}
