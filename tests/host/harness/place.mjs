// A throw-away place: a temporary folder with a home, projects and a scripted model, in which hosts are started.
//
//   const place = await openPlace({ pack: true, script: { turns: [{ text: 'Hello.' }] } })
//   const run = await place.run('say hello')       // run.exitCode, run.stdout …
//   place.events()                                 // what the pack wrote
//   await place.close()
//
// The home and the projects stay between two starts of a host, as they do for a user.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { hostBinary } from './binary.mjs'
import { hostEnv, makeHome } from './home.mjs'
import { eventsFile, parseLines } from './lines.mjs'
import { startModel } from './model.mjs'
import { makeProject } from './project.mjs'
import { startHost, startServe } from './host.mjs'

/**
 * Opens a place.
 *
 *   script    what the model says (README.md, "Scripts")
 *   config    merged over opencode.json
 *   env       further environment of every host started here
 *   projects  names of the projects; the first is where hosts start (default ['project'])
 *   root      where to make it; default a new temporary folder, which `close` takes away again
 *   …         what makeProject takes: pack, plugins, files, git, ignore, opencodeFolder
 */
export async function openPlace({ script, config, env = {}, projects: names = ['project'], root, ...projectOptions } = {}) {
  const binary = hostBinary()
  const isTemporary = root === undefined
  root = isTemporary ? fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'opencode-host-'))) : path.resolve(root)
  const home = makeHome(root)
  const vars = { HOME: home }
  const model = await startModel(script, { vars })
  const clear = async () => {
    await model.close()
    if (isTemporary) fs.rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  const host = hostConfig(model.baseUrl, config)
  let projects
  try {
    projects = names.map((name) => makeProject(path.join(root, name), { home, host, ...projectOptions }))
  } catch (error) {
    await clear()
    throw error
  }
  for (const [i, project] of projects.entries()) vars[`PROJECT${i || ''}`] = project
  const hosts = []
  const started = (one) => (hosts.push(one), one)

  const place = {
    root, home, projects, project: projects[0], model, binary,

    env: (more = {}) => hostEnv(home, { ...env, ...more }),

    /** Starts the host with these arguments and does not wait for it. */
    start: (args, options = {}) => started(startHost(place, args, options)),

    /** `opencode run`, to its end. */
    run: (prompt, { args = [], ...options } = {}) => place.start(['run', ...args, prompt], options).ended,

    /** `opencode serve`, listening. */
    serve: (options) => startServe(place, options),

    /**
     * The lines the pack wrote for a project, oldest first; none if there is no file. While a host runs, the
     * file may end in the beginning of a line: one write that crosses a page is seen in two parts.
     */
    events: (project = projects[0]) => {
      const file = eventsFile(place, project)
      if (!file) return []
      const isWritten = hosts.some((host) => !host.hasEnded)
      const text = fs.readFileSync(file, 'utf8')
      return parseLines(isWritten ? text.slice(0, text.lastIndexOf('\n') + 1) : text, file)
    },

    /** Ends what still runs and removes a temporary folder. */
    async close() {
      await Promise.all(hosts.map((one) => one.kill()))
      await clear()
    },
  }
  return place
}

/** opencode.json: the scripted model is the one provider there is. */
function hostConfig(baseUrl, more = {}) {
  return {
    $schema: 'https://opencode.ai/config.json',
    model: 'lab/scripted',
    small_model: 'lab/scripted',
    enabled_providers: ['lab'],
    provider: {
      lab: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Lab',
        options: { baseURL: baseUrl, apiKey: 'not-a-key' },
        models: {
          scripted: {
            name: 'Scripted', tool_call: true, reasoning: true,
            cost: { input: 1, output: 2, cache_read: 0.1, cache_write: 0.5 },
            limit: { context: 200000, output: 16000 },
          },
          // The host offers `apply_patch` instead of edit and write to models whose id begins like this.
          'gpt-scripted': { name: 'Scripted (patch)', tool_call: true, cost: { input: 1, output: 2 }, limit: { context: 200000, output: 16000 } },
        },
      },
    },
    autoupdate: false,
    share: 'disabled',
    lsp: false,
    formatter: false,
    ...more,
  }
}
