// Decisions on mixed commands.   PACK_FILE PROJECT CORE COMMANDS

import fs from 'node:fs'
import { decide, openDesk, quantile, times } from './desk.mjs'

const [, , , , core, file] = process.argv
const commands = JSON.parse(fs.readFileSync(file, 'utf8'))
const desk = await openDesk(core)
for (const { command } of commands) decide(desk, command)
const sorted = times(commands, ({ command }) => decide(desk, command), 3)
console.log(JSON.stringify({ p50_us: quantile(sorted, 0.5), p99_us: quantile(sorted, 0.99) }))
