// @ts-check
// Text that others chose, made harmless for a terminal: what would move the cursor, ring, hide or turn round is spelt out.

/** Control characters, marks of direction, separators that break lines, and a byte order mark in the text. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** @param {string} text */
export const plain = (text) => text.replace(UNSAFE, (char) => NAMES[char] ?? `\\u{${char.charCodeAt(0).toString(16)}}`)

/** @type {Record<string, string>} */
const NAMES = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' }

/**
 * The same for a text that is JSON, which stays the same JSON: inside its strings they are escaped, and outside of them only blanks can be.
 *
 * @param {string} text
 */
export const plainJson = (text) =>
  text.replace(UNSAFE, (char) => (char < ' ' ? ' ' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`))

/** The first characters of a text; half a character is none. @param {string} text @param {number} length */
export function cut(text, length) {
  if (text.length <= length) return text
  const characters = [...text.slice(0, length * 2)]
  return characters.length <= length ? text : `${characters.slice(0, Math.max(length - 1, 0)).join('')}…`
}
