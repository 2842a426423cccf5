// Secrets to be planted: made by the public shapes of tokens, or told by nothing but the words around them. None is real.

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'
const ALNUM = LETTERS + DIGITS
const URL_SAFE = `${ALNUM}_-`
const HEX = '0123456789abcdef'

/** The same secrets for the same seed: a failure can be looked at again. */
export function planter(seed) {
  let state = seed
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0
    let n = Math.imul(state ^ (state >>> 15), 1 | state)
    n = (n + Math.imul(n ^ (n >>> 7), 61 | n)) ^ n
    return ((n ^ (n >>> 14)) >>> 0) / 2 ** 32
  }
  const some = (alphabet, length) => Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('')
  const base64 = (text) => Buffer.from(text).toString('base64url')
  /** Everything that was made: the part of it that is random, which must not be seen anywhere. @type {string[]} */
  const made = []
  const keep = (secret, head = '') => (made.push(secret), `${head}${secret}`)

  /** Tokens that anybody can tell by their shape. */
  const shapes = [
    () => keep(some(ALNUM, 36), 'ghp_'),
    () => keep(`${some(ALNUM, 22)}_${some(ALNUM, 59)}`, 'github_pat_'),
    () => keep(some(URL_SAFE, 20), 'glpat-'),
    () => keep(`${some(URL_SAFE, 93)}AA`, 'sk-ant-api03-'),
    () => keep(`${some(URL_SAFE, 74)}T3BlbkFJ${some(URL_SAFE, 74)}`, 'sk-proj-'),
    () => keep(some('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16), 'AKIA'),
    () => keep(some(URL_SAFE, 35), 'AIza'),
    () => keep(`${some(DIGITS, 12)}-${some(DIGITS, 13)}-${some(ALNUM, 24)}`, 'xoxb-'),
    () => keep(some(ALNUM, 32), 'sk_live_'),
    () => keep(some(ALNUM, 36), 'npm_'),
    () => keep(some(ALNUM, 34), 'hf_'),
    () => keep(`${some(URL_SAFE, 22)}.${some(URL_SAFE, 43)}`, 'SG.'),
    () => keep(some(HEX, 64), 'dop_v1_'),
    () => keep(`${base64(`{"sub":"${some(ALNUM, 20)}"}`)}.${some(URL_SAFE, 43)}`, `${base64('{"alg":"HS256","typ":"JWT"}')}.`),
  ]
  return {
    made,
    /** A token of the next shape. */
    token: () => shapes[made.length % shapes.length](),
    /** A value that only its name, or its place, calls secret. */
    value: (length = 20) => keep(`${some(LETTERS, 1)}${some(ALNUM, length - 2)}${some(DIGITS, 1)}`),
    /** A private key; its lines are the secret. */
    key: () => ['-----BEGIN OPENSSH PRIVATE KEY-----', ...Array.from({ length: 4 }, () => keep(some(`${ALNUM}+/`, 64))), '-----END OPENSSH PRIVATE KEY-----'].join('\n'),
  }
}

/** Which secrets, or pieces of twelve characters of them, a text holds. */
export const foundIn = (text, secrets) => secrets.filter((secret) => {
  for (let at = 0; at + 12 <= secret.length; at += 4) if (text.includes(secret.slice(at, at + 12))) return true
  return text.includes(secret)
})
