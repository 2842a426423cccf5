// The host's terminal interface, in a tmux server of its own.

import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'
import { sleep, until } from './wait.mjs'

let started = 0

/** Starts the terminal interface in a place's project and waits until it takes a message. */
export async function startTui(place, { env, columns = 110, rows = 34 } = {}) {
  // A server for each: one that is just ending would still be asked.
  const socket = path.join(place.root, `tmux-${++started}.sock`)
  const tmux = (...args) => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: place.env(env) })
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', place.project, place.binary)
  const pid = Number(tmux('list-panes', '-F', '#{pane_pid}').trim())
  const tui = {
    pid,
    screen: () => tmux('capture-pane', '-p').split('\n').map((line) => line.trimEnd()).join('\n'),
    press: (key) => tmux('send-keys', key),
    isAlive: () => isAlive(pid),

    /** Waits until the screen shows a text. */
    shows: (text) => until(`the screen shows ${text}`, () => tui.screen().match(text)),

    /**
     * Types a message and sends it. The input field drops keys that come while it is being drawn, and shows
     * them late when the machine is slow: what is typed again is typed into an empty field.
     */
    async say(message) {
      const times = () => tui.screen().split(message).length - 1
      await until('the message stands in the input field, once', async () => {
        tmux('send-keys', '-l', message)
        const isShown = await until('it is shown', times, { withinMs: 5000 }).then(() => true, () => false)
        if (isShown && times() === 1) return true
        tui.press('C-u')
        await until('the field is empty', () => times() === 0)
      })
      tui.press('Enter')
    },

    close() {
      spawnSync('tmux', ['-S', socket, 'kill-server'])
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    },
  }
  try {
    await tui.shows(/Ask anything/)
  } catch (error) {
    tui.close()
    throw error
  }
  return tui
}

export function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
