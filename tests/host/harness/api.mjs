// The HTTP interface of a host that serves, for one project directory.

const WITHIN_MS = 60_000

/** Requests to `baseUrl` on behalf of `directory`. Nothing throws on an HTTP error: look at `status`. */
export function apiFor(baseUrl, directory) {
  const address = (route) => {
    const url = new URL(route, baseUrl)
    url.searchParams.set('directory', directory)
    return url
  }
  const call = async (method, route, body) => {
    const response = await fetch(address(route), {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, data: parsed(text) }
  }
  const api = {
    get: (route) => call('GET', route),
    post: (route, body = {}) => call('POST', route, body),
    patch: (route, body = {}) => call('PATCH', route, body),
    del: (route) => call('DELETE', route),

    /** Calls `see(event)` for each event of the directory until the returned function is called. */
    async events(see) {
      const ending = new AbortController()
      const response = await fetch(address('/event'), { signal: ending.signal })
      readEvents(response.body, see).catch((error) => {
        if (!ending.signal.aborted && error.name !== 'TypeError') throw error // TypeError: the host is gone
      })
      return () => ending.abort()
    },

    /** Begins to listen, then runs `act`; resolves with the event that `pick` accepts for the nth time. */
    async after(act, pick, nth = 1) {
      let found
      const seen = new Promise((ok) => { found = ok })
      const stop = await api.events((event) => pick(event) && --nth === 0 && found(event))
      let timer
      const late = new Promise((_, no) => {
        timer = setTimeout(() => no(new Error(`no such event within ${WITHIN_MS} ms: ${pick}`)), WITHIN_MS)
      })
      try {
        await act()
        return await Promise.race([seen, late])
      } finally {
        clearTimeout(timer)
        stop()
      }
    },

    /** A new session's id. */
    session: async (body = {}) => (await api.post('/session', body)).data.id,

    /** Sends a message without waiting for the answer. */
    async prompt(session, text) {
      const sent = await api.post(`/session/${session}/prompt_async`, { parts: [{ type: 'text', text }] })
      if (sent.status >= 300) throw new Error(`prompt refused: ${sent.status} ${JSON.stringify(sent.data)}`)
    },

    /** Sends a message and waits for the end of the turn. */
    turn: (session, text) => api.after(() => api.prompt(session, text), isIdle(session)),
  }
  return api
}

export const isIdle = (session) => (event) => event.type === 'session.idle' && event.properties.sessionID === session

/** Is this the event that a tool of the session has begun to run? */
export const isToolRunning = (session) => ({ type, properties }) =>
  type === 'message.part.updated' && properties.part.sessionID === session && properties.part.state?.status === 'running'

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function readEvents(body, see) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop()
    for (const block of blocks) if (block.startsWith('data:')) see(JSON.parse(block.slice(5)))
  }
}
