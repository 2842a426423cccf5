// Which functions of the core run until the first beat: their numbers, one a line.   COUNTING_WASM RAN
//
// The real shim starts in several folders with a core that counts. It must come to the same every time: what differs
// between machines (paths, users, variables) is kept away.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildShim, replace, writeGlue } from './shim.mjs'

/** Starts that are usual: what is in the environment, the configuration file and the plugin's entry, where there is one. */
const USUAL = [
  { env: {} },
  {
    env: { SWARM_AGENT_ID: 'agent-7', OPENAI_API_KEY: 'sk-proj-0123456789abcdefghijABCDEFGHIJ', GITHUB_TOKEN: 'ghp_0123456789abcdefghijABCDEFGHIJ012345', DB_PASSWORD: 'pa ss"wörd' },
    config: {
      $schema: './node_modules/opencode-swarm-pack/config.schema.json',
      identity: { workspace_id: 'shop', node_id: 'desk' },
      events: { sinks: ['file'], rotate: { bytes: 10_485_760, files: 5 }, forward: { allow: ['session.*'] } },
      heartbeat: { enabled: true, interval_ms: 5_000, jitter: 0.1 },
      telemetry: { enabled: true, stall_after_ms: 120_000 },
    },
  },
  {
    // As a supervisor starts an agent.
    env: {
      SWARM_AGENT_ID: 'agent-7', SWARM_WORKSPACE_ID: 'shop', SWARM_NODE_ID: 'desk', SWARM_HEARTBEAT: '5000', SWARM_EVENTS: 'file',
      SWARM_POLICY: 'strict', SWARM_CONTROL: 'file', SWARM_RUN_ID: 'run-7', SWARM_TASK_ID: 'task-7',
      OPENCLAW_HOOK_TOKEN: 'token-of-the-hook', OPENCLAW_HOOK_BASE_URL: 'http://127.0.0.1:18789',
    },
    config: { callbacks: { openclaw: { mode: 'per_turn' } } },
  },
  {
    env: {},
    // No rules of the user's own: their examples are tried at the start, with all of the gate, which is a third of the core.
    config: { policy: { profile: 'strict', fail_mode: 'closed' } },
    options: { policy: { profile: 'baseline' }, heartbeat: { interval_ms: 5_000 } },
  },
]

const [counting, ran] = process.argv.slice(2)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pack-profile-')))
try {
  const hits = new Set()
  const plugin = await shim(counting)
  // As the host starts: it says its version nowhere else.
  process.execArgv.push('--user-agent=opencode/1.18.33')
  for (const [n, usual] of USUAL.entries()) for (const number of await hitsOfStart(plugin, join(folder, String(n)), usual)) hits.add(number)
  replace(resolve(ran), [...hits].sort((a, b) => a - b).join('\n') + '\n')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function shim(wasm) {
  const to = join(folder, 'pack.mjs')
  const built = await buildShim({ from: 'index.js', to, glue: writeGlue('pack', 'glue'), halves: [gzipSync(readFileSync(wasm))] })
  writeFileSync(to, built.outputFiles[0].contents)
  return (await import(pathToFileURL(to).href)).default
}

/** Numbers of the functions that ran in one start. */
async function hitsOfStart(plugin, place, { env, config, options }) {
  // The path of a project that is in the home folder is written otherwise.
  const directory = join(place, config ? 'home/src/project' : 'project')
  mkdirSync(join(directory, '.opencode'), { recursive: true })
  if (config) writeFileSync(join(directory, '.opencode/swarm.json'), JSON.stringify(config, null, 2))
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, { HOME: join(place, 'home'), PATH: '/usr/bin:/bin' }, env)
  const [instance, hooks] = await instanceOf(() => plugin.server({ directory, worktree: directory, client: {} }, options))
  const lines = readFileSync(join(directory, '.opencode/swarm/events.jsonl'), 'utf8')
  if (!lines.includes('swarm.heartbeat') || lines.includes('swarm.pack.error')) throw new Error(`not a usual start:\n${lines}`)
  const hits = Object.entries(instance.exports).filter(([name, global]) => name.startsWith('hit:') && global.value === 1)
  const numbers = hits.map(([name]) => Number(name.slice('hit:'.length)))
  await hooks.dispose()
  return numbers
}

/** The wasm instance that is made meanwhile, and what comes back. */
async function instanceOf(act) {
  const { Instance } = WebAssembly
  let made
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given)
      made = this
    }
  }
  try {
    const given = await act()
    return [made, given]
  } finally {
    WebAssembly.Instance = Instance
  }
}
