import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startForTest } from '../testing.ts';
import { headerOf } from './headers.ts';
import { readLedger } from './ledger.ts';
import { findMessage, messagesWith } from './messages.ts';
import { schedule, sendScheduled } from './scheduled.ts';
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

describe('a scheduled message', () => {
  const raw = (to: string, subject: string) =>
    Buffer.from(`To: ${to}\r\nBcc: john@acme.example\r\nSubject: ${subject}\r\n\r\nHello`);
  function scheduled(subject: string, to = sales) {
    const outcome = schedule(google.simulator, support, { raw: raw(to, subject) });
    if (outcome.kind !== 'sent') throw new Error(outcome.kind);
    return outcome.message;
  }

  test.each([
    ['becomes the sent one', false],
    ['is replaced by the sent one', true],
  ])('waits in the mailbox with the label SCHEDULED, and %s', (_name, newId) => {
    const subject = `Tomorrow ${newId}`;
    const waiting = scheduled(subject);
    expect(waiting.labels).toEqual(['SCHEDULED']);
    expect(copies(sales, subject)).toEqual([]);
    const message = sendScheduled(google.simulator, support, waiting.id, { newId })!;
    expect(message.id === waiting.id).toBe(!newId);
    expect(message.labels).toEqual(['SENT']);
    expect(message).toMatchObject({ rfcMessageId: waiting.rfcMessageId, threadId: waiting.threadId });
    expect(copies(support, subject).length).toBe(1);
    const [received] = copies(sales, subject);
    expect(headerOf(received!.headers, 'Bcc')).toBe('');
    expect(copies('john@acme.example', subject).length).toBe(1);
    expect(sendScheduled(google.simulator, support, message.id)).toBeUndefined();
  });

  test('to the account itself appears in its inbox when it is sent', () => {
    const { id } = scheduled('A reminder', support);
    const sentOne = sendScheduled(google.simulator, support, id)!;
    expect(sentOne.labels).toEqual(['INBOX', 'SENT', 'UNREAD']);
    expect(copies(support, 'A reminder').length).toBe(1);
  });
});
