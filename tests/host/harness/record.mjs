// Records the scenarios on the real host, for the native tests: what a plugin is told, in order.
//
//   node tests/host/harness/record.mjs                    all, to tests/data/host-<version>/
//   node tests/host/harness/record.mjs f-subtask g-abort  some
//   node tests/host/harness/record.mjs --out DIR
//
// To be run for each new version of the host; the difference between two folders is what changed.

import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { REPOSITORY, hostVersion } from './binary.mjs'
import { openPlace } from './place.mjs'
import { listFiles } from './project.mjs'
import { scenarios } from './scenarios.mjs'
import { scrubber } from './scrub.mjs'

/** The host announces some 45 parts of its own catalogue; two show what that looks like. */
const PLUGIN_ADDED_KEPT = 2

async function record(name, scenario) {
  const { about, prompt, args = [], drive, script, config, projects, cut } = scenario
  const place = await openPlace({ script, config, projects, plugins: [path.join(import.meta.dirname, 'recorder.js')] })
  try {
    const env = { RECORD_FILE: path.join(place.root, 'record.jsonl') }
    const { host, driven } = drive ? await serve(place, drive, env) : { host: await place.run(prompt, { args, env }) }
    const all = fs.readFileSync(env.RECORD_FILE, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line))
    const head = {
      kind: 'scenario', name, host: version, about, mode: drive ? 'serve' : 'run', args, prompt,
      exitCode: host.exitCode, signal: host.signal, driven, pluginAddedEvents: all.filter(isPluginAdded).length,
      stdout: host.stdout.slice(0, 6000), stderr: host.stderr.slice(0, 3000), files: filesMade(place),
      modelRequests: place.model.requests.map(requestLine),
    }
    const clean = scrubber(place, host.port)
    return [head, ...middleCut(withoutNoise(all), cut)].map((line) => `${clean(JSON.stringify(line))}\n`).join('')
  } finally {
    await place.close()
  }
}

async function serve(place, drive, env) {
  const host = await place.serve({ env })
  const driven = await drive(host, place)
  return { driven, host: { port: host.port, ...(await host.stop('SIGTERM')) } }
}

const isPluginAdded = (line) => line.name === 'plugin.added'

function withoutNoise(lines) {
  let seen = 0
  return lines.filter((line) => !isPluginAdded(line) || ++seen <= PLUGIN_ADDED_KEPT)
}

function middleCut(lines, keep) {
  if (!keep || lines.length <= 2 * keep) return lines
  return [...lines.slice(0, keep), { kind: 'cut', lines: lines.length - 2 * keep }, ...lines.slice(-keep)]
}

const filesMade = ({ projects, root }) =>
  projects.flatMap((project) => listFiles(project).map((file) => path.relative(root, path.join(project, file))))

function requestLine({ lane, body: { messages, tools = [] } }) {
  const last = messages.at(-1)
  return {
    lane, messages: messages.length, tools: tools.map((tool) => tool.function.name).join(' '),
    lastToolResult: last.role === 'tool' ? String(last.content).slice(0, 600) : undefined,
  }
}

const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true })
const version = hostVersion()
const out = values.out ?? path.join(REPOSITORY, 'tests/data', `host-${version}`)
fs.mkdirSync(out, { recursive: true })
for (const name of positionals.length ? positionals : Object.keys(scenarios)) {
  const text = await record(name, scenarios[name])
  fs.writeFileSync(path.join(out, `${name}.jsonl`), text)
  console.log(`${name}: ${text.split('\n').length - 1} lines, ${Math.round(text.length / 1024)} KiB`)
}
