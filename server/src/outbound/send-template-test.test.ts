import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchMessage } from '../inbound/fetch-message.ts';
import { openRenderer } from '../templates/renderer.ts';
import { streetsBench } from '../testing/streets.ts';
import { sendTemplateTest } from './send-template-test.ts';

let bench: Awaited<ReturnType<typeof streetsBench>>;
const renderer = openRenderer();
beforeAll(async () => {
  bench = await streetsBench();
});
afterAll(async () => {
  await renderer.close();
  await bench.close();
});

const send = (html: string | null) => {
  const { database, gmail } = bench.needs;
  const { instanceId, mailboxId, admin } = bench;
  const author = { id: admin.actor.id, name: 'Alex Admin', email: 'alex@far.example' };
  const asked = { instanceId, mailboxId, conversationId: null, words: '<p>Some words</p>', author };
  return sendTemplateTest({ database, renderer, gmail }, { ...asked, template: html });
};
const conversations = () => bench.read((tx) => tx.sql.selectFrom('conversation').select('subject').execute());

test('a test reaches its author alone, filled, and becomes no conversation', async () => {
  expect(await send('<h1>Dear {{customer.name}}</h1>{{draft.htmlBody}}')).toBeNull();
  const kinds = bench.ledger().map(({ kind, recipient }) => `${kind} ${recipient ?? ''}`.trim());
  expect(kinds).toEqual(['accepted', 'outside alex@far.example']);
  const { gmailId } = bench.ledger()[0]!;
  const gmail = bench.needs.gmail(bench, { priority: 'live' });
  const sent = await fetchMessage(gmail, gmailId!, new AbortController().signal);
  if (sent.kind !== 'ok') throw new Error(sent.kind);
  expect(sent.value!.raw.toString()).toMatch(/Dear Ana Silva[\s\S]*Some words/);
  await bench.sync();
  expect(await conversations()).toEqual([]);
  // Its key is known: no check calls it missing.
  const keys = await bench.read((tx) =>
    tx.sql.selectFrom('gmailMessage').select(['gmailId', 'messageId']).execute(),
  );
  expect(keys).toMatchObject([{ messageId: null }]);
});

test('mail from outside that calls itself a test is mail', async () => {
  bench.arrive({ Subject: 'Really a question', 'X-Postroom-Test': 'template' });
  await bench.sync();
  expect(await conversations()).toEqual([{ subject: 'Really a question' }]);
});

test('what keeps a test from leaving is said', async () => {
  expect(await send('{{#if}')).toMatchObject({ code: 'template-broken' });
  const before = bench.ledger().length;
  bench.google.removeEveryAccess();
  expect(await send(null)).toMatchObject({
    code: 'mailbox-disconnected',
    sentence: 'support@acme.example is disconnected from Gmail, so the test was not sent.',
  });
  expect(bench.ledger().length).toBe(before);
});
