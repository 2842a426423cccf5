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
  /** What there is of a line that has not ended. @type {Buffer[]} */
  let pieces = []
  let bytes = 0
  /** @param {Buffer} piece */
  const add = (piece) => {
    bytes += piece.length
    if (bytes <= LINE_BYTES_MAX) pieces.push(piece)
    else pieces = []
  }
  for await (const chunk of stream) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, end))
      take(lineOf(pieces, bytes))
      pieces = []
      bytes = 0
      from = end + 1
    }
    if (from < chunk.length) add(chunk.subarray(from))
  }
  if (bytes > 0) take({ text: '', problem: `it has no line end after ${bytes} bytes: it was torn, or is still being written` })
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
