import { maxComparedLength, type ReadHtml, readHtml } from '../html/read-html.ts';
import { textFromHtml } from '../html/text-from-html.ts';

/**
 * The text of a message for search and lists; `fromHtml`: made from its HTML. `html`: what is shown, if not the text;
 * `read`: the same, parsed.
 */
export type ChosenText = { text: string; fromHtml: boolean } & (
  | { html: string; read: ReadHtml }
  | { html: null; read: null }
);

/**
 * Chooses between the plain text and the HTML of a message. They should say the same (RFC 2046 §5.1.4),
 * but programs send a plain text that only asks for another mail program, is cut off or is HTML itself, and
 * HTML without any words. The words that are shown are the words that are found.
 */
export function chooseText(plain: string, html: string | null): ChosenText {
  const onlyPlain = { text: plain, html: null, read: null, fromHtml: false };
  const fromHtml = (source: string, read = readHtml(source)): ChosenText => ({
    text: textFromHtml(source, { isShallow: read.document !== null }),
    html: source,
    read,
    fromHtml: true,
  });
  if (html === null) return isHtmlSource(plain) ? fromHtml(plain) : onlyPlain;
  if (plain.trim() === '') return fromHtml(html);
  const read = readHtml(html);
  const both = { text: plain, html, read, fromHtml: false };
  const inHtml = wordsIn(read.shownText);
  if (inHtml.size === 0) return /<img\b/i.test(html) ? both : onlyPlain;
  if (hasTags(plain)) return fromHtml(html, read);
  const inPlain = wordsIn(plain);
  const missing = missingShare(inHtml, inPlain);
  const isPart = missing > minMissing && missingShare(inPlain, inHtml) < minMissing;
  return missing > 0.5 || isPart ? fromHtml(html, read) : both;
}

/** The share of words that a plain text must lack of the HTML to count as only a part of it. */
const minMissing = 0.2;

/** The different words of a text in lower case. Of scripts without spaces, each character is one. */
function wordsIn(text: string): Set<string> {
  const words = text
    .slice(0, maxComparedLength)
    .replace(/\bhttps?:\/\/\S+/gi, ' ')
    .toLowerCase()
    .match(/[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}]|[\p{L}\p{M}\p{N}]{2,}/gu);
  return new Set(words ?? []);
}

/** The share of `words` that is not in `others`. */
function missingShare(words: Set<string>, others: Set<string>): number {
  return words.size === 0 ? 0 : [...words].filter((word) => !others.has(word)).length / words.size;
}

const startTag =
  /^\s*<(!doctype html|html|head|body|div|p|h[1-6]|ul|ol|table|style|meta|center|span|font)\b/i;
const endTag = /<\/(html|body|div|p|h[1-6]|ul|ol|table|center|span|font)\s*>\s*$/i;

/** Whether a plain text is HTML: it begins and ends with tags of a document. */
function isHtmlSource(plain: string): boolean {
  return startTag.test(plain.slice(0, 1_000)) && endTag.test(plain.slice(-1_000));
}

const anyEndTag = /<\/(html|body|div|p|h[1-6]|ul|li|table|td|tr|span|font|a|b|strong)\s*>/gi;

/** Whether a plain text beside HTML has tags in it that people do not write. */
function hasTags(plain: string): boolean {
  return isHtmlSource(plain) || (plain.slice(0, maxComparedLength).match(anyEndTag)?.length ?? 0) > 2;
}
