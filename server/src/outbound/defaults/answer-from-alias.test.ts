import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { setSendAs } from '../../../../google-simulator/src/mail/send-as.ts';
import { timelineMessage } from '../../conversations/timeline.ts';
import { readDraft } from '../../drafts/draft-views.ts';
import { saveDraft } from '../../drafts/save-draft.ts';
import { changeAliasSettings } from '../../mailboxes/aliases.ts';
import { ownAddresses } from '../../mailboxes/own-addresses.ts';
import { refreshSendAs } from '../../mailboxes/send-as.ts';
import { senders } from '../../mailboxes/senders.ts';
import { deleteTemplate, saveTemplate, templates } from '../../templates/templates.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { composeReply } from '../compose/compose.ts';
import { sendDraft } from '../compose/send-draft.ts';
import { undoSend } from '../deliveries/undo-send.ts';

const support = 'support@acme.example';
/** The simulated Google has it as an alias of the account. */
const help = 'help@acme.example';
/** An address that Gmail accepts until a test removes it. */
const orders = 'orders@shop.example';
const ana = 'ana.silva@mail.example';
const never = new AbortController().signal;

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let author: { id: string; name: string; email: string };

beforeAll(async () => {
  fixture = await createInboxFixture();
  author = { id: fixture.admin.actor.id, name: 'Lena Okafor', email: 'lena@acme.example' };
  await fixture.needs.deployment.pool.query('update users set name = $1, email = $2 where id = $3', [
    author.name,
    author.email,
    author.id,
  ]);
  await gmailSays('accepted');
});
afterAll(() => fixture?.close());

/** Gmail accepts the address or not, and Postroom has read it. */
async function gmailSays(status: 'accepted' | 'pending', { read = true } = {}): Promise<void> {
  setSendAs(fixture.google.simulator, support, { email: orders, name: 'Shop', status });
  if (read) await refreshSendAs(fixture.needs, fixture, never);
}
const setMailbox = (dynamicAliasName: boolean) =>
  fixture.needs.deployment.pool.query('update mailbox set dynamic_alias_name = $1', [dynamicAliasName]);

let count = 0;
/** Ana writes to these addresses, which the mailbox receives; returns the conversation. */
async function received(headerTo: string): Promise<string> {
  count += 1;
  await fixture.receive({ subject: `Aliases ${count}`, from: `Ana <${ana}>`, to: [support], headerTo });
  return (await fixture.conversationOf(`Aliases ${count}`)).id;
}
async function compose(conversationId: string, alias: string | null): Promise<string> {
  const id = uuid();
  const reply = { id, conversationId, mailboxId: fixture.mailboxId, alias, to: [ana], cc: [], bcc: [] };
  await fixture.read((tx) =>
    composeReply(tx, { ...reply, html: '<p>Hello</p>', author, now: new Date() }, fixture.enqueue),
  );
  return id;
}
/** Sends a reply; returns the header fields that Gmail has of it. */
async function answer(conversationId: string, alias: string | null) {
  const id = await compose(conversationId, alias);
  await fixture.deliver(id);
  const [copy] = messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 1 });
  const field = (wanted: string) => copy!.headers.find(({ name }) => name === wanted)?.value;
  return { id, from: field('From'), replyTo: field('Reply-To') };
}
const message = (id: string) => fixture.read(async (tx) => (await timelineMessage(tx, id))!);
const aliasFor = async (conversationId: string) => (await fixture.defaults(conversationId)).alias;

test('mail to an alias is answered from it, also by a plus form', async () => {
  expect(await aliasFor(await received(help))).toBe(help);
  expect(await aliasFor(await received('Help <HELP+spring@acme.example>'))).toBe(help);
  expect(await aliasFor(await received(`ben@far.example, ${orders}, ${support}`))).toBe(orders);
});

test('mail to the mailbox itself is answered from its own address', async () => {
  expect(await aliasFor(await received(`${support}, ${help}`))).toBeNull();
});

test('mail that names no address of the mailbox is answered from the one used last', async () => {
  const conversationId = await received('undisclosed@lists.example');
  expect(await aliasFor(conversationId)).toBeNull();
  await answer(conversationId, orders);
  expect(await aliasFor(conversationId)).toBe(orders);
  await answer(conversationId, null);
  expect(await aliasFor(conversationId)).toBeNull();
});

test('the address that a colleague signs in with is no alias', async () => {
  setSendAs(fixture.google.simulator, support, { email: author.email, name: '', status: 'accepted' });
  await refreshSendAs(fixture.needs, fixture, never);
  expect(await aliasFor(await received(author.email))).toBeNull();
  const [sender] = (await fixture.read((tx) => senders(tx, author, { limit: 10 }))).rows;
  expect(sender!.aliases.map(({ address }) => address)).toEqual([help, 'john@acme.example', orders]);
});

