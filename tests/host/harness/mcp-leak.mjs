// An MCP server over stdio that tells what it should not: its answers and its failures hold what it was given, and its environment.

import readline from 'node:readline'

const inputSchema = { type: 'object', properties: { text: { type: 'string' }, password: { type: 'string' } }, required: ['text'] }
const methods = {
  initialize: ({ protocolVersion = '2024-11-05' }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'lab-leak', version: '0' } }),
  'tools/list': () => ({ tools: [{ name: 'echo', description: 'says it back', inputSchema }, { name: 'fail', description: 'always fails', inputSchema }] }),
  'tools/call': ({ name, arguments: args }) => ({
    isError: name === 'fail',
    content: [{ type: 'text', text: `${name} with ${args?.text}: password=${args?.password ?? process.env.LEAK}` }],
  }),
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const answer = methods[method] ? { result: methods[method](params ?? {}) } : { error: { code: -32601, message: `no method ${method}` } }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`)
})
