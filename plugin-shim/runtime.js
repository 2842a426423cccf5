// @ts-check
// One pack for one directory: hands facts to the core, carries out what it orders, keeps its timer.
// What the core decides is not looked at here.

import { bootWriter, gather } from './boot.js'
import { Controls } from './controls.js'
import { beginCore, newCore } from './core.js'
import { feed } from './feed.js'
import { Locks } from './lock.js'
import { Mailbox } from './mailbox.js'
import { Places } from './places.js'
import { realPath } from './real-path.js'
import { registry } from './registry.js'
import { Sinks } from './sinks.js'
import { WaitingCalls } from './waiting.js'

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./types.js').Input} Input */
/** @typedef {import('./types.js').Output} Output */
/** @typedef {import('./types.js').StopCause} StopCause */
/**
 * @typedef {object} Host what the core may ask of the host
 * @property {(sessionId: string, hear: (heard: object) => void) => void} lookUp
 * @property {(message: string) => void} toast
 * @property {(sessionId: string, askId: string, reply: 'once' | 'reject', message: string | undefined, failed: () => void) => void} answerAsk
 * @property {(sessionId: string, firstAgoMs: number, lastAgoMs: number) => string} streamed how the host would say that pieces of an answer went by
 */
/** @typedef {{ directory: string, worktree: string, serverUrl?: unknown, options: unknown, host: Host }} Opening */

/** Restarts after a trap; a core that cannot stay up is better quiet. */
const RESTARTS_MAX = 3
/** Rounds in which carrying out orders may cause new facts (a sink failed, a file was rotated). */
const ROUNDS_MAX = 16
/** Longest delay that a timer can have; the core is harmless to wake early. */
const DELAY_MS_MAX = 0x7fffffff
/** Longest text for the core; its own bound is lower and says so. */
const TEXT_LENGTH_MAX = 1 << 22
/** Sessions whose streamed pieces are noted before they must cross. */
const STREAMS_MAX = 64
/** Types of events of which it is remembered whether they are passed through. */
const TYPES_MAX = 256

export class Runtime {
  /** @type {import('./core.js').Pack | undefined} */
  #pack
  #bootId = ''
  #opening
  #places
  #locks
  /** @type {Sinks | undefined} */
  #sinks
  #mailbox
  #restarts = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {number | undefined} */
  #wakeAt
  /** When each session first and last streamed a piece of its answer since the last crossing. @type {Map<string, [number, number]>} */
  #streams = new Map()
  /** Which fields of an event are passed through, by its type; null where it is not. @type {Map<string, string[] | null>} */
  #forwarded = new Map()
  /** Facts that carrying out orders has caused. @type {Input[]} */
  #caused = []
  /** What the core answered to the feed. */
  #answer = ''
  /** This pack as a member of the feed. @type {import('./feed.js').Member | undefined} */
  #member
  /** What the core adds to the environment that the host asks for. @type {{ [name: string]: string }} */
  #environment = {}
  /** What the core says in place of an environment. @type {string | undefined} */
  #refusal
  #waiting = new WaitingCalls()
  /** What every core is told. @type {Input[]} */
  #standing = []
  /** What a call takes when the core cannot say: nothing where no gate is on. @type {'open' | 'closed' | undefined} */
  #failMode
  #controls
  #isObeying = false
  #hasRefusedCopy = false
  /** @type {Promise<void> | undefined} */
  #ending

  /** The off switch is read here, too: it must not depend on what it switches off. */
  static isOff() {
    return process.env.SWARM_PACK === '0'
  }

  /**
   * The pack for a directory; nothing where it is switched off or another copy is there already.
   *
   * @param {Opening} opening
   * @param {Promise<void> | undefined} prepared the core, being compiled
   */
  static async open(opening, prepared) {
    if (Runtime.isOff()) return undefined
    // All that can be done while the core is still being compiled.
    const runtime = new Runtime(opening)
    const boot = runtime.#writeBoot()
    const core = beginCore()
    const members = registry()
    await prepared
    const here = members.get(opening.directory)
    if (here && here.url !== import.meta.url) {
      here.refuseCopy(import.meta.url)
      return undefined
    }
    // The same file for the same directory: the host began anew without having disposed.
    here?.stop('disposed')
    return runtime.#start(core(), boot) ? runtime : undefined
  }

