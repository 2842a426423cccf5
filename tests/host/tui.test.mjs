// The terminal interface: nothing of ours on the screen, and the end is told.

import assert from 'node:assert/strict'
import test from 'node:test'
import { assertStream, ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'
import { dropIn } from './harness/project.mjs'
import { startTui } from './harness/tui.mjs'
import { sleep, until } from './harness/wait.mjs'

const SCRIPT = { title: 'A greeting', turns: [{ text: 'An answer on the screen.' }] }

test('the terminal interface looks as without the pack, and its end is told (S0.5, S0.45)', async (t) => {
  const place = await openPlace({ script: SCRIPT, env: { SWARM_HEARTBEAT: '250' } })
  t.after(() => place.close())

  const session = async () => {
    place.model.play(SCRIPT)
    const tui = await startTui(place)
    try {
      await tui.say('hello from the keyboard')
      await tui.shows(/An answer on the screen\.[^]*▣/)
      const screen = await settled(tui)
      tui.press('C-c')
      await until('the interface ends', () => !tui.isAlive())
      return screen
    } finally {
      tui.close()
    }
  }

  const without = await session()
  dropIn(place.project)
  const withPack = await session()
  assert.equal(withPack, without)
  assert.ok(!/swarm|heartbeat|\{"/i.test(withPack), withPack)

  const lines = place.events()
  assertStream(lines)
  const [started] = ofType(lines, 'swarm.session.started')
  assert.equal(started.payload.execution_lane, 'tui')
  assert.equal(ofType(lines, 'swarm.turn.finished').length, 1)
  assert.equal(lines.at(-1).event_type, 'swarm.session.stopped')
  assert.equal(lines.at(-1).payload.reason, 'disposed')
})

/** The screen when it no longer changes, times taken out. */
async function settled(tui) {
  let screen
  return until('the screen stands still', async () => {
    const before = screen
    await sleep(1000)
    screen = tui.screen().replace(/\d+(\.\d+)?s\b/g, 'TIME')
    return screen === before && screen
  })
}
