// @ts-check
// `callback --dry-run`: what a session with a title would say to whoever it works for. Nothing is sent.

import path from 'node:path'
import { newCore } from '../core.js'
import { Failure, UsageError, YES } from './failure.js'
import { say, sayJson } from './print.js'

/** @type {import('./main.js').Command} */
export const callback = {
  usage: 'callback --dry-run TITLE [--session ID] [--error] [--json]',
  summary: 'show the callback that a session with this title would cause, without sending it',
  help: `
TITLE is a tagged title, as in: "T-8 runId=run-8 requested=main callbackSession=hook:opencode:main:T-8".
A title that names nobody, or contradicts itself, ends with 1 and the reason.

  --session ID   the session, default ses_dry_run
  --error        as if the turn had failed
  --json         one object: ok, path, body`,
  options: { 'dry-run': { type: 'boolean' }, session: { type: 'string' }, error: { type: 'boolean' }, json: { type: 'boolean' } },
  run: ({ values, positionals: [title, ...more] }) => {
    if (!values['dry-run']) throw new UsageError('callback sends nothing; say --dry-run')
    if (title === undefined || more.length > 0) throw new UsageError('callback --dry-run needs one title; quote it')
    let body
    try {
      body = newCore().callback_payload(title, values.session ?? 'ses_dry_run', values.error ? 1 : 0, path.resolve('.'))
    } catch (/** @type {any} */ error) {
      throw new Failure(error.message)
    }
    if (values.json) sayJson({ ok: true, path: '/hooks/agent', body: JSON.parse(body) })
    else say(`POST /hooks/agent\n${body}`)
    return YES
  },
}
