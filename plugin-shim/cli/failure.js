// @ts-check
// How a command says no. Each names the place and, where there is one, the remedy.

/** Exit codes of every command. */
export const YES = 0
export const NO = 1
export const USAGE = 2

/** The command cannot do what it was asked to. */
export class Failure extends Error {
  /** @param {string} message @param {{ remedy?: string, exitCode?: number }} [more] */
  constructor(message, { remedy, exitCode = NO } = {}) {
    super(message)
    this.remedy = remedy
    this.exitCode = exitCode
  }
}

/** The command line is wrong. */
export class UsageError extends Failure {
  /** @param {string} message @param {string} [remedy] */
  constructor(message, remedy) {
    super(message, { remedy, exitCode: USAGE })
  }
}

/** What the system's code of an error means, for people. @type {Record<string, string>} */
const WORDS = {
  EACCES: 'permission denied',
  EEXIST: 'something else has that name',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
}

/** @param {any} error */
export function wordsOf(error) {
  const code = String(error?.code ?? error?.name ?? error)
  return WORDS[code] ? `${WORDS[code]} (${code})` : code
}
