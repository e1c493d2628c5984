import { sql } from 'kysely';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ana, createComposerFixture } from '../testing/composer-fixture.ts';
import { maxAttachmentBytes } from './attachments.ts';
import { sweepBlobs } from './blobs.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
let conversationId: string;
let inbound: string;
beforeAll(async () => {
  fixture = await createComposerFixture();
  await fixture.agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  ({ conversationId, messageId: inbound } = await fixture.conversation());
});

const blobs = async (): Promise<number> =>
  Number((await fixture.needs.deployment.pool.query('select count(*) from blob')).rows[0].count);
/** Sends a draft and delivers it; returns the mail as Ana (or another) received it. */
async function sendAndReceive(id: string, version: number, by = ana) {
  const { status, body } = await fixture.agent.call('POST', `/drafts/${id}/send`, { version });
  expect(body.title ?? status).toBe(201);
  await fixture.deliver(id);
  expect(fixture.accepted(id)).toBe(1);
  return { mail: await fixture.received(by), sent: body };
}

test('a draft is saved for every device; another window’s is not overwritten', async () => {
  const id = uuid();
  expect((await fixture.save(id, { conversationId, html: '<p>one</p>' })).body.draft.version).toBe(1);
  expect(
    (await fixture.save(id, { conversationId, html: '<p>two</p>', version: 1 })).body.draft.version,
  ).toBe(2);
  const stale = await fixture.save(id, { conversationId, html: '<p>from before</p>', version: 1 });
  expect(stale).toMatchObject({ status: 409, body: { code: 'draft-conflict' } });
  // Another device began a draft in the same conversation at the same time.
  const other = await fixture.save(uuid(), { conversationId, html: '<p>elsewhere</p>' });
  expect(other).toMatchObject({ status: 409, body: { code: 'draft-conflict' } });
  const { drafts } = (await fixture.agent.call('GET', `/drafts?conversationId=${conversationId}`)).body;
  expect(drafts).toMatchObject([{ id, version: 2, html: '<p>two</p>', to: [ana], kind: 'reply' }]);
  // A note, a forward and a colleague’s reply are separate drafts.
  expect((await fixture.save(uuid(), { conversationId, kind: 'note' })).status).toBe(200);
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  expect((await colleague.call('GET', `/drafts?conversationId=${conversationId}`)).body.drafts).toEqual([]);
  expect(await fixture.save(id, { conversationId, version: 2 }, colleague)).toMatchObject({ status: 404 });
  expect((await fixture.save(uuid(), { conversationId }, colleague)).status).toBe(200);
  const sent = await fixture.agent.call('POST', `/drafts/${id}/send`, { version: 1 });
  expect(sent).toMatchObject({ status: 409, body: { code: 'draft-conflict' } });
});

test('colleagues see who is writing; the event holds ids only', async () => {
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  const writers = async (who: typeof colleague) =>
    (await who.call('GET', `/conversations/${conversationId}/writers`)).body.writers;
  const id = uuid();
  await fixture.save(id, { conversationId, html: '<p>secret words</p>' });
  expect(await writers(colleague)).toEqual([{ id: fixture.agent.id, name: 'Some agent', kind: 'reply' }]);
  expect(await writers(fixture.agent)).toEqual([]);
  const { rows } = await fixture.needs.deployment.pool.query(
    `select data from event where type = 'draft.changed' and data->>'draftId' = $1`,
    [id],
  );
  expect(rows).toEqual([{ data: { draftId: id, userId: fixture.agent.id, conversationId } }]);
  await fixture.needs.deployment.pool.query(`update draft set changed_at = now() - interval '5 minutes'`);
  expect(await writers(colleague)).toEqual([]);
  await fixture.save(id, { conversationId, version: 1, html: '<p>again</p>' });
  expect((await writers(colleague)).length).toBe(1);
  await fixture.agent.call('DELETE', `/drafts/${id}`);
  expect(await writers(colleague)).toEqual([]);
});

