// Secrets planted wherever an agent meets them, in the real host: none is in anything that the pack writes (S0.41, S0.42).

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { ofType, parseLines, stateFolders } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { foundIn, planter } from './harness/planted.mjs'
import { writeFiles } from './harness/project.mjs'

const call = (name, args) => ({ name, args })
const bash = (command) => call('bash', { command, description: 'a step' })
const EVENTS = { sinks: ['file', 'stdout', 'stderr', 'fd:3'], forward: { allow: ['*', 'message.part.delta', 'plugin.added'] } }

/** Every byte that the pack wrote: its folders, and what of the host's streams is ours. */
function written(place, run) {
  const folders = [path.join(place.project, '.opencode/swarm'), ...stateFolders(place)]
  const files = folders.filter((folder) => fs.existsSync(folder)).flatMap((folder) =>
    fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)))
  const ours = [run.stdout, run.stderr].flatMap((text) => text.split('\n').filter((line) => line.includes('"event_version"')))
  assert.ok(files.length > 0 && ours.length > 0 && run.fd3.length > 0)
  return [...files.map((file) => `${file}\n${fs.readFileSync(file, 'utf8')}`), ...ours, run.fd3].join('\n')
}

/** Commands that hold a secret each; none does anything. */
const commands = (plant) => [
  ...Array.from({ length: 60 }, () => `false && echo ${plant.token()}; true`),
  ...Array.from({ length: 14 }, () => `false && curl -s -H 'Authorization: Bearer ${plant.token()}' https://api.example.com/v1/x; true`),
  `false && curl -H "X-Api-Key: ${plant.value(32)}" https://api.example.com; true`,
  `false && curl -u admin:${plant.value()} https://api.example.com; true`,
  `false && mysql -uroot -p${plant.value()} db; true`,
  `false && psql postgres://app:${plant.value()}@db.example.com:5432/app; true`,
  `false && redis-cli -a ${plant.value()} ping; true`,
  `false && git clone https://bot:${plant.value(40)}@git.example.com/x.git; true`,
  `false && docker login -u me --password ${plant.value()} registry.example.com; true`,
  `false && tool --token=${plant.value(32)} --api-key ${plant.value(32)}; true`,
  `export DB_PASSWORD=${plant.value()} AWS_SECRET_ACCESS_KEY=${plant.value(40)}; true`,
  `false && cat > .env <<'EOF'\nSESSION_SECRET=${plant.value(32)}\nSTRIPE_KEY=${plant.token()}\nEOF\ntrue`,
  `false && node -e 'connect({ "password": "${plant.value()}", "client_secret": "${plant.value(32)}" })'; true`,
  `false && ssh-add - <<'EOF'\n${plant.key()}\nEOF\ntrue`,
  `false && curl 'https://bucket.example.com/f?X-Amz-Signature=${plant.value(64)}&access_token=${plant.value(32)}'; true`,
]

