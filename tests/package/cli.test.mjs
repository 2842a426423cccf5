// The command line itself: help, exit codes, mistakes, and what must not disturb it.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { DROP_IN, VERSION, folders, run, start } from './cli.mjs'

test('help and version are answers: exit 0, on stdout', async (t) => {
  const { project } = folders(t)
  const overview = await run(['--help'], { cwd: project })
  assert.equal(overview.code, 0)
  for (const command of ['init', 'doctor', 'validate', 'tail', 'redact', 'outbox', 'callback', 'listen', 'bridge']) {
    assert.match(overview.stdout, new RegExp(`^  ${command} `, 'm'))
    const help = await run([command, '--help'], { cwd: project })
    assert.equal(help.code, 0)
    assert.ok(help.stdout.startsWith(`usage: opencode-swarm-pack ${command} `), help.stdout)
    assert.ok(help.stdout.endsWith('exit codes: 0 yes, 1 no, 2 wrong command line\n'), help.stdout)
    assert.ok(help.stdout.includes('--json'))
    assert.equal((await run(['help', command], { cwd: project })).stdout, help.stdout)
  }
  assert.deepEqual(await run(['--version'], { cwd: project }), { code: 0, signal: null, stdout: `${VERSION}\n`, stderr: '' })
})

const MISTAKES = [
  { args: [], says: /^usage: opencode-swarm-pack <command>/ },
  { args: ['intt'], says: /unknown command "intt"; did you mean "init"\?/ },
  { args: ['frobnicate-all'], says: /unknown command "frobnicate-all"\n/ },
  { args: ['--helo'], says: /unknown option "--helo"; did you mean "--help"\?/ },
  { args: ['help', 'dokter'], says: /unknown command "dokter"; did you mean "doctor"\?/ },
  { args: ['constructor'], says: /unknown command "constructor"/ },
  { args: ['init', '--globl'], says: /unknown option "--globl"; did you mean "--global"\?/ },
  { args: ['init', '-x'], says: /unknown option "-x"/ },
  { args: ['init', '--target'], says: /--target needs a value/ },
  { args: ['init', '--force=yes'], says: /--force takes no value/ },
  { args: ['init', 'here'], says: /init takes no "here"/ },
  { args: ['init', '--global', '--target', '.'], says: /--global and --target contradict each other/ },
  { args: ['init', '--target', 'nowhere'], says: /nowhere is no folder/ },
  { args: ['doctor', '--target', 'nowhere'], says: /nowhere is no folder/ },
  { args: ['validate'], says: /validate needs a file, or - for standard input/ },
  { args: ['tail', '--lines', 'all'], says: /--lines needs a whole number/ },
  { args: ['tail', '--type', ','], says: /--type needs a pattern/ },
  { args: ['tail', '--folow'], says: /unknown option "--folow"; did you mean "--follow"\?/ },
  { args: ['tail', '-', 'a'], says: /- is standard input, and stands alone/ },
  { args: ['outbox'], says: /outbox needs one of: list, replay, drop/ },
  { args: ['outbox', 'drop'], says: /drop needs the ids of callbacks, or --all/ },
  { args: ['callback', 'x'], says: /callback needs --dry-run TITLE, or --check-receiver/ },
  { args: ['outbox', 'list', 'here'], says: /outbox list takes no "here"/ },
  { args: ['callback', '--dry-run', 'x', '--agent', 'main'], says: /--agent and --target belong to --check-receiver/ },
  { args: ['pending', 'nowhere'], says: /nowhere is no folder/ },
  { args: ['approve', 'apr_1', '--dir', 'nowhere'], says: /nowhere is no folder/ },
  { args: ['approve', 'apr_1', '--reason', 'x'], says: /unknown option "--reason"\n/ },
  { args: ['listen', '--port', 'x'], says: /--port is a number/ },
  { args: ['validate', 'a', 'b'], says: /validate takes one file, not also "b"/ },
]

test('a wrong command line ends with 2, says what is wrong on stderr, and changes nothing', async (t) => {
  const { project } = folders(t)
  for (const { args, says } of MISTAKES) {
    const { code, stdout, stderr } = await run(args, { cwd: project })
    assert.equal(code, 2, `${args}: ${stderr}`)
    assert.equal(stdout, '', `${args}`)
    assert.match(stderr, says)
  }
  assert.deepEqual(fs.readdirSync(project), [])
})

test('no colour where nobody looks, and no variable of the pack disturbs the tool', async (t) => {
  const { project } = folders(t)
  const env = { SWARM_PACK: '0', SWARM_EVENTS: 'stdout', SWARM_HEARTBEAT: 'nonsense', SWARM_CONFIG: '/nowhere', FORCE_COLOR: '1', TERM: 'xterm-256color' }
  const { code, stdout, stderr } = await run(['init'], { cwd: project, env })
  assert.deepEqual([code, stderr], [0, ''])
  assert.ok(!stdout.includes('\x1b'), stdout)
  const validated = await run(['validate', '-'], { cwd: project, env, input: '{}\n' })
  assert.equal(validated.stdout, "line 1: bad: must have required property 'event_type'\n1 lines, 1 bad, 0 gaps\n")
})

test('a reader that has heard enough is no failure', async (t) => {
  const { project } = folders(t)
  const { child, ended } = start(['validate', '-'], { cwd: project, input: 'x\n'.repeat(200_000) })
  child.stdout.once('data', () => child.stdout.destroy())
  const { signal, stderr } = await ended
  assert.deepEqual([signal, stderr], [null, ''])
})

test('a package that is not whole says so', async (t) => {
  const { root, project } = folders(t)
  const program = path.join(root, 'cli.mjs')
  fs.copyFileSync(path.join(path.dirname(DROP_IN), 'cli.js'), program)
  const { code, stderr } = await run(['init'], { cwd: project, program })
  assert.equal(code, 1)
  const [first, second] = stderr.split('\n')
  assert.equal(first, `opencode-swarm-pack: cannot read ${path.join(root, 'opencode-swarm-pack.js')}: no such file or folder (ENOENT)`)
  assert.equal(second, 'the package is not whole; install opencode-swarm-pack again')
  assert.deepEqual(fs.readdirSync(project), [])
})
