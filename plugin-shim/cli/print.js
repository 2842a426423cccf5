// @ts-check
// What a command prints. Answers go to stdout, trouble and progress to stderr; colour and progress to terminals only.

/** @param {string} line */
export const say = (line) => void process.stdout.write(`${line}\n`)

/** @param {string} line */
export const complain = (line) => void process.stderr.write(`${line}\n`)

/** @param {unknown} value */
export const sayJson = (value) => say(JSON.stringify(value, null, 2))

const COLOURS = { green: 32, red: 31, yellow: 33, grey: 90 }

/** @param {keyof typeof COLOURS} colour @param {string} text */
export function paint(colour, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text
}

/** A line that goes away again: what takes so long. Empty to take it away. @param {string} text */
export function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** A reader that has gone away (`| head`) is no failure of ours. */
export function ignoreClosedPipes() {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (/** @type {any} */ (error).code !== 'EPIPE') throw error
      process.exit()
    })
}
