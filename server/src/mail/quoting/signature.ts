import type { Line } from './line.ts';
import { isSentFrom } from './quote-patterns.ts';

/** RFC 3676 §4.3, and an em dash in its place. */
const signatureDelimiter = /^(-- ?|—|––)$/;
const listFooterRule = /^_{20,}\s*$/;
const postscript = /^[\s*]*(p\.? ?s\.?|n\.? ?b\.?|post ?scriptum|p\.?d\.?)(\s?[:：.,-]|\s)/i;
const maxSignatureLines = 12;
/** In characters; only the beginning of a line is examined. */
const maxLineLength = 400;

/**
 * The lines of a signature at the end of a run of own lines: after "-- ", "Sent from my …", marked by the
 * program, or a list footer. A postscript after it is no part of it.
 */
export function signatureLines(lines: Line[], run: number[]): number[] {
  const own = run.filter((index) => lines[index]!.text.trim() !== '');
  const start = signatureStart(lines, own);
  if (start === undefined) return [];
  const end = run.find((index) => index > start && postscript.test(lines[index]!.text));
  return run.filter((index) => index >= start && (end === undefined || index < end));
}

function signatureStart(lines: Line[], own: number[]): number | undefined {
  const last = own.at(-1);
  const lastLines = own.slice(-maxSignatureLines);
  return (
    lastLines.find((index) => signatureDelimiter.test(lines[index]!.text)) ??
    lastLines.find((index) => listFooterRule.test(lines[index]!.text) && index !== last) ??
    markedSignature(lines, own) ??
    lastLines
      .slice(-3)
      .find(
        (index) =>
          isSentFrom(lines[index]!.text.slice(0, maxLineLength)) && onlyLinksAfter(lines, own, index),
      )
  );
}

/** Where the signature marked by the program begins, if only marked lines follow. */
function markedSignature(lines: Line[], own: number[]): number | undefined {
  const lastUnmarked = own.findLastIndex((index) => !lines[index]!.signature);
  return own[lastUnmarked + 1];
}

function onlyLinksAfter(lines: Line[], own: number[], index: number): boolean {
  return own
    .filter((each) => each > index)
    .every((each) => /^\W*https?:\/\/\S+(?:\s\W*)?$/.test(lines[each]!.text));
}
