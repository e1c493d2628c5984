/** Pieces of text that mail and markup consist of; repeated, they meet most of what an expression may repeat. */
const pieces = [
  ...[
    'a',
    'A',
    '0',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '-',
    '_',
    '<',
    '>',
    '"',
    "'",
    '@',
    '.',
    '{',
    '}',
    '{{',
    '&',
    '=',
  ],
  ...[':', '/', '(', '[', '*', '#', ',', ';', '?', '\\', '\0', '\u00a0', 'é', '中', '🙂'],
  ...['a@b', 'a@', '@a', 'a.', 'a ', 'a: ', '0 ', '0-', '<a', '> ', ' -', '* ', 'http://', '\\n* ', '=A0'],
];
/** Characters of text; a linear expression takes a millisecond or less for each thousand. */
const lengths = [500, 2_000, 8_000, 32_000];

/**
 * A text for which an expression takes more than linear time: what it is, and the processor time in milliseconds;
 * null if none is found. `attack`: recheck's proposal.
 *
 * @param {RegExp} expression
 * @param {{ pumps?: Array<{ prefix: string, pump: string, bias: number }>, suffix?: string, string: string } | null} attack
 */
export function slowInput(expression, attack) {
  const words = wordsOf(expression.source);
  for (const piece of new Set([...pieces, ...words])) {
    for (const prefix of ['', 'x', ...words.slice(0, 6)]) {
      const slow = grows(expression, (length) => `${prefix}${piece.repeat(length / piece.length)}\u0001\n`);
      if (slow) return { ms: slow, text: JSON.stringify(prefix + piece.repeat(3)) };
    }
  }
  if (!attack?.pumps) return null;
  const attackOf = (length) =>
    attack.pumps.reduce(
      (text, { prefix, pump }) => text + prefix + pump.repeat(length / attack.pumps.length / pump.length),
      '',
    ) + attack.suffix;
  const slow = grows(expression, attackOf);
  return slow ? { ms: slow, text: JSON.stringify(attackOf(20)) } : null;
}

/** The time for the first text whose time grows more than its length, in milliseconds; 0 if none does. */
function grows(expression, textOf) {
  let before = 0;
  for (const length of lengths) {
    const text = textOf(length);
    let ms = timeOf(expression, text);
    // Compiling the expression, or collecting garbage, may have taken the time.
    if (ms > 20) ms = Math.min(ms, timeOf(expression, text), timeOf(expression, text));
    // Four times the length; a quadratic expression takes 16 times as long.
    if (ms > 20 && ms > 8 * before + 5) return ms;
    if ((length === 2_000 && ms < 0.2) || (length === 8_000 && ms < 2)) return 0;
    before = ms;
  }
  return 0;
}

function timeOf(expression, text) {
  expression.lastIndex = 0;
  const before = process.cpuUsage();
  if (expression.global) text.replace(expression, '');
  else expression.test(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The words that an expression looks for. */
function wordsOf(source) {
  const plain = source.replace(/\\[a-zA-Z](?:\{[^}]*\})?/g, ' ').replaceAll('\\', '');
  const words = plain.match(/[\p{L}\p{N} <>@:;=&"'/.-]{1,40}/gu) ?? [];
  return [...new Set(words)].slice(0, 25);
}