  /** @param {Opening} opening */
  constructor(opening) {
    this.url = import.meta.url
    this.#opening = opening
    this.#places = new Places(opening.directory, opening.worktree)
    this.#locks = new Locks(this.#places)
    this.#mailbox = new Mailbox(this.#places, (input) => this.tell(input), (input) => this.#caused.push(input))
    this.#controls = new Controls(this.#places, (input) => this.tell(input), (input) => this.tellForGood(input))
  }

  /** What the host said, with its own names. @param {object} heard */
  hear(heard) {
    if (this.#pack) this.#cross('hear', textOf(heard))
  }

  /**
   * The same where the host asks for the environment of a command: what the core adds to it, or why the command is not to run.
   *
   * @param {object} heard
   * @returns {{ environment: { [name: string]: string }, refusal?: string }}
   */
  ask(heard) {
    this.#environment = {}
    this.#refusal = undefined
    this.hear(heard)
    return { environment: this.#environment, refusal: this.#refusal }
  }

  /**
   * A tool is about to run. Returns when it may, at once or as a promise; throws what the model is told where it may not.
   * Arguments that no text can be made of are handed over as that.
   *
   * @param {(request: number) => object} heard what the host said
   * @param {(request: number, error: string) => object} unreadable the same without the arguments
   * @returns {void | Promise<void>}
   */
  gate(heard, unreadable) {
    if (this.#failMode === undefined) return this.#hearCall(0, heard, unreadable)
    const call = this.#waiting.begin()
    this.#hearCall(call.request, heard, unreadable)
    // Neither settled nor held: the core is gone, or could not read who asks.
    return this.#waiting.result(call, this.#failDenial('the call could not be judged'))
  }

  /** @param {number} request @param {(request: number) => object} heard @param {(request: number, error: string) => object} unreadable */
  #hearCall(request, heard, unreadable) {
    if (!this.#pack) return
    try {
      this.#cross('hear', textOfCall(request, heard, unreadable))
    } catch (error) {
      this.unreadable('tool.execute.before', error)
    }
  }

  /** What the model is told where the core cannot say; nothing where the call runs then. @param {string} why */
  #failDenial(why) {
    if (this.#failMode !== 'closed') return undefined
    return `Not run: ${why}, and policy.fail_mode is closed. Do not try to get around it; tell the user.`
  }

  /** Whether the host is to ask, too. */
  get hasHostLane() {
    return this.#pack?.has_host_lane() ?? false
  }

  /** A fact of our own. @param {Input} input */
  tell(input) {
    if (this.#pack) this.#cross('handle', JSON.stringify(input))
  }

  /** A fact that stays true: a core that is started anew hears it, too. @param {Input} input */
  tellForGood(input) {
    this.#standing.push(input)
    this.tell(input)
  }

  /** A piece of an answer went by. Only when is kept; it crosses with the next fact. @param {string} sessionId */
  streamed(sessionId) {
    if (typeof sessionId !== 'string') throw new TypeError('a session id is no string')
    const now = performance.now()
    const stream = this.#streams.get(sessionId)
    if (stream) stream[1] = now
    else {
      if (this.#streams.size >= STREAMS_MAX) this.#flushStreams()
      this.#streams.set(sessionId, [now, now])
    }
  }

  /** What of an event of this type is passed through; null where it is not. The core is asked once. @param {string} type */
  forwardedFields(type) {
    const known = this.#forwarded.get(type)
    if (known !== undefined) return known
    if (!this.#pack || typeof type !== 'string') return null
    const fields = this.#pack.forwarded_fields(type)?.split('\n').filter(Boolean) ?? null
    if (this.#forwarded.size < TYPES_MAX) this.#forwarded.set(type, fields)
    return fields
  }

  /** The host handed over something that cannot be read. @param {string} kind @param {unknown} error */
  unreadable(kind, error) {
    this.tell({ host_unreadable: { kind, message: nameOf(error) } })
  }

  /** Another copy of the pack was loaded for this directory. Told once. @param {string} url */
  refuseCopy(url) {
    if (this.#hasRefusedCopy) return
    this.#hasRefusedCopy = true
    const message = 'a second copy of the pack was loaded for this directory and stood down; remove one of the two'
    this.tell({ shim_failed: { code: 'second_copy', message, place: url } })
  }

  /** Writes the last lines, synchronously, and undoes everything. Once. @param {StopCause} cause */
  stop(cause) {
    this.tell({ stopping: { cause } })
    registry().remove(this.#opening.directory, this)
    clearTimeout(this.#timer)
    if (cause !== 'disposed') return this.#end()
    this.#ending ??= this.#mailbox.drain().finally(() => this.#end())
  }

  /** The same, and waits for the answers to callbacks that are under way. */
  async dispose() {
    this.stop('disposed')
    await this.#ending
  }

  #writeBoot() {
    return bootWriter(gather(this.#places, this.#opening.options, this.#opening.serverUrl))
  }

  /** @param {Core} core @param {(core: Core) => string} boot */
  #start(core, boot) {
    if (!this.#boot(core, boot)) return false
    registry().add(this.#opening.directory, this)
    const { orphans, forget } = this.#locks.adopt()
    if (orphans.length > 0) this.tell({ left_open: orphans })
    forget()
    this.tell('started')
    // Without a gate nothing waits for answers.
    if (this.#pack && this.#failMode !== undefined) this.#controls.openSoon(this.#pack.controls().split('\n').filter(Boolean), this.#bootId)
    if (this.#pack?.calls_back()) this.#mailbox.adopt()
    return true
  }

  /** @param {Core} core @param {(core: Core) => string} boot */
  #boot(core, boot) {
    this.#pack = core.Pack.boot(Date.now(), performance.now(), boot(core))
    if (!this.#pack) return false
    this.#bootId = this.#pack.boot_id()
    this.#failMode = !this.#pack.has_gate() ? undefined : this.#pack.fails_open() ? 'open' : 'closed'
    this.#sinks ??= new Sinks(this.#places, this.#pack.rotation().split('\n').map(Number), (input) => this.#caused.push(input))
    return true
  }

  /** @param {'hear' | 'handle'} method @param {string} text */
  #cross(method, text) {
    if (this.#streams.size > 0) this.#flushStreams()
    const output = this.#call(method, text)
    if (output === undefined) return
    if (typeof output === 'string') this.#sinks?.append('file', output)
    else this.#obey(output)
    if (!this.#isObeying) this.#tellCaused()
  }

  #flushStreams() {
    const now = performance.now()
    const streams = [...this.#streams]
    this.#streams.clear()
    for (const [sessionID, [first, last]] of streams)
      this.#cross('hear', this.#opening.host.streamed(sessionID, now - first, now - last))
  }

  /**
   * @param {'hear' | 'handle'} method
   * @param {string} text
   * @returns {Output | string | undefined} a text is a line for the usual events file
   */
  #call(method, text) {
    if (!this.#pack) return undefined
    try {
      return this.#pack[method](Date.now(), performance.now(), text)
    } catch (error) {
      // Our own refusals are plain errors and leave the instance whole; anything else has broken it.
      if (error instanceof Error && error.constructor === Error) {
        this.#caused.push({ shim_failed: { code: 'shim_failed', message: `the core refused ${method}: ${error.message}` } })
        return { effects: [] }
      }
      this.#trapped(error)
      return undefined
    }
  }

  /** The wasm instance is broken: a new one goes on with an empty book. @param {unknown} error */
  #trapped(error) {
    const previous = this.#bootId
    this.#pack = undefined
    this.#restarts += 1
    const isLast = this.#restarts > RESTARTS_MAX
    // Not even its last words are possible. Those below would be tried for ever.
    if (this.#restarts > RESTARTS_MAX + 1) return this.#end()
    const settled = this.#settleAll('the gate stopped with a fault')
    const next = isLast ? 'the pack is quiet from now on' : `restarted (${this.#restarts} of ${RESTARTS_MAX})`
    const calls = settled > 0 ? `; ${settled} waiting ${settled === 1 ? 'call' : 'calls'} ${this.#failMode === 'closed' ? 'denied' : 'let through'} (policy.fail_mode is ${this.#failMode})` : ''
    const message = `the core stopped with a fault (${nameOf(error)}); ${next}${calls}`
    try {
      const core = newCore()
      const orphans = this.#locks.abandon()
      if (!this.#boot(core, this.#writeBoot())) return
      if (!isLast) {
        if (orphans.length > 0) this.tell({ left_open: orphans })
        this.tell('started')
        for (const input of this.#standing) this.tell(input)
      }
      this.tell({ shim_failed: { code: 'trapped', message, previous_boot_id: previous } })
      if (!isLast && this.#pack) this.#mailbox.readopt()
    } catch {
      this.#pack = undefined
    }
    if (isLast) this.#end()
  }

  /** Nobody will decide on what waits any more. @param {string} why */
  #settleAll(why) {
    this.#controls.watch(false)
    return this.#waiting.settleAll(this.#failDenial(why))
  }

  /** @param {Output} output */
  #obey(output) {
    for (const effect of output.effects) {
      switch (effect.effect) {
        case 'append':
          this.#sinks?.append(effect.sink, effect.line)
          break
        case 'look_up_session':
          this.#opening.host.lookUp(effect.session_id, (heard) => this.#hearLater(heard))
          break
        case 'begin_lock':
          this.#locks.begin(effect)
          break
        case 'note_in_lock':
          this.#locks.note(effect)
          break
        case 'refresh_lock':
          this.#locks.refresh()
          break
        case 'remove_lock':
          this.#locks.remove()
          break
        case 'give_environment':
          this.#environment = effect.variables
          break
        case 'settle_call':
          this.#waiting.settle(effect.request, effect.denial)
          break
        case 'hold_call':
          this.#waiting.hold(effect.request)
          break
        case 'resolve_paths':
          this.#caused.push({ paths_resolved: [effect.request, effect.paths.map(realPath)] })
          break
        case 'watch_control':
          this.#controls.watch(effect.is_on)
          break
        case 'answer_ask':
          this.#opening.host.answerAsk(effect.session_id, effect.ask_id, effect.reply, effect.message, () => this.tell({ reply_failed: effect.ask_id }))
          break
        case 'respond_control':
          this.#controls.respond(effect)
          break
        case 'refuse_environment':
          this.#refusal = effect.message
          break
        case 'open_feed':
          this.#openFeed(effect.boot_id)
          break
        case 'feed':
          feed().send(effect.frame)
          break
        case 'answer_feed':
          this.#answer = effect.body
          break
        case 'append_journal':
        case 'replace_journal':
        case 'send_callback':
        case 'append_audit':
        case 'mirror_audit':
        case 'merge_run':
          this.#mailbox.obey(effect)
          break
        case 'toast':
          this.#opening.host.toast(effect.message)
          break
      }
    }
    this.#setTimer(output.wake_at_ms)
  }

  /** @param {string} bootId */
  #openFeed(bootId) {
    const previous = this.#member
    this.#member = {
      bootId,
      state: () => this.#places.state(),
      ask: (question) => {
        this.#answer = ''
        this.tell({ feed_asked: question })
        return this.#answer
      },
      opened: (port) => this.tell({ feed_opened: { port } }),
      failed: (message) => this.tell({ shim_failed: { code: 'shim_failed', message } }),
    }
    feed().join(this.#member)
    // Not before: the last one to leave closes the port, and watchers stay where they are.
    if (previous) feed().leave(previous)
  }

  /** An answer of the host that nobody catches the error of. @param {object} heard */
  #hearLater(heard) {
    try {
      this.hear(heard)
    } catch (error) {
      this.unreadable('session.get', error)
    }
  }

  #tellCaused() {
    this.#isObeying = true
    for (let round = 0; round < ROUNDS_MAX && this.#caused.length > 0; round++)
      for (const input of this.#caused.splice(0)) this.tell(input)
    this.#caused.length = 0
    this.#isObeying = false
  }

  /** @param {number | undefined} wakeAt */
  #setTimer(wakeAt) {
    if (wakeAt === this.#wakeAt) return
    clearTimeout(this.#timer)
    this.#wakeAt = wakeAt
    if (wakeAt === undefined) return
    const delay = Math.min(Math.max(wakeAt - performance.now(), 0), DELAY_MS_MAX)
    this.#timer = setTimeout(() => {
      this.#wakeAt = undefined
      this.tell('woke')
    }, delay)
    // The pack alone keeps no process alive.
    this.#timer.unref?.()
  }

  #end() {
    clearTimeout(this.#timer)
    this.#settleAll('the pack has ended')
    this.#controls.stop()
    this.#pack = undefined
    this.#streams.clear()
    this.#mailbox.close()
    this.#sinks?.close()
    if (this.#member) feed().leave(this.#member)
    this.#member = undefined
  }
}

/**
 * A call as text; without its arguments where no text can be made of them.
 *
 * @param {number} request
 * @param {(request: number) => object} heard
 * @param {(request: number, error: string) => object} unreadable
 */
function textOfCall(request, heard, unreadable) {
  try {
    return textOf(heard(request))
  } catch (error) {
    return textOf(unreadable(request, nameOf(error)))
  }
}

/** @param {object} heard */
function textOf(heard) {
  const text = JSON.stringify(heard)
  if (text.length > TEXT_LENGTH_MAX) throw new RangeError('too long')
  return text
}

/** The name of an error, never its text: that may hold anything. @param {unknown} error */
function nameOf(error) {
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return `${error.name}: ${error.message}`.slice(0, 200)
  return error instanceof Error ? error.name : typeof error
}
