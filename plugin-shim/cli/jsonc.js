// @ts-check
// JSON with comments and trailing commas, as the host reads its configuration.

/** A string, a comment, or a comma with nothing but space and comments before the closing bracket. */
const PIECES = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*[}\]])/g

/** Throws a SyntaxError where it is none. @param {string} text @returns {any} */
export function parseJsonc(text) {
  return JSON.parse(text.replace(/^\uFEFF/, '').replace(PIECES, (piece) => (piece.startsWith('"') ? piece : ' ')))
}
