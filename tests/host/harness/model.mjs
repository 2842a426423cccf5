// A scripted stand-in for a chat-completions model, on loopback only.
//
// It speaks the streaming half of the OpenAI-compatible wire format, which is all that OpenCode needs.
// Everything it says comes from a script (README.md, "Scripts"); it has no behaviour of its own.

import http from 'node:http'
import { sleep } from './wait.mjs'

const PAGE = '<html><head><title>Loopback page</title></head><body><h1>Loopback page</h1><p>served on 127.0.0.1</p></body></html>'

/**
 * Starts a model that plays `script`. `vars` fill in `{{NAME}}` in the script's strings, late, so that
 * ports and folders known only after the start can be used.
 */
export async function startModel(script = {}, { vars = {} } = {}) {
  const requests = []
  const open = new Set()
  let lanes = lanesOf(script)

  const server = http.createServer(async (request, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
    try {
      await answer(request, response)
    } catch (error) {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    }
  })

  async function answer(request, response) {
    if (request.method === 'GET' && request.url.startsWith('/page')) {
      response.writeHead(200, { 'content-type': 'text/html' })
      return response.end(PAGE)
    }
    if (request.method !== 'POST' || !request.url.includes('/chat/completions'))
      return sendJson(response, 404, { error: { message: `no route ${request.method} ${request.url}` } })
    let text = ''
    for await (const piece of request) text += piece
    const body = JSON.parse(text)
    const lane = lanes.find((lane) => matches(lane.match, body))
    const turn = lane.loop ? lane.turns[lane.played++ % lane.turns.length] : lane.turns[lane.played++]
    const said = fill(turn ?? { text: `[the script of lane ${lane.name} is used up]` }, vars)
    requests.push({ at: Date.now(), lane: lane.name, headers: request.headers, body, said })
    await play(said, body, response, requests.length)
  }

  await new Promise((ok, no) => server.once('error', no).listen(0, '127.0.0.1', ok))
  const { port } = server.address()
  vars.MODEL = `http://127.0.0.1:${port}`
  return {
    port,
    baseUrl: `${vars.MODEL}/v1`,
    /** What the host asked, in order, and the turn that was `said`. */
    requests,
    /** Plays another script from its beginning, at the same address. */
    play: (next) => { lanes = lanesOf(next) },
    close: () =>
      new Promise((ok) => {
        for (const response of open) response.destroy()
        server.close(ok)
        server.closeAllConnections()
      }),
  }
}

/** The host asks for a title beside the first answer: that request has a lane of its own. */
function lanesOf(script) {
  const title = { name: 'title', match: { system: 'title generator' }, turns: [{ text: script.title ?? 'Scripted title' }], loop: true }
  return [title, ...(script.lanes ?? []), { name: 'main', turns: script.turns ?? [] }].map((lane) => ({ ...lane, played: 0 }))
}

function matches(match, body) {
  if (!match) return true
  const said = (role) => body.messages.filter((message) => role.includes(message.role)).map(textOf)
  const users = said(['user'])
  return (
    (match.system === undefined || said(['system', 'developer']).join('\n').includes(match.system)) &&
    (match.firstUser === undefined || (users[0] ?? '').includes(match.firstUser)) &&
    (match.anyUser === undefined || users.some((text) => text.includes(match.anyUser))) &&
    (match.lastUser === undefined || (users.at(-1) ?? '').includes(match.lastUser)) &&
    (match.noTools === undefined || match.noTools !== body.tools?.length > 0)
  )
}

const textOf = ({ content }) =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n')

function fill(value, vars) {
  if (typeof value === 'string') return value.replace(/\{\{(\w+)\}\}/g, (all, name) => vars[name] ?? all)
  if (Array.isArray(value)) return value.map((item) => fill(item, vars))
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, vars)]))
  return value
}

const words = (text = '') => text.match(/\S+\s*|\s+/g) ?? []

function piecesOf({ chunks, generate, text }) {
  if (chunks) return chunks
  if (generate) return Array.from({ length: generate.tokens }, (_, i) => `${generate.word ?? 'word'}${i} `)
  return words(text)
}

function sendJson(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** Plays one turn as the answer to one request. */
async function play(turn, body, response, n) {
  await sleep(turn.firstDelayMs ?? 0)
  if (turn.status)
    return sendJson(response, turn.status, turn.body ?? { error: { message: `scripted error ${turn.status}`, type: 'server_error' } }, turn.headers)

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const base = { id: `chatcmpl-${n}`, object: 'chat.completion.chunk', created: 1700000000, model: body.model }
  const write = (more) => response.write(`data: ${JSON.stringify({ ...base, ...more })}\n\n`)
  const send = (delta, finish = null) => write({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const gone = () => response.destroyed || response.writableEnded
  const stream = async (pieces, key) => {
    for (const piece of pieces) {
      if (gone()) return
      send({ [key]: piece })
      await sleep(turn.delayMs ?? 0)
    }
  }

  const pieces = piecesOf(turn)
  send({ role: 'assistant', content: '' })
  await stream(words(turn.reasoning), 'reasoning_content')
  await stream(pieces, 'content')
  for (const [index, call] of (turn.tools ?? []).entries()) {
    const args = typeof call.args === 'string' ? call.args : JSON.stringify(call.args ?? {})
    send({ tool_calls: [{ index, id: call.id ?? `call_${n}_${index}`, type: 'function', function: { name: call.name, arguments: '' } }] })
    for (let at = 0; at < args.length; at += 24)
      send({ tool_calls: [{ index, function: { arguments: args.slice(at, at + 24) } }] })
  }
  while (turn.hang && !gone()) await sleep(50)
  if (turn.cut) return response.destroy()
  if (gone()) return

  send({}, turn.finish ?? (turn.tools?.length ? 'tool_calls' : 'stop'))
  const { input = 100, output = Math.max(pieces.length, 1), cached = 0, reasoning = 0 } = turn.usage ?? {}
  write({
    choices: [],
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    },
  })
  response.end('data: [DONE]\n\n')
}
