// @ts-check
// The words of a command line: what is known is read, what is not is named with the nearest known word.

import { parseArgs } from 'node:util'
import { UsageError } from './failure.js'

/** @typedef {Record<string, { type: 'boolean' | 'string' }>} Options */
/** @typedef {{ values: Record<string, any>, positionals: string[] }} Arguments */

/**
 * @param {string[]} words
 * @param {Options} options
 * @returns {Arguments}
 */
export function readArguments(words, options) {
  const { values, positionals, tokens } = parseArgs({ args: words, options, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (!option) throw unknown('option', token.rawName, Object.keys(options).map((name) => `--${name}`))
    if (option.type === 'string' && !token.value) throw new UsageError(`${token.rawName} needs a value`)
    if (option.type === 'boolean' && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
  }
  return { values, positionals }
}

/** @param {string} what @param {string} word @param {string[]} known */
export function unknown(what, word, known) {
  const near = nearest(word, known)
  return new UsageError(`unknown ${what} "${word}"${near ? `; did you mean "${near}"?` : ''}`)
}

/** The known word that takes fewest changes, if they are few. @param {string} word @param {string[]} known */
function nearest(word, known) {
  const [best] = known
    .map((name) => ({ name, changes: distance(word, name) }))
    .filter(({ name, changes }) => changes <= Math.max(2, name.replace(/^-+/, '').length / 3))
    .sort((a, b) => a.changes - b.changes)
  return best?.name
}

/** Levenshtein's distance. @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
