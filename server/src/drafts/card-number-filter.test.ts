import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redactionMark } from '../mail/redaction/redact-text.ts';
import { ana, createComposerFixture } from '../testing/composer-fixture.ts';

const card = '4111 1111 1111 1111';
const digits = card.replaceAll(' ', '');
const kept = `${redactionMark}1111`;

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
beforeAll(async () => {
  fixture = await createComposerFixture();
  await fixture.agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
  await fixture.inAcme((tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ threading: 'history' })
      .where('instanceId', '=', tx.instanceId)
      .execute(),
  );
});
afterAll(() => fixture?.close());

const redact = (redactCards: boolean) =>
  fixture.inAcme((tx) =>
    tx.sql
      .insertInto('instanceSetting')
      .values({ instanceId: tx.instanceId, newConversationAfterDays: null, redactCards })
      .onConflict((conflict) => conflict.column('instanceId').doUpdateSet({ redactCards }))
      .execute(),
  );
/** The tables that hold the number, with or without spaces. */
async function tablesWith(): Promise<string[]> {
  const { pool } = fixture.needs.deployment;
  const { rows } = await pool.query(
    `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { table_name: table } of rows) {
    const { rowCount } = await pool.query(
      `select 1 from "${table}" t where t::text like '%' || $1 || '%' or t::text like '%' || $2 || '%'`,
      [card, digits],
    );
    if (rowCount) found.push(table);
  }
  return found;
}
async function send(id: string, version = 1) {
  const sent = await fixture.agent.call('POST', `/drafts/${id}/send`, { version });
  expect(sent.status).toBe(201);
  await fixture.deliver(id);
  const { subject, text, html } = await fixture.received(ana);
  return `${subject}\n${text}\n${html}`;
}

test('a card number that an agent writes is neither saved nor sent', async () => {
  await redact(true);
  const { conversationId } = await fixture.conversation();
  const id = uuid();
  const html = `<p>Charged to 4111 1111 <b>1111</b> 1111, order 1234567890123456.</p>`;
  const saved = await fixture.save(id, { conversationId, html });
  expect(saved.body).toMatchObject({ cardNumbers: 1, draft: { version: 1 } });
  expect(saved.body.draft.html).toContain(kept);
  const mail = await send(id);
  expect(mail).toContain(`Charged to ${kept}`);
  expect(mail).toContain('order 1234567890123456');
  expect(mail.replace(/<[^>]*>/g, '')).not.toMatch(/4111 1111|1111 1111/);

  const fresh = uuid();
  const begun = await fixture.save(fresh, {
    kind: 'new',
    subject: `About ${card}`,
    html: `<p>Hello</p>`,
  });
  expect(begun.body.cardNumbers).toBe(1);
  expect(await send(fresh)).toContain(`About ${kept}`);

  const note = uuid();
  await fixture.save(note, { conversationId, kind: 'note', html: `<p>${card}</p>` });
  await fixture.agent.call('POST', `/drafts/${note}/send`, { version: 1 });

  // An API client that replies without a draft.
  const reply = { id: uuid(), mailboxId: fixture.mailboxId, to: [ana], html: `<p>By API: ${digits}</p>` };
  const answered = await fixture.agent.call('POST', `/conversations/${conversationId}/replies`, reply);
  expect(answered.body.message.text).toBe(`By API: ${kept}`);
  await fixture.deliver(reply.id);
  expect((await fixture.received(ana)).text).not.toContain(digits);
  expect(await tablesWith()).toEqual([]);
});

test('card numbers in older drafts, history and forwards are not sent', async () => {
  await redact(false);
  const { conversationId, messageId } = await fixture.conversation('Paid by card');
  await fixture.inAcme((tx) =>
    tx.sql
      .updateTable('message')
      .set({ bodyText: `Ana paid with ${card}.`, bodyHtml: `<p>Ana paid with ${card}.</p>` })
      .where('id', '=', messageId)
      .execute(),
  );
  const id = uuid();
  const saved = await fixture.save(id, { conversationId, html: `<p>Yours is ${card}.</p>` });
  expect(saved.body).toMatchObject({ cardNumbers: 0, draft: { html: `<p>Yours is ${card}.</p>` } });
  await fixture.agent.call('POST', `/messages/${messageId}/forward`);
  const forward = await forwardId(conversationId);
  await redact(true);
  const mail = await send(id);
  expect(mail).toContain(`Yours is ${kept}.`);
  expect(mail).toContain(`Ana paid with ${kept}.`);
  expect(mail).not.toContain(card);

  const { body } = await fixture.save(forward, {
    conversationId,
    kind: 'forward',
    html: '<p>See</p>',
    version: 1,
  });
  const forwarded = await send(forward, body.draft.version);
  expect(forwarded).toContain(`Ana paid with ${kept}.`);
  expect(forwarded).not.toContain(card);
});

test('without the setting, card numbers are saved and sent', async () => {
  await redact(false);
  const { conversationId } = await fixture.conversation();
  const id = uuid();
  await fixture.save(id, { conversationId, html: `<p>It is ${card}.</p>` });
  expect(await send(id)).toContain(`It is ${card}.`);
});

async function forwardId(conversationId: string): Promise<string> {
  const { drafts } = (await fixture.agent.call('GET', `/drafts?conversationId=${conversationId}`)).body;
  return drafts.find(({ kind }: { kind: string }) => kind === 'forward').id;
}
