// Sends one request for each URL, one after the other, and prints what came of it as a line of JSON.   BYTES URL…

import { send } from '../../plugin-shim/callback.js'

const [bytes, ...urls] = process.argv.slice(2)
const body = 'x'.repeat(Number(bytes))
for (const url of urls) {
  const outcome = await send('key-1', { url, body, scheme: 'bearer', secrets: [], allows_private_networks: false })
  console.log(JSON.stringify(outcome))
}
