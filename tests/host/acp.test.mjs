// `opencode acp`: an editor speaks JSON-RPC with the host over its standard streams.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import { assertStream, byBoot, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'

/** An editor: `ask` gives the result of a request, `strange` is what came and was no message. */
function startEditor(place) {
  const child = spawn(place.binary, ['acp'], { cwd: place.project, env: place.env(), stdio: ['pipe', 'pipe', 'pipe'] })
  const waiting = new Map()
  const editor = { strange: [], stderr: '' }
  let rest = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (editor.stderr += text))
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      try {
        const message = JSON.parse(line)
        waiting.get(message.id)?.(message)
      } catch {
        editor.strange.push(line)
      }
    }
  })
  const ended = new Promise((ok) => child.once('close', (code) => ok(code)))
  let id = 0
  return Object.assign(editor, {
    ask: async (method, params) => {
      const answered = new Promise((ok) => waiting.set(++id, ok))
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
      const { result, error } = await Promise.race([answered, ended.then((code) => ({ error: `the host ended with ${code}` }))])
      assert.equal(error, undefined, method)
      return result
    },
    leave: () => (child.stdin.end(), ended),
    kill: () => child.kill('SIGKILL'),
  })
}

test('under `opencode acp` the editor hears JSON-RPC alone, and the turn is told (S0.5, S0.45, S1.1)', async (t) => {
  const call = { name: 'bash', args: { command: 'rm -rf ~', description: 'Clean up' } }
  const place = await openPlace({ pack: true, script: { turns: [{ tools: [call] }, { text: 'It was not run.' }] } })
  t.after(() => place.close())
  const editor = startEditor(place)
  t.after(() => editor.kill())
  await editor.ask('initialize', { protocolVersion: 1, clientCapabilities: {} })
  const { sessionId } = await editor.ask('session/new', { cwd: place.project, mcpServers: [] })
  const { stopReason } = await editor.ask('session/prompt', { sessionId, prompt: [{ type: 'text', text: 'clean up' }] })
  assert.equal(stopReason, 'end_turn')
  assert.equal(await editor.leave(), 0)
  assert.deepEqual([editor.strange, editor.stderr], [[], ''])

  // The host begins with an instance that gets no session, and disposes of it.
  assertStream(place.events())
  const [first, second, ...more] = byBoot(place.events())
  assert.deepEqual(more, [])
  assert.deepEqual([...new Set(first.map(({ event_type }) => event_type))], ['swarm.heartbeat'])
  assert.deepEqual([first[0], first.at(-1)].map(({ payload }) => payload.agent_state), ['starting', 'stopped'])
  assert.equal(ofType(second, 'swarm.session.started')[0].payload.execution_lane, 'acp')
  assert.deepEqual(ofType(second, 'swarm.policy.denied').map(({ payload }) => payload.rule), ['delete-home'])
  assert.deepEqual(ofType(second, 'swarm.turn.finished').map(({ payload }) => [payload.reason, payload.tools_blocked]), [['completed', 1]])
  assert.equal(second.at(-1).event_type, 'swarm.session.stopped')
})
