// The sessions that are recorded for the native tests.
//
//   about     what is shown
//   prompt    the message of one `opencode run`, with `args`
//   drive     or: what is done to one `opencode serve`; its result stands in the recording's first line
//   script    what the model says
//   config    merged over opencode.json
//   cut       keep only so many lines from the beginning and from the end

import path from 'node:path'
import { isIdle, isToolRunning } from './api.mjs'
import { sleep } from './wait.mjs'

const ask = { permission: { edit: 'ask', bash: 'ask', webfetch: 'ask' } }
const use = (input, output, cached = 0) => ({ usage: { input, output, cached } })
const call = (name, args) => ({ name, args })
const bash = (command, description) => call('bash', { command, description })
const page = call('webfetch', { url: '{{MODEL}}/page', format: 'text' })

export const scenarios = {
  'a-plain-text': {
    about: '`opencode run`, one plain answer',
    prompt: 'say hello',
    script: { title: 'A short greeting', turns: [{ text: 'Hello from the scripted model.', ...use(1200, 7, 200) }] },
  },
  'a2-reasoning-json': {
    about: '`opencode run --format json`, an answer with reasoning before it',
    prompt: 'think, then say hello', args: ['--format', 'json'],
    script: { turns: [{ reasoning: 'The user wants a greeting.', text: 'Hello.', usage: { input: 900, output: 12, reasoning: 6 } }] },
  },
  'b-bash-ok-and-fail': {
    about: 'bash tool: exit 0, then exit 3 (which the host still calls completed)',
    prompt: 'run some commands',
    script: { turns: [
      { tools: [bash('echo out; pwd', 'Print a word')], ...use(1000, 30) },
      { tools: [bash('echo oops >&2; exit 3', 'Fail with 3')], ...use(1100, 30) },
      { text: 'One command worked and one failed.', ...use(1200, 8) },
    ] },
  },
  'c-files': {
    about: 'write, read, edit, glob, grep, todowrite, and an edit that fails (glob and grep need ripgrep, which the host fetches or finds on PATH; without it they fail)',
    prompt: 'change some files',
    script: { turns: [
      { tools: [call('write', { filePath: '{{PROJECT}}/src/new.js', content: 'export const a = 1\n' })], ...use(1000, 20) },
      { tools: [call('read', { filePath: '{{PROJECT}}/src/answer.js' }), call('glob', { pattern: '**/*.js' })], ...use(1000, 20) },
      { tools: [call('edit', { filePath: '{{PROJECT}}/src/answer.js', oldString: '41', newString: '42' })], ...use(1000, 20) },
      { tools: [call('edit', { filePath: '{{PROJECT}}/src/answer.js', oldString: 'not there', newString: 'x' })], ...use(1000, 20) },
      { tools: [call('grep', { pattern: 'answer' }), call('todowrite', { todos: [{ content: 'one', status: 'completed', priority: 'high' }] })], ...use(1000, 20) },
      { text: 'Done.', ...use(1000, 2) },
    ] },
  },
  'c2-apply-patch': {
    about: 'apply_patch, offered to models named gpt-*: add, change and delete a file in one call',
    prompt: 'patch it', args: ['-m', 'lab/gpt-scripted'],
    script: { turns: [
      { tools: [call('apply_patch', { patchText: '*** Begin Patch\n*** Add File: src/added.js\n+export const b = 2\n*** Update File: src/answer.js\n@@\n-export const answer = 41\n+export const answer = 42\n*** Delete File: README.md\n*** End Patch' })], ...use(1000, 20) },
      { text: 'Patched.', ...use(1000, 2) },
    ] },
  },
  'd-webfetch': {
    about: 'webfetch of a page on loopback, then of a page that is not there',
    prompt: 'fetch the page',
    script: { turns: [
      { tools: [page], ...use(1000, 20) },
      { tools: [call('webfetch', { url: '{{MODEL}}/nothing', format: 'text' })], ...use(1000, 20) },
      { text: 'Fetched.', ...use(1000, 2) },
    ] },
  },
  'e-permission': {
    about: 'permission = ask: reply once, always (the same tool is then not asked), reject with a message, reject without one; both reply routes',
    config: ask,
    script: { turns: [
      { tools: [bash('echo one', 'one')], ...use(500, 10) },
      { tools: [bash('echo two', 'two')], ...use(500, 10) },
      { tools: [bash('echo three', 'three')], ...use(500, 10) },
      { tools: [call('write', { filePath: '{{PROJECT}}/a.txt', content: 'a' })], ...use(500, 10) },
      { tools: [page], ...use(500, 10) },
      { text: 'should not be reached', ...use(500, 3) },
    ] },
    async drive({ api }) {
      const session = await api.session()
      const answers = [
        ['once', (id) => api.post(`/permission/${id}/reply`, { reply: 'once' })],
        ['always, by the older route', (id) => api.post(`/session/${session}/permissions/${id}`, { response: 'always' })],
        ['reject with message', (id) => api.post(`/permission/${id}/reply`, { reply: 'reject', message: 'use another file name' })],
        ['reject', (id) => api.post(`/permission/${id}/reply`, { reply: 'reject' })],
      ]
      const seen = []
      const stop = await api.events(async ({ type, properties: { id, permission, patterns } }) => {
        if (type !== 'permission.asked') return
        const [what, answer] = answers.shift()
        const pending = (await api.get('/permission')).data.length
        const { status } = await answer(id)
        const second = await api.post(`/permission/${id}/reply`, { reply: 'once' })
        seen.push({ asked: permission, patterns, what, pending, status, secondReply: second.status })
      })
      await api.turn(session, 'do things')
      stop()
      return seen
    },
  },
  'e2-permission-run': {
    about: '`opencode run` with permission = ask: the command line itself refuses at once',
    prompt: 'run it', config: ask,
    script: { turns: [{ tools: [bash('echo one', 'one')], ...use(500, 10) }, { text: 'after the refusal', ...use(500, 3) }] },
  },
  'e3-permission-deny-rule': {
    about: 'permission = deny by rule: the tool fails, nothing is asked; a denied tool name is not offered at all',
    prompt: 'run it', config: { permission: { bash: { '*': 'allow', 'rm *': 'deny' }, webfetch: 'deny' } },
    script: { turns: [{ tools: [bash('rm nothing.txt', 'remove')], ...use(500, 10) }, { tools: [page], ...use(500, 10) }, { text: 'both refused', ...use(500, 3) }] },
  },
  'e4-external-directory': {
    about: 'a read and a write outside the project: permission external_directory',
    prompt: 'look outside', args: ['--auto'],
    script: { turns: [
      { tools: [call('read', { filePath: '{{HOME}}/outside.txt' })], ...use(500, 10) },
      { tools: [call('write', { filePath: '{{HOME}}/made.txt', content: 'x' })], ...use(500, 10) },
      { tools: [bash('cat {{HOME}}/made.txt', 'cat')], ...use(500, 10) },
      { text: 'looked', ...use(500, 3) },
    ] },
  },
  'f-subtask': {
    about: 'the task tool: a child session with its own tools, and a second child at the same time',
    prompt: 'delegate it',
    script: {
      lanes: [
        { name: 'child-1', match: { firstUser: 'CHILD-ONE' }, turns: [{ tools: [bash('echo child one', 'child')], ...use(300, 10) }, { text: 'child one result', ...use(310, 4) }] },
        { name: 'child-2', match: { firstUser: 'CHILD-TWO' }, turns: [{ text: 'child two result', ...use(320, 4) }] },
      ],
      turns: [
        { tools: [
          call('task', { description: 'First part', prompt: 'CHILD-ONE do it', subagent_type: 'general' }),
          call('task', { description: 'Second part', prompt: 'CHILD-TWO do it', subagent_type: 'explore' }),
        ], ...use(1000, 40) },
        { text: 'Both parts are done.', ...use(1200, 5) },
      ],
    },
  },
  'g-abort': {
    about: 'session aborted while the answer streams, then while a bash command runs, then idle again; then the session is renamed and deleted',
    script: { turns: [
      { generate: { tokens: 400 }, delayMs: 25, ...use(500, 400) },
      { tools: [bash('sleep 30; echo late', 'wait')], ...use(500, 10) },
    ] },
    async drive({ api }) {
      const session = await api.session()
      const seen = []
      const abort = async (when) => seen.push([when, (await api.post(`/session/${session}/abort`)).status])
      await api.after(() => api.prompt(session, 'long answer'), (event) => event.type === 'message.part.delta')
      await sleep(300)
      await api.after(() => abort('abort while streaming'), isIdle(session))
      await api.after(() => api.prompt(session, 'long command'), isToolRunning(session))
      await sleep(500)
      await api.after(() => abort('abort while a tool runs'), isIdle(session))
      await abort('abort when idle')
      await api.patch(`/session/${session}`, { title: 'renamed' })
      seen.push(['delete', (await api.del(`/session/${session}`)).status])
      await sleep(300)
      return seen
    },
  },
  'h-model-errors': {
    about: 'HTTP 500 twice (retried after the time named in retry-after-ms), then an answer; then HTTP 401 (not retried; idle is said twice); then an unknown tool and bad arguments; then a stream cut in the middle',
    script: { turns: [
      { status: 500, headers: { 'retry-after-ms': '200' } },
      { status: 500, headers: { 'retry-after-ms': '200' } },
      { text: 'Recovered.', ...use(500, 2) },
      { status: 401, body: { error: { message: 'bad key', type: 'invalid_request_error' } } },
      { tools: [call('nosuchtool', {}), call('bash', { wrong: true })], ...use(500, 2) },
      { text: 'Tried.', ...use(500, 2) },
      { chunks: ['This will ', 'be cut'], cut: true, delayMs: 50 },
      { text: 'After the cut.', ...use(500, 3) },
    ] },
    async drive({ api }) {
      const session = await api.session()
      for (const message of ['first', 'second', 'third', 'fourth']) {
        await api.turn(session, message)
        await sleep(800) // a failed turn says idle twice
      }
    },
  },
  'i-long-answer': {
    about: 'an answer of 2,000 pieces, as fast as they come; the middle of the file is cut out (see the line with kind "cut")',
    prompt: 'write a lot', cut: 120,
    script: { turns: [{ generate: { tokens: 2000 }, ...use(800, 2000) }] },
  },
  'i2-chatty-command': {
    about: 'a bash command that prints 3,000 lines over 3 s: how often the running tool part is sent, and how large it gets',
    prompt: 'print a lot', cut: 60,
    script: { turns: [
      { tools: [bash('for i in $(seq 1 300); do for j in 1 2 3 4 5 6 7 8 9 10; do echo "line $i $j of some length to fill the screen"; done; sleep 0.01; done', 'Print')], ...use(10, 10) },
      { text: 'Printed.', ...use(10, 1) },
    ] },
  },
  'j-two-directories': {
    about: '`opencode serve`, two projects in one process, both at work at once; then one instance is disposed and used again',
    projects: ['project', 'second'],
    script: { lanes: [{ name: 'two', match: { firstUser: 'second project' }, turns: [{ text: 'Answer for two.', ...use(20, 3) }, { text: 'Again two.', ...use(20, 3) }] }], turns: [{ text: 'Answer for one.', ...use(10, 3) }] },
    async drive({ api, apiOf }, { projects }) {
      const two = apiOf(projects[1])
      const [a, b] = await Promise.all([api.session(), two.session()])
      await Promise.all([api.turn(a, 'first project'), two.turn(b, 'second project')])
      await sleep(300)
      const { status } = await two.post('/instance/dispose')
      await sleep(300)
      await two.turn(await two.session(), 'second project again')
      return { dispose: status }
    },
  },
  'k-user-shell': {
    about: 'commands typed by the user: POST /session/:id/shell, and a slash command whose template holds !`shell`',
    config: { command: { greet: { template: 'say hi to $ARGUMENTS, today is !`echo tuesday`', description: 'greet' } } },
    script: { turns: [{ text: 'Hi.', ...use(10, 1) }] },
    async drive({ api }) {
      const session = await api.session()
      const typed = await api.post(`/session/${session}/shell`, { agent: 'build', command: 'echo typed by user; exit 2' })
      const command = await api.post(`/session/${session}/command`, { command: 'greet', arguments: 'Ann' })
      return [typed.status, command.status]
    },
  },
  'l-mcp': {
    about: 'tools of an MCP server over stdio: one that works, one that fails',
    prompt: 'use the echo tool',
    config: { mcp: { lab: { type: 'local', command: [process.execPath, path.join(import.meta.dirname, 'mcp-echo.mjs')], enabled: true } } },
    script: { turns: [
      { tools: [call('lab_echo', { text: 'hi' })], ...use(10, 1) },
      { tools: [call('lab_fail', { text: 'hi' })], ...use(10, 1) },
      { text: 'Used.', ...use(10, 1) },
    ] },
  },
  'm-compaction': {
    about: 'POST /session/:id/summarize: what a compaction looks like',
    script: {
      lanes: [{ name: 'sum', match: { noTools: true }, turns: [{ text: 'Summary of the talk.', ...use(400, 5) }, { text: 'Summary of the talk.', ...use(400, 5) }] }],
      turns: [{ text: 'First answer.', ...use(300, 3) }, { text: 'After the summary.', ...use(100, 3) }],
    },
    async drive({ api }) {
      const session = await api.session()
      await api.turn(session, 'talk')
      const { status } = await api.post(`/session/${session}/summarize`, { providerID: 'lab', modelID: 'scripted' })
      await sleep(500)
      return status
    },
  },
}
