// @ts-check
// A throw-away model on loopback: it asks for one command, then answers, and costs nothing.
// It speaks the streaming half of the OpenAI-compatible wire format, which is all that the host needs.

import http from 'node:http'

/** The command it asks for: long enough to be seen running, harmless everywhere. */
const COMMAND = 'sleep 1; echo swarm-pack'
const ANSWER = 'The pack was asked.'
const BODY_LENGTH_MAX = 8 << 20

/** @returns {Promise<{ url: string, close: () => void }>} */
export async function startModel() {
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) if (body.length < BODY_LENGTH_MAX) body += piece
    if (!request.url?.endsWith('/chat/completions')) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const chunk of answer(body)) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end('data: [DONE]\n\n')
  })
  await new Promise((ok, no) => server.once('error', no).listen(0, '127.0.0.1', () => ok(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The command where tools are offered and none has answered yet; else words. @param {string} body */
function answer(body) {
  const { messages = [], tools = [] } = JSON.parse(body)
  const hasRun = messages.some((/** @type {any} */ { role }) => role === 'tool')
  const hasShell = tools.some((/** @type {any} */ tool) => tool.function?.name === 'bash')
  const args = JSON.stringify({ command: COMMAND, description: 'Waits a second and prints a word' })
  const call = { index: 0, id: 'call_swarm_pack', type: 'function', function: { name: 'bash', arguments: args } }
  const delta = hasShell && !hasRun ? { tool_calls: [call] } : { content: ANSWER }
  const base = { id: 'chatcmpl-swarm-pack', object: 'chat.completion.chunk', created: 1, model: 'scripted' }
  return [
    { ...base, choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] },
    { ...base, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' in delta ? 'tool_calls' : 'stop' }] },
    { ...base, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
  ]
}
