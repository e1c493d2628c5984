import { decodeCharset } from './charsets.ts';
import { decodeNested, maskEncodedWords, trimBytes } from './encoded-words.ts';

/** The value and parameters of a Content-Type or Content-Disposition; value and names in lower case, parameters decoded. */
export type ParameterisedValue = { value: string; parameters: Map<string, string> };

const parameter = /;[ \t\r\n]*([^ \t\r\n=;"]{1,200})[ \t\r\n]*=[ \t\r\n]*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/gs;

/**
 * Parses a header value (one character for each byte) by RFC 2045 §5.1 and RFC 2231; also decodes encoded
 * words, which many programs write although RFC 2047 §5 forbids them in parameters. `hint`: see decodeHeader.
 * Never throws.
 */
export function parseParameters(value: string, hint = ''): ParameterisedValue {
  const { masked, unmask } = maskEncodedWords(value.slice(0, 65_536), hint);
  const first = /^[ \t\r\n]*([^;\s(/]*(?:[ \t]*\/[ \t]*[^;\s(]*)?)/.exec(masked)![1]!;
  const parameters = new Map<string, string>();
  const extended = new Map<string, Array<{ index: number; encoded: boolean; value: string }>>();
  const written = parametersIn(masked.slice(first.length));
  for (const match of written.matchAll(parameter)) {
    const [, rawName, quoted, token] = match;
    const name = rawName!.toLowerCase();
    const more = isFileName.test(name) ? restOfName(token, written, match.index + match[0].length) : '';
    const text =
      quoted === undefined
        ? trimBytes(withoutComment(`${token}${more}`))
        : quoted.replace(/\\(["\\])/g, '$1');
    const star = name.indexOf('*');
    if (star < 0) {
      // The first of two parameters of one name counts.
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
  for (const [name, sections] of extended) parameters.set(name, joinSections(sections, unmask, hint));
  return { value: first.replace(/[\s"]+|(?<![:,])[:,]+$/g, '').toLowerCase(), parameters };
}

const isFileName = /^(file)?name$/;
const extension = /\.[^.;\s]{1,10}\s*$/;
/** What follows a semicolon and is no parameter. */
const otherText = /;(?![ \t\r\n]*[^ \t\r\n=;"]{1,200}[ \t\r\n]*=)[^;]*/y;

/** The rest of a file name without quotes (`token`) from its first semicolon on, up to an extension; empty where none follows. */
function restOfName(token: string | undefined, text: string, from: number): string {
  if (token === undefined || extension.test(token)) return '';
  otherText.lastIndex = from;
  for (let part = otherText.exec(text); part; part = otherText.exec(text)) {
    if (extension.test(part[0])) return text.slice(from, otherText.lastIndex);
  }
  return '';
}

/** Joins the sections of a parameter (RFC 2231 §3 and §4); the first one may name the character set. */
function joinSections(
  sections: Array<{ index: number; encoded: boolean; value: string }>,
  unmask: (text: string) => string,
  hint: string,
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
  return decodeNested(decodeCharset(Buffer.concat(bytes), charsetPrefix?.[1] ?? '', hint));
}

/** The text after the value; some programs omit the semicolon before the first parameter. */
function parametersIn(rest: string): string {
  return /^\s+[\w*-]+=/.test(rest) ? `;${rest}` : `;${rest}`.replace(/^;[^;]*/, '');
}

/** Decodes an RFC 2231 value whose parameter name lacks its asterisk, as some programs write it; else null. */
function decodeUnmarkedExtended(text: string): string | null {
  if (!/^(utf-8|iso-8859-\d+|windows-125\d)'[a-z-]*'\S*%[0-9a-f]{2}/i.test(text)) return null;
  return joinSections([{ index: 0, encoded: true, value: text }], (plain) => plain, '');
}

function withoutComment(token: string): string {
  return token.replace(/[ \t]\([^()]*\)[ \t]*$/, '');
}
