// @ts-check
// `callback --check-receiver`: asks OpenClaw's gateway, with requests that it must refuse, which of the settings that
// callbacks need are missing. What it says is said again in plain words, with the remedy.

import { send } from '../callback.js'
import { newCliCore } from '../cli-core.js'
import { Failure, NO, UsageError, YES } from './failure.js'
import { bootHere } from './here.js'
import { paint, say, sayJson } from './print.js'

/** What callback targets begin with: bridges name them so. */
const PREFIXES = ['hook:', 'opencode:', 'agent:']
/** A session key that nobody allows. */
const NOBODYS_KEY = '!opencode-swarm-pack-check'

/** @typedef {{ setting: string, status: 'ok' | 'missing' | 'unknown', message: string, remedy?: string }} Check */
/** @typedef {{ url: string, token: string | null, form: 'agent' | 'callback' }} Gateway */
/** @typedef {(body: object) => Promise<{ status?: number, text: string, trouble?: string }>} Ask */

/** @param {Record<string, any>} values @param {string[]} positionals */
export async function checkReceiver({ agent = 'main', target, json }, [extra]) {
  if (extra !== undefined) throw new UsageError(`callback --check-receiver takes no "${extra}"`)
  const gateway = configured()
  /** @type {Check[]} */
  const checks = []
  for await (const check of examine(gateway, agent, target)) {
    checks.push(check)
    if (!json) tell(check)
  }
  const missing = checks.filter(({ status }) => status === 'missing').length
  const isWhole = checks.every(({ status }) => status === 'ok')
  if (json) sayJson({ ok: isWhole, url: shown(gateway.url), checks })
  else if (missing === 0) say(isWhole ? '\nthe gateway would take callbacks' : '\nwhether the gateway would take callbacks is not known')
  else say(`\n${missing} ${missing === 1 ? 'setting is' : 'settings are'} missing`)
  return isWhole ? YES : NO
}

/** The gateway that an OpenCode started here would call back. @returns {Gateway} */
function configured() {
  const core = newCliCore()
  let found
  try {
    found = core.openclaw_receiver(bootHere(core))
  } catch (/** @type {any} */ why) {
    throw new Failure(why.message)
  }
  if (!found) throw new Failure('no OpenClaw gateway is configured here', { remedy: 'set OPENCLAW_HOOK_BASE_URL and OPENCLAW_HOOK_TOKEN, or callbacks.openclaw in .opencode/swarm.json' })
  return JSON.parse(found)
}

/** @param {Gateway} gateway @param {string} agent @param {string | undefined} target @returns {AsyncGenerator<Check>} */
async function* examine({ url, token, form }, agent, target) {
  if (token === null) {
    yield missing('token', 'there is no token to show to the gateway', 'put the value of hooks.token of openclaw.json into the environment variable OPENCLAW_HOOK_TOKEN')
    return
  }
  const ask = asker(url, token)
  const reached = await ask({})
  const door = judgeDoor(reached, url, token)
  yield* door
  if (door.some(({ status }) => status !== 'ok')) return
  yield* judgeTarget(await ask(probe(agent)), await ask(probe(undefined)), agent, target)
  if (form === 'callback') yield { setting: 'hooks.mappings', status: 'unknown', message: 'callbacks.openclaw.form is "callback": whether hooks.mappings has a mapping for the path opencode-callback cannot be seen without waking an agent' }
}

/** Never admitted: a lasting session wants a list of prefixes, and no list has one for this key. @param {string | undefined} agentId */
const probe = (agentId) => ({ message: 'opencode-swarm-pack looks at the settings; there is nothing to do', name: 'OpenCode', agentId, sessionKey: NOBODYS_KEY, sessionMode: 'persistent', wakeMode: 'now', deliver: false, timeoutSeconds: 1 })

/** @param {string} base @param {string} token @returns {Ask} */
function asker(base, token) {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/hooks/agent`
  return async (body) => {
    const { status, body: text = '', error } = await send('', { url: url.href, scheme: 'bearer', secrets: [token], allows_private_networks: true, body: JSON.stringify(body) })
    return { status: status ?? undefined, text: wordsIn(text ?? ''), trouble: error ?? undefined }
  }
}

/** @param {string} text */
function wordsIn(text) {
  try {
    return String(JSON.parse(text).error ?? text)
  } catch {
    return text.trim()
  }
}

/** Whether hooks are there at all, and take our token. @param {Awaited<ReturnType<Ask>>} answer @param {string} url @param {string} token @returns {Check[]} */
function judgeDoor({ status, text, trouble }, url, token) {
  const at = shown(url)
  if (trouble === 'address_refused') return [missing('callbacks.openclaw.url', `${at} is not asked: plain http goes to this machine only`, 'use https, or a gateway on this machine')]
  if (status === undefined) return [missing('gateway', `nobody answers at ${at} (${trouble ?? 'no answer'})`, 'start it (openclaw gateway run), or mend OPENCLAW_HOOK_BASE_URL')]
  const there = good('gateway', `the gateway answers at ${at}`)
  if (status === 404 || status === 405)
    return [there, missing('hooks.enabled', `it has no /hooks/agent (${status}): hooks are not enabled, or hooks.path is not "/hooks"`, 'in openclaw.json: hooks: { enabled: true, token: "…", path: "/hooks" }')]
  const enabled = good('hooks.enabled', 'its hooks are enabled')
  if (status === 401 || status === 403)
    return [there, enabled, missing('hooks.token', `it does not accept the token in ${token} (${status})`, `put the value of hooks.token of openclaw.json into ${token}; the gateway's own token is another one`)]
  if (status === 429) return [there, enabled, { setting: 'hooks.token', status: 'unknown', message: 'it has locked this machine out for a minute after many wrong tokens', remedy: 'wait a minute and ask again' }]
  if (status !== 400 || !/message/.test(text)) return [there, { setting: 'hooks.enabled', status: 'unknown', message: `it answers ${status}: ${text.slice(0, 200)}`, remedy: 'where it is still starting, ask again; else this is no OpenClaw gateway' }]
  return [there, enabled, good('hooks.token', `it accepts the token in ${token}`)]
}

