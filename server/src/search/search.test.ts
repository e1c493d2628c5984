import { readFile } from 'node:fs/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../conversations/create-conversations.ts';
import type { NameAndAddress, Sender } from '../database/column-types.ts';
import { createComposerFixture } from '../testing/composer-fixture.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
let mailboxId: string;
let instanceId: string;
beforeAll(async () => {
  fixture = await createComposerFixture();
  mailboxId = fixture.mailboxId;
  instanceId = fixture.acme.instanceId;
});
afterAll(() => fixture?.close());

type Some = {
  subject?: string;
  text?: string;
  name?: string;
  from?: string;
  to?: string;
  replyTo?: NameAndAddress[];
  sender?: Sender;
  file?: string;
  daysAgo?: number;
  status?: 'open' | 'done';
  assigneeId?: string;
};

/** Creates a conversation with one message; returns both ids. */
async function write(some: Some) {
  const [conversationId, customerId, messageId] = [uuid(), uuid(), uuid()];
  const { subject = 'No words', text = '', name = 'Bo', from = 'bo@near.example' } = some;
  const sentAt = new Date(Date.now() - (some.daysAgo ?? 0) * 86_400_000);
  await fixture.inAcme(async (tx) => {
    const { sql } = tx;
    await sql.insertInto('customer').values({ instanceId, id: customerId, name }).execute();
    const { status = 'open', assigneeId = null } = some;
    const dates = { lastMessageAt: sentAt, lastInboundAt: sentAt };
    await createConversations(tx, [
      { id: conversationId, customerId, mailboxId, subject, status, assigneeId, ...dates },
    ]);
    await sql
      .insertInto('message')
      .values({
        instanceId,
        id: messageId,
        conversationId,
        mailboxId,
        direction: 'inbound',
        origin: 'gmail',
        fromName: name,
        fromAddress: from,
        recipients: JSON.stringify({
          to: [{ name: '', address: some.to ?? 'support@acme.example' }],
          cc: [],
          bcc: [],
          replyTo: some.replyTo ?? [],
        }),
        subject,
        sentAt,
        bodyText: text,
        sender: some.sender ? JSON.stringify(some.sender) : null,
      })
      .execute();
    if (some.file) {
      const sha256 = Buffer.from(messageId.replaceAll('-', ''), 'hex');
      await sql
        .insertInto('blob')
        .values({ instanceId, sha256, bytes: Buffer.from('x') })
        .execute();
      await sql
        .insertInto('attachment')
        .values({
          instanceId,
          id: uuid(),
          messageId,
          position: 0,
          filename: some.file,
          mediaType: 'application/pdf',
          size: 1,
          inline: false,
          sha256,
        })
        .execute();
    }
  });
  return { conversationId, messageId };
}

type Piece = { text: string; hit: boolean };
type Page = {
  conversations: Array<{ id: string; hit: { text: Piece[]; subject: Piece[]; files: Piece[] } | null }>;
  problems: Array<{ code: string; value: string }>;
  next: string | null;
  more: boolean;
};

async function ask(q: string, more = ''): Promise<Page> {
  const { status, body } = await fixture.agent.call('GET', `/search?q=${encodeURIComponent(q)}${more}`);
  expect(status, body.detail).toBe(200);
  return body;
}
const found = async (q: string) => (await ask(q)).conversations.map(({ id }) => id).sort();
const shown = (pieces: Piece[]) => pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');

