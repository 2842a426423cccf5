// @ts-check
// The core of the command line tool and of the bridge functions, which can more than the one that the host loads. Which of
// the two `core.js` brings is decided where it is bundled.

import { newCore } from './core.js'

/** @typedef {ReturnType<ReturnType<typeof import('#cli-glue').instantiate>>} CliCore */

export const newCliCore = () => /** @type {CliCore} */ (/** @type {unknown} */ (newCore()))
