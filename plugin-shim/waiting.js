// @ts-check
// Calls that wait in a hook of the host for what the core says of them. Each is told once, whatever happens.

/**
 * @typedef {object} Call
 * @property {number} request
 * @property {boolean} [isHeld] the core said that it must wait
 * @property {{ denial?: string }} [verdict]
 * @property {(denial: string | undefined) => void} [tell] wakes the hook
 */

export class WaitingCalls {
  /** @type {Map<number, Call>} */
  #calls = new Map()
  #count = 0

  /** Numbers are our own: a model may use the name of a call twice. @returns {Call} */
  begin() {
    const call = { request: ++this.#count }
    this.#calls.set(call.request, call)
    return call
  }

  /** @param {number} request */
  hold(request) {
    const call = this.#calls.get(request)
    if (call) call.isHeld = true
  }

  /** @param {number} request @param {string | undefined} denial */
  settle(request, denial) {
    const call = this.#calls.get(request)
    this.#calls.delete(request)
    if (!call) return
    call.verdict = { denial }
    call.tell?.(denial)
  }

  /** Nobody will decide on what waits any more. Gives how many did. @param {string | undefined} denial */
  settleAll(denial) {
    const requests = [...this.#calls.keys()]
    for (const request of requests) this.settle(request, denial)
    return requests.length
  }

  /**
   * What the hook gives back: nothing where the call may run, a promise where it must wait. Throws what the model is told.
   *
   * @param {Call} call
   * @param {string | undefined} otherwise the denial where the core neither settled the call nor held it
   * @returns {void | Promise<void>}
   */
  result(call, otherwise) {
    if (call.isHeld && !call.verdict)
      return new Promise((ok, no) => {
        call.tell = (denial) => (denial === undefined ? ok() : no(new Error(denial)))
      })
    this.settle(call.request, otherwise)
    if (call.verdict?.denial !== undefined) throw new Error(call.verdict.denial)
  }
}
