// @ts-check
// One line of what the doctor says: what was found, and how to mend it.

/** @typedef {'opencode' | 'installation' | 'configuration' | 'sinks' | 'environment' | 'dependencies' | 'hooks'} Check */
/** @typedef {{ check: Check, status: 'ok' | 'note' | 'problem', message: string, remedy?: string }} Finding */

/** @param {Check} check @param {string} message @returns {Finding} */
export const ok = (check, message) => ({ check, status: 'ok', message })

/** Worth knowing, and no reason to say no. @param {Check} check @param {string} message @param {string} [remedy] @returns {Finding} */
export const note = (check, message, remedy) => ({ check, status: 'note', message, ...(remedy && { remedy }) })

/** @param {Check} check @param {string} message @param {string | undefined} remedy @returns {Finding} */
export const problem = (check, message, remedy) => ({ check, status: 'problem', message, ...(remedy && { remedy }) })
