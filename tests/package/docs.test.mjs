// What the documents tell a user to do, done: each command of each README, in order, in one project with the real host.
//
// A command is a line of a block marked `sh`; COMMANDS says how each kind is run, and an unknown one fails. A block marked
// `json` is an event or a configuration of the host, and is checked as that.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { PACK_DIR, REPOSITORY } from '../host/harness/binary.mjs'
import { markInstalled } from '../host/harness/home.mjs'
import { assertStream, byBoot, ofType } from '../host/harness/lines.mjs'
import { VERSION, folders, run } from './cli.mjs'
import { until } from '../host/harness/wait.mjs'
import { open } from './place.mjs'

const read = (file) => fs.readFileSync(path.join(REPOSITORY, file), 'utf8')
const program = promisify(execFile)
const SCRIPT = { turns: [{ text: 'Hello.' }] }

const COMMANDS = [
  {
    what: /^npx opencode-swarm-pack redact < \S+$/,
    async run(place) {
      const { code, stdout } = await run(['redact'], { cwd: place.project, env: place.env(), input: 'password=hunter22\n' })
      assert.deepEqual([code, stdout], [0, 'password=[redacted:password]\n'])
    },
  },
  {
    // The ids of the document are of another day: a call of this day waits for the answer.
    what: /^npx opencode-swarm-pack (?<verb>approve|deny) apr_\w+(?: --reason "(?<reason>[^"]*)")?$/,
    async run(place, { verb, reason }) {
      fs.writeFileSync(path.join(place.project, '.opencode/swarm.json'), sampleOf(read('README.md'), 'jsonc'))
      place.model.play({ turns: [{ tools: [{ name: 'bash', args: { command: 'git push nowhere', description: 'Pushes' } }] }, { text: 'Asked.' }] })
      const asked = ofType(place.events(), 'swarm.approval.requested').length
      const host = place.start(['run', 'push it'], { env: { SWARM_AGENT_ID: 'ag-7' } })
      const { id } = (await until('the call waits', () => ofType(place.events(), 'swarm.approval.requested')[asked])).payload
      const words = [verb, id, ...(reason ? ['--reason', reason] : [])]
      const { code, stdout, stderr } = await run(words, { cwd: place.project, env: place.env() })
      assert.equal(code, 0, `${stdout}${stderr}`)
      assert.equal((await host.ended).exitCode, 0)
      place.turns = (place.turns ?? 1) + 1
    },
  },
  {
    what: /^npx opencode-swarm-pack policy explain '(?<command>[^']*)' --config (?<config>\S+)$/,
    async run(place, { command, config }) {
      const { code, stdout, stderr } = await run(['policy', 'explain', command, '--config', path.join(REPOSITORY, config)], { cwd: place.project, env: place.env() })
      assert.deepEqual([code, /prompt|deny/.test(stdout)], [1, true], stdout + stderr)
    },
  },
  {
    // A gateway that says what the real one was heard to say (tests/peers).
    what: /^npx opencode-swarm-pack callback --check-receiver$/,
    async run(place) {
      const gateway = http.createServer((request, response) => {
        let text = ''
        request.on('data', (part) => (text += part))
        request.on('end', () => response.writeHead(400).end(JSON.stringify({ ok: false, error: text === '{}' ? 'message required' : 'sessionKey must start with one of: hook:, opencode:, agent:' })))
      })
      await new Promise((ok) => gateway.listen(0, '127.0.0.1', ok))
      try {
        const env = place.env({ OPENCLAW_HOOK_BASE_URL: `http://127.0.0.1:${gateway.address().port}`, OPENCLAW_HOOK_TOKEN: 'x' })
        const { code, stdout, stderr } = await run(['callback', '--check-receiver'], { cwd: place.project, env })
        assert.equal(code, 0, `${stdout}${stderr}`)
      } finally {
        gateway.close()
      }
    },
  },
  {
    what: /^npx opencode-swarm-pack (?<args>.*)$/,
    async run(place, { args }) {
      const words = [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
      // Between installing and looking at the events, the reader has used OpenCode.
      if (['validate', 'tail'].includes(words[0]) && place.events().length === 0) await turn(place)
      const { code, stdout, stderr } = await run(words, { cwd: place.project, env: place.env() })
      assert.equal(code, 0, `${args}\n${stdout}${stderr}`)
      // For all projects instead of for this one: both at once would be two copies.
      if (words.includes('--global')) assert.equal((await run([...words, '--uninstall'], { cwd: place.project, env: place.env() })).code, 0)
    },
  },
  { what: /^opencode run "say hello"$/, run: (place) => turn(place) },
  { what: /^opencode run --title "(?<title>[^"]*)" "say hello"$/, run: (place, { title }) => turn(place, ['--title', title]) },
  {
    what: /^cargo run --example replay -- (?<recording>.*)$/,
    async run(place, { recording }) {
      const { stdout } = await program('cargo', ['run', '--quiet', '--example', 'replay', '--', recording], { cwd: REPOSITORY, maxBuffer: 64 << 20 })
      await assertEvents(stdout)
    },
  },
  {
    // These run this very test, or take too long for it; `cargo xtask test` has built what says which there are.
    what: /^cargo xtask (?<name>\w+)/,
    async run(place, { name }) {
      const { stdout } = await program('cargo', ['xtask', 'help'], { cwd: REPOSITORY })
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'), `cargo xtask has ${name}`)
    },
  },
]

