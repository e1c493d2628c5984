import fc from 'fast-check';
import { expect } from 'vitest';
import { parseMime } from '../mail/mime/parse-mime.ts';
import { processorTime } from './processor-time.ts';

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

/** Parses a thousand damaged copies of the messages: each must end in an outcome within a second. */
export async function expectDamageSurvived(messages: Buffer[]): Promise<void> {
  await fc.assert(fc.asyncProperty(damaged(messages), endsInTime), { numRuns: 1_000 });
}

/** One of the messages, with up to eight places where bytes were removed and others put in. */
function damaged(messages: Buffer[]): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(200),
    put: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(...meaningful)),
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
  const start = processorTime();
  expect(['parsed', 'unreadable']).toContain((await parseMime(bytes)).kind);
  expect(processorTime() - start).toBeLessThan(1_000);
}
