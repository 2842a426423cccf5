// A receiver of callbacks on this machine, which answers as it is told and counts what it heard.

import http from 'node:http'
import net from 'node:net'

/** @param {(request: { body: string, headers: object, n: number }, response: import('node:http').ServerResponse) => void} answer */
export async function receiver(t, answer = ok) {
  const heard = []
  const server = http.createServer((request, response) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const one = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(parts).toString(), n: heard.length + 1 }
      heard.push(one)
      receiver.answer(one, response)
    })
  })
  const receiver = { heard, answer, url: '', close: () => new Promise((ok) => (server.closeAllConnections(), server.close(ok))) }
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  receiver.port = server.address().port
  receiver.url = `http://127.0.0.1:${receiver.port}`
  t.after(receiver.close)
  return receiver
}

export const ok = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"runId":"r-1"}')

export const status = (code, headers = {}, body = '') => (_, response) => response.writeHead(code, headers).end(body)

/** A port on which nobody listens. */
export async function freePort() {
  const server = net.createServer()
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  const { port } = server.address()
  await new Promise((ok) => server.close(ok))
  return port
}