async function turn(place, args = []) {
  place.model.play(SCRIPT)
  const { exitCode, stdout, stderr } = await place.run('say hello', { args })
  assert.deepEqual([exitCode, stdout], [0, 'Hello.\n'], stderr)
}

async function assertEvents(text) {
  const { code, stdout } = await run(['validate', '-'], { cwd: REPOSITORY, input: text })
  assert.equal(code, 0, stdout)
  assert.doesNotMatch(stdout, /^0 lines|^note/m)
}

/** A sample of a configuration with a policy: it loads, and its first rule decides as its reason says. */
async function assertPolicy(t, sample) {
  const { root, project } = folders(t)
  const file = path.join(root, 'swarm.json')
  fs.writeFileSync(file, sample)
  const explain = (command) => run(['policy', 'explain', command, '--config', file], { cwd: project, home: root })
  const push = await explain('git push')
  assert.deepEqual([push.code, push.stdout.includes('pushes-ask')], [1, true], push.stdout + push.stderr)
  assert.equal((await explain('git status')).code, 0)
}

/** A script that reads the host's events, beside an installed package and against a server that says two of them. */
async function assertScript(t, sample) {
  const server = http.createServer((_, answer) => answer.end('data: {"type":"server.connected"}\n\ndata: {"type":"session.error"}\n\n'))
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  t.after(() => server.close())
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'swarm-docs-'))
  t.after(() => fs.rmSync(folder, { recursive: true }))
  fs.mkdirSync(path.join(folder, 'node_modules'))
  fs.symlinkSync(PACK_DIR, path.join(folder, 'node_modules/opencode-swarm-pack'))
  const script = path.join(folder, 'script.mjs')
  fs.writeFileSync(script, sample.replace(':4096', `:${server.address().port}`))
  const { stdout } = await program(process.execPath, [script], { cwd: folder })
  assert.deepEqual(stdout.trim().split('\n'), ['task.started', 'task.failed'])
}

/** The blocks of a document: `{ language, text }`. */
const blocksOf = (text) => [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }))

/** The commands of a block, without what follows a `#`. */
const commandsOf = ({ language, text }) =>
  language === 'sh' ? text.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()).filter(Boolean) : []

const sampleOf = (text, language) => blocksOf(text).find((block) => block.language === language).text

async function follow(document, place) {
  const commands = blocksOf(read(document)).flatMap(commandsOf)
  assert.ok(commands.length > 0, `${document} has commands`)
  for (const command of commands) {
    const known = COMMANDS.find(({ what }) => what.test(command))
    assert.ok(known, `${document}: no test knows how to run: ${command}`)
    await known.run(place, known.what.exec(command).groups ?? {})
  }
}

for (const document of ['README.md', 'pkg/README.md']) {
  test(`${document}: followed word by word in a new project`, async (t) => {
    const place = await open(t, { opencodeFolder: false })
    await follow(document, place)
    assert.ok(fs.existsSync(place.dropIn))
    assertStream(place.events())
    assert.equal(ofType(place.events(), 'swarm.turn.finished').length, place.turns ?? 1)
    assert.equal(ofType(place.events(), 'swarm.pack.error').length, 0)
  })
}

