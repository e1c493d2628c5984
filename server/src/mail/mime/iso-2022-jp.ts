// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with ESC
const escapeBeforeEscape = /\x1b(?:\([BIJ]|\$[@B])(?=\x1b(?:\([BIJ]|\$[@B]))/g;

/**
 * Decodes ISO-2022-JP (RFC 1468). An escape sequence with nothing before the next one is removed first: TextDecoder
 * takes it for an error, and it stands between strings that were encoded one by one, as encoded words are.
 */
export function decodeIso2022Jp(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').replace(escapeBeforeEscape, '');
  return new TextDecoder('iso-2022-jp').decode(Buffer.from(text, 'latin1'));
}
