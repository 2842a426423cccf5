// The gate in the real host: what is denied does not run, the model is told why, and the turn goes on.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'

const RULES = [
  { id: 'no-markers', action: 'deny', command: ['touch'], reason: 'markers are not made here' },
  { id: 'no-locked', action: 'deny', file_write: ['locked/**'], reason: 'the folder is locked' },
  { id: 'no-pages', action: 'deny', network_access: ['127.0.0.1'], reason: 'no pages from this machine' },
  { id: 'no-echo', action: 'deny', tool_use: ['lab_echo'], reason: 'no echo' },
]

/** The policy as a file of the project. */
function configure(place, config) {
  fs.writeFileSync(path.join(place.project, '.opencode/swarm.json'), JSON.stringify(config))
}

const call = (name, args, id) => ({ name, args, ...(id && { id }) })
const bash = (command, id) => call('bash', { command, description: 'Does it' }, id)

/** What the model was told as the results of its calls, in the last request. */
const told = (place) =>
  place.model.requests.flatMap(({ body }) => body.messages.filter(({ role }) => role === 'tool')).map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))

test('denied calls of every kind do not run, the model gets the reason, and the turn goes on (S0.3, S0.32)', async (t) => {
  const mcp = { lab: { type: 'local', command: [process.execPath, path.join(import.meta.dirname, 'harness/mcp-echo.mjs')], enabled: true } }
  const place = await openPlace({
    pack: true,
    config: { mcp },
    files: { 'README.md': '# demo\n', 'locked/there.txt': 'as it was\n' },
    env: { SWARM_AGENT_ID: 'ag-7' },
    script: {
      lanes: [{ name: 'child', match: { firstUser: 'CHILD' }, turns: [{ tools: [bash('touch marker-child')] }, { text: 'The child was told.' }] }],
      turns: [
        { tools: [call('read', { filePath: '{{PROJECT}}/locked/there.txt' })] },
        { tools: [
          bash('touch marker-bash'),
          bash('echo hidden; bash -c "to""uch marker-hidden"'),
          call('write', { filePath: '{{PROJECT}}/locked/new.txt', content: 'never written' }),
          call('edit', { filePath: '{{PROJECT}}/locked/there.txt', oldString: 'as it was', newString: 'changed' }),
          call('webfetch', { url: '{{MODEL}}/page', format: 'text' }),
          call('lab_echo', { text: 'echoed' }),
          call('task', { description: 'A part', prompt: 'CHILD do it', subagent_type: 'general' }),
          bash('echo allowed > allowed.txt'),
        ] },
        { text: 'All told.' },
      ],
    },
  })
  t.after(() => place.close())
  configure(place, { policy: { rules: RULES } })
  const run = await place.run('do it')
  assert.equal(run.exitCode, 0, run.stderr)
  assert.match(run.stdout, /All told\./)

  const project = (name) => path.join(place.project, name)
  for (const name of ['marker-bash', 'marker-hidden', 'marker-child', 'locked/new.txt']) assert.equal(fs.existsSync(project(name)), false, name)
  assert.equal(fs.readFileSync(project('locked/there.txt'), 'utf8'), 'as it was\n')
  assert.equal(fs.readFileSync(project('allowed.txt'), 'utf8'), 'allowed\n')
  assert.ok(!JSON.stringify(told(place)).includes('echo: echoed') && !JSON.stringify(told(place)).includes('served on 127.0.0.1'))

  const lines = place.events()
  assertStream(lines)
  const denied = ofType(lines, 'swarm.policy.denied')
  const rules = denied.map(({ payload }) => `${payload.tool} ${payload.rule}`).sort()
  assert.deepEqual(rules, ['bash no-markers', 'bash no-markers', 'bash no-markers', 'edit no-locked', 'lab_echo no-echo', 'webfetch no-pages', 'write no-locked'])
  for (const { payload } of denied) assert.ok(told(place).some((text) => text.includes(payload.message)), `the model was told: ${payload.message}`)

  const decisions = ofType(lines, 'swarm.policy.decision')
  const ids = decisions.map(({ session_id, payload }) => `${session_id} ${payload.call_id}`)
  assert.equal(new Set(ids).size, ids.length, 'one decision for each call')
  const finished = ofType(lines, 'swarm.tool.finished')
  assert.equal(decisions.length, finished.length)
  assert.equal(finished.filter(({ payload }) => payload.outcome === 'blocked').length, denied.length)
  assert.deepEqual(ofType(lines, 'swarm.policy.bypassed'), [])
  const write = decisions.find(({ payload }) => payload.tool === 'write').payload
  assert.deepEqual([write.path, write.size_bytes, write.insertions], ['locked/new.txt', 13, 1])
  const fetched = decisions.find(({ payload }) => payload.tool === 'webfetch').payload
  assert.deepEqual([fetched.host, fetched.port], ['127.0.0.1', place.model.port])
  const [turn] = ofType(lines, 'swarm.turn.finished')
  assert.equal(turn.payload.reason, 'completed')
  const child = denied.find(({ parent_session_id }) => parent_session_id !== undefined)
  assert.equal(child.root_session_id, turn.session_id)
})

