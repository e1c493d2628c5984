import { expect, test } from 'vitest';
import { addQuoted, isQuoted, noQuoting, omitQuoted, quoteAgain } from './quoting.ts';

const message = (unaware: string[]) => ({
  id: 'm',
  name: 'Ana',
  address: 'ana@far.example',
  sentAt: '2026-11-28T10:00:00Z',
  snippet: 'Hello',
  unaware,
});

test('a message is left out, and quoted again', () => {
  const known = message([]);
  expect(isQuoted(known, noQuoting)).toBe(true);
  const without = omitQuoted(noQuoting, 'm');
  expect(isQuoted(known, without)).toBe(false);
  expect(quoteAgain(without, 'm')).toEqual(noQuoting);
});

test('an added message is quoted for the readers it was added for', () => {
  const unknown = message(['bo@far.example']);
  expect(isQuoted(unknown, noQuoting)).toBe(false);
  const added = addQuoted(omitQuoted(noQuoting, 'm'), unknown);
  expect(isQuoted(unknown, added)).toBe(true);
  expect(isQuoted(message(['bo@far.example', 'cy@far.example']), added)).toBe(false);
  expect(isQuoted(unknown, omitQuoted(added, 'm'))).toBe(false);
});
