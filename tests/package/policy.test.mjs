// `policy`: what the gate says, asked from the command line. Nothing that is asked about is run.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { folders, run } from './cli.mjs'

/** Runs `policy` in a throw-away project; each line of the output. */
async function policy(t, args, { input, config, env, files = {} } = {}) {
  const { home, project } = folders(t)
  fs.mkdirSync(path.join(project, '.git'))
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(project, name), text)
  const more = config === undefined ? [] : ['--config', 'policy.json']
  if (config !== undefined) fs.writeFileSync(path.join(project, 'policy.json'), JSON.stringify(config))
  const { code, stdout, stderr } = await run(['policy', ...args, ...more], { cwd: project, home, input, env })
  return { code, stdout, stderr, lines: stdout.split('\n').filter(Boolean), home, project }
}

test('explain shows what a command would really do', async (t) => {
  const { code, lines, home } = await policy(t, ['explain', 'sudo bash -c "cd ~ && rm -rf *" > log.txt'])
  assert.equal(code, 1)
  assert.match(lines[0], /^deny {2}delete-home: deletes the home folder/)
  assert.ok(lines.some((line) => line.includes('command  sudo bash -c')), lines.join('\n'))
  assert.ok(lines.some((line) => line.includes('command  rm -rf *')), lines.join('\n'))
  assert.ok(lines.some((line) => line.includes(`delete with all below  ${home}/*`)), lines.join('\n'))
  assert.ok(lines.some((line) => line.includes('write  log.txt')), lines.join('\n'))
  assert.match(lines.at(-1), /^the model would read: Not run/)
})

test('explain says yes with 0', async (t) => {
  const { code, lines } = await policy(t, ['explain', 'npm test'])
  assert.equal(code, 0)
  assert.match(lines[0], /^allow {2}default/)
})

test('explain takes a profile, a configuration, a folder, a tool', async (t) => {
  assert.equal((await policy(t, ['explain', 'npm test', '--profile', 'strict'])).code, 1)
  const env = { SWARM_POLICY: 'strict' }
  assert.equal((await policy(t, ['explain', 'npm test'], { env })).code, 1)
  assert.equal((await policy(t, ['explain', 'npm test', '--profile', 'baseline'], { env })).code, 0)
  const rule = { policy: { rules: [{ id: 'mine', action: 'deny', command: ['npm'], reason: 'no npm' }] } }
  assert.match((await policy(t, ['explain', 'npm test'], { config: rule })).lines[0], /^deny {2}mine: no npm/)
  assert.match((await policy(t, ['explain', 'rm -rf *', '--cwd', '/'])).lines[0], /^deny {2}delete-system/)
  assert.match((await policy(t, ['explain', '{"filePath":".env"}', '--tool', 'read'])).lines[0], /^prompt {2}secret-read/)
  const { decision, atoms, denial } = JSON.parse((await policy(t, ['explain', 'git push -f', '--json'])).stdout)
  assert.deepEqual([decision, atoms[0].kind, atoms[0].rule], ['prompt', 'command_exec', 'force-push'])
  assert.match(denial, /force-push/)
})

test('explain reads what an OpenCode started there would: SWARM_CONFIG, and the options of the entry', async (t) => {
  const files = { 's.json': '{"policy":{"profile":"strict"}}' }
  assert.match((await policy(t, ['explain', 'npm test'], { files, env: { SWARM_CONFIG: 's.json' } })).lines[0], /^prompt {2}strict/)
  const gone = await policy(t, ['explain', 'npm test'], { env: { SWARM_CONFIG: '/nowhere/s.json' } })
  assert.equal(gone.code, 1)
  assert.match(gone.stderr, /\/nowhere\/s\.json/)
  const entry = (options) => ({ 'opencode.json': JSON.stringify({ plugin: [['opencode-swarm-pack', options]] }) })
  assert.match((await policy(t, ['explain', 'npm test'], { files: entry({ policy: { profile: 'strict' } }) })).lines[0], /^prompt {2}strict/)
  assert.match((await policy(t, ['explain', 'npm test'], { files: { ...files, ...entry({ config: 's.json' }) } })).lines[0], /^prompt {2}strict/)
  assert.match((await policy(t, ['explain', 'npm test'], { files: entry({ policy: { profile: 'strict' } }), config: {} })).lines[0], /^allow/)
})