test('attachments and inline images are sent as they were uploaded', async () => {
  const id = uuid();
  await fixture.save(id, { conversationId, html: '<p>See</p>' });
  const pdf = Buffer.from('%PDF-1.7 not really');
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  expect((await fixture.upload(id, 'Rechnung März.pdf', pdf, '&mediaType=application/pdf')).status).toBe(200);
  const picture = (await fixture.upload(id, 'shot.png', png, '&mediaType=image/png&inline=true')).body
    .attachment;
  const unused = (await fixture.upload(id, 'no.png', png, '&mediaType=image/png&inline=true')).body
    .attachment;
  expect(unused.contentId).not.toBe(picture.contentId);
  const html = `<p>See <img src="cid:${picture.contentId}"></p>`;
  const saved = (await fixture.save(id, { conversationId, html, version: 1 })).body.draft;
  expect(saved.html).toContain(`cid:${picture.contentId}`);
  expect(saved.attachments.length).toBe(3);
  const { mail, sent } = await sendAndReceive(id, 2);
  expect(
    mail.attachments.map(({ filename, contentType, related }) => ({
      filename,
      contentType,
      related: related ?? false,
    })),
  ).toEqual([
    { filename: 'shot.png', contentType: 'image/png', related: true },
    { filename: 'Rechnung März.pdf', contentType: 'application/pdf', related: false },
  ]);
  expect(mail.attachments.map(({ content }) => content)).toEqual([png, pdf]);
  expect(mail.attachments[0]!.contentId).toBe(`<${picture.contentId}>`);
  expect(sent.message.attachments.length).toBe(2);
});

test('a file that Gmail blocks is refused in words, at the upload and at the send', async () => {
  const { conversationId } = await fixture.conversation();
  const id = uuid();
  await fixture.save(id, { conversationId });
  const program = Buffer.from('MZ');
  const refused = { status: 400, body: { code: 'attachment-blocked' } };
  const uploaded = await fixture.upload(id, 'setup.exe', program);
  expect(uploaded).toMatchObject(refused);
  expect(uploaded.body.title).toBe('Gmail does not send setup.exe: it blocks this type of file.');
  // A note is sent to nobody.
  const noteId = uuid();
  await fixture.save(noteId, { conversationId, kind: 'note' } as never);
  expect((await fixture.upload(noteId, 'setup.exe', program)).status).toBe(200);
  // A forwarded message brings its files without an upload.
  expect((await fixture.upload(id, 'setup.txt', program)).status).toBe(200);
  await fixture.needs.deployment.pool.query(
    `update attachment set filename = 'setup.exe' where draft_id = $1`,
    [id],
  );
  expect(await fixture.agent.call('POST', `/drafts/${id}/send`, { version: 1 })).toMatchObject(refused);
});

test('attachments are limited to 25 MB, and removed ones are deleted', async () => {
  const id = uuid();
  await fixture.save(id, { conversationId });
  const before = await blobs();
  const large = Buffer.alloc(maxAttachmentBytes - 10, 'x');
  const first = (await fixture.upload(id, 'large.bin', large)).body.attachment;
  const [one, two] = await Promise.all([
    fixture.upload(id, 'a.txt', Buffer.from('123456')),
    fixture.upload(id, 'b.txt', Buffer.from('abcdef')),
  ]);
  // Two simultaneous uploads that fit one by one: one is rejected.
  expect([one.status, two.status].sort()).toEqual([200, 413]);
  const refused = one.status === 413 ? one : two;
  expect(refused.body).toMatchObject({
    code: 'attachments-too-large',
    title: expect.stringContaining('25 MB'),
  });
  const over = await fixture.upload(id, 'over.bin', Buffer.alloc(maxAttachmentBytes + 1));
  expect(over).toMatchObject({ status: 413, body: { code: 'attachments-too-large' } });
  expect(await fixture.upload(uuid(), 'a.txt', Buffer.from('a'))).toMatchObject({ status: 404 });
  // No other route accepts a body this large.
  const body = { ...first, html: 'x'.repeat(1_100_000) };
  expect((await fixture.agent.call('PUT', `/drafts/${id}`, body)).status).toBe(413);
  expect(await blobs()).toBe(before + 2);
  await fixture.agent.call('DELETE', `/drafts/${id}/attachments/${first.id}`);
  expect(await blobs()).toBe(before + 1);
  await fixture.agent.call('DELETE', `/drafts/${id}`);
  expect(await blobs()).toBe(before);
  // The blobs of a deleted conversation are deleted by the sweep.
  const other = uuid();
  await fixture.save(other, { conversationId });
  await fixture.upload(other, 'c.txt', Buffer.from('left behind'));
  await fixture.needs.deployment.pool.query('delete from conversation where id = $1', [conversationId]);
  expect(await blobs()).toBe(before + 1);
  await sweepBlobs(fixture.needs.deployment);
  expect(await blobs()).toBe(before);
});

