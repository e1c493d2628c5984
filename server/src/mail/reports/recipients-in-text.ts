import type { ParsedMail } from '../mime/parse-mime.ts';
import { reasonFor } from './bounce-reasons.ts';
import { type RecipientReport, readDeliveryStatus } from './delivery-status.ts';

const address = "[\\w.!#$%&*+/=?^`{|}~'-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}";
const addressPattern = new RegExp(address, 'g');

const labels =
  '(?:failed |intended |original |final |unknown |undeliverable |invalid )?(?:recipients?|users?|address(?:es)?|e-?mail(?: address)?|mailbox|rcpt(?: to)?)|user unknown|undeliver(?:ed|able) to|failed to deliver to|could not (?:be delivered|deliver) to|empfänger|destinataires?|destinat[aá]rios?|ontvangers?|адресат|получатель|odbiorca|mottagare|収?宛先|收件人';
/**
 * A line that begins with an address, after a bullet, an SMTP reply code, a label such as "Recipient:" or a
 * name. There, reports name who did not get the message; in a sentence they also name others.
 */
const listedAddress = new RegExp(
  `^[ \\t>*•|-]{0,40}(?:\\d{1,2}[.)] |[45]\\d\\d[ -](?:[45]\\.\\d{1,3}\\.\\d{1,3} )?|(?:${labels}) ?[:=]?[ \\t]{0,20})?(?:"[^"\\n]{0,60}" ?)?[<[("']{0,3}(?:smtp:|rfc822; ?)?(${address})`,
  'gim',
);
/** A line of nothing but a name and its address in brackets, as Exchange lists recipients. */
const namedAddress = new RegExp(
  `^[ \\t>*•-]{0,40}[^\\n<>(@:]{1,80}[ \\t][<(](?:mailto:)?(${address})[>)][:.]?[ \\t]*\\r?$`,
  'gim',
);
/** More addresses directly after one. */
const nextAddress = new RegExp(
  `[>\\])"']{0,3}(?:[,;]| and|[ \\t])[ \\t]{0,10}[<[("']{0,3}(${address})`,
  'iy',
);

/** The recipients in the fields of RFC 3464, which some systems write into the text. */
export function recipientsInFields({
  report,
  returned,
}: {
  report: string;
  returned: string;
}): RecipientReport[] {
  const isStatus = /^content-type:\s*message\/(global-)?delivery-status/im.test(returned.slice(0, 500));
  const fields = isStatus ? `${report}\n\n${returned}` : report;
  return /^[ \t]*final-recipient:/im.test(fields) ? readDeliveryStatus(Buffer.from(fields)) : [];
}

/**
 * The recipients in a report without RFC 3464: from X-Failed-Recipients (Exim, Gmail), its text or its
 * subject, else from the returned message.
 */
export function recipientsInWords(
  mail: ParsedMail,
  texts: { report: string; returned: string },
  failedField: string,
  returned: ParsedMail | null,
): RecipientReport[] {
  const headerAddresses = new Set(
    [mail.from, mail.sender, ...mail.to, ...mail.cc].map((person) => person?.address.toLowerCase()),
  );
  // A report also names its sender and a contact address.
  const isOther = (each: string) =>
    !headerAddresses.has(each.toLowerCase()) &&
    !/^(mailer-daemon|postmaster|abuse|support|help|info)@/i.test(each);
  const returnedTo = returned
    ? [...returned.to, ...returned.cc].map(({ address }) => address)
    : addressesIn(/^(?:to|x-envelope-to|x-original-to|delivered-to):(.*)$/im.exec(texts.returned)?.[1] ?? '');
  const inReport = addressesIn(texts.report);
  const wasAddressed = (each: string) => returnedTo.some((to) => to.toLowerCase() === each.toLowerCase());
  const both = inReport.filter(wasAddressed);
  const listed = listedAddresses(texts.report).filter(isOther);
  const candidates = [
    addressesIn(failedField),
    both.length === 0 || listed.some(wasAddressed) ? listed : [],
    both.filter(isOther),
    both,
    inReport.filter(isOther).slice(0, 1),
    addressesIn(mail.subject).filter(isOther),
    returnedTo.slice(0, 1),
    inReport.filter((each) => !headerAddresses.has(each.toLowerCase())).slice(0, 1),
  ];
  const addresses = candidates.find((list) => list.length > 0) ?? [];
  return addresses.map((each) => ({
    address: each,
    originalAddress: null,
    action: null,
    status: null,
    diagnostic: '',
  }));
}

