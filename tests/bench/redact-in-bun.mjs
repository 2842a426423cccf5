// How fast texts go through the redactor, with all rules and fifty values of the environment.   PACK_FILE PROJECT

import fs from 'node:fs'

const at = (file) => new URL(`../../${file}`, import.meta.url)
const { instantiate } = await import(at('target/wasm/cli-glue.js'))
const module = new WebAssembly.Module(fs.readFileSync(at('target/wasm/cli.wasm')))

// The same numbers in each run.
let seed = 12_345
const random = (below) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const letters = (length) => Array.from({ length }, () => ALPHABET[random(62)]).join('')

const values = Array.from({ length: 50 }, (_, n) => (n % 5 ? letters(20 + (n % 30)) : `${letters(8)}/+ "${letters(8)}`))
const SECRETS = [
  () => `ghp_${letters(36)}`,
  () => `password=${letters(14)}`,
  () => `Authorization: Bearer ${letters(40)}`,
  () => `postgres://app:${letters(16)}@db/main`,
  () => values[random(50)],
]

/** What agents read and write: sources, lock files, logs, events; a line with a secret after every forty. */
function ordinary(bytes) {
  const files = ['src/redact/scan.rs', 'Cargo.lock', 'README.md', 'plugin-shim/index.js', 'xtask/src/build.rs', 'CHANGELOG.md']
  const recordings = fs.readdirSync(at('tests/data/golden')).map((name) => `tests/data/golden/${name}`)
  const lines = [...files, ...recordings].flatMap((file) => fs.readFileSync(at(file), 'utf8').split('\n'))
  const text = []
  for (let n = 0, length = 0; length < bytes; n++) {
    const line = n % 40 ? lines[n % lines.length] : `INFO got ${SECRETS[n % SECRETS.length]()} from upstream`
    text.push(line)
    length += line.length + 1
  }
  return text.join('\n').slice(0, bytes)
}

const core = instantiate()(module)
const began = performance.now()
const redactor = new core.Redactor(values.join('\0'))
redactor.redact('first')
const ready_ms = performance.now() - began

/** Nanoseconds for each byte: the best of some runs, each long enough to be measured. */
function cost(text) {
  const times = Math.max(1, Math.round(2 ** 20 / text.length))
  let best = Infinity
  for (let run = 0; run < 7; run++) {
    const began = performance.now()
    for (let n = 0; n < times; n++) redactor.redact(text)
    best = Math.min(best, ((performance.now() - began) * 1e6) / times / text.length)
  }
  return best
}

const KB = 1024
const SIZES = [KB, 32 * KB, KB * KB, 10 * KB * KB]
const all = ordinary(10 * KB * KB)
cost(all.slice(0, KB * KB)) // the compiler settles
// Pieces of the same text: a short one alone could be richer or poorer in secrets than the whole.
const costs = SIZES.map((size) => (size > KB ? cost(all.slice(0, size)) : Math.max(...[0, 1, 2, 3].map((n) => cost(all.slice(n * 50_000, n * 50_000 + size))))))
const HOSTILE = ['password=', 'sk-', '://a:b@', '-----BEGIN RSA PRIVATE KEY-----\n', '"token", ', 'kind: Secret\n', '[redacted:x]', 'eyJhbGciOiJIUzI1NiJ9.']
const growth = (part) => cost(part.repeat((4 * KB * KB) / part.length)) / cost(part.repeat((16 * KB) / part.length))
console.log(
  JSON.stringify({
    ready_ms,
    ns_per_byte: costs[2],
    growth: costs[3] / Math.min(...costs),
    hostile_growth: Math.max(...HOSTILE.map(growth)),
    hostile_ns_per_byte: Math.max(...HOSTILE.map((part) => cost(part.repeat((256 * KB) / part.length)))),
  }),
)
