// @ts-check
// The state folder of a project, found as the pack finds it, and never made.

import path from 'node:path'
import { Places } from '../places.js'
import { HostPlaces } from './host-places.js'

/** @param {string | undefined} dir the project @param {string | undefined} state the folder itself, where it is named */
export function stateFolder(dir, state) {
  if (state) return path.resolve(state)
  const host = new HostPlaces(path.resolve(dir ?? '.'))
  return new Places(host.directory, host.worktree).foundState()
}
