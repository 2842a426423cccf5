// @ts-check
// The core of the command line tool: it can more than the one of the drop-in file.

import { newCore } from '../core.js'

/** @returns {ReturnType<typeof import('#cli-glue').instantiate>} */
export const newCliCore = () => /** @type {any} */ (newCore())
