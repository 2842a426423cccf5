// @ts-check
// Where a text stops being JSON. The runtime's own messages name no position for short texts, and differ by version.

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const SPACE = /[ \t\r\n]*/y

/** @typedef {'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma'} Expected */

/**
 * The column, counted in characters from 1, and what is wrong there, of a text that JSON.parse refuses.
 *
 * @param {string} text
 */
export function columnOf(text) {
  const { at, expected } = findEnd(text)
  const column = [...text.slice(0, at)].length + 1
  const found = at < text.length ? `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}` : 'it ends too early'
  return `not JSON: column ${column}: ${found}, expected ${expected}`
}

/** Follows the grammar with a stack of its own: depth costs no call. @param {string} text */
function findEnd(text) {
  /** @type {('{' | '[')[]} */
  const open = []
  /** @type {Expected | 'end'} */
  let state = 'value'
  let at = 0
  /** @param {RegExp} pattern */
  const eat = (pattern) => {
    pattern.lastIndex = at
    const [found] = pattern.exec(text) ?? []
    at += found?.length ?? 0
    return found !== undefined
  }
  const close = () => {
    open.pop()
    at += 1
    state = open.length > 0 ? 'comma' : 'end'
  }
  for (;;) {
    eat(SPACE)
    const char = text[at]
    switch (state) {
      case 'first value':
        if (char === ']') {
          close()
          break
        }
      // falls through: an element is as good
      case 'value':
        if (char === '{' || char === '[') {
          open.push(char)
          at += 1
          state = char === '{' ? 'first key' : 'first value'
        } else if (eat(STRING) || eat(SCALAR)) state = open.length > 0 ? 'comma' : 'end'
        else return { at, expected: char === '"' ? 'a string that ends' : 'a value' }
        break
      case 'first key':
        if (char === '}') {
          close()
          break
        }
      // falls through: a key is as good
      case 'key':
        if (!eat(STRING)) return { at, expected: 'a key in double quotes' }
        state = 'colon'
        break
      case 'colon':
        if (char !== ':') return { at, expected: '":"' }
        at += 1
        state = 'value'
        break
      case 'comma': {
        const isObject = open.at(-1) === '{'
        if (char === (isObject ? '}' : ']')) close()
        else if (char === ',') {
          at += 1
          state = isObject ? 'key' : 'value'
        } else return { at, expected: isObject ? '"," or "}"' : '"," or "]"' }
        break
      }
      case 'end':
        return { at, expected: 'the end of the line' }
    }
  }
}
