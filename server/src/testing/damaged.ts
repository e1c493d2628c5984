import fc from 'fast-check';
import { expect } from 'vitest';
import { type ParsedMessage, parseAndCompress } from '../inbound/parse/parse-message.ts';
import { redactCardNumbers } from '../inbound/parse/redact-card-numbers.ts';
import { parseMime } from '../mail/mime/parse-mime.ts';
import { leastProcessorTime } from './processor-time.ts';

/** Bytes that mean something to a parser of messages. */
const meaningful = [
  '\r\n',
  '\n\n',
  '--',
  '"',
  '=?',
  '?=',
  '\0',
  '(',
  'Content-Type: multipart/mixed; boundary=""\n',
].map((text) => Buffer.from(text));

/** Pieces that a hostile sender repeats, because a careless expression begins again at each. */
const repeated = [
  ...[
    ' ',
    '\t',
    '\r\n',
    '\r\n ',
    '\n> ',
    '<',
    '<a ',
    '"',
    '=',
    '=?',
    '-',
    '_',
    '*',
    '~',
    '@',
    'a@',
    '@a',
    '.',
  ],
  ...[
    'a',
    '0',
    '4 ',
    '(',
    '[',
    '{',
    '&',
    ';',
    ',',
    ':',
    'a: ',
    '<div>',
    '<!--',
    '</p>',
    'On ',
    'wrote: ',
    'fail',
  ],
  ...['550 ', '<a@b.example>', 'http://', '\u00a0', 'é', '中', '=C3', '--b\r\n', 'begin 644 a\r\n'],
];

/** Parses a thousand damaged copies of the messages: each must end in an outcome within a second. */
export async function expectDamageSurvived(messages: Buffer[]): Promise<void> {
  await fc.assert(fc.asyncProperty(damaged(messages), endsInTime), { numRuns: 1_000 });
}

/** Reads a message as it is received: its card numbers are removed. Returns what was parsed. */
export async function readMessage(raw: Buffer): Promise<ParsedMessage> {
  const { parsed, zstd } = await parseAndCompress(raw);
  const fetched = {
    gmailId: '',
    gmailThreadId: '',
    labels: [],
    internalDate: new Date(0),
    size: raw.length,
  };
  await redactCardNumbers({ fetched, parsed, zstd });
  return parsed;
}

/**
 * Reads changed copies of messages as they are received, card numbers removed: none may throw, and none may take more
 * than 250 ms of processor time.
 */
export async function expectChangedMessagesRead(
  messages: Buffer[],
  options: { numRuns: number; seed: number },
): Promise<void> {
  const changed = damaged(messages, fc.oneof(fc.constantFrom(...meaningful), repetition));
  const attempt = fc.asyncProperty(changed, async (raw) => {
    const read = async () => {
      const { unreadable } = await readMessage(raw);
      expect(unreadable ?? '').not.toMatch(/could not be read/);
    };
    expect(await leastProcessorTime(read, 250)).toBeLessThan(250);
  });
  await fc.assert(attempt, { ...options, endOnFailure: true });
}

/** Up to 60 kB of one piece. */
const repetition = fc
  .record({ piece: fc.constantFrom(...repeated), bytes: fc.constantFrom(10, 1_000, 20_000, 60_000) })
  .map(({ piece, bytes }) => Buffer.from(piece.repeat(bytes / piece.length)));

/** One of the messages, with up to eight places where bytes were removed and others put in. */
function damaged(
  messages: Buffer[],
  insertion: fc.Arbitrary<Uint8Array> = fc.constantFrom(...meaningful),
): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(200),
    put: fc.oneof(fc.uint8Array({ maxLength: 20 }), insertion),
  });
  return fc
    .record({ message: fc.constantFrom(...messages), edits: fc.array(edit, { maxLength: 8 }) })
    .map(({ message, edits }) =>
      edits.reduce((bytes, { at, cut, put }) => {
        const from = Math.floor(at * bytes.length);
        return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)]);
      }, message),
    );
}

/** Fails where parsing throws, or takes more than a second of processor time. */
export async function endsInTime(bytes: Uint8Array): Promise<void> {
  const parse = async () => expect(['parsed', 'unreadable']).toContain((await parseMime(bytes)).kind);
  expect(await leastProcessorTime(parse, 1_000)).toBeLessThan(1_000);
}
