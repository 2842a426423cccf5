// @ts-check
// An OpenCode that would be started here, as the pack would find it.

import { bootWriter, gather } from '../boot.js'
import { Places } from '../places.js'
import { HostPlaces } from './host-places.js'
import { findInstallations, optionsOf } from './installations.js'

/** @typedef {ReturnType<typeof import('../cli-core.js').newCliCore>} CliCore */

/** The boot as it crosses. @param {CliCore} core */
export function bootHere(core) {
  const host = new HostPlaces(process.cwd())
  return bootWriter(gather(new Places(host.directory, host.worktree), optionsOf(findInstallations(host))))(core)
}