test('explain follows links', async (t) => {
  const { home, project } = folders(t)
  fs.symlinkSync('/etc', path.join(project, 'link'))
  const { stdout } = await run(['policy', 'explain', 'echo x > link/passwd'], { cwd: project, home })
  assert.match(stdout, /^deny {2}system-core/)
  assert.match(stdout, /really \/etc\/passwd/)
})

test('check answers each line', async (t) => {
  const input = ['{"id":1,"command":"ls"}', '{"id":"b","command":"rm -rf /","cwd":"/tmp"}', '{"id":3,"command":"git push --force"}'].join('\n') + '\n'
  const { code, lines } = await policy(t, ['check', '--jsonl'], { input })
  assert.equal(code, 0)
  const answers = lines.map((line) => JSON.parse(line))
  assert.deepEqual(answers.map(({ id, decision, rule }) => [id, decision, rule]), [[1, 'allow', 'default'], ['b', 'deny', 'delete-system'], [3, 'prompt', 'force-push']])
  assert.ok(answers.every(({ micros, reason, atoms }) => Number.isInteger(micros) && reason !== '' && atoms.length > 0))
})

test('check names lines that are none', async (t) => {
  const { code, lines, stderr } = await policy(t, ['check', '--jsonl'], { input: 'x\n{"id":1}\n{"id":2,"command":"ls"}\n' })
  assert.equal(code, 1)
  assert.equal(lines.length, 1)
  assert.match(stderr, /^line 1: it is not/)
  assert.match(stderr, /line 2: it is not/)
})

test('replay decides a recorded day anew and says what it cannot know', async (t) => {
  const event = (payload) => JSON.stringify({ event_type: 'swarm.policy.decision', payload })
  const events = [
    event({ tool: 'bash', command: 'npm test', decision: 'allow' }),
    event({ tool: 'bash', command: 'curl -H [redacted:authorization] https://example.org', decision: 'prompt' }),
    JSON.stringify({ event_type: 'swarm.heartbeat', payload: {} }),
    event({ tool: 'write', path: 'src/a.rs', decision: 'allow' }),
    event({}),
    event({ tool: 'write', path: 'e.sh', decision: 'allow' }),
    event({ tool: 'bash', command: 'sh ./e.sh', decision: 'deny' }),
  ].join('\n') + '\n'
  const { code, lines } = await policy(t, ['replay', 'events.jsonl', '--profile', 'strict'], { files: { 'events.jsonl': events } })
  assert.equal(code, 1)
  assert.match(lines[0], /^line 1: allow → prompt by strict {2}npm test$/)
  assert.match(lines[1], /^line 2: prompt .*redacted or cut/)
  assert.match(lines[2], /^line 4: allow → prompt by strict {2}src\/a\.rs$/)
  assert.match(lines[3], /^line 5: skipped/)
  assert.match(lines[5], /^line 7: deny → prompt by strict {2}sh \.\/e\.sh.*a file of the session/)
  assert.match(lines.at(-1), /^6 decisions: 0 the same, 3 different, 1 skipped, 2 uncertain$/)
})

test('replay of what is no stream is no yes', async (t) => {
  const { code, lines, stderr } = await policy(t, ['replay', 'notes.md'], { files: { 'notes.md': '# Notes\n{"a":1}\n' } })
  assert.equal(code, 1)
  assert.match(lines.at(-1), /^0 decisions/)
  assert.match(stderr, /^line 1: it is no event\n2 lines are no events\n$/)
})

test('a wrong command line ends with 2', async (t) => {
  for (const args of [[], ['explain'], ['explain', 'a', 'b'], ['check'], ['replay'], ['expl', 'x'], ['explain', 'x', '--profile', 'strikt'], ['explain', 'x', '--config', 'none.json'], ['explain', 'x', '--cwd', 'none'], ['explain', 'x', '--tool', 'read']])
    assert.equal((await policy(t, args)).code, 2, args.join(' '))
})

test('a rule whose example does not hold is named', async (t) => {
  const config = { policy: { rules: [{ id: 'x', action: 'deny', command: ['git', 'push'], examples: { match: ['git pull'] } }] } }
  const { stderr } = await policy(t, ['explain', 'ls'], { config })
  assert.match(stderr, /policy rule 1 \("x"\): example "git pull" does not match/)
})
