// A drop-in plugin that writes down everything the host tells it, one JSON object a line, to $RECORD_FILE:
//
//   { seq, ms, inst, kind, name, … }
//   seq   line number within this process
//   ms    since this module was imported
//   inst  which plugin instance wrote it (1 is the first `server()` call of the process)
//   kind  init | hook | event | dispose | process
//
// Hooks carry `input` and `output`. Long strings are cut.

import { appendFileSync } from 'node:fs'

const STRING_MAX = 1500
const DEPTH_MAX = 12
const HOOKS = [
  'chat.message', 'chat.params', 'chat.headers', 'permission.ask', 'command.execute.before',
  'tool.execute.before', 'tool.execute.after', 'shell.env', 'experimental.chat.messages.transform',
  'experimental.chat.system.transform', 'experimental.provider.small_model',
  'experimental.session.compacting', 'experimental.compaction.autocontinue',
  'experimental.text.complete', 'tool.definition',
]

const began = Date.now()
let seq = 0
let instances = 0

function write(line) {
  appendFileSync(process.env.RECORD_FILE, `${JSON.stringify({ seq: ++seq, ms: Date.now() - began, ...line })}\n`)
}

function shorten(value, depth = 0) {
  if (typeof value === 'string') return value.length > STRING_MAX ? `${value.slice(0, STRING_MAX)}…[${value.length} chars]` : value
  if (typeof value === 'function') return '[function]'
  if (typeof value === 'bigint') return String(value)
  if (value instanceof URL) return value.href
  if (!value || typeof value !== 'object') return value
  if (depth > DEPTH_MAX) return '[deep]'
  if (Array.isArray(value)) return value.map((item) => shorten(item, depth + 1))
  return Object.fromEntries(Object.keys(value).map((key) => [key, shorten(value[key], depth + 1)]))
}

/** A model object is long and always the same; keep what identifies and prices it. */
const brief = ({ id, providerID, name, cost, limit }) => ({ id, providerID, name, cost, limit })

function inputOf(input) {
  const model = input?.model && { model: input.model.modelID ? input.model : brief(input.model) }
  const provider = input?.provider && { provider: { source: input.provider.source, keys: Object.keys(input.provider) } }
  return shorten({ ...input, ...model, ...provider })
}

function outputOf(name, output) {
  if (name === 'tool.definition') return { description: String(output.description).slice(0, 60) }
  if (name === 'experimental.chat.system.transform') return { system: output.system.map((text) => `[${text.length} chars] ${text.slice(0, 40)}`) }
  if (name === 'experimental.chat.messages.transform')
    return { messages: output.messages.map(({ info, parts }) => ({ role: info.role, id: info.id, parts: parts.map((part) => part.type) })) }
  return shorten(output)
}

write({ kind: 'process', name: 'import', url: import.meta.url })
process.on('beforeExit', (code) => write({ kind: 'process', name: 'beforeExit', code }))
process.on('exit', (code) => write({ kind: 'process', name: 'exit', code }))

async function server(input, options) {
  const inst = ++instances
  const { directory, worktree, project, serverUrl } = input
  write({ inst, kind: 'init', name: 'server', inputKeys: Object.keys(input), directory, worktree, project: shorten(project), serverUrl: String(serverUrl), options })
  const hook = (name) => [name, async (input, output) => write({ inst, kind: 'hook', name, input: inputOf(input), output: outputOf(name, output) })]
  return {
    event: async ({ event }) => write({ inst, kind: 'event', name: event.type, event: shorten(event) }),
    config: async (config) =>
      write({ inst, kind: 'hook', name: 'config', keys: Object.keys(config), permission: config.permission, plugin: config.plugin }),
    dispose: async () => write({ inst, kind: 'dispose', name: 'dispose' }),
    ...Object.fromEntries(HOOKS.map(hook)),
  }
}

export default { id: 'recorder', server }
