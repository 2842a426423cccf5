// @ts-check
// The state folder of a project, found as the pack finds it, and never made.

import path from 'node:path'
import { Places } from '../places.js'
import { Failure, USAGE } from './failure.js'
import { isFolder } from './files.js'
import { HostPlaces } from './host-places.js'

/** @param {string | undefined} dir the project @param {string | undefined} state the folder itself, where it is named */
export function stateFolder(dir, state) {
  if (state) return path.resolve(state)
  const project = path.resolve(dir ?? '.')
  if (!isFolder(project)) throw new Failure(`${project} is no folder`, { exitCode: USAGE })
  const host = new HostPlaces(project)
  return new Places(host.directory, host.worktree).foundState()
}
