// @ts-check
// Looking at files: what cannot be seen is not there.

import fs from 'node:fs'

/** @param {string} file */
function statOf(file) {
  try {
    return fs.statSync(file)
  } catch {
    return undefined
  }
}

/** @param {string} file */
export const isFile = (file) => statOf(file)?.isFile() ?? false

/** @param {string} folder */
export const isFolder = (folder) => statOf(folder)?.isDirectory() ?? false

/** Names in a folder, in order; none where there is no folder. @param {string} folder */
export function entriesOf(folder) {
  try {
    return fs.readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** The JSON of a file; nothing where it is none. @param {string} file @returns {any} */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
