// The lines the pack wrote: where they are, how they are read, what is true of every stream.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'

const KEYS = ['event_version', 'event_type', 'timestamp', 'agent_id', 'workspace_id', 'node_id', 'session_id', 'event_id', 'seq', 'boot_id', 'mono_ms', 'payload']

/**
 * The pack's file for a project: in `.opencode/swarm`, else in the home's state folder, where the hash in
 * its path is not ours to compute: there must be one only.
 */
export function eventsFile(place, project) {
  const inProject = path.join(project, '.opencode/swarm/events.jsonl')
  if (isFile(inProject)) return inProject
  const inState = stateFolders(place).map((folder) => path.join(folder, 'events.jsonl')).filter(isFile)
  assert.ok(inState.length <= 1, `several state folders: ${inState}`)
  return inState[0]
}

/** The state folders in the home, for projects that have no `.opencode`, or none that can be written. */
export function stateFolders(place) {
  const all = path.join(place.home, '.local/state/opencode-swarm-pack')
  return fs.existsSync(all) ? fs.readdirSync(all).map((name) => path.join(all, name)) : []
}

const isFile = (file) => fs.existsSync(file) && fs.statSync(file).isFile()

/** Parses a stream; a line that is not JSON fails with its number. */
export function parseLines(text, name = 'the stream') {
  const lines = text.split('\n')
  assert.equal(lines.pop(), '', `${name} does not end with a line end`)
  return lines.map((line, i) => {
    try {
      return JSON.parse(line)
    } catch {
      return assert.fail(`${name}, line ${i + 1} is not JSON: ${line}`)
    }
  })
}

export const ofType = (lines, type) => lines.filter((line) => line.event_type === type)

/** The types of the lines in order, repeats in a row left out. */
export const typesOf = (lines) => lines.map((line) => line.event_type).filter((type, i, all) => type !== all[i - 1])

/** Groups lines by the start of the pack that wrote them, in order of first appearance. */
export function byBoot(lines) {
  const boots = new Map()
  for (const line of lines) boots.set(line.boot_id, [...(boots.get(line.boot_id) ?? []), line])
  return [...boots.values()]
}

/** Fails unless every line has the envelope, and each boot counts from 1 with clocks that never go back. */
export function assertStream(lines) {
  assert.ok(lines.length > 0, 'the pack wrote nothing')
  assert.equal(new Set(lines.map((line) => line.event_id)).size, lines.length, 'event_id is not unique')
  for (const line of lines) {
    assert.deepEqual(Object.keys(line).filter((key) => KEYS.includes(key)).sort(), [...KEYS].sort(), JSON.stringify(line))
    assert.equal(line.event_version, 1)
    assert.match(line.event_type, /^swarm(\.[a-z_]+)+$/)
    assert.match(line.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    assert.ok(line.payload !== null && typeof line.payload === 'object' && !Array.isArray(line.payload), JSON.stringify(line))
    assert.ok(Buffer.byteLength(JSON.stringify(line)) <= 8192, `a line of more than 8 KiB: ${line.event_type}`)
  }
  for (const boot of byBoot(lines)) {
    assert.deepEqual(boot.map((line) => line.seq), boot.map((_, i) => i + 1), 'seq has gaps')
    for (const [i, line] of boot.slice(1).entries()) {
      assert.ok(line.mono_ms >= boot[i].mono_ms, `mono_ms goes back at seq ${line.seq}`)
      assert.ok(line.timestamp >= boot[i].timestamp, `timestamp goes back at seq ${line.seq}`)
    }
  }
}
