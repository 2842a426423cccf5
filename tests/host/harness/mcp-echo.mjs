// The smallest MCP server over stdio: a tool that works and one that fails.

import readline from 'node:readline'

const inputSchema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
const methods = {
  initialize: ({ protocolVersion = '2024-11-05' }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'lab-echo', version: '0' } }),
  'tools/list': () => ({
    tools: [{ name: 'echo', description: 'says it back', inputSchema }, { name: 'fail', description: 'always fails', inputSchema }],
  }),
  'tools/call': ({ name, arguments: args }) => {
    const isError = name === 'fail'
    return { isError, content: [{ type: 'text', text: isError ? 'lab failure' : `echo: ${args?.text}` }] }
  },
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const answer = methods[method] ? { result: methods[method](params ?? {}) } : { error: { code: -32601, message: `no method ${method}` } }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`)
})
