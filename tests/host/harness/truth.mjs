// What happened in the sessions of a host, from three witnesses in one form: the host's own record, the scripted model, and
// the lines of the pack.

import assert from 'node:assert/strict'
import { ofType } from './lines.mjs'

const TOKENS = { input: 'input_tokens', output: 'output_tokens', reasoning: 'reasoning_tokens' }
const CACHE = { read: 'cache_read_tokens', write: 'cache_write_tokens' }

/** The sessions and messages as the host has them. @returns {Promise<{ info: any, messages: any[] }[]>} */
export async function recordOf(api) {
  const { data: sessions } = await api.get('/session')
  const children = await Promise.all(sessions.map(({ id }) => api.get(`/session/${id}/children`)))
  const all = new Map([...sessions, ...children.flatMap(({ data }) => data)].map((info) => [info.id, info]))
  return Promise.all([...all.values()].map(async ({ id }) => ({
    info: (await api.get(`/session/${id}`)).data,
    messages: (await api.get(`/session/${id}/message`)).data,
  })))
}

/** The host's record: of each session its parent, calls, tokens, money, and what each turn that was asked for changed. */
export const hostSays = (record) => sorted(record.map(({ info, messages }) => {
  const answers = messages.filter((message) => message.info.role === 'assistant').map((message) => message.info)
  return {
    session: info.id,
    parent: info.parentID,
    calls: callsOf(messages.flatMap(({ parts }) => parts).filter(({ type }) => type === 'tool').map(callOfPart)),
    tokens: sum(answers.map(({ tokens }) => [...Object.keys(TOKENS).map((name) => tokens[name]), ...Object.keys(CACHE).map((name) => tokens.cache[name])])),
    cost: sum(answers.map(({ cost }) => [cost]))[0].toFixed(12),
    turns: info.parentID ? undefined : messages.filter(({ info }) => info.role === 'user').map(({ info }) => changesOf(info.summary?.diffs ?? [])),
  }
}))

/** What a turn changed. */
const changesOf = (diffs) => ({
  files: diffs.length,
  insertions: diffs.reduce((total, { additions }) => total + additions, 0),
  deletions: diffs.reduce((total, { deletions }) => total + deletions, 0),
})

/** How a call ended, in the words of the pack, told from the host's stored part. */
function callOfPart({ callID, tool, state }) {
  const isInvalid = tool === 'invalid'
  const wasEnded = state.status === 'completed' && state.metadata?.exit === null
  const isAborted = wasEnded || state.metadata?.interrupted === true || state.error === 'Tool execution aborted'
  const isBlocked = /rejected permission|specified a rule which prevents|^Not run[:,] /.test(state.error ?? '')
  const outcome = isAborted ? 'aborted' : isBlocked ? 'blocked' : isInvalid || state.status === 'error' ? 'failed' : 'ok'
  const exit = state.status === 'completed' ? (state.metadata?.exit ?? undefined) : undefined
  return { call: callID, tool, outcome, exit_code: exit }
}

/** The same, rebuilt from the lines alone. */
export function packSays(lines) {
  return sorted(ofType(lines, 'swarm.session.started').map(({ session_id: session, parent_session_id: parent }) => {
    const own = lines.filter((line) => line.session_id === session)
    const started = ofType(own, 'swarm.tool.started').map(({ payload }) => payload.call_id)
    const finished = ofType(own, 'swarm.tool.finished').map(({ payload }) => payload)
    assert.deepEqual(finished.map((payload) => payload.call_id).sort(), started.sort(), `${session}: each call begins once and ends once`)
    const turns = ofType(own, 'swarm.turn.finished')
    const usage = ofType(own, 'swarm.usage').at(-1)?.payload
    const amounts = usage ? [...Object.values(TOKENS), ...Object.values(CACHE)].map((name) => usage[name]) : [0, 0, 0, 0, 0]
    assert.deepEqual(parent ? [] : sum(turns.map(({ payload }) => [...Object.values(TOKENS), ...Object.values(CACHE)].map((name) => payload[name]))), parent ? [] : amounts, `${session}: the turns add up`)
    return {
      session,
      parent,
      calls: callsOf(finished.map(({ call_id: call, tool, outcome, exit_code }) => ({ call, tool, outcome, exit_code }))),
      tokens: amounts,
      cost: Number(usage?.cost_usd ?? 0).toFixed(12),
      turns: parent ? undefined : turns.map(({ payload }) => ({ files: payload.files_changed, insertions: payload.insertions, deletions: payload.deletions })),
    }
  }))
}

/** What the scripted model said in answers that came to their end: the calls it made, and the tokens it said it took. */
export function modelSays(requests) {
  const answers = requests.map(({ lane, said }, n) => ({ lane, said, n: n + 1 })).filter(({ lane, said }) => lane !== 'title' && !said.status)
  const calls = answers.flatMap(({ said, n }) => (said.tools ?? []).map(({ name, args, id }, index) => ({ call: id ?? `call_${n}_${index}`, tool: name, args })))
  const tokens = answers.filter(({ said }) => !said.cut && !said.delayMs).map(({ said: { usage = {} } }) => [(usage.input ?? 100) - (usage.cached ?? 0), (usage.output ?? 0) - (usage.reasoning ?? 0), usage.reasoning ?? 0, usage.cached ?? 0, 0])
  return { calls, tokens: sum(tokens) }
}

/** Numbers added up, place by place. */
export const sum = (rows) => rows.reduce((sums, row) => row.map((value, i) => value + (sums[i] ?? 0)), [0, 0, 0, 0, 0].slice(0, rows[0]?.length ?? 5))

const sorted = (sessions) => sessions.sort((a, b) => (a.session < b.session ? -1 : 1))
const callsOf = (calls) => calls.sort((a, b) => (a.call < b.call ? -1 : 1))
