// The built package, loaded as the host would, in folders of its own.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

export const FILE = path.join(process.env.PACK_DIR ?? 'pkg', 'opencode-swarm-pack.js')

let copies = 0

/** Imports the pack; `copy: true` as another module, as two installations are. */
export async function load({ copy = false } = {}) {
  const url = pathToFileURL(path.resolve(FILE))
  if (copy) url.search = `copy=${++copies}`
  return (await import(url.href)).default
}

/** A project folder with a `.opencode`, removed after the test. */
export function project(t, { opencode = true } = {}) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'swarm-pack-')))
  t.after(() => fs.rmSync(root, { recursive: true, force: true }))
  const directory = path.join(root, 'project')
  fs.mkdirSync(opencode ? path.join(directory, '.opencode') : directory, { recursive: true })
  return { root, directory, home: path.join(root, 'home'), state: path.join(directory, '.opencode', 'swarm'), events: path.join(directory, '.opencode', 'swarm', 'events.jsonl') }
}

/** Starts the pack for a project; it is disposed of after the test. */
export async function start(t, place, { options, env = {}, client = {}, plugin } = {}) {
  const before = { ...process.env }
  Object.assign(process.env, { HOME: place.home, XDG_CONFIG_HOME: path.join(place.home, '.config'), XDG_STATE_HOME: path.join(place.home, '.local/state') }, env)
  try {
    const hooks = await (plugin ?? (await load())).server({ directory: place.directory, worktree: place.directory, client }, options)
    t.after(() => hooks.dispose?.())
    return hooks
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

/** Lines of an events file, parsed. */
export const lines = (file) =>
  fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))

export const ofType = (all, type) => all.filter((line) => line.event_type === type)

/** An event of the host. */
export const event = (type, properties) => ({ event: { id: 'evt_1', type, properties } })

export const created = (sessionID) => event('session.created', { sessionID, info: { id: sessionID } })
export const busy = (sessionID) => event('session.status', { sessionID, status: { type: 'busy' } })
export const idle = (sessionID) => event('session.idle', { sessionID })

/** Waits until something is so; fails after a generous time. */
export async function until(what, isSo, ms = 30_000) {
  const end = Date.now() + ms
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((ok) => setTimeout(ok, 20))
  }
}