/**
 * What it says of the agent, and what of the session key: an agent that it refuses hides the rest, so it was asked
 * without one, too.
 *
 * @param {Awaited<ReturnType<Ask>>} named
 * @param {Awaited<ReturnType<Ask>>} unnamed
 * @param {string} agent
 * @param {string | undefined} target
 * @returns {Check[]}
 */
function judgeTarget(named, unnamed, agent, target) {
  const trouble = troubleOfAgent(named.text, agent)
  const seen = trouble ? unnamed : named
  const first = trouble ?? good('hooks.allowedAgentIds', `agent ${agent} may be called`)
  if (troubleOfAgent(seen.text, agent)) return [first, { setting: 'hooks.allowRequestSessionKey', status: 'unknown', message: 'what it says of session keys is seen only when it takes the agent' }]
  return [first, ...judgeKeys(seen, target)]
}

/** @param {string} text @param {string} agent @returns {Check | undefined} */
function troubleOfAgent(text, agent) {
  if (/^unknown agentId/.test(text)) return missing('agents.list', `it knows no agent ${agent}`, `add { id: "${agent}" } to agents.list in openclaw.json, or name another agent`)
  if (/allowedAgentIds/.test(text)) return missing('hooks.allowedAgentIds', `agent ${agent} may not be called`, `add "${agent}" to hooks.allowedAgentIds in openclaw.json`)
  if (/agentId|global session-store owner/.test(text)) return missing('agents.list', `it does not take agent ${agent}: ${text.slice(0, 200)}`, 'see its agents section')
  return undefined
}

/** @param {Awaited<ReturnType<Ask>>} answer @param {string | undefined} target @returns {Check[]} */
function judgeKeys({ status, text }, target) {
  const own = 'hooks.allowRequestSessionKey'
  const list = 'hooks.allowedSessionKeyPrefixes'
  const wanted = target === undefined ? PREFIXES : [target]
  if (/allowRequestSessionKey/.test(text))
    return [
      missing(own, 'it takes no session key from a request, so nobody in particular can be called back', `set ${own} to true in openclaw.json`),
      { setting: list, status: 'unknown', message: 'which session keys it takes is seen only then', remedy: `have ${quoted(PREFIXES)} in ${list}` },
    ]
  const first = good(own, 'it takes session keys from requests')
  if (/allowedSessionKeyPrefixes is required/.test(text)) return [first, missing(list, 'it has no list of session keys that may be called: it takes any', `set ${list} to [${quoted(PREFIXES)}] in openclaw.json`)]
  const allowed = /must start with one of: (.*)/.exec(text)?.[1]?.split(',').map((prefix) => prefix.trim())
  if (!allowed) return [first, { setting: list, status: 'unknown', message: `it answers ${status}: ${text.slice(0, 200)}` }]
  const lost = wanted.filter((key) => !allowed.some((prefix) => key.toLowerCase().startsWith(prefix.toLowerCase())))
  if (lost.length === 0) return [first, good(list, `it takes session keys that begin with ${quoted(allowed)}`)]
  const remedy = target === undefined ? `add ${quoted(lost)} to ${list} in openclaw.json` : `add what it begins with to ${list} in openclaw.json`
  return [first, missing(list, `it takes no session key ${target === undefined ? 'that begins with ' : ''}${quoted(lost)}; it takes those that begin with ${quoted(allowed)}`, remedy)]
}

/** @param {string} setting @param {string} message @returns {Check} */
const good = (setting, message) => ({ setting, status: 'ok', message })

/** @param {string} setting @param {string} message @param {string} remedy @returns {Check} */
const missing = (setting, message, remedy) => ({ setting, status: 'missing', message, remedy })

/** @param {string[]} words */
const quoted = (words) => words.map((word) => `"${word}"`).join(', ')

/** An address without what may be secret in it. @param {string} url */
function shown(url) {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`
}

/** @param {Check} check */
function tell({ setting, status, message, remedy }) {
  const colour = /** @type {const} */ ({ ok: 'green', unknown: 'yellow', missing: 'red' })[status]
  say(`${paint(colour, status.padEnd(8))} ${setting}: ${message}`)
  if (remedy) say(`${' '.repeat(9)}→ ${remedy}`)
}