test('200 secrets in commands, files, outputs, errors, titles, addresses, environment and configuration: none is written (S0.41, S0.42)', { timeout: 300_000 }, async (t) => {
  const plant = planter(20260504)
  const shell = commands(plant)
  const files = {
    '.env': Array.from({ length: 20 }, (_, n) => `SERVICE_${n}_TOKEN=${n % 2 ? plant.token() : plant.value(32)}`).join('\n'),
    'config.json': JSON.stringify({ database: { password: plant.value() }, keys: Array.from({ length: 14 }, () => plant.token()) }, null, 2),
    'id_ed25519': plant.key(),
    'README.md': '# demo\n',
  }
  const env = {
    ...Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`MY_SERVICE_${n}_API_KEY`, plant.value(24)])),
    DATABASE_URL: `postgres://app:${plant.value()}@db.example.com/app`,
    OPENCODE_WEBHOOK_SECRET: plant.value(32),
    MALICIOUS_TOKEN: plant.value(48),
    SWARM_AGENT_ID: 'ag-7',
  }
  const [aKey] = [env.MY_SERVICE_0_API_KEY]
  const addresses = Array.from({ length: 12 }, (_, n) => n % 3 === 0
    ? `{{MODEL}}/${plant.token()}/nothing`
    : n % 3 === 1 ? `{{MODEL}}/nothing?token=${plant.value(32)}` : `{{MODEL}}/nothing?sig=${plant.token()}`)
  const turns = [
    ...[0, 1, 2].map((part) => ({ tools: shell.filter((_, n) => n % 3 === part).map(bash) })),
    { tools: [
      ...['.env', 'config.json', 'id_ed25519'].map((file) => call('read', { filePath: `{{PROJECT}}/${file}` })),
      ...Array.from({ length: 10 }, (_, n) => call('write', { filePath: `{{PROJECT}}/made/${n}.txt`, content: `token ${plant.token()}\n` })),
      call('edit', { filePath: '{{PROJECT}}/README.md', oldString: `not there ${plant.token()}`, newString: plant.token() }),
      call('edit', { filePath: '{{PROJECT}}/README.md', oldString: '# demo', newString: `# demo ${plant.token()}` }),
    ] },
    { tools: [
      ...Array.from({ length: 10 }, () => call('read', { filePath: `{{PROJECT}}/missing-${plant.token()}.txt` })),
      ...addresses.map((url) => call('webfetch', { url, format: 'text' })),
      call('lab_fail', { text: plant.token() }),
      call('lab_echo', { text: plant.token(), password: plant.value() }),
      call('bash', { wrong: plant.token() }),
      call('nosuchtool', { apiKey: plant.value(32) }),
      call('task', { description: `Use ${plant.token()}`, prompt: `CHILD with ${plant.token()}`, subagent_type: 'general' }),
    ] },
    { tools: [
      bash('cat .env config.json id_ed25519; env'),
      bash('cat .env >&2; exit 3'),
      bash(`echo ${aKey}; echo ${Buffer.from(aKey).toString('base64')}; echo ${JSON.stringify(`"${aKey}"`)}`),
      bash('echo "$DATABASE_URL $MALICIOUS_TOKEN"'),
    ] },
    { reasoning: `I saw ${plant.token()} there.`, text: `The key is ${plant.token()}, and the password ${plant.value()}.` },
  ]
  const mcp = { lab: { type: 'local', command: [process.execPath, path.join(import.meta.dirname, 'harness/mcp-leak.mjs')], environment: { LEAK: plant.token() }, enabled: true } }
  const place = await openPlace({
    pack: true, files, env,
    config: { mcp, permission: { external_directory: 'allow' }, command: { greet: { template: `hi ${plant.token()}`, description: plant.token() } } },
    script: {
      title: `Rotate ${plant.token()}`,
      lanes: [{ name: 'child', match: { firstUser: 'CHILD' }, turns: [{ tools: [bash(`echo ${plant.token()}`)] }, { text: `done with ${plant.token()}` }] }],
      turns,
    },
  })
  t.after(() => place.close())
  writeFiles(place.project, { '.opencode/swarm.json': JSON.stringify({
    events: EVENTS,
    heartbeat: { interval_ms: 250 },
    policy: { profile: 'observe' }, // every call is told of with what it would do, and runs
    redact: { patterns: ['INTERNAL-[0-9]{6}'], arguments: { lab_echo: ['text'] } },
    callbacks: { orgloop: { url: 'http://127.0.0.1:9/webhook/opencode', secret: '${OPENCODE_WEBHOOK_SECRET}' } },
    [plant.token()]: `a mistake with ${plant.token()}`,
  }) })
  const run = await place.run(`deploy with ${plant.token()}`, { args: ['--auto'], fd3: true, withinMs: 200_000 })
  assert.equal(run.exitCode, 0, run.stderr.slice(-2_000))
  assert.ok(plant.made.length >= 200, `${plant.made.length} secrets`)

  await t.test('the agent met them', () => {
    const lines = parseLines(run.fd3)
    const closed = ofType(lines, 'swarm.tool.finished')
    assert.ok(closed.length >= 90, `${closed.length} calls`)
    const told = ofType(lines, 'swarm.tool.started').filter(({ payload }) => payload.redactions?.count > 0)
    assert.ok(told.length >= shell.length, `${told.length} calls with something redacted`)
    const failed = closed.filter(({ payload }) => payload.outcome === 'failed')
    assert.ok(failed.length >= 20, `${failed.length} failed calls`)
    assert.ok(ofType(lines, 'swarm.forwarded').length > 100)
    const asked = JSON.stringify(place.model.requests.map(({ body }) => body))
    assert.ok(foundIn(asked, plant.made).length >= 180, 'the host worked with them')
  })

  await t.test('none of them is in what the pack wrote', () => {
    const text = written(place, run)
    const encoded = plant.made.flatMap((secret) => [secret, Buffer.from(secret).toString('base64').slice(0, -4), encodeURIComponent(secret)])
    assert.deepEqual(foundIn(text, encoded), [])
  })
})

test('what a person says with a refusal, and what a typed command holds, is not written (S0.41)', async (t) => {
  const plant = planter(7)
  const place = await openPlace({
    pack: true,
    env: { SWARM_EVENTS: 'file,stdout,stderr,fd:3', SWARM_HEARTBEAT: '250' },
    config: { permission: { bash: 'ask' } },
    script: { turns: [{ tools: [bash(`echo ${plant.token()}`)] }, { text: `ok ${plant.token()}` }, { text: 'ok' }] },
  })
  t.after(() => place.close())
  const host = await place.serve({ fd3: true })
  const session = await host.api.session({ title: `with ${plant.token()}` })
  const stop = await host.api.events(({ type, properties }) => {
    if (type === 'permission.asked') host.api.post(`/permission/${properties.id}/reply`, { reply: 'reject', message: `use ${plant.value(24)} and ${plant.token()} instead` })
  })
  await host.api.turn(session, `with ${plant.token()}`)
  stop()
  await host.api.post(`/session/${session}/shell`, { agent: 'build', command: `echo ${plant.token()}; API_TOKEN=${plant.value(32)} true; exit 2` })
  await host.api.patch(`/session/${session}`, { title: `renamed ${plant.token()}` })
  const run = await host.stop('SIGTERM')
  const lines = place.events()
  assert.deepEqual(ofType(lines, 'swarm.tool.finished').map(({ payload }) => payload.outcome), ['blocked', 'ok'])
  assert.deepEqual(foundIn(written(place, run), plant.made), [])
})