for (const document of ['README.md', 'pkg/README.md', 'pkg/CALLERS.md', 'examples/drop-in/README.md', 'examples/npm/README.md']) {
  test(`${document}: samples, versions and links are right`, async (t) => {
    const text = read(document)
    for (const { language, text: sample } of blocksOf(text)) {
      assert.ok(['sh', 'json', 'jsonc', 'js'].includes(language), `${document}: a block that nothing checks: ${language}`)
      if (language === 'jsonc') await assertPolicy(t, sample)
      if (language === 'js') await assertScript(t, sample)
      if (language !== 'json') continue
      const value = JSON.parse(sample)
      if ('event_type' in value) await assertEvents(sample)
      else if (value.type === 'approval') assert.deepEqual(Object.keys(value), ['type', 'id', 'status', 'resolved_by'])
      else assert.deepEqual(value.plugin, [`opencode-swarm-pack@${VERSION}`])
    }
    for (const [, version] of text.matchAll(/opencode-swarm-pack@(\d[\w.+-]*)/g)) assert.equal(version, VERSION)
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      assert.ok(fs.existsSync(path.join(REPOSITORY, path.dirname(document), target)), `${document}: ${target} is there`)
  })
}

test('examples/policy/README.md: its command says what the gate would say', async (t) => {
  await follow('examples/policy/README.md', await open(t, { opencodeFolder: false }))
})

test('pkg/CALLERS.md: followed step by step where the pack is installed, and every word it uses is one of the tools (S1.41, S1.57)', async (t) => {
  const place = await open(t, { pack: true })
  await follow('pkg/CALLERS.md', place)
  const run8 = JSON.parse(fs.readFileSync(path.join(place.project, '.opencode/swarm/runs/run-8.json'), 'utf8'))
  assert.deepEqual([run8.state, run8.execution_lane, run8.envelope.requested_agent_id, run8.envelope.resolved_agent_id], ['completed', 'run', 'main', 'build'])
  const bridge = Object.keys(await import(path.join(PACK_DIR, 'bridge.js')))
  for (const name of ['buildTitle', 'routingEnvelope', 'dryRunCallback']) assert.ok(bridge.includes(name) && read('pkg/CALLERS.md').includes(`\`${name}\``), name)
})

/** A copy of an example in a project, its opencode.json completed with the scripted model. */
async function openExample(t, name) {
  const folder = path.join(REPOSITORY, 'examples', name)
  const place = await open(t, { config: JSON.parse(read(`examples/${name}/opencode.json`)), opencodeFolder: false })
  fs.cpSync(path.join(folder, '.opencode'), path.join(place.project, '.opencode'), { recursive: true })
  return place
}

/** One start of the pack, as the example's files say, and no complaint. */
function assertExample(place, workspace) {
  const lines = place.events()
  assertStream(lines)
  assert.equal(byBoot(lines).length, 1)
  assert.equal(ofType(lines, 'swarm.turn.finished').length, 1)
  assert.equal(ofType(lines, 'swarm.pack.error').length, 0)
  assert.equal(lines[0].workspace_id, workspace)
  assert.equal(ofType(lines, 'swarm.heartbeat')[0].payload.interval_ms, 2000)
}

test('examples/drop-in: its README followed, then a turn (S0.4, S0.38)', async (t) => {
  const place = await openExample(t, 'drop-in')
  const before = fs.readFileSync(path.join(place.project, '.opencode/swarm.json'), 'utf8')
  await follow('examples/drop-in/README.md', place)
  await turn(place)
  assertExample(place, 'drop-in-example')
  assert.equal(fs.readFileSync(path.join(place.project, '.opencode/swarm.json'), 'utf8'), before)
})

test('examples/npm: its README followed, with the package where the host keeps fetched ones (S0.4, S0.38, S0.40)', async (t) => {
  const place = await openExample(t, 'npm')
  markInstalled(path.join(place.project, '.opencode'))
  const [[spec]] = JSON.parse(read('examples/npm/opencode.json')).plugin
  assert.equal(spec, `opencode-swarm-pack@${VERSION}`)
  fs.cpSync(PACK_DIR, path.join(place.home, '.cache/opencode/packages', spec, 'node_modules/opencode-swarm-pack'), { recursive: true })
  await follow('examples/npm/README.md', place)
  assertExample(place, 'npm-example')
})

test('every configuration of the examples names the schema of this version', () => {
  for (const name of ['drop-in', 'npm']) {
    const text = read(`examples/${name}/.opencode/swarm.json`)
    assert.ok(text.includes(`"$schema": "https://unpkg.com/opencode-swarm-pack@${VERSION}/config.schema.json"`), name)
  }
})