test('the From line in the composer is the one that is sent, for each alias', async () => {
  const settings = { displayName: 'Acme Help', ownTemplate: false, templateId: null };
  await fixture.read((tx) => changeAliasSettings(tx, fixture.mailboxId, help, settings, fixture.admin.actor));
  const conversationId = await received(help);
  for (const dynamicAliasName of [false, true]) {
    await setMailbox(dynamicAliasName);
    const [sender] = (await fixture.read((tx) => senders(tx, author, { limit: 10 }))).rows;
    for (const { address, fromLine } of sender!.aliases) {
      expect((await answer(conversationId, address)).from).toBe(fromLine);
    }
  }
  const [sender] = (await fixture.read((tx) => senders(tx, author, { limit: 10 }))).rows;
  // Lena's own address is accepted (C9); what answers her comes back to the alias.
  expect(sender!.aliases[0]!.fromLine).toBe('Lena Okafor <lena@acme.example>');
  expect((await answer(conversationId, help)).replyTo).toBe(`Acme Help <${help}>`);
  await setMailbox(false);
  expect(await answer(conversationId, help)).toMatchObject({
    from: `Acme Help <${help}>`,
    replyTo: undefined,
  });
});

test('an alias has a template of its own, which is not deleted under it', async () => {
  const template = { name: 'Help desk', html: '<p>From the help desk</p>{{{draft.htmlBody}}}' };
  const templateId = await fixture.read((tx) => saveTemplate(tx, null, template, fixture.admin.actor));
  const settings = { displayName: '', ownTemplate: true, templateId };
  await fixture.read((tx) => changeAliasSettings(tx, fixture.mailboxId, help, settings, fixture.admin.actor));
  const conversationId = await received(help);
  const snippetFrom = async (alias: string | null) => {
    await answer(conversationId, alias);
    return messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 1 })[0]!.snippet;
  };
  expect(await snippetFrom(help)).toContain('From the help desk');
  expect(await snippetFrom(null)).not.toContain('From the help desk');
  expect((await fixture.read((tx) => templates(tx, { limit: 10 }))).rows).toMatchObject([{ usedBy: [help] }]);
  await expect(
    fixture.read((tx) => deleteTemplate(tx, templateId, undefined, fixture.admin.actor)),
  ).rejects.toMatchObject({ problem: { code: 'template-in-use' } });
  await fixture.read((tx) => deleteTemplate(tx, templateId, null, fixture.admin.actor));
  expect(await snippetFrom(help)).not.toContain('From the help desk');
});

test('an alias that Gmail no longer accepts is refused when it is sent, and nothing is lost', async () => {
  const conversationId = await received(orders);
  const id = await compose(conversationId, orders);
  // Removed in Gmail; the mailbox was read before, so Postroom asks Gmail for the first message after an hour.
  await gmailSays('pending', { read: false });
  await fixture.needs.deployment.pool.query(
    `update mailbox set send_as_read_at = now() - interval '61 minutes'`,
  );
  const sentBefore = fixture.ledger().length;
  await fixture.deliver(id);
  expect((await message(id)).delivery).toMatchObject({
    state: 'failed',
    problem: { code: 'alias-not-accepted', params: { alias: orders, address: support } },
  });
  expect(fixture.ledger()).toHaveLength(sentBefore);
  const { draftId } = await fixture.read((tx) =>
    undoSend(tx, { messageId: id, userId: author.id, now: new Date() }),
  );
  const draft = await fixture.read((tx) => readDraft(tx, draftId, author.id));
  expect(draft).toMatchObject({ alias: orders, mailboxId: fixture.mailboxId, to: [ana] });
  // It is not sent as it is, and the draft stays.
  const send = (version: number) =>
    fixture.read((tx) =>
      sendDraft(
        tx,
        { draftId, version, author, sendTime: { undoSeconds: 0 }, markDone: false, now: new Date() },
        fixture.enqueue,
      ),
    );
  await expect(send(draft.version)).rejects.toMatchObject({ problem: { code: 'alias-not-accepted' } });
  expect(await fixture.read((tx) => readDraft(tx, draftId, author.id))).toEqual(draft);
  // The conversation is answered from the mailbox's own address, and the former alias is not ours any more.
  expect(await aliasFor(conversationId)).toBeNull();
  expect((await fixture.read(ownAddresses)).has(orders)).toBe(false);
  const { kind, to, cc, bcc, subject, html } = draft;
  await fixture.read((tx) =>
    saveDraft(tx, {
      id: draftId,
      userId: author.id,
      version: draft.version,
      content: {
        kind,
        conversationId,
        mailboxId: fixture.mailboxId,
        alias: null,
        to,
        cc,
        bcc,
        subject,
        html,
      },
      now: new Date(),
    }),
  );
  await send(draft.version + 1);
  await fixture.deliver(draftId);
  expect((await message(draftId)).from.address).toBe(support);
});

test('an alias that Gmail accepts again is used at once', async () => {
  await gmailSays('accepted');
  const id = await compose(await received(orders), orders);
  await gmailSays('pending');
  // What is stored is out of date, and was read just now.
  await gmailSays('accepted', { read: false });
  await fixture.deliver(id);
  expect((await message(id)).from.address).toBe(orders);
});

test('a From that Gmail replaced nevertheless is shown', async () => {
  const id = await compose(await received(orders), orders);
  await gmailSays('pending', { read: false });
  await fixture.deliver(id);
  expect(await message(id)).toMatchObject({
    from: { address: support },
    delivery: { state: 'sent', requestedFrom: { address: orders } },
  });
});
