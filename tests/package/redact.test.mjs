// `redact`: standard input without its secrets.

import assert from 'node:assert/strict'
import test from 'node:test'
import { folders, run } from './cli.mjs'

/** Made when the test runs: no token stands in the repository. */
const token = () => `ghp_${Array.from({ length: 36 }, () => 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'[Math.floor(Math.random() * 56)]).join('')}`

test('S0.41: text comes out as it went in, but for its secrets', async (t) => {
  const { project } = folders(t)
  const input = `user=ann\npassword=hunter22\n\ttoken ${token()} é\u{1f511}\n\nno line end`
  const { code, stdout, stderr } = await run(['redact'], { cwd: project, input })
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(stdout, 'user=ann\npassword=[redacted:password]\n\ttoken [redacted:github-token] é\u{1f511}\n\nno line end')
})

test('S0.41: values of secret variables of the environment are gone in any form, and only those', async (t) => {
  const { project } = folders(t)
  const env = { MY_API_KEY: 'q7/Xk 29"LmZp', PLAIN: 'visible-value' }
  const forms = [env.MY_API_KEY, encodeURIComponent(env.MY_API_KEY), JSON.stringify(env.MY_API_KEY).slice(1, -1), btoa(`x:${env.MY_API_KEY}`)]
  for (const form of forms) {
    const { stdout } = await run(['redact'], { cwd: project, env, input: `<${form}> visible-value` })
    assert.match(stdout, /^<[\w=]{0,4}\[redacted:environment\]> visible-value$/, form)
  }
})

test('S0.41: with --jsonl each line says what was replaced, and where in bytes', async (t) => {
  const { project } = folders(t)
  const text = `é\u{1f511} password=hunter22 and ${token()}`
  const input = [{ id: 1, text }, { id: 'b', text: 'nothing\u2028here' }, { id: null, text: '' }].map((entry) => JSON.stringify(entry)).join('\n')
  const { code, stdout, stderr } = await run(['redact', '--jsonl'], { cwd: project, input })
  assert.deepEqual([code, stderr], [0, ''])
  const [first, ...others] = stdout.trimEnd().split('\n').map((line) => JSON.parse(line))
  assert.equal(first.text, 'é\u{1f511} password=[redacted:password] and [redacted:github-token]')
  assert.deepEqual(others, [{ id: 'b', text: 'nothing\u2028here', redactions: [] }, { id: null, text: '', redactions: [] }])
  const bytes = Buffer.from(text)
  const parts = first.redactions.map(({ rule, start, end }) => [rule, bytes.subarray(start, end).toString()])
  assert.deepEqual(parts, [['password', 'hunter22'], ['github-token', text.slice(-40)]])
})

test('a line that is none is told of by its number, the others are redacted, and the exit code is 1', async (t) => {
  const { project } = folders(t)
  const input = '{"id":1,"text":"a"}\nnot json\n\n{"id":2}\n{"id":3,"text":"password=hunter22"}\n7\n'
  const { code, stdout, stderr } = await run(['redact', '--jsonl'], { cwd: project, input })
  assert.equal(code, 1)
  assert.equal(stdout, '{"id":1,"text":"a","redactions":[]}\n{"id":3,"text":"password=[redacted:password]","redactions":[{"rule":"password","start":9,"end":17}]}\n')
  assert.equal(stderr, 'line 2: it is not JSON\nline 4: it is not {"id": …, "text": "…"}\nline 6: it is not {"id": …, "text": "…"}\n')
})

test('ten megabytes in one line are read as quickly as in many', async (t) => {
  const { project } = folders(t)
  const text = 'password=hunter22 and words around it, again and again. '.repeat(180_000)
  const { code, stdout } = await run(['redact', '--jsonl'], { cwd: project, input: JSON.stringify({ id: 1, text }) })
  assert.equal(code, 0)
  assert.equal(JSON.parse(stdout).redactions.length, 180_000)
})

test('a word on the command line is a mistake: the text comes from standard input', async (t) => {
  const { project } = folders(t)
  const { code, stdout, stderr } = await run(['redact', 'build.log'], { cwd: project })
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /redact takes no "build.log"\nit reads standard input: opencode-swarm-pack redact < build.log/)
})
