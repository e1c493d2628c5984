import { simpleParser } from 'mailparser';
import PostalMime, { type Address } from 'postal-mime';
import { expect } from 'vitest';
import { type ParsedMail, parseMime } from '../server/src/mail/mime/parse-mime.ts';
import { corpus, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

/** The format of the expected results (stalwart's mail-parser, serialized). */
type Person = { name: string | null; address: string | null };
type Attribute = { name: string; value: string };
type Value = {
  Text?: string;
  Address?: { List?: Person[]; Group?: Array<{ addresses: Person[] }> };
  DateTime?: Record<
    'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'tz_hour' | 'tz_minute',
    number
  > & {
    tz_before_gmt: boolean;
  };
  ContentType?: { c_type: string; c_subtype: string; attributes: Attribute[] | null };
};
type Part = {
  headers: Array<{ name: string; value: Value }>;
  body: { Text?: string; Html?: string; Binary?: number[]; InlineBinary?: number[] };
};
type Expected = { text_body: number[]; html_body: number[]; attachments: number[]; parts: Part[] };

/** What is compared: everything that is displayed, except line endings and names the reference does not give. */
type Displayed = Record<
  'from' | 'to' | 'cc' | 'replyTo' | 'subject' | 'date' | 'text' | 'html' | 'attachments',
  unknown
>;

/** The files whose result differs from the reference, and why Postroom's is kept. */
const reasons: Record<string, string> = {
  '009.eml': 'format=flowed: Postroom joins the lines (RFC 3676), the reference does not.',
  '010.eml': 'Raw ISO-8859-1 in fields: the reference returns U+FFFD, Postroom the letters.',
  '016.eml': 'Raw ISO-8859-1 in a file name: as 010.',
  '017.eml': 'Raw ISO-8859-1 in fields: as 010.',
  '020.eml': 'Raw ISO-8859-1 in fields: as 010.',
  '022.eml': 'Raw ISO-8859-1 in fields: as 010.',
  '023.eml': 'Raw ISO-8859-1 in a file name: as 010.',
  '026.eml': 'Raw ISO-8859-1 in a file name: as 010.',
  '027.eml': 'Raw ISO-8859-1 in fields: as 010.',
  '033.eml': 'ISO-8859-1 declared as UTF-8: the reference returns U+FFFD, Postroom the letters.',
  '035.eml':
    'The path of a file in Windows: the reference takes its backslashes for escapes, Postroom the last part.',
  '039.eml': 'The path of a file in Windows: as 035.',
  '049.eml': 'The reference leaves out the last empty line.',
  '052.eml': 'Raw ISO-8859-1 without any declaration: the reference returns U+FFFD, Postroom the letters.',
};

testWithCorpora('54 unusual messages are parsed as by the reference', async ({ task }) => {
  const { names, read } = corpus('mime');
  const messages = names.filter((name) => name.endsWith('.eml'));
  const differing: string[] = [];
  const unlike: string[] = [];
  const equal = { postroom: 0, postalMime: 0, mailparser: 0 };
  for (const name of messages) {
    const expected = JSON.parse(read(name.replace('.eml', '.json')).toString('utf8')) as Expected;
    const mail = await parseMime(read(name));
    expect(mail.kind, name).toBe('parsed');
    if (mail.kind !== 'parsed') continue;
    const [ours, theirs] = [seen(mail, expected), seenBy(expected)];
    if (mainFields(ours) === mainFields(theirs)) equal.postroom += 1;
    if (mainFields(await byPostalMime(read(name))) === mainFields(theirs)) equal.postalMime += 1;
    if (mainFields(await byMailparser(read(name))) === mainFields(theirs)) equal.mailparser += 1;
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) differing.push(name);
    if (!alike(JSON.stringify(ours), JSON.stringify(theirs))) unlike.push(name);
  }
  expect(messages).toHaveLength(54);
  expect(equal.postroom).toBe(46);
  expect(differing).toEqual(Object.keys(reasons));
  expect(unlike).toEqual(['009.eml', '035.eml', '039.eml', '049.eml']);
  record(task, {
    what: 'MIME: unusual messages equal to the reference in the main fields',
    of: messages.length,
    postroom: equal.postroom,
    others: [
      { name: 'postal-mime', count: equal.postalMime },
      { name: 'mailparser', count: equal.mailparser },
    ],
  });
  record(task, {
    what: 'MIME: unusual messages equal in everything the reference decoded',
    of: messages.length,
    postroom: messages.length - unlike.length,
    others: [],
  });
});

type MainFields = Pick<Displayed, 'subject' | 'from' | 'to' | 'cc' | 'replyTo' | 'text' | 'attachments'>;

/** Subject, addresses, text and the number of attachments: what is needed to read and answer a message. */
function mainFields({ subject, from, to, cc, replyTo, text, attachments }: MainFields): string {
  const count = (attachments as unknown[]).length;
  return JSON.stringify([subject, from, to, cc, replyTo, String(text).trim(), count]);
}

