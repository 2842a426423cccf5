// @ts-check
// `callback`: what a session with a title would say to whoever it works for, and whether the gateway would take it. Of no
// session anything is sent.

import { newCliCore } from '../cli-core.js'
import { checkReceiver } from './check-receiver.js'
import { Failure, UsageError, YES } from './failure.js'
import { bootHere } from './here.js'
import { say, sayJson } from './print.js'

/** @type {import('./main.js').Command} */
export const callback = {
  usage: 'callback --dry-run TITLE [--session ID] [--error] [--json]\n       opencode-swarm-pack callback --check-receiver [--agent ID] [--target KEY] [--json]',
  summary: 'show the callback that a session with this title would cause, or ask the gateway whether it would take it',
  help: `
--dry-run: TITLE is a tagged title, as in: "T-8 runId=run-8 requested=main callbackSession=hook:opencode:main:T-8".
The environment and the configuration count as for an OpenCode that is started here. Nothing is sent. A title that names
nobody, or contradicts itself, ends with 1 and the reason; of a tag that stands twice the last counts.

  --session ID   the session, default ses_dry_run
  --error        as if the turn had failed
  --json         one object: ok, path, key, body

--check-receiver: sends OpenClaw, as it is configured here, requests that it must refuse, and names each of its settings
that is missing. No agent is woken up. Ends with 1 where something is missing.

  --agent ID     the agent that is to be called back, default main
  --target KEY   the session key that is to be called back; without it the usual prefixes are looked for
  --json         one object: ok, url, checks`,
  options: {
    'dry-run': { type: 'boolean' },
    'check-receiver': { type: 'boolean' },
    agent: { type: 'string' },
    target: { type: 'string' },
    session: { type: 'string' },
    error: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: ({ values, positionals }) => {
    if (values['dry-run'] === values['check-receiver']) throw new UsageError('callback needs --dry-run TITLE, or --check-receiver')
    return values['dry-run'] ? dryRun(values, positionals) : checkReceiver(values, positionals)
  },
}

/** @param {Record<string, any>} values @param {string[]} positionals */
function dryRun({ session = 'ses_dry_run', error, json, agent, target }, [title, ...more]) {
  if (agent !== undefined || target !== undefined) throw new UsageError('--agent and --target belong to --check-receiver; with --dry-run the title says them')
  if (title === undefined || more.length > 0) throw new UsageError('callback --dry-run needs one title; quote it')
  const event = { type: error ? 'session.error' : 'session.idle', properties: { sessionID: session } }
  let made
  try {
    const core = newCliCore()
    made = JSON.parse(core.callback_here(bootHere(core), JSON.stringify(event), title))
  } catch (/** @type {any} */ why) {
    throw new Failure(why.message)
  }
  if (json) sayJson({ ok: true, ...made })
  else say(`POST ${made.path}\n${JSON.stringify(made.body)}`)
  return YES
}