test('finds words, prefixes and phrases, whatever the case and accents', async () => {
  const { conversationId: id } = await write({
    subject: 'Où est le colis ?',
    text: 'Die Straße heißt ÄRGER. Order-1234 at https://shop.example/a_b, thanks (really)!',
  });
  for (const q of [
    'colis ',
    'COL',
    '"est le colis"',
    'ou est ',
    'strasse heisst',
    'arger ',
    '1234 ',
    'order-1234',
    'shop.example',
    'really colis -parcel',
    'parcel OR colis ',
  ])
    expect(await found(q), q).toEqual([id]);
  for (const q of [
    'coli ',
    '"colis le"',
    'parcel ',
    'colis -order',
    '!!! ',
    '',
    '-',
    '"',
    'https://other.example',
  ])
    expect(await found(q), q).toEqual([]);
  const [hit] = (await ask('strasse col')).conversations;
  expect(shown(hit!.hit!.text)).toBe(
    'Die [Straße] heißt ÄRGER. Order-1234 at https://shop.example/a_b, thanks (really)!',
  );
  expect(shown(hit!.hit!.subject)).toBe('Où est le [colis] ?');
});

test('field filters restrict a search, alone and with text', async () => {
  const a = await write({
    subject: 'Zebra one',
    from: 'Eve@Far.example',
    name: 'Eve Stone',
    to: 'sales@acme.example',
  });
  const b = await write({
    subject: 'Other',
    text: 'zebra two',
    file: 'Rechnung März.pdf',
    status: 'done',
    assigneeId: fixture.agent.id,
    daysAgo: 40,
  });
  const tagId = uuid();
  await fixture.agent.call('PUT', `/tags/${tagId}`, { name: 'Big Customer' });
  await fixture.agent.call('PATCH', `/conversations/${a.conversationId}`, { addTags: [tagId] });
  const day = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  const both = [a.conversationId, b.conversationId].sort();
  expect(await found('zebra ')).toEqual(both);
  for (const [q, id] of [
    ['zebra from:eve', a],
    ['zebra from:"eve stone"', a],
    ['zebra from:eve@far.example', a],
    ['zebra from:eve@f', a],
    ['from:far.example', a],
    ['to:sales@acme.example', a],
    ['zebra to:sales', a],
    ['subject:zebra', a],
    ['zebra -subject:zebra', b],
    ['zebra has:attachment', b],
    ['has:attachment', b],
    ['zebra -has:attachment', a],
    ['rechnung marz', b],
    ['zebra tag:"big customer"', a],
    ['tag:"BIG customer"', a],
    ['zebra -tag:"big customer"', b],
    ['zebra is:open', a],
    ['zebra is:done', b],
    ['zebra is:unassigned', a],
    ['zebra assignee:me', b],
    ['zebra assignee:some', b],
    ['zebra assignee:nobody', a],
    [`zebra before:${day}`, b],
    [`zebra after:${day}`, a],
    ['zebra mailbox:support is:open', a],
    ['assignee:me is:done', b],
  ] as const)
    expect(await found(q), q).toEqual([id.conversationId]);
  const [hit] = (await ask('marz')).conversations;
  expect(shown(hit!.hit!.files)).toBe('Rechnung [März].pdf');
});

test('unknown field values are reported, and nothing is found', async () => {
  const { conversations, problems } = await ask(
    'zebra tag:nope assignee:nobody-here mailbox:x is:red has:y before:soon',
  );
  expect(conversations).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual([
    'unknown-tag',
    'unknown-person',
    'unknown-mailbox',
    'unknown-is',
    'unknown-has',
    'unknown-day',
  ]);
  expect((await fixture.agent.call('GET', '/search?q=x&timeZone=Nowhere')).status).toBe(400);
});

test('better and newer matches come first', async () => {
  const old = await write({ text: 'a walrus', daysAgo: 300 });
  const fresh = await write({ text: 'a walrus' });
  const titled = await write({ subject: 'Walrus', daysAgo: 10 });
  const { conversations } = await ask('walrus ');
  expect(conversations.map(({ id }) => id)).toEqual(
    [titled, fresh, old].map(({ conversationId }) => conversationId),
  );
  const some = await ask('walrus ', '&limit=2');
  expect(some.conversations).toHaveLength(2);
  expect(some.more).toBe(true);
});

