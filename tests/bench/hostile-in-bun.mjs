// Inputs made to hang a reader, each with a deletion at its end that must be seen or asked about.   PACK_FILE PROJECT CORE

import { decide, openDesk } from './desk.mjs'

const [, , , , core] = process.argv
const BYTES = 65_536
const END = '\n\nrm -rf ~'
const PIECES = [
  '(', '((', '$(', '$((', '`', '{ ', '${a:-', '${a[', '"$(', '<(', '"', "'", "$'\\x", '\\', '\\\n', '{a,b}', '{1..9}', '{a,', '*', '?', '[a', '[[ ', '@(a|', '~/', '../', '/./',
  'a;', 'a|', 'a&', 'a&&', 'a||', '\n', ' ', '\t', '#', '!', '! ', '<<A ', '<<<a ', '>a ', '2>&1 ', 'if a; then ', 'case a in a) ', 'for a in b; do ', 'while a; do ', 'f() { ',
  'x=y ', 'x=$x$x;', 'x+=a;', 'a=(', 'sudo ', 'env a=b ', 'bash -c "', "bash -c '", 'eval ', 'xargs ', 'find . -exec ', 'echo a | ', 'cd a;', 'alias a=b;', 'trap a 0;', 'rm ', 'rm a;',
  'cat /a* ', 'curl http://a/ ', 'git -c a=b ', 'awk "', "python -c '", "python -c 'eval(", "psql -c 'drop ", 'sed -e s/a/b/ ', 'tar cf a ', 'dd if=a ', '$a', '"$a"', '${a/b/c}', '${#a}', '$((1+', 'é', '𝒳', '\u0000', '…',
]
/** Code of other languages, short enough to be read as a whole. */
const CODE_BYTES = 30_000
const CODES = [
  ['python3 -c "', "'a'+"], ['python3 -c "', 'a=a+a;'], ['python3 -c "', 'system('], ['python3 -c "', "'\\'"], ["node -e '", '"a"+'], ["node -e '", 'a="b";'], ["node -e '", 'a=a+a;'],
  ["node -e '", 'a["b"]('], ["node -e '", 'eval('], ["node -e '", '/['], ["node -e '", '$`a`'], ["perl -e '", 'qw('], ["perl -e '", '"a".'], ["ruby -e '", '%w['], ["awk '", 'a "b" '], ["php -r '", 'unlink("a");'],
  ["tclsh <<< '", 'file delete a;'], ["lua -e '", 'exec '],
]
const desk = await openDesk(core)
decide(desk, 'ls')
/** How long each took, in milliseconds. @type {number[]} */
const took_ms = []
let allowed = 0
const inputs = [
  ...PIECES.flatMap((piece) =>
    [piece.repeat(BYTES / Buffer.byteLength(piece)), piece.repeat((BYTES - END.length) / Buffer.byteLength(piece)) + END, piece + 'a'.repeat(BYTES - piece.length - END.length) + END]
      .map((command) => ({ piece, command }))),
  ...CODES.map(([head = '', code = '']) => {
    const quote = head.at(-1) === '"' ? '"' : "'"
    return { piece: head + code, command: head + code.repeat(CODE_BYTES / code.length) + quote + END }
  }),
]
for (const { piece, command } of inputs) {
  const began = performance.now()
  const { decision } = decide(desk, command)
  took_ms.push(performance.now() - began)
  // In a here-document nothing runs.
  if (decision === 'allow' && command.endsWith(END) && piece !== '<<A ') {
    allowed++
    console.error(`allowed: ${JSON.stringify(piece)}`)
  }
}
console.log(JSON.stringify({ pieces: inputs.map(({ piece }) => piece), took_ms, allowed }))
