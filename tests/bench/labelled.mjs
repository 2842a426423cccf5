// Labelled commands of one line: half ordinary work, half what is to be stopped, mixed.

import fs from 'node:fs'
import path from 'node:path'
import { REPOSITORY } from '../host/harness/binary.mjs'

const FOLDERS = { ordinary: false, destructive: true, hidden: true }

/** @returns {{ command: string, isBad: boolean }[]} */
export function labelled(count) {
  const all = Object.entries(FOLDERS).flatMap(([folder, isBad]) => read(folder).map((command) => ({ command, isBad })))
  const good = all.filter(({ isBad }) => !isBad)
  const bad = all.filter(({ isBad }) => isBad)
  const half = Math.min(good.length, bad.length, count / 2)
  return Array.from({ length: half * 2 }, (_, place) => (place % 2 ? spread(bad, half) : spread(good, half))[place >> 1])
}

const spreads = new Map()

/** So many of them, from begin to end. */
function spread(list, count) {
  if (!spreads.has(list)) spreads.set(list, Array.from({ length: count }, (_, place) => list[Math.floor((place * list.length) / count)]))
  return spreads.get(list)
}

function read(folder) {
  const at = path.join(REPOSITORY, 'tests/data/policy', folder)
  return fs.readdirSync(at).sort().flatMap((name) => commands(fs.readFileSync(path.join(at, name), 'utf8')))
}

/** Sections for other tools or other folders, and records of several lines, are left out. */
function commands(text) {
  const list = []
  let [isLeftOut, isInside] = [false, false]
  for (const line of text.split('\n')) {
    if (line.startsWith('{{{')) isInside = true
    else if (line === '}}}') isInside = false
    else if (line.startsWith('== ')) isLeftOut = /(tool|cwd|link)=/.test(line)
    else if (!isInside && !isLeftOut && line !== '' && !line.startsWith('# ')) list.push(line)
  }
  return list
}
