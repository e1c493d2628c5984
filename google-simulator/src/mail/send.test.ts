import { afterAll, beforeAll, expect, test } from 'vitest';
import { startForTest } from '../testing.ts';
import { headerOf } from './headers.ts';
import { readLedger } from './ledger.ts';
import { findMessage, messagesWith } from './messages.ts';
import { send } from './send.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

const support = 'support@acme.example';
const sales = 'sales@acme.example';

function sent(account: string, fields: Record<string, string>) {
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const outcome = send(google.simulator, account, { raw: Buffer.from(`${head.join('')}\r\nHello`) });
  if (outcome.kind !== 'sent') throw new Error(outcome.kind);
  return findMessage(google.simulator, account, outcome.message.id)!;
}
const copies = (account: string, subject: string) =>
  messagesWith(google.simulator, account).filter((message) => message.subject === subject);

test.each([
  ['its own address', support],
  ['an alias', 'help@acme.example'],
  ['a plus address', 'Support+Forms@acme.example'],
  ['itself and others', `${sales}, ${support}`],
])('mail of an account to %s is one message in Sent and in the inbox', (name, to) => {
  const subject = `To ${name}`;
  const message = sent(support, { To: to, Subject: subject, Bcc: 'john@acme.example' });
  expect(copies(support, subject)).toEqual([message]);
  expect(message.labels).toEqual(['INBOX', 'SENT', 'UNREAD']);
  expect(headerOf(message.headers, 'Authentication-Results')).toBe('');
  const entries = readLedger(google.simulator).filter((entry) => entry.subject === subject);
  expect(entries.filter(({ account }) => account === support).map(({ kind }) => kind)).toEqual([
    'accepted',
    'delivered',
  ]);
});

test('mail between two accounts is two messages', () => {
  const message = sent(support, { To: sales, Subject: 'To a colleague' });
  expect(message.labels).toEqual(['SENT']);
  const [received, ...more] = copies(sales, 'To a colleague');
  expect(more).toEqual([]);
  expect(received).toMatchObject({ rfcMessageId: message.rfcMessageId });
  expect(received!.id).not.toBe(message.id);
  expect(received!.labels).toContain('INBOX');
});

test("mail to a group of one's own stays in Sent alone; the other members receive it", () => {
  const message = sent(support, { To: 'team@acme.example', Subject: 'To the team' });
  expect(copies(support, 'To the team')).toEqual([message]);
  expect(message.labels).toEqual(['SENT']);
  expect(copies('john@acme.example', 'To the team').length).toBe(1);
});
