// The pack at its main job: the real OpenCode works in an example project, and the pack tells what it does.
//
//   node tests/host/demo.mjs [target/demo]
//
// The model is scripted and runs on loopback; everything else is real. The project and its events stay.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { PACK_DIR, PACK_FILE, hostVersion } from './harness/binary.mjs'
import { ofType } from './harness/lines.mjs'
import { openPlace } from './harness/place.mjs'

const MAIN_EVENTS = ['swarm.session.started', 'swarm.heartbeat', 'swarm.state', 'swarm.turn.finished', 'swarm.session.stopped']
const INTERVAL_BEATS_MIN = 2

const FILES = {
  'README.md': '# greeter\n\nSays hello in a few languages.\n\n    node src/greet.js Ann de\n',
  'package.json': `${JSON.stringify({ name: 'greeter', version: '1.0.0', type: 'module' }, null, 2)}\n`,
  'src/greet.js': [
    "const greetings = { en: 'Helo', de: 'Hallo', fr: 'Bonjour' }",
    "const [name, language = 'en'] = process.argv.slice(2)",
    '',
    'console.log(`${greetings[language]}, ${name}!`)',
    '',
  ].join('\n'),
}

const ANSWER = 'The English greeting was spelled Helo. I corrected the one letter in src/greet.js, and left the other languages as they were. Run the command again to see it greet you as it should.'

/** A command, an edit, and an answer slow enough for two heartbeats of the default interval. */
const SCRIPT = {
  title: 'Correct the greeting',
  turns: [
    { text: 'I run it first.', tools: [{ name: 'bash', args: { command: 'node src/greet.js Ann', description: 'Run the greeter' } }] },
    { text: 'One letter is missing.', tools: [{ name: 'edit', args: { filePath: '{{PROJECT}}/src/greet.js', oldString: "'Helo'", newString: "'Hello'" } }] },
    { text: ANSWER, delayMs: 320 },
  ],
}

async function demo(root) {
  for (const folder of ['project', 'home']) fs.rmSync(path.join(root, folder), { recursive: true, force: true })
  const place = await openPlace({ root, files: FILES, script: SCRIPT, pack: true })
  try {
    say(`OpenCode ${hostVersion()} (${show(place.binary)})`)
    say(`project  ${show(place.project)}, a git repository with ${Object.keys(FILES).length} files`)
    say(`pack     ${show(PACK_FILE)}, dropped into .opencode/plugins/`)
    say(`model    scripted, on ${place.model.baseUrl}; home ${show(place.home)}`)
    say('\n$ opencode run "correct the English greeting"')
    const run = await place.run('correct the English greeting')
    say(indented(run.stderr + run.stdout))
    if (run.exitCode !== 0) throw new Error(`opencode ended with ${run.signal ?? `exit code ${run.exitCode}`}`)

    const lines = place.events()
    const file = path.join(place.project, '.opencode/swarm/events.jsonl')
    say(`What the pack wrote meanwhile, ${lines.length} lines, as its own \`tail\` shows them:\n`)
    say(indented(execFileSync(process.execPath, [path.join(PACK_DIR, 'cli.js'), 'tail', file], { encoding: 'utf8' })))
    check(lines)
    say(`The lines as they are: ${show(file)}`)
  } finally {
    await place.close()
  }
}

function check(lines) {
  const missing = MAIN_EVENTS.filter((type) => ofType(lines, type).length === 0)
  if (missing.length > 0) throw new Error(`the pack did not write ${missing.join(', ')}`)
  const beats = ofType(lines, 'swarm.heartbeat').filter((line) => line.payload.trigger === 'interval').length
  if (beats < INTERVAL_BEATS_MIN) throw new Error(`the pack wrote ${beats} heartbeats of the interval, expected at least ${INTERVAL_BEATS_MIN}`)
}

const say = (text) => console.log(text)
/** A path as short as it can be said from here. */
const show = (file) => {
  const near = path.relative(process.cwd(), file)
  return near.startsWith('..') ? file : near
}
const indented = (text) => text.replace(/\x1b\[[0-9;]*m/g, '').replace(/\n{2,}/g, '\n').trim().replace(/^/gm, '  ').concat('\n')

try {
  const [folder = 'target/demo', ...more] = process.argv.slice(2)
  if (folder.startsWith('-') || more.length > 0) {
    console.error('usage: node tests/host/demo.mjs [target/demo]')
    process.exit(2)
  }
  await demo(path.resolve(folder))
} catch (error) {
  console.error(`demo: ${error.message}`)
  process.exitCode = 1
}
