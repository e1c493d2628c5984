import { decodeCharset } from './charsets.ts';
import { maskEncodedWords, trimBytes } from './encoded-words.ts';

/** The value and the parameters of Content-Type or Content-Disposition; names in lower case, values decoded. */
export type ParameterisedValue = { value: string; parameters: Map<string, string> };

const parameter = /;[ \t\r\n]*([^ \t\r\n=;"]{1,200})[ \t\r\n]*=[ \t\r\n]*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/gs;

/** Reads a header value, one character a byte: RFC 2045 §5.1, RFC 2231, and encoded words as many programs write. */
export function parseParameters(value: string): ParameterisedValue {
  const { masked, unmask } = maskEncodedWords(value.slice(0, 65_536));
  const first = /^[ \t\r\n]*([^;\s(/]*(?:[ \t]*\/[ \t]*[^;\s(]*)?)/.exec(masked)![1]!;
  const parameters = new Map<string, string>();
  const extended = new Map<string, Array<{ index: number; encoded: boolean; value: string }>>();
  for (const [, rawName, quoted, token] of parametersIn(masked.slice(first.length)).matchAll(parameter)) {
    const name = rawName!.toLowerCase();
    const text = quoted === undefined ? trimBytes(withoutComment(token!)) : quoted.replace(/\\(.)/gs, '$1');
    const star = name.indexOf('*');
    if (star < 0) {
      // The first of two wins, as with two fields of one name.
      if (!parameters.has(name)) parameters.set(name, decodeUnmarkedExtended(text) ?? unmask(text));
      continue;
    }
    const [base, rest] = [name.slice(0, star), name.slice(star + 1)];
    const sections = extended.get(base) ?? [];
    if (sections.length > 1000) continue;
    sections.push({
      index: Number.parseInt(rest, 10) || 0,
      encoded: rest === '' || rest.endsWith('*'),
      value: text,
    });
    extended.set(base, sections);
  }
  for (const [name, sections] of extended) parameters.set(name, joinSections(sections, unmask));
  return { value: first.replace(/[\s"]+|[:,]+$/g, '').toLowerCase(), parameters };
}

/** RFC 2231 §3 and §4: sections in order, the character set said once at the start. */
function joinSections(
  sections: Array<{ index: number; encoded: boolean; value: string }>,
  unmask: (text: string) => string,
): string {
  const ordered = sections.toSorted((one, other) => one.index - other.index);
  const head = ordered[0]!;
  const charsetPrefix = head.encoded ? /^([^']*)'[^']*'/.exec(head.value) : null;
  if (!ordered.some(({ encoded }) => encoded)) return unmask(ordered.map(({ value }) => value).join(''));
  const bytes = ordered.map(({ value, encoded }, index) => {
    const text = index === 0 && charsetPrefix ? value.slice(charsetPrefix[0].length) : value;
    return Buffer.from(
      encoded
        ? text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
        : text,
      'latin1',
    );
  });
  return decodeCharset(Buffer.concat(bytes), charsetPrefix?.[1] ?? '');
}

/** What follows the value; some programs forget the semicolon before the first parameter. */
function parametersIn(rest: string): string {
  return /^\s+[\w*-]+=/.test(rest) ? `;${rest}` : `;${rest}`.replace(/^;[^;]*/, '');
}

/** RFC 2231's form under a name without its asterisk, as some programs write it; null for any other value. */
function decodeUnmarkedExtended(text: string): string | null {
  if (!/^(utf-8|iso-8859-\d+|windows-125\d)'[a-z-]*'\S*%[0-9a-f]{2}/i.test(text)) return null;
  return joinSections([{ index: 0, encoded: true, value: text }], (plain) => plain);
}

function withoutComment(token: string): string {
  return token.replace(/[ \t]\([^()]*\)[ \t]*$/, '');
}
