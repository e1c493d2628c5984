import { textFromHtml } from '../html/text-from-html.ts';
import type { NameAndAddress } from '../mime/address-list.ts';
import { forwardedAt } from './classify-lines.ts';
import { extractOwnText, htmlLines } from './fold-quotes.ts';
import { isHeaderField, readHeaderField } from './header-fields.ts';
import type { Line } from './line.ts';
import { isHorizontalRule } from './quote-patterns.ts';

/** The message that another one forwards in its text, as mail programs write it. */
export type ForwardedMessage = {
  /** Its author; a program may leave out the address. */
  from: NameAndAddress;
  subject: string;
  /** As it is written there, in the language and time zone of who forwarded it. */
  date: string;
  /** What the person who forwarded it wrote above, without signature; empty: nothing. */
  note: string;
  text: string;
  html: string | null;
};

/** More lines than a header has, with a rule, a heading and blank lines between. */
const maxHeaderLines = 30;

/** Reads what a message forwards in its text; null if it forwards nothing or its header names no author. */
export function readForwardedMessage({
  text,
  html,
}: {
  text: string;
  html: string | null;
}): ForwardedMessage | null {
  const fromHtml = html === null ? null : readHtml(html);
  if (fromHtml?.from.address) return fromHtml;
  return readText(text) ?? fromHtml;
}

function readText(text: string): ForwardedMessage | null {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const found = findForwarded(lines.map((line) => ({ text: line, quoted: /^ {0,3}>/.test(line) })));
  if (!found) return null;
  const { note, header, bodyStart } = found;
  const body = lines.slice(bodyStart);
  const isQuoted = body.every((line) => /^\s*>|^\s*$/.test(line));
  const shown = isQuoted ? body.map((line) => line.replace(/^\s*> ?/, '')) : body;
  return { ...header, note, text: shown.join('\n').trim(), html: null };
}

function readHtml(html: string): ForwardedMessage | null {
  const document = htmlLines(html);
  const found = document && findForwarded(document.lines);
  if (!found) return null;
  const { note, header, bodyStart } = found;
  const body = document.from(bodyStart);
  return { ...header, note, text: textFromHtml(body).trim(), html: body };
}

type Header = Pick<ForwardedMessage, 'from' | 'subject' | 'date'>;

function findForwarded(lines: Line[]): { note: string; header: Header; bodyStart: number } | null {
  const start = forwardedAt(lines);
  if (start === null) return null;
  const read = readUnnamedHeader(lines, start) ?? readHeader(lines, start);
  const above = lines
    .slice(0, start)
    .map(({ text }) => text.trimEnd())
    .join('\n')
    .trim();
  const lastLine = above.lastIndexOf('\n');
  const note = lastLine >= 0 && isHorizontalRule(above.slice(lastLine)) ? above.slice(0, lastLine) : above;
  return read && { note: extractOwnText(note, 'new'), ...read };
}

/** The author without the name of a field: `From "Ana" <ana@far.example>` (eM Client), `6.11.2026, 9:00, "Ana" <…>:` (Yandex). */
const authorLine = /^[^"<>@]{0,80}("[^"]{1,200}" <[^\s<>@]+@[^\s<>]+>):?$/;

/** Reads a header whose first line names the author without a field; null where it does not. */
function readUnnamedHeader(lines: Line[], start: number): { header: Header; bodyStart: number } | null {
  const isBlank = (index: number) => lines[index]!.text.trim() === '';
  let at = start + 1;
  while (at < lines.length && isBlank(at)) at += 1;
  const line = lines[at]?.text.trim().slice(0, 1_000) ?? '';
  const from = isHeaderField(line) ? null : readAuthor(authorLine.exec(line)?.[1] ?? '');
  if (!from) return null;
  while (at < lines.length && !isBlank(at)) at += 1;
  while (at < lines.length && isBlank(at)) at += 1;
  return { header: { from, subject: '', date: '' }, bodyStart: at };
}

/** Reads the header fields from where the forwarded content begins, up to the blank line after them. */
function readHeader(lines: Line[], start: number): { header: Header; bodyStart: number } | null {
  const values = new Map<string, string>();
  let last: string | null = null;
  let at = start;
  for (; at < lines.length && at < start + maxHeaderLines; at += 1) {
    const line = lines[at]!.text.replace(/^[\s>]+/, '').trim();
    const field = readHeaderField(line);
    if (field) {
      if (!values.has(field.name)) values.set(field.name, field.value);
      last = field.name;
    } else if (line === '') {
      // A program that writes each field as a paragraph has blank lines between them.
      if (values.size > 0 && !isHeaderField(nextText(lines, at))) break;
    } else if (last !== null && values.get(last) === '') {
      values.set(last, line);
    } else if (values.size > 1 && !couldContinue(last, line)) {
      break;
    }
  }
  while (at < lines.length && lines[at]!.text.replace(/[\s>]/g, '') === '') at += 1;
  const from = readAuthor(values.get('from') ?? '');
  if (!from) return null;
  return {
    header: { from, subject: values.get('subject') ?? '', date: values.get('date') ?? '' },
    bodyStart: at,
  };
}

/** Recipients are wrapped by some programs; the other fields are not. */
function couldContinue(field: string | null, line: string): boolean {
  return (field === 'to' || field === 'other') && /[<@;]/.test(line);
}

function nextText(lines: Line[], after: number): string {
  const next = lines.slice(after + 1, after + 4).find(({ text }) => text.replace(/[\s>]/g, '') !== '');
  return next?.text.replace(/^[\s>]+/, '') ?? '';
}

/** `Ana Silva <ana@far.example>`, `Ana [mailto:ana@far.example]`, an address alone, or only a name. */
function readAuthor(value: string): NameAndAddress | null {
  const text = value.slice(0, 1_000).replace(/\bmailto:/gi, '');
  const address =
    /(?<![^\s<>[\]()"';,:@])[^\s<>[\]()"';,:@]+@[^\s<>[\]()"';,:@.]+\.[^\s<>[\]()"';,:]+/.exec(text)?.[0] ??
    '';
  const name = (address ? text.slice(0, text.indexOf(address)) : text)
    .replace(/(?<![<[("'\s*])[<[("'\s*]+$/, '')
    .replace(/^["'\s*]+/, '');
  return name || address ? { name: name === address ? '' : name, address } : null;
}
