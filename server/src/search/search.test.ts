import { readFile } from 'node:fs/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../conversations/create-conversations.ts';
import type { NameAndAddress, Sender } from '../database/column-types.ts';
import { createComposerFixture } from '../testing/composer-fixture.ts';
import { rebuildSearch } from './rebuild-search.ts';

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
  conversations: Array<{
    id: string;
    hit: { text: Piece[]; subject: Piece[]; files: Piece[]; person: Piece[] } | null;
  }>;
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

test('letters with marks are found by each of their spellings, and the reverse', async () => {
  const marked = await write({
    subject: 'Grüße aus Århus',
    text: 'Herr Müller und Søren warten über Gebühr',
  });
  const plain = await write({ text: 'Herr Mueller, Soeren, ueber Gebuehr' });
  const both = [marked.conversationId, plain.conversationId].sort();
  for (const q of [
    'müller ',
    'mueller ',
    'MÜLL',
    'muell',
    '"herr müller"',
    '"herr mueller"',
    'gebühr',
    'søren',
  ])
    expect(await found(q), q).toEqual(both);
  for (const q of [
    'muller ',
    'gruesse',
    'grusse',
    'grüsse',
    'aarhus',
    'subject:gruesse',
    '"soren warten ueber"',
  ])
    expect(await found(q), q).toEqual([marked.conversationId]);
  expect(await found('mullers')).toEqual([]);
  const [hit] = (await ask('mueller -soeren OR gruesse')).conversations;
  expect(shown(hit!.hit!.subject)).toBe('[Grüße] aus Århus');
  expect(shown(hit!.hit!.text)).toContain('Herr [Müller] und');
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

test('an instance with nearly all messages finds its own and none of another', async () => {
  const { pool } = fixture.needs.deployment;
  const { conversationId } = await write({ text: 'cassowary' });
  for (let count = 0; count < 30; count += 1) await write({ text: 'one of many' });
  const { instanceId: other } = await fixture.admin();
  // A copy of the message in the other instance, with all it belongs to.
  const copied = {
    mailbox: ['instance_id, id, google_sub, address, display_name, cursor, connected_at', 'mailbox_id'],
    customer: ['instance_id, id, name', 'customer_id'],
    conversation: [
      'instance_id, id, customer_id, mailbox_id, subject, status, snippet, last_direction, last_message_at, created_at',
      'id',
    ],
    message: [
      'instance_id, id, conversation_id, mailbox_id, direction, origin, from_name, from_address, recipients, subject, sent_at, body_text',
      'conversation_id',
    ],
  };
  for (const [table, [columns, id]] of Object.entries(copied)) {
    const values = columns!
      .replace('instance_id', `'${other}'`)
      .replace('google_sub, address', `'other', 'other@acme.example'`);
    const which =
      table === 'message'
        ? `conversation_id = '${conversationId}'`
        : `id = (select ${id} from conversation where instance_id = '${instanceId}' and id = '${conversationId}')`;
    await pool.query(
      `insert into ${table} (${columns}) select ${values}
       from ${table} where instance_id = '${instanceId}' and ${which}`,
    );
  }
  await pool.query('analyze message_search');
  const { rows } = await pool.query<{ most: boolean[] }>(
    'select array[is_most_of_search($1), is_most_of_search($2)] as most',
    [instanceId, other],
  );
  expect(rows[0]!.most).toEqual([true, false]);
  const { rows: stored } = await pool.query(`select from message_search where words @@ 'cassowary'`);
  expect(stored).toHaveLength(2);
  expect(await found('cassowary ')).toEqual([conversationId]);
  const elsewhere = await fixture.person(other, 'admin');
  expect((await elsewhere.call('GET', '/search?q=cassowary')).body.conversations).toHaveLength(1);
  expect((await elsewhere.call('GET', '/search?q=many')).body.conversations).toEqual([]);
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

test('words of scripts without spaces are found, of one and of two characters', async () => {
  const chinese = await write({
    subject: '关于订单',
    text: '您好，我需要这个订单的发票，谢谢。PDF文件也可以',
  });
  const japanese = await write({
    text: '昨日ガラスの花瓶が割れて届きました。交換できますか？',
    file: '領収書.pdf',
  });
  const thai = await write({ text: 'สวัสดีครับ ผมต้องการใบเสร็จรับเงินสำหรับคำสั่งซื้อนี้', name: 'สมชาย ใจดี' });
  for (const [q, one] of [
    ['发票', chinese],
    ['票', chinese],
    ['需要这个', chinese],
    ['"订单的发票"', chinese],
    ['subject:订单', chinese],
    ['subject:单', chinese],
    ['pdf文件', chinese],
    ['谢谢 发票 ', chinese],
    ['花瓶', japanese],
    ['ガラス', japanese],
    ['がらす OR ｶﾞﾗｽ', japanese],
    ['割れ', japanese],
    ['領収', japanese],
    ['ใบเสร็จ', thai],
    ['เงิน', thai],
    ['from:สมชาย', thai],
  ] as const)
    expect(await found(q), q).toEqual([one.conversationId]);
  for (const q of ['票发', '发 票据', '花器', 'subject:发票', '发票 -订单', 'ใบหน้า'])
    expect(await found(q), q).toEqual([]);
  const marked = async (q: string) => shown((await ask(q)).conversations[0]!.hit!.text);
  expect(await marked('发票')).toBe('您好，我需要这个订单的[发票]，谢谢。PDF文件也可以');
  expect(await marked('ｶﾞﾗｽ')).toBe('昨日[ガラス]の花瓶が割れて届きました。交換できますか？');
  expect(await marked('เสร็จ')).toContain('ใบ[เสร็จ]รับเงิน');
});

test('a word is found wherever it is in a long text, and is seen', async () => {
  const filler = Array.from({ length: 20_000 }, (_, n) => `word${n % 700}`).join(' ');
  const { conversationId } = await write({
    text: `${filler} the cormorant landed ${filler}${'长'.repeat(60_000)}鸬鹚`,
  });
  for (const q of ['cormorant', '鸬鹚']) {
    const page = await ask(q);
    expect(page.conversations.map(({ id }) => id)).toEqual([conversationId]);
    expect(shown(page.conversations[0]!.hit!.text)).toContain(`[${q}]`);
  }
});

test('the match is at the beginning of what is shown of a text', async () => {
  await write({ text: `${'在很远的地方有一个很小的村庄'.repeat(20)}信天翁${'来了又走'.repeat(40)}` });
  await write({ text: `${'many other words come first '.repeat(30)}albatross ${'x'.repeat(500)}` });
  for (const q of ['信天翁', 'albatross']) {
    const [first] = (await ask(q)).conversations;
    expect(shown(first!.hit!.text).indexOf(`[${q}]`)).toBeLessThan(30);
  }
});

test('a message is found by who is answered and by who wrote, and that is shown', async () => {
  const form = await write({
    from: 'noreply@forms.example',
    name: 'Forms',
    replyTo: [{ name: '', address: 'lena@plovers.example' }],
  });
  for (const q of ['lena@plovers.example', 'plovers', 'from:lena@plovers.example', 'from:plovers'])
    expect(await found(q), q).toEqual([form.conversationId]);
  const [hit] = (await ask('plovers.ex')).conversations;
  expect(shown(hit!.hit!.person)).toBe('lena@[plovers].[example]');
});

test('a misspelt word is corrected by the words of the latest messages', async () => {
  await write({ text: 'The kingfisher came on Tuesday with an invoice' });
  await write({ text: 'kingfisher again' });
  const suggested = async (q: string) =>
    (await fixture.agent.call('GET', `/search/correction?q=${encodeURIComponent(q)}`)).body.correction;
  expect(await suggested('kingfihser')).toBe('kingfisher');
  expect(await suggested('is:open Kingfisser tuesday ')).toBe('is:open kingfisher tuesday ');
  expect(await suggested('subject:kingfihser')).toBe(null);
  expect(await suggested('kingfisher')).toBe(null);
  expect(await suggested('quetzalcoatl')).toBe(null);
  expect(await suggested('kig')).toBe(null);
});

test('what was stored by older rules is indexed again in the background', async () => {
  const old = await write({ text: '请寄回包裹', daysAgo: 2 });
  const spelled = await write({ text: 'Rückläufer', daysAgo: 2 });
  const newer = await write({
    text: 'no change',
    from: 'a@b.example',
    replyTo: [{ name: '', address: 'sandpiper@reply.example' }],
  });
  const { deployment } = fixture.needs;
  await deployment.pool.query(
    `update message_search set words = to_tsvector('simple', 'old') where message_id = any($1)`,
    [[old.messageId, spelled.messageId, newer.messageId]],
  );
  await deployment.pool.query('insert into search_rebuild (instance_id) values ($1)', [instanceId]);
  expect(await found('包裹')).toEqual([]);
  while (await rebuildSearch(deployment)) {}
  expect(await found('包裹')).toEqual([old.conversationId]);
  expect(await found('ruecklaeufer')).toEqual([spelled.conversationId]);
  expect(await found('sandpiper')).toEqual([newer.conversationId]);
  expect((await deployment.pool.query('select from search_rebuild')).rowCount).toBe(0);
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
