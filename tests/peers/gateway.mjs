// The real OpenClaw gateway in a throw-away folder: a home, a configuration and a scripted model of its own, on loopback only.
// In front of it a door that lets everything through and remembers what was asked and answered.

import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { startModel } from '../host/harness/model.mjs'
import { until } from '../host/harness/wait.mjs'
import { freePort } from '../shim/receiver.mjs'

export const TOKEN = 'hook-token-for-local-tests-0002'
const GATEWAY_TOKEN = 'gateway-token-for-local-tests-0001'

/** A minute is what it takes on a machine that is busy; a slow disk takes longer. */
const READY_MS = 240_000

/** Opens a gateway that ends with the test, not started yet. `hooks` is laid over its section of that name. */
export async function openGateway(t, { script = { turns: [{ text: 'Noted.' }] }, hooks = {} } = {}) {
  const { PEERS_NODE: node, PEERS_OPENCLAW: program } = process.env
  if (!node || !program) throw new Error('the real receivers are not known; run `cargo xtask test --peers`')
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'openclaw-')))
  const folders = Object.fromEntries(['home', 'state', 'ws', 'tmp'].map((name) => [name, path.join(root, name)]))
  for (const folder of Object.values(folders)) fs.mkdirSync(folder)
  const model = await startModel(script)
  const port = await freePort()
  const file = path.join(root, 'openclaw.json')
  const configure = (hooks) => fs.writeFileSync(file, JSON.stringify(configuration({ port, model: model.baseUrl, ws: folders.ws, hooks }), null, 2))
  configure(hooks)
  const env = {
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
    HOME: folders.home,
    TMPDIR: folders.tmp,
    LANG: 'C.UTF-8',
    OPENCLAW_STATE_DIR: folders.state,
    OPENCLAW_CONFIG_PATH: file,
    npm_config_registry: 'http://127.0.0.1:9/', // nobody listens there
    npm_config_offline: 'true',
  }
  let child
  let said = ''
  const gateway = {
    port, model, configure,
    url: `http://127.0.0.1:${port}`,
    /** What it printed. */
    log: () => said,
    /** Starts it where it does not run yet. */
    async start() {
      if (child && child.exitCode === null && child.signalCode === null) return
      child = spawn(node, [program, 'gateway', 'run', '--port', String(port), '--bind', 'loopback'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
      await until('the gateway is ready', () => isReady(child, gateway), { withinMs: READY_MS, everyMs: 250 })
    },
    /** Asks it to end, and makes it end where it does not. */
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((ok) => child.once('exit', ok))
      child.kill('SIGTERM')
      const limit = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(limit)
    },
  }
  t.after(async () => {
    await gateway.stop()
    await model.close()
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })
  return gateway
}

async function isReady(child, gateway) {
  if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}\n${gateway.log()}`)
  const answer = await fetch(`${gateway.url}/readyz`).catch(() => undefined)
  return answer?.ok && (await answer.json().catch(() => ({}))).ready === true
}

function configuration({ port, model, ws, hooks }) {
  return {
    gateway: { mode: 'local', bind: 'loopback', port, auth: { mode: 'token', token: GATEWAY_TOKEN } },
    models: {
      providers: {
        mock: {
          baseUrl: model, apiKey: 'unused', api: 'openai-completions',
          models: [{ id: 'mock-1', name: 'mock-1', reasoning: false, input: ['text'], contextWindow: 128_000, maxTokens: 4_096 }],
        },
      },
    },
    agents: {
      ownership: 'explicit',
      defaults: { workspace: ws, skipBootstrap: true, model: { primary: 'mock/mock-1' } },
      list: [{ id: 'main' }, { id: 'scrum' }, { id: 'locked' }],
    },
    hooks: {
      enabled: true, token: TOKEN, path: '/hooks', allowedAgentIds: ['main', 'scrum'],
      allowRequestSessionKey: true, allowedSessionKeyPrefixes: ['hook:', 'opencode:', 'agent:'],
      ...hooks,
    },
  }
}

/** The door: `heard` lists each exchange, `url` is where to knock. While the gateway is down it refuses as nobody would. */
export async function openDoor(t, gateway) {
  const heard = []
  const server = http.createServer((request, response) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const one = { method: request.method, url: request.url, headers: request.headers, body: body.toString(), at: Date.now() }
      heard.push(one)
      const { host, ...headers } = request.headers
      const onward = http.request(`${gateway.url}${request.url}`, { method: request.method, headers, agent: false }, (answer) => {
        const back = []
        answer.on('data', (part) => back.push(part))
        answer.on('end', () => {
          Object.assign(one, { status: answer.statusCode, answer: Buffer.concat(back).toString(), ms: Date.now() - one.at })
          response.writeHead(answer.statusCode, answer.headers).end(Buffer.concat(back))
        })
      })
      onward.on('error', () => response.destroy())
      onward.end(body)
    })
  })
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  t.after(() => new Promise((ok) => (server.closeAllConnections(), server.close(ok))))
  return { heard, port: server.address().port, url: `http://127.0.0.1:${server.address().port}` }
}

/** What the model of the gateway was asked because of callbacks with this text. */
export const askedOf = (gateway, text) => gateway.model.requests.filter(({ body }) => JSON.stringify(body.messages).includes(text))
