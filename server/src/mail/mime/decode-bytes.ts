import iconv from 'iconv-lite';

/**
 * The names in iconv-lite of character sets (as WHATWG names them) of which Node's TextDecoder has only a part: it
 * lacks the Korean syllables beyond KS X 1001 and the characters of Hong Kong, and damages the text around them.
 */
const completeNames: Record<string, string> = { 'euc-kr': 'cp949', big5: 'big5hkscs' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with ESC
const escapeBeforeEscape = /\x1b(?:\([BIJ]|\$[@B])(?=\x1b(?:\([BIJ]|\$[@B]))/g;

/**
 * Decodes bytes in a character set by any of its WHATWG labels; throws for an unknown one. `isStart`: more may follow,
 * so that a character that is not complete at the end is left out.
 */
export function decodeBytes(bytes: Uint8Array, label: string, { isStart = false } = {}): string {
  const decoder = new TextDecoder(label);
  const complete = completeNames[decoder.encoding];
  if (complete) {
    const converter = iconv.getDecoder(complete);
    const text = converter.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return isStart ? text : text + (converter.end() ?? '');
  }
  const isIso2022 = decoder.encoding === 'iso-2022-jp';
  return decoder.decode(isIso2022 ? withoutIdleEscapes(bytes) : bytes, { stream: isStart });
}

/**
 * ISO-2022-JP (RFC 1468) without an escape sequence that nothing stands after before the next one: TextDecoder takes it
 * for an error, and it stands between strings that were encoded one by one, as encoded words are.
 */
function withoutIdleEscapes(bytes: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replace(escapeBeforeEscape, ''), 'latin1');
}
