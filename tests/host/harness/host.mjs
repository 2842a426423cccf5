// One process of the real host.

import { spawn } from 'node:child_process'
import net from 'node:net'
import { apiFor } from './api.mjs'
import { until } from './wait.mjs'

/**
 * Starts the host with `args` in a place's first project.
 *
 *   env     further environment
 *   cwd     another folder to start in
 *   fd3     give it a pipe as file descriptor 3, collected in `output.fd3`
 *   withinMs  hard limit; the host is killed then (default 90 s)
 *
 * `ended` resolves with { exitCode, signal, timedOut, wallMs, stdout, stderr, fd3 }.
 */
export function startHost(place, args, { env, cwd = place.project, fd3 = false, withinMs = 90_000 } = {}) {
  const began = Date.now()
  const child = spawn(place.binary, args, {
    cwd,
    env: place.env(env),
    stdio: ['ignore', 'pipe', 'pipe', ...(fd3 ? ['pipe'] : [])],
    detached: true, // a process group of its own, so that its commands can be ended with it
  })
  const output = { stdout: '', stderr: '', fd3: '' }
  for (const [i, name] of [[1, 'stdout'], [2, 'stderr'], [3, 'fd3']])
    child.stdio[i]?.setEncoding('utf8').on('data', (text) => { output[name] += text })

  const host = { child, pid: child.pid, output, timedOut: false }
  host.ended = new Promise((ok, no) => {
    child.once('error', no)
    child.once('close', (exitCode, signal) => {
      clearTimeout(limit)
      host.hasEnded = true
      ok({ exitCode, signal, timedOut: host.timedOut, wallMs: Date.now() - began, ...output })
    })
  })
  /** Sends the host a signal and waits for its end. */
  host.stop = (signal) => {
    child.kill(signal)
    return host.ended
  }
  /** Ends the host and every command it started. */
  host.kill = () => {
    if (host.hasEnded) return host.ended
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
    return host.ended
  }
  const limit = setTimeout(() => {
    host.timedOut = true
    host.kill()
  }, withinMs)
  return host
}

/** Starts `opencode serve` and waits until it listens; adds `port`, `api` and `apiOf(project)`. */
export async function startServe(place, options) {
  const port = await freePort()
  const host = place.start(['serve', '--hostname', '127.0.0.1', '--port', String(port)], { withinMs: 240_000, ...options })
  await until('the host listens', () => {
    if (host.hasEnded) throw new Error(`the host ended before it listened\n${host.output.stdout}${host.output.stderr}`)
    return host.output.stdout.includes('listening')
  })
  const apiOf = (project) => apiFor(`http://127.0.0.1:${port}`, project)
  return Object.assign(host, { port, apiOf, api: apiOf(place.project) })
}

const freePort = () =>
  new Promise((ok, no) => {
    const server = net.createServer()
    server.once('error', no).listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => ok(port))
    })
  })
