import type { Line } from './line.ts';
import { isSentFrom, namesProgram } from './quote-patterns.ts';

/** RFC 3676 §4.3, and an em dash in its place. */
const signatureDelimiter = /^(-- ?|—|––)$/;
const listFooterRule = /^_{20,}\s*$/;
/** What a list names below its rule; a form with a line to sign on does not. */
const linkOrAddress = /https?:|www\.|\S@\S/i;
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
  const lastLines = own.slice(-maxSignatureLines);
  return (
    delimiterOf(lines, lastLines) ??
    lastLines.find((index) => listFooterRule.test(lines[index]!.text) && namesLinkAfter(lines, own, index)) ??
    markedSignature(lines, own) ??
    lastLines
      .slice(-3)
      .find(
        (index) =>
          isSentFrom(lines[index]!.text.slice(0, maxLineLength)) &&
          !continuesSentence(lines, index) &&
          onlyLinksAfter(lines, own, index),
      )
  );
}

/** The first delimiter. Several without its space are the lines that a person draws between parts of a text. */
function delimiterOf(lines: Line[], lastLines: number[]): number | undefined {
  const found = lastLines.filter((index) => signatureDelimiter.test(lines[index]!.text));
  const isExact = found.some((index) => lines[index]!.text.endsWith(' '));
  return found.length > 1 && !isExact ? undefined : found[0];
}

function namesLinkAfter(lines: Line[], own: number[], index: number): boolean {
  return own.some((each) => each > index && linkOrAddress.test(lines[each]!.text.slice(0, maxLineLength)));
}

/** Whether a line is the rest of the sentence on the line above, which a program wrapped: "… was / sent from Berlin". */
function continuesSentence(lines: Line[], index: number): boolean {
  return (
    /^\p{Ll}/u.test(lines[index]!.text) &&
    /[\p{L}\p{N},]\s?$/u.test(lines[index - 1]?.text ?? '') &&
    !namesProgram(lines[index]!.text)
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