async function byPostalMime(raw: Buffer): Promise<MainFields> {
  const mail = await PostalMime.parse(raw, { rfc822Attachments: true, forceRfc822Attachments: true });
  const list = (addresses: Address[] = []) =>
    addresses.flatMap((one) => one.group ?? [{ name: one.name, address: one.address ?? '' }]);
  return {
    subject: mail.subject ?? '',
    from: list(mail.from && [mail.from]),
    to: list(mail.to),
    cc: list(mail.cc),
    replyTo: list(mail.replyTo),
    text: unixLines(mail.text ?? ''),
    attachments: mail.attachments,
  };
}

async function byMailparser(raw: Buffer): Promise<MainFields> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  const list = (field: typeof mail.to) =>
    [field ?? []]
      .flat()
      .flatMap(({ value }) =>
        value
          .flatMap((one) => one.group ?? [one])
          .map(({ name, address }) => ({ name, address: address ?? '' })),
      );
  return {
    subject: mail.subject ?? '',
    from: list(mail.from),
    to: list(mail.to),
    cc: list(mail.cc),
    replyTo: list(mail.replyTo),
    text: unixLines(mail.text ?? ''),
    attachments: mail.attachments,
  };
}

/** Equal, except for single letters that the reference decoded as U+FFFD. */
function alike(ours: string, theirs: string): boolean {
  return (
    ours.length === theirs.length &&
    [...theirs].every((letter, at) => letter === '\ufffd' || letter === ours[at])
  );
}

function seen(mail: ParsedMail, expected: Expected): Displayed {
  return {
    from: mail.from ? [mail.from] : [],
    to: mail.to,
    cc: mail.cc,
    replyTo: mail.replyTo,
    subject: mail.subject,
    date: mail.date?.toISOString() ?? null,
    text: mail.text ?? '',
    html: mail.html,
    attachments: mail.attachments.map(({ filename, mediaType, bytes }, index) => {
      const part = expected.parts[expected.attachments[index] ?? -1];
      const charset = part && attribute(part, 'content_type', 'charset');
      const text = part?.body.Text !== undefined;
      return {
        filename: part && fileName(part) ? filename : null,
        mediaType: part && typeOf(part) ? mediaType : null,
        content: text
          ? unixLines(new TextDecoder(charset ?? 'utf-8').decode(bytes))
          : unixLines(Buffer.from(bytes).toString('latin1')),
      };
    }),
  };
}

function seenBy({ parts, text_body, html_body, attachments }: Expected): Displayed {
  const root = parts[0]!;
  const value = (name: string) => root.headers.find((header) => header.name === name)?.value;
  const html = html_body.map((index) => parts[index]!.body.Html).filter((text) => text !== undefined);
  const text = text_body.map((index) => parts[index]!.body.Text).filter((each) => each !== undefined);
  return {
    from: people(value('from')),
    to: people(value('to')),
    cc: people(value('cc')),
    replyTo: people(value('reply_to')),
    subject: value('subject')?.Text ?? '',
    date: dateOf(value('date')),
    text: unixLines(text.join('\n')),
    html: html.length > 0 ? unixLines(html.join('\n')) : null,
    attachments: attachments.map((index) => {
      const part = parts[index]!;
      const { Text, Binary, InlineBinary } = part.body;
      return {
        filename: fileName(part) ?? null,
        mediaType: typeOf(part),
        content:
          Text === undefined
            ? unixLines(Buffer.from(Binary ?? InlineBinary ?? []).toString('latin1'))
            : unixLines(Text),
      };
    }),
  };
}

function people(value: Value | undefined): Person[] {
  const list = value?.Address?.List ?? value?.Address?.Group?.flatMap(({ addresses }) => addresses) ?? [];
  return list.map(({ name, address }) => ({ name: name ?? '', address: address ?? '' }));
}

function dateOf(value: Value | undefined): string | null {
  const date = value?.DateTime;
  if (!date) return null;
  const offset = (date.tz_before_gmt ? -1 : 1) * (date.tz_hour * 60 + date.tz_minute);
  const { year, month, day, hour, minute, second } = date;
  return new Date(Date.UTC(year, month - 1, day, hour, minute - offset, second)).toISOString();
}

function attribute(part: Part, header: string, name: string): string | undefined {
  const type = part.headers.find((each) => each.name === header)?.value.ContentType;
  return type?.attributes?.find((each) => each.name === name)?.value;
}

function fileName(part: Part): string | undefined {
  return attribute(part, 'content_disposition', 'filename') ?? attribute(part, 'content_type', 'name');
}

function typeOf(part: Part): string | null {
  const type = part.headers.find(({ name }) => name === 'content_type')?.value.ContentType;
  return type ? `${type.c_type}/${type.c_subtype}`.toLowerCase() : null;
}

function unixLines(text: string): string {
  return text.replace(/\r\n/g, '\n');
}