test('attachments of the maximum size are sent', async () => {
  const id = uuid();
  await fixture.save(id, { conversationId, html: '<p>Large</p>' });
  await fixture.upload(id, 'large.bin', Buffer.alloc(maxAttachmentBytes, 'y'));
  const { mail } = await sendAndReceive(id, 1);
  expect(mail.attachments[0]!.content.length).toBe(maxAttachmentBytes);
}, 60_000);

test('a forward quotes the message, has its files, stays in the conversation', async () => {
  const files = { instanceId: fixture.acme.instanceId, sha256: Buffer.alloc(32, 7) };
  await fixture.inAcme(async (tx) => {
    await tx.sql
      .insertInto('blob')
      .values({ ...files, bytes: Buffer.from('a file of Ana’s') })
      .execute();
    const file = { ...files, id: uuid(), messageId: inbound, filename: 'photo.jpg', mediaType: 'image/jpeg' };
    await tx.sql
      .insertInto('attachment')
      .values({ ...file, size: 15, position: 0, inline: false, contentId: null })
      .execute();
    await tx.sql
      .updateTable('message')
      .set({ bodyHtml: '<p onclick="x()">It has not <b>come</b>.</p><script>alert(1)</script>' })
      .where('id', '=', inbound)
      .execute();
  });
  const { draft } = (await fixture.agent.call('POST', `/messages/${inbound}/forward`)).body;
  expect(draft).toMatchObject({
    kind: 'forward',
    conversationId,
    subject: 'Fwd: Where is it?',
    attachments: [{ filename: 'photo.jpg', size: 15 }],
    forwarded: { id: inbound, from: { address: ana } },
  });
  // Forwarding it again returns the same draft.
  expect((await fixture.agent.call('POST', `/messages/${inbound}/forward`)).body.draft.id).toBe(draft.id);
  const to = ['tom.becker@mail.example'];
  const { subject } = draft;
  await fixture.save(draft.id, {
    conversationId,
    kind: 'forward',
    to,
    subject,
    html: '<p>FYI</p>',
    version: 1,
  });
  const { mail, sent } = await sendAndReceive(draft.id, 2, 'tom.becker@mail.example');
  expect(mail.subject).toBe('Fwd: Where is it?');
  expect(mail.html).toMatch(/<p>FYI<\/p>.*Forwarded message.*<b>come<\/b>/s);
  expect(mail.html).not.toMatch(/script|onclick/);
  expect(mail.text).toMatch(/FYI[\s\S]*From: Ana Silva[\s\S]*It has not come/);
  expect(mail.attachments.map(({ content }) => content.toString())).toEqual(['a file of Ana’s']);
  // The timeline folds the quoted part.
  expect(sent.message.ownHtml).toBe('<p>FYI</p>');
  const note = uuid();
  await fixture.save(note, { conversationId, kind: 'note' });
  await fixture.agent.call('POST', `/drafts/${note}/send`, { version: 1 });
  expect((await fixture.agent.call('POST', `/messages/${note}/forward`)).status).toBe(404);
});

