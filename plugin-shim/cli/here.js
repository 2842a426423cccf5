// @ts-check
// An OpenCode that would be started here, as the pack would find it.

import { gather, writer } from '../boot.js'
import { Places } from '../places.js'
import { HostPlaces } from './host-places.js'
import { findInstallations } from './installations.js'

/** @typedef {ReturnType<typeof import('../cli-core.js').newCliCore>} CliCore */

/** The options of the entry that loads the pack. @param {HostPlaces} host */
export const optionsOf = (host) => findInstallations(host).findLast(({ kind }) => kind !== 'file')?.options

/** The boot as it crosses. @param {CliCore} core */
export function bootHere(core) {
  const host = new HostPlaces(process.cwd())
  return writer(gather(new Places(host.directory, host.worktree), optionsOf(host)))(core)
}
