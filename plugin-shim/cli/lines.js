// @ts-check
// The lines of a stream, one at a time: a stream of any size is read in little memory.

/** Longest line that is read; the pack's own are far shorter. The rest of a longer one is skipped. */
export const LINE_BYTES_MAX = 1 << 20

const NEWLINE = 0x0a

/** @typedef {{ text: string, problem?: string }} Line with a problem where its text cannot be had */

/**
 * @param {AsyncIterable<Buffer>} stream
 * @param {(line: Line) => void} take
 */
export async function readLines(stream, take) {
  const lines = new Lines()
  for await (const chunk of stream) for (const line of lines.of(chunk)) take(line)
  const last = lines.end()
  if (last) take(last)
}

/** Makes lines of pieces. */
export class Lines {
  /** What there is of a line that has not ended. @type {Buffer[]} */
  #pieces = []
  #bytes = 0

  /** There is no more: what has no end is a line that is none. @returns {Line | undefined} */
  end() {
    const [, bytes] = this.#take()
    return bytes > 0 ? { text: '', problem: `it has no line end after ${bytes} bytes: it was torn, or is still being written` } : undefined
  }

  /** The lines that end in a piece. @param {Buffer} chunk @returns {Generator<Line>} */
  *of(chunk) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, end))
      yield lineOf(...this.#take())
      from = end + 1
    }
    // A copy: whoever reads may use the buffer again.
    if (from < chunk.length) this.#add(Buffer.from(chunk.subarray(from)))
  }

  /** @param {Buffer} piece */
  #add(piece) {
    this.#bytes += piece.length
    if (this.#bytes <= LINE_BYTES_MAX) this.#pieces.push(piece)
    else this.#pieces = []
  }

  /** @returns {[Buffer[], number]} */
  #take() {
    const taken = /** @type {[Buffer[], number]} */ ([this.#pieces, this.#bytes])
    this.#pieces = []
    this.#bytes = 0
    return taken
  }
}

/** @param {Buffer[]} pieces @param {number} bytes @returns {Line} */
function lineOf(pieces, bytes) {
  if (bytes > LINE_BYTES_MAX) return { text: '', problem: `it has ${bytes} bytes; at most ${LINE_BYTES_MAX} are read` }
  try {
    // A byte order mark is no part of JSON, and must not be dropped unseen.
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces)) }
  } catch {
    return { text: '', problem: 'it is not UTF-8' }
  }
}