test('a new message opens a conversation, and undo deletes it', async () => {
  await fixture.agent.call('PATCH', '/writing-settings', { undoSeconds: 10 });
  const address = 'tom.becker@mail.example';
  const write = async () => {
    const id = uuid();
    const content = { kind: 'new' as const, subject: 'Your order', html: '<p>Hello Tom</p>' };
    await fixture.save(id, { ...content, to: [`Tom Becker <${address}>`], cc: [ana] });
    return { id, sent: await fixture.agent.call('POST', `/drafts/${id}/send`, { version: 1 }) };
  };
  const customers = async () =>
    (await fixture.agent.call('GET', '/customers?query=tom')).body.customers as Array<{ id: string }>;
  const first = await write();
  const opened = first.sent.body.conversationId;
  const page = (await fixture.agent.call('GET', `/conversations/${opened}`)).body;
  expect(page).toMatchObject({
    conversation: { subject: 'Your order', status: 'open', assignee: { id: fixture.agent.id } },
    customer: { name: 'Tom Becker', addresses: [address] },
    messages: [{ subject: 'Your order', direction: 'outbound' }],
  });
  expect(await customers()).toMatchObject([{ name: 'Tom Becker', address }]);
  const { draft } = (await fixture.agent.call('POST', `/messages/${first.id}/draft`)).body;
  expect(draft).toMatchObject({ kind: 'new', conversationId: null, subject: 'Your order' });
  expect(await customers()).toEqual([]);
  expect((await fixture.agent.call('GET', `/conversations/${opened}`)).status).toBe(404);
  const { mail } = await (async () => {
    await fixture.agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
    return sendAndReceive(draft.id, 1, address);
  })();
  expect(mail.subject).toBe('Your order');
  expect(mail.inReplyTo).toBeUndefined();
  // A second message finds the same customer.
  const [{ id: customerId }] = (await customers()) as [{ id: string }];
  const second = await write();
  const other = (await fixture.agent.call('GET', `/conversations/${second.sent.body.conversationId}`)).body;
  expect(other.customer).toMatchObject({ id: customerId, conversations: 2 });
});

test('customers are found by name or address, with an index', async () => {
  const { instanceId } = fixture.acme;
  await fixture.needs.deployment.pool.query(
    `with made as (
       insert into customer (instance_id, id, name)
       select $1::uuid, gen_random_uuid(), 'Person ' || n || ' Family' || n from generate_series(1, 20000) n
       returning instance_id, id, name)
     insert into customer_address (instance_id, address, customer_id)
     select instance_id, lower(replace(name, ' ', '.')) || '@far.example', id from made`,
    [instanceId],
  );
  await fixture.needs.deployment.pool.query('analyze customer; analyze customer_address');
  const found = async (query: string) =>
    (await fixture.agent.call('GET', `/customers?query=${encodeURIComponent(query)}`)).body.customers.map(
      ({ name }: { name: string }) => name,
    );
  expect(await found('Person 77')).toContain('Person 77 Family77');
  expect(await found('family12345')).toEqual(['Person 12345 Family12345']);
  expect(await found('person.4242.')).toEqual(['Person 4242 Family4242']);
  expect(await found('%')).toEqual([]);
  expect((await found('p')).length).toBe(10);
  await fixture.needs.deployment.pool.query(
    `with made as (
       insert into customer (instance_id, id, name)
       select $1::uuid, gen_random_uuid(), name from unnest($2::text[]) name returning instance_id, id, name)
     insert into customer_address (instance_id, address, customer_id)
     select instance_id, id || '@spelling.example', id from made`,
    [instanceId, ['Qörn Müllner', 'Qoern Muellner', 'Qorn Weiß']],
  );
  expect((await found('qoern')).sort()).toEqual(['Qoern Muellner', 'Qörn Müllner']);
  expect((await found('Müllner')).sort()).toEqual(['Qoern Muellner', 'Qörn Müllner']);
  expect(await found('mullner')).toEqual(['Qörn Müllner']);
  expect(await found('weiss')).toEqual(['Qorn Weiß']);
  // With row-level security, only leakproof operators can use an index.
  const plan = await fixture.inAcme(async (tx) => {
    const { rows } = await sql<Record<string, string>>`
      explain select id from customer where instance_id = ${instanceId}
        and last_name_key >= 'family12345' and last_name_key < ${'family12345\u{10ffff}'}
      order by last_name_key limit 10`.execute(tx.sql);
    return rows.map((row) => Object.values(row)[0]).join('\n');
  });
  expect(plan).toMatch(/Index.*customer_last_name_key/);
  expect(plan).not.toMatch(/Filter: .*last_name_key/);
  const outsider = await fixture.person((await fixture.admin()).instanceId, 'agent');
  expect((await outsider.call('GET', '/customers?query=person')).body.customers).toEqual([]);
});

