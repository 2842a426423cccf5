// Every recorded scenario, run again with the pack: its lines say what the host's own record and the scripted model say.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import test from 'node:test'
import { assertStream, eventsFile, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { scenarios } from './harness/scenarios.mjs'
import { hostSays, modelSays, packSays, recordOf, sum } from './harness/truth.mjs'

/** Runs a scenario with the pack; gives the host's record of it, taken before anything is deleted. */
async function play({ prompt, args = [], drive, script, config, projects }) {
  const place = await openPlace({ script, config, projects, pack: true })
  const records = new Map()
  const take = async (api) => {
    for (const one of await recordOf(api)) records.set(one.info.id, one)
  }
  if (drive) {
    const host = await place.serve()
    const apis = place.projects.map((project) => host.apiOf(project))
    for (const api of [host.api]) {
      const { del } = api
      api.del = async (route) => (await take(api), del(route))
    }
    await drive(host, place)
    for (const api of apis) await take(api)
    await host.stop('SIGTERM')
  } else {
    const run = await place.run(prompt, { args })
    assert.equal(run.timedOut, false)
    const host = await place.serve({ env: { SWARM_PACK: '0' } })
    await take(host.api)
    await host.stop('SIGTERM')
  }
  return { place, record: [...records.values()], lines: place.projects.flatMap((project) => place.events(project)) }
}

/** Scenarios in which an answer was stopped: the host counts no tokens for it, whatever the model would have said. */
const STOPPED = ['g-abort']
for (const [name, scenario] of Object.entries(scenarios)) {
  test(`${name}: ${scenario.about} (S0.26, S0.27, S0.2)`, async (t) => {
    const { place, record, lines } = await play(scenario)
    t.after(() => place.close())
    const [ours, theirs] = [packSays(lines), hostSays(record)]

    await t.test('the host has the same sessions, calls, outcomes, tokens, cost and turns', () => {
      for (const project of place.projects) assertStream(place.events(project))
      assert.ok(theirs.length > 0)
      assert.deepEqual(ours, theirs)
      assert.deepEqual(ofType(lines, 'swarm.pack.error'), [])
    })

    await t.test('the model made the same calls with the same arguments, and took the same tokens', () => {
      const said = modelSays(place.model.requests)
      const started = ofType(lines, 'swarm.tool.started').map(({ payload }) => payload)
      const made = started.filter(({ origin }) => origin === 'model')
      const named = ({ call, tool }) => `${call} ${tool}`
      const refused = new Set(theirs.flatMap(({ calls }) => calls).filter(({ tool }) => tool === 'invalid').map(({ call }) => call))
      assert.deepEqual(made.map(({ call_id: call, tool }) => named({ call, tool })).sort(), said.calls.map(({ call, tool }) => (refused.has(call) ? `${call} invalid` : named({ call, tool }))).sort())
      for (const { call, args } of said.calls) {
        if (refused.has(call)) continue // of a call that is none nothing is told but that
        const { command, host, size_bytes, agent } = made.find(({ call_id }) => call_id === call)
        if (typeof args?.command === 'string') assert.equal(command, args.command.replaceAll(place.home, '~'), 'the command')
        if (args?.url) assert.equal(host, '127.0.0.1')
        if (args?.content) assert.equal(size_bytes, Buffer.byteLength(args.content))
        if (args?.subagent_type) assert.equal(agent, args.subagent_type)
      }
      if (!STOPPED.includes(name)) assert.deepEqual(sum(ours.map(({ tokens }) => tokens)), said.tokens)
    })

    await t.test('no answer, prompt or output of it is in any file of the pack', () => {
      const told = place.projects.map((project) => fs.readFileSync(eventsFile(place, project), 'utf8')).join('')
      const texts = record.flatMap(({ messages }) => messages.flatMap(({ parts }) => parts)).flatMap(({ text, state }) => [text, state?.output])
      const commands = ofType(lines, 'swarm.tool.started').map(({ payload }) => payload.command ?? '').join('\n')
      for (const text of texts.filter((one) => typeof one === 'string' && one.trim().length >= 12 && !commands.includes(one.trim())))
        assert.ok(!told.includes(JSON.stringify(text.trim()).slice(1, -1)), text)
    })
  })
}
