import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startForTest } from '../testing.ts';
import { deliver } from './deliver.ts';
import { send } from './send.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

const support = 'support@acme.example';
const form = 'Web form <form@shop.example>';
let subject = '';
let made = 0;
beforeEach(() => {
  made += 1;
  subject = `Enquiry ${made}`;
});

const rawOf = (fields: Record<string, string>) => {
  const all = { To: support, Subject: subject, ...fields };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${head.join('')}\r\nHello`);
};
/** Delivers a message to support@ and returns its thread. */
const thread = (fields: Record<string, string>) =>
  deliver(google.simulator, { sender: 'form@shop.example', recipients: [support], raw: rawOf(fields) })[0]!
    .threadId;

test('mail of one sender and one subject without References is one thread, whoever Reply-To names', () => {
  const first = thread({ From: form, 'Reply-To': 'ana@far.example' });
  expect(thread({ From: form, 'Reply-To': 'tom@far.example' })).toBe(first);
  expect(thread({ From: 'FORM@shop.example', Subject: `Re: ${subject}` })).toBe(first);
  const encoded = `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`;
  expect(thread({ From: form, Subject: encoded })).toBe(first);
});

test.each([
  ['another sender', { From: 'ana@far.example' }],
  ['another sender whose address ends the same', { From: 'the.form@shop.example' }],
  ['another subject', { Subject: 'Something else' }],
  ['References to a message that is not there', { References: '<unknown@shop.example>' }],
  ['References without an id', { References: 'none' }],
])('%s: another thread', (_name, fields: Record<string, string>) => {
  const first = thread({ From: form });
  expect(thread({ From: form, ...fields })).not.toBe(first);
});

test('without a subject or a sender nothing is joined', () => {
  expect(thread({ From: form, Subject: '' })).not.toBe(thread({ From: form, Subject: '' }));
  expect(thread({ From: '' })).not.toBe(thread({ From: '' }));
});

test('a week after the last message a new thread begins', () => {
  const day = 24 * 3_600_000;
  const first = thread({ From: form });
  google.simulator.clock.advance(5 * day);
  expect(thread({ From: form })).toBe(first);
  google.simulator.clock.advance(5 * day);
  expect(thread({ From: form })).toBe(first);
  google.simulator.clock.advance(8 * day);
  expect(thread({ From: form })).not.toBe(first);
});

test('forms that send through the account itself are joined; what it sends to others is not', () => {
  const sent = (to: string) => {
    const outcome = send(google.simulator, support, { raw: rawOf({ From: support, To: to }) });
    if (outcome.kind !== 'sent') throw new Error(outcome.kind);
    return outcome.message.threadId;
  };
  const first = sent(support);
  expect(sent(support)).toBe(first);
  expect(sent('ana@far.example')).not.toBe(first);
});