test('HTML that people write is sanitized before anybody sees it', async () => {
  const id = uuid();
  const html =
    '<p style="color:red;position:fixed;background:url(https://x.example/t.gif)" onclick="x()">Hi' +
    '<script>alert(1)</script><style>p{}</style><img src="data:image/png;base64,AA"><img src="cid:a@b" onerror="x()">' +
    '<a href="javascript:alert(1)">bad</a> <a href="https://x.example">good</a><iframe src="https://x.example"></iframe></p>';
  const { draft } = (await fixture.save(id, { conversationId, html })).body;
  expect(draft.html).toBe(
    '<p style="color:red">Hi<img src="cid:a@b" /><a>bad</a> <a href="https://x.example">good</a></p>',
  );
  const note = uuid();
  await fixture.agent.call('POST', `/conversations/${conversationId}/notes`, { id: note, html });
  const { messages } = (await fixture.agent.call('GET', `/conversations/${conversationId}`)).body;
  expect(messages.at(-1).html).toBe(draft.html);
});

test('the signature is below the text and above the quote', async () => {
  await fixture.agent.call('PATCH', '/writing-settings', { signature: '<p>John <b>Carter</b></p>' });
  const { draft } = (await fixture.agent.call('POST', `/messages/${inbound}/forward`)).body;
  await fixture.save(draft.id, { conversationId, kind: 'forward', html: '<p>FYI</p>', version: 1 });
  const { mail } = await sendAndReceive(draft.id, 2);
  expect(mail.html).toMatch(/FYI.*gmail_signature.*John <b>Carter<\/b>.*Forwarded message/s);
  expect(mail.text).toMatch(/FYI\s+-- \nJohn Carter\s+-{10} Forwarded/);
  await fixture.agent.call('PATCH', '/writing-settings', { signature: '' });
});

test('saved replies have unique names and are shared', async () => {
  const id = uuid();
  const save = (name: string, of = id) =>
    fixture.agent.call('PUT', `/saved-replies/${of}`, { name, html: '<p>Hello {{customer.firstName}}</p>' });
  expect((await save('hello')).body).toEqual({
    id,
    name: 'hello',
    html: '<p>Hello {{customer.firstName}}</p>',
  });
  expect((await save('hello', uuid())).body).toMatchObject({ code: 'saved-reply-name-taken' });
  expect((await save('Not A Name')).status).toBe(400);
  expect((await save('hi')).status).toBe(200);
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  expect((await colleague.call('GET', '/saved-replies')).body.savedReplies).toMatchObject([{ name: 'hi' }]);
  await colleague.call('DELETE', `/saved-replies/${id}`);
  expect((await fixture.agent.call('GET', '/saved-replies')).body.savedReplies).toEqual([]);
});
