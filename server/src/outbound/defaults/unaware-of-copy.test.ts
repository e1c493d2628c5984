import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createInboxFixture, type IncomingMail } from '../../testing/inbox-fixture.ts';

const support = 'support@acme.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let count = 0;
let subject: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());
beforeEach(() => {
  count += 1;
  subject = `Offer ${count}`;
});

async function receive(mail: Omit<IncomingMail, 'subject'>): Promise<string> {
  await fixture.receive({ subject, ...mail });
  return (await fixture.conversationOf(subject)).id;
}
/** The addresses of those who would learn of us by an answer. */
const unaware = async (id: string) =>
  (await fixture.defaults(id, true)).unawareOfCopy.map(({ address }) => address);

test('whom a message names that reached us by Bcc would learn of us', async () => {
  const id = await receive({
    headerTo: 'Tom <tom@far.example>',
    fields: { Cc: 'mia@far.example, ana@far.example' },
  });
  expect(await unaware(id)).toEqual(['tom@far.example', 'mia@far.example']);
});

test('the customer of a colleague who wrote with a Bcc to us would learn of it', async () => {
  const id = await receive({ from: 'Jo Doe <jo@acme.example>', headerTo: 'tom@far.example' });
  expect(await fixture.defaults(id)).toMatchObject({
    to: [{ address: 'tom@far.example' }],
    unawareOfCopy: [{ address: 'tom@far.example' }],
  });
});

test.each([support, 'support+web@acme.example'])(
  'nobody learns anything where a message names %s',
  async (own) => {
    expect(await unaware(await receive({ headerTo: `tom@far.example, ${own}` }))).toEqual([]);
  },
);

test('an address that the message was delivered by may be ours', async () => {
  const id = await receive({
    headerTo: 'hello@old-acme.example',
    fields: { 'X-Original-To': 'hello@old-acme.example' },
  });
  expect(await unaware(id)).toEqual([]);
});

test('a list sends to its members, which is no Bcc', async () => {
  const id = await receive({ headerTo: 'talk@list.example', fields: { 'List-Id': '<talk.list.example>' } });
  expect(await unaware(id)).toEqual([]);
});

test('whoever got an earlier message that names us knows of us', async () => {
  const first = 'first-offer@far.example';
  const id = await receive({
    headerTo: `${support}, tom@far.example`,
    fields: { 'Message-ID': `<${first}>` },
  });
  await fixture.receive({
    subject: `Re: ${subject}`,
    headerTo: 'tom@far.example, mia@far.example',
    fields: { 'In-Reply-To': `<${first}>`, References: `<${first}>` },
  });
  expect(await unaware(id)).toEqual(['mia@far.example']);
});

test('whom we answered knows of us', async () => {
  const id = await receive({ headerTo: 'tom@far.example, mia@far.example' });
  await fixture.answer(id, ['ana@far.example', 'tom@far.example']);
  expect(await unaware(id)).toEqual(['mia@far.example']);
});