test('a denied apply_patch changes no file (S0.3, S0.32)', async (t) => {
  const patchText = '*** Begin Patch\n*** Add File: locked/new.txt\n+never\n*** Update File: README.md\n@@\n-# demo\n+# changed\n*** End Patch'
  const place = await openPlace({
    pack: true,
    config: { model: 'lab/gpt-scripted' },
    files: { 'README.md': '# demo\n' },
    script: { turns: [{ tools: [call('apply_patch', { patchText })] }, { text: 'All told.' }] },
  })
  t.after(() => place.close())
  configure(place, { policy: { rules: RULES } })
  const run = await place.run('patch it')
  assert.match(run.stdout, /All told\./)
  assert.equal(fs.existsSync(path.join(place.project, 'locked')), false)
  assert.equal(fs.readFileSync(path.join(place.project, 'README.md'), 'utf8'), '# demo\n')
  const [{ payload }] = ofType(place.events(), 'swarm.policy.denied')
  assert.deepEqual([payload.tool, payload.rule, payload.action], ['apply_patch', 'no-locked', 'file_write'])
})

test('without a configuration the catastrophic does not run and ordinary work does (S0.31, S0.37)', async (t) => {
  const place = await openPlace({
    pack: true,
    script: { turns: [{ tools: [bash('rm -rf -- "$HOME" /never-there')] }, { tools: [bash('mkdir out && ls src > out/list.txt && rm -r out && git status --short')] }, { text: 'Done.' }] },
  })
  t.after(() => place.close())
  fs.writeFileSync(path.join(place.home, 'precious'), 'x')
  const run = await place.run('clean up')
  assert.match(run.stdout, /Done\./)
  assert.equal(fs.existsSync(path.join(place.home, 'precious')), true)
  assert.deepEqual(ofType(place.events(), 'swarm.policy.decision').map(({ payload }) => payload.decision), ['deny', 'allow'])
  assert.deepEqual(ofType(place.events(), 'swarm.tool.finished').map(({ payload }) => payload.outcome), ['blocked', 'ok'])
})

test('with the gate off nothing of it is written and nothing stopped (S0.43)', async (t) => {
  const place = await openPlace({ pack: true, env: { SWARM_POLICY: 'off' }, script: { turns: [{ tools: [bash('touch marker')] }, { text: 'Done.' }] } })
  t.after(() => place.close())
  configure(place, { policy: { rules: RULES } })
  await place.run('do it')
  assert.equal(fs.existsSync(path.join(place.project, 'marker')), true)
  assert.ok(place.events().every(({ event_type }) => !/policy|approval/.test(event_type)))
})

test('the model cannot approve itself (S0.34)', async (t) => {
  const line = JSON.stringify({ type: 'approval', id: 'apr_x_1', status: 'approved' })
  const tries = [
    bash(`echo '${line}' >> .opencode/swarm/control.jsonl`),
    bash(`echo '${line}' >> x/control.jsonl`),
    bash('npx opencode-swarm-pack approve apr_x_1'),
    bash('cat .opencode/swarm/control.token'),
    bash(`echo '{}' > .opencode/swarm.json`),
    bash('rm .opencode/plugins/opencode-swarm-pack.js'),
    call('write', { filePath: '{{PROJECT}}/.opencode/swarm/control.jsonl', content: line }),
    call('write', { filePath: '{{PROJECT}}/.opencode/plugins/own.js', content: 'export default {}' }),
  ]
  const place = await openPlace({ pack: true, script: { turns: [{ tools: tries }, { text: 'Told.' }] } })
  t.after(() => place.close())
  fs.symlinkSync('.opencode/swarm', path.join(place.project, 'x'))
  const run = await place.run('approve it')
  assert.match(run.stdout, /Told\./)
  const finished = ofType(place.events(), 'swarm.tool.finished')
  assert.deepEqual(finished.map(({ payload }) => payload.outcome), tries.map(() => 'blocked'))
  assert.equal(fs.existsSync(path.join(place.project, '.opencode/swarm/control.jsonl')), false)
  assert.equal(fs.existsSync(path.join(place.project, '.opencode/plugins/opencode-swarm-pack.js')), true)
})