test('without text all selected conversations are returned by page', async () => {
  for (let count = 0; count < 5; count += 1)
    await write({ status: 'done', assigneeId: fixture.acme.actor.id });
  const ids: string[] = [];
  let next: string | null = '';
  do {
    const page: Page = await ask('assignee:alex is:done', `&limit=2${next && `&after=${next}`}`);
    ids.push(...page.conversations.map(({ id }) => id));
    next = page.next;
  } while (next);
  expect(new Set(ids).size).toBe(5);
  expect(ids).toHaveLength(5);
});

test('removed content is not found, from the same transaction on', async () => {
  const { conversationId, messageId } = await write({ text: 'secret 4111 1111', file: 'passport.pdf' });
  expect(await found('secret ')).toEqual([conversationId]);
  await fixture.inAcme(({ sql }) =>
    sql.updateTable('message').set({ bodyText: 'gone' }).where('id', '=', messageId).execute(),
  );
  expect(await found('secret ')).toEqual([]);
  expect(await found('passport ')).toEqual([conversationId]);
  await fixture.inAcme(({ sql }) =>
    sql.deleteFrom('attachment').where('messageId', '=', messageId).execute(),
  );
  expect(await found('passport ')).toEqual([]);
  const other = await write({ text: 'unrelated penguin' });
  await fixture.inAcme(({ sql }) =>
    sql.updateTable('message').set({ conversationId }).where('id', '=', other.messageId).execute(),
  );
  expect(await found('penguin ')).toEqual([conversationId]);
  await fixture.inAcme(({ sql }) =>
    sql.deleteFrom('message').where('conversationId', '=', conversationId).execute(),
  );
  expect(await found('penguin ')).toEqual([]);
});

test('messages of any length and script are stored', async () => {
  await write({ text: `heron ${'x'.repeat(5_000)} ${'\ufdfa '.repeat(100_000)}`, subject: '漢字のメール' });
  await write({ text: Array.from({ length: 60_000 }, (_, n) => `w${n}`).join(' ') });
  expect(await found('heron ')).toHaveLength(1);
  expect(await found('w9999 ')).toHaveLength(1);
});

test('messages of another instance are never found', async () => {
  await write({ text: 'ostrich' });
  const elsewhere = await fixture.person((await fixture.admin()).instanceId, 'admin');
  expect((await elsewhere.call('GET', '/search?q=ostrich')).body.conversations).toEqual([]);
});

test('the migration indexes existing messages', async () => {
  const { conversationId } = await write({ text: 'kiwi', file: 'nest.txt' });
  const migration = await readFile(
    new URL('../database/migrations/0031-search.sql', import.meta.url),
    'utf8',
  );
  const fill = /-- What is there already[\s\S]*?(?=\ncreate index)/.exec(migration)![0];
  const { pool } = fixture.needs.deployment;
  await pool.query('truncate message_search');
  expect(await found('kiwi ')).toEqual([]);
  await pool.query(fill);
  expect(await found('kiwi nest')).toEqual([conversationId]);
});

test('the person behind a form, other authors and Reply-To are found as senders', async () => {
  const nia = { name: 'Nia Grün', address: 'nia.gruen@findme.example' };
  const { conversationId: viaForm } = await write({
    from: 'noreply@forms.example',
    replyTo: [nia],
    sender: {
      writer: nia,
      otherAuthors: [{ name: 'Olaf', address: 'olaf@findme.example' }],
      answerTo: [nia],
      ignoredReplyTo: [],
      ownGroups: [],
      verification: 'passed',
    },
  });
  const { conversationId: unverified } = await write({
    from: 'noreply@forms.example',
    replyTo: [{ name: 'Pim', address: 'pim@findme.example' }],
  });
  for (const [query, found] of [
    ['nia.gruen@findme.example', [viaForm]],
    ['from:nia.gruen@findme.example', [viaForm]],
    ['from:grün', [viaForm]],
    ['from:olaf', [viaForm]],
    ['pim@findme.example', [unverified]],
    ['from:forms.example findme.example', [viaForm, unverified]],
  ] as const) {
    const { conversations } = await ask(query);
    expect(conversations.map(({ id }) => id).sort(), query).toEqual([...found].sort());
  }
});
