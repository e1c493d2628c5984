import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SendAs } from '../../database/column-types.ts';
import { fetchMessage } from '../../inbound/fetch/fetch-message.ts';
import { openRenderer } from '../../templates/renderer.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { sendTemplateTest } from './send-template-test.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
const renderer = openRenderer();
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(async () => {
  await renderer.close();
  await fixture.close();
});

const send = (html: string | null) => {
  const { database, gmail } = fixture.needs;
  const { instanceId, mailboxId, admin } = fixture;
  const author = { id: admin.actor.id, name: 'Alex Admin', email: 'alex@far.example' };
  const asked = { instanceId, mailboxId, conversationId: null, sampleHtml: '<p>Some words</p>', author };
  return sendTemplateTest({ database, renderer, gmail }, { ...asked, template: html });
};
const conversations = () =>
  fixture.read((tx) => tx.sql.selectFrom('conversation').select('subject').execute());

test('a test is sent to its author only and creates no conversation', async () => {
  expect(await send('<h1>Dear {{customer.name}}</h1>{{draft.htmlBody}}')).toBeNull();
  const kinds = fixture.ledger().map(({ kind, recipient }) => `${kind} ${recipient ?? ''}`.trim());
  expect(kinds).toEqual(['accepted', 'outside alex@far.example']);
  const { gmailId } = fixture.ledger()[0]!;
  const gmail = fixture.needs.gmail(fixture, { priority: 'live' });
  const sent = await fetchMessage(gmail, gmailId!, new AbortController().signal);
  if (sent.kind !== 'ok') throw new Error(sent.kind);
  expect(sent.value!.raw.toString()).toMatch(/Dear Ana Silva[\s\S]*Some words/);
  await fixture.sync();
  expect(await conversations()).toEqual([]);
  // Its Gmail id is stored: the completeness check does not report it.
  const keys = await fixture.read((tx) =>
    tx.sql.selectFrom('gmailMessage').select(['gmailId', 'messageId']).execute(),
  );
  expect(keys).toMatchObject([{ messageId: null }]);
});

test('a test has the From and Reply-To that a message of its author has', async () => {
  const before = fixture.ledger().length;
  const { mailboxId } = fixture;
  const change = (dynamicAliasName: boolean, sendAs: SendAs[]) =>
    fixture.read((tx) =>
      tx.sql
        .updateTable('mailbox')
        .set({ dynamicAliasName, sendAs: JSON.stringify(sendAs) })
        .where('id', '=', mailboxId)
        .execute(),
    );
  await change(true, [{ address: 'alex@far.example', name: 'Alex', accepted: true, isPrimary: false }]);
  expect(await send(null)).toBeNull();
  await change(false, []);
  const gmail = fixture.needs.gmail(fixture, { priority: 'live' });
  const { gmailId } = fixture.ledger()[before]!;
  const sent = await fetchMessage(gmail, gmailId!, new AbortController().signal);
  if (sent.kind !== 'ok') throw new Error(sent.kind);
  expect(sent.value!.raw.toString()).toMatch(/^Reply-To: .*support@acme\.example/m);
});

test('mail from outside with the test header is received', async () => {
  fixture.arrive({ Subject: 'Really a question', 'X-Postroom-Test': 'template' });
  await fixture.sync();
  expect(await conversations()).toEqual([{ subject: 'Really a question' }]);
});

test('the reason why a test was not sent is returned', async () => {
  expect(await send('{{#if}')).toMatchObject({ code: 'template-broken' });
  const before = fixture.ledger().length;
  fixture.google.removeEveryAccess();
  expect(await send(null)).toMatchObject({
    code: 'test-mailbox-disconnected',
    params: { address: 'support@acme.example' },
  });
  expect(fixture.ledger().length).toBe(before);
});