function addressesIn(text: string): string[] {
  return unique([...text.matchAll(addressPattern)].map(([each]) => trimmed(each)));
}

/** The addresses with which lines begin, and those that follow them directly. */
function listedAddresses(report: string): string[] {
  const found: string[] = [];
  for (const match of report.matchAll(listedAddress)) {
    found.push(match[1]!);
    nextAddress.lastIndex = match.index + match[0].length;
    for (let next = nextAddress.exec(report); next; next = nextAddress.exec(report)) found.push(next[1]!);
  }
  if (found.length === 0) for (const match of report.matchAll(namedAddress)) found.push(match[1]!);
  return unique(found.map(trimmed));
}

function trimmed(each: string): string {
  return each.replace(/^['`.]{1,5}|['`.]{1,5}$/g, '');
}

function unique(list: string[]): string[] {
  return [...new Map(list.map((each) => [each.toLowerCase(), each])).values()];
}

/** In characters; how much of a text is about one recipient. */
const maxSectionLength = 1_500;

/** The text of a report after an address, on one line; empty if it does not name it. */
export function textAbout(each: string, report: string): string {
  const at = report.toLowerCase().indexOf(each.toLowerCase());
  return at < 0 ? '' : onOneLine(report.slice(at + each.length, at + each.length + maxSectionLength));
}

/**
 * What a report says about each of several recipients, by address in lower case: from each place that names
 * one up to the next place that names another. Addresses that stand in a list share the text below it.
 * `general`: the text before all of them.
 */
export function textsAboutEach(
  addresses: string[],
  report: string,
): { about: Map<string, string>; general: string } {
  const wanted = new Set(addresses.map((each) => each.toLowerCase()));
  const places = [...report.matchAll(addressPattern)]
    .map((match) => ({
      address: trimmed(match[0]).toLowerCase(),
      start: match.index,
      end: match.index + match[0].length,
    }))
    .filter(({ address }) => wanted.has(address))
    .filter(({ address }, index, all) => address !== all[index - 1]?.address);
  const about = new Map<string, string>();
  const waiting: string[] = [];
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    const end = Math.min(
      next ? startOfLine(report, next.start, place.end) : report.length,
      place.end + maxSectionLength,
    );
    const before = report.slice(startOfLine(report, place.start, places[index - 1]?.end ?? 0), place.start);
    const text = onOneLine(sectionText(before, report.slice(place.end, end), next === undefined));
    if (!/[\p{L}\d]{2}/u.test(text)) {
      waiting.push(place.address);
      continue;
    }
    for (const each of [...waiting.splice(0), place.address])
      about.set(each, about.has(each) ? `${about.get(each)} ${text}` : text);
  }
  return { about, general: report.slice(0, places[0] ? startOfLine(report, places[0].start, 0) : undefined) };
}

/** What is about one recipient of the text before its address on the line and of the text after it. */
function sectionText(before: string, after: string, isLast: boolean): string {
  const code = /(?<!\d)[45]\d\d(?=[ -])/.exec(before)?.[0];
  // A line of a session: "550 <ana@far.example>... User unknown". 554 is Sendmail's own, for every failure.
  if (code) return `${code === '554' ? '' : before} ${after.split(/\n(?![ \t])/, 1)[0]}`;
  // The text behind the last recipient may be about the whole report.
  return `${before} ${isLast ? paragraphsWithReason(after) : after}`;
}

/** The start of the line of an offset, but not before `from`. */
function startOfLine(text: string, offset: number, from: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1) + 1, from);
}

/** The paragraphs up to the first that says why; else all. */
function paragraphsWithReason(text: string): string {
  for (const blankLine of text.matchAll(/\n[ \t]*\n/g)) {
    const start = text.slice(0, blankLine.index);
    if (reasonFor(null, start, '') !== 'unknown') return start;
  }
  return text;
}

function onOneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/^[\s>:.()]+/, '')
    .trim();
}
