import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let owner: Awaited<ReturnType<typeof fixture.admin>>;
let admin: Awaited<ReturnType<typeof fixture.person>>;

beforeAll(async () => {
  fixture = await createHttpFixture();
  owner = await fixture.admin();
  admin = await fixture.person(owner.instanceId, 'admin');
});
afterAll(() => fixture.close());

const html = '<p>Acme</p>{{draft.htmlBody}}';

test('templates are created, changed, validated, and replaced when deleted', async () => {
  const made = await admin.call('POST', '/templates', { name: 'Acme', html });
  expect(made.status).toBe(201);
  const { id } = made.body.template;
  const refused = await admin.call('PUT', `/templates/${id}`, { name: 'Acme', html: '<p>Acme</p>' });
  expect(refused).toMatchObject({ status: 400, body: { code: 'template-without-draft' } });
  const changed = await admin.call('PUT', `/templates/${id}`, { name: 'Acme two', html: `${html}<hr>` });
  expect(changed.body.template).toMatchObject({ name: 'Acme two', html: `${html}<hr>`, usedBy: [] });

  const mailboxId = await fixture.connect(owner, 'support@acme.example');
  await admin.call('PATCH', `/mailboxes/${mailboxId}`, { templateId: id });
  const used = await admin.call('DELETE', `/templates/${id}`);
  expect(used).toMatchObject({ status: 409, body: { code: 'template-in-use' } });
  expect((await admin.call('DELETE', `/templates/${id}?replacement=blank`)).status).toBe(204);
  const { mailboxes } = (await admin.call('GET', '/mailboxes')).body;
  expect(mailboxes[0]).toMatchObject({ templateId: null, templateName: 'Blank' });
  expect((await admin.call('GET', `/templates/${id}`)).status).toBe(404);
});

test('each change is a version with its author; one can be restored', async () => {
  const { template } = (await admin.call('POST', '/templates', { name: 'One', html })).body;
  const at = `/templates/${template.id}`;
  expect(template).toMatchObject({ version: 1, changedBy: 'Some admin' });
  const second = await admin.call('PUT', at, { name: 'One', html: `${html}<hr>`, version: 1 });
  expect(second.body.template).toMatchObject({ version: 2, html: `${html}<hr>` });
  // The same content again is no new version.
  const same = await admin.call('PUT', at, { name: 'One', html: `${html}<hr>`, version: 2 });
  expect(same.body.template.version).toBe(2);
  const late = await admin.call('PUT', at, { name: 'Mine', html, version: 1 });
  expect(late).toMatchObject({ status: 409, body: { code: 'template-conflict' } });
  expect(late.body.title).toBe('Some admin saved “One” while you were writing.');
  const old = (await admin.call('GET', `${at}/versions/1`)).body.version;
  expect(old).toMatchObject({ version: 1, html, author: 'Some admin' });
  const restored = await admin.call('POST', `${at}/versions/1/restore`);
  expect(restored.body.template).toMatchObject({ version: 3, html });
  const { versions } = (await admin.call('GET', `${at}/versions`)).body;
  expect(versions.map((one: object) => one)).toMatchObject([
    { version: 3, restoredFrom: 1 },
    { version: 2, restoredFrom: null },
    { version: 1, restoredFrom: null },
  ]);
  expect(await admin.call('GET', `${at}/versions/9`)).toMatchObject({
    status: 404,
    body: { code: 'no-such-version' },
  });
  expect((await admin.call('DELETE', at)).status).toBe(204);
  const log = await fixture.inInstance(owner.instanceId, (tx) =>
    tx.sql
      .selectFrom('auditEntry')
      .where('actorId', '=', admin.id)
      .where('action', 'like', 'template.%')
      .where('subject', '=', 'One')
      .select(['action', 'before', 'after'])
      .orderBy('id')
      .execute(),
  );
  expect(log.map(({ action }) => action)).toEqual([
    'template.created',
    'template.changed',
    'template.restored',
    'template.deleted',
  ]);
  expect(log[1]).toMatchObject({ before: { html }, after: { html: `${html}<hr>` } });
});

test('a version without the draft placeholder cannot be restored', async () => {
  const { template } = (await admin.call('POST', '/templates', { name: 'Old', html })).body;
  await fixture.needs.deployment.pool.query(
    `update template_version set html = 'no draft' where template_id = $1`,
    [template.id],
  );
  await admin.call('PUT', `/templates/${template.id}`, { name: 'Old', html: `${html}<hr>` });
  const refused = await admin.call('POST', `/templates/${template.id}/versions/1/restore`);
  expect(refused).toMatchObject({ status: 400, body: { code: 'template-without-draft' } });
});

const asking = { conversationId: null, mailboxId: null, sampleHtml: '<p>Some words</p>' };

test('an unsaved template is previewed; errors carry their line', async () => {
  const page = '<h1>Dear {{customer.firstName}}</h1>\n{{draft.htmlBody}}{{customer.nmae}}';
  const { preview } = (await admin.call('POST', '/template-previews', { ...asking, html: page })).body;
  expect(preview).toMatchObject({
    sent: {
      html: expect.stringContaining('<h1>Dear Ana</h1>'),
      text: expect.stringContaining('Some words'),
    },
    subject: 'Re: Order',
    problem: null,
    unknown: [{ name: 'customer.nmae', line: 2 }],
    warnings: [{ code: 'no-lang', line: null }],
  });
  const without = await admin.call('POST', '/template-previews', { ...asking, html: '<p>Hello</p>' });
  expect(without.body.preview).toMatchObject({
    sent: { html: '<p>Hello</p>' },
    problem: { code: 'template-without-draft' },
  });
  const broken = await admin.call('POST', '/template-previews', { ...asking, html: 'a\n{{#if user.name}}' });
  expect(broken.body.preview).toMatchObject({
    sent: null,
    problem: { code: 'template-broken', line: 2, detail: expect.stringContaining('never closed') },
  });
});

test('what a template loses when it is sent is named with its line', async () => {
  const page =
    '<html lang="en"><body>\n<script>x()</script>{{draft.htmlBody}}\n<img src="a.png"></body></html>';
  const { preview } = (await admin.call('POST', '/template-previews', { ...asking, html: page })).body;
  expect(preview.warnings).toEqual([
    { code: 'removed', name: 'script', line: 2 },
    { code: 'no-alt', line: 3 },
  ]);
  expect(preview.sent.html).not.toContain('script');
});

test('a preview uses a conversation’s customer, subject, reply and From', async () => {
  const other = await fixture.admin();
  const them = await fixture.person(other.instanceId, 'admin');
  const mailboxId = await fixture.connect(other, 'sales@acme.example');
  const conversationId = uuid();
  const customerId = uuid();
  const { instanceId } = other;
  await fixture.inInstance(instanceId, async (tx) => {
    const ours = { instanceId };
    await tx.sql
      .insertInto('customer')
      .values({ ...ours, id: customerId, name: 'Bo Berg' })
      .execute();
    await tx.sql
      .insertInto('customerAddress')
      .values({ ...ours, address: 'bo@far.example', customerId })
      .execute();
    await tx.sql
      .insertInto('conversation')
      .values({
        ...ours,
        id: conversationId,
        customerId,
        mailboxId,
        subject: 'Late parcel',
        lastDirection: 'inbound',
        lastMessageAt: new Date(),
      })
      .execute();
  });
  const page = '{{customer.name}}, {{customer.email}}: {{conversation.subject}}{{draft.htmlBody}}';
  const ask = { ...asking, conversationId, html: page };
  const first = (await them.call('POST', '/template-previews', ask)).body.preview;
  expect(first).toMatchObject({
    sent: { html: 'Bo Berg, bo@far.example: Late parcel<p>Some words</p>' },
    to: { name: 'Bo Berg', address: 'bo@far.example' },
    from: { name: 'Acme Support', address: 'sales@acme.example' },
    subject: 'Re: Late parcel',
  });
  const answered = await them.call('POST', `/conversations/${conversationId}/replies`, {
    id: uuid(),
    mailboxId,
    to: ['bo@far.example'],
    cc: [],
    bcc: [],
    html: '<p>It is on its way</p>',
  });
  expect(answered.status).toBe(201);
  const second = (await them.call('POST', '/template-previews', ask)).body.preview;
  expect(second.sent.html).toContain('<p>It is on its way</p>');
  // The conversation of another instance is not found here.
  const elsewhere = await admin.call('POST', '/template-previews', ask);
  expect(elsewhere).toMatchObject({ status: 404, body: { code: 'no-such-conversation' } });
});

test('agents can neither see nor change templates', async () => {
  const agent = await fixture.person(owner.instanceId, 'agent');
  expect((await agent.call('GET', '/templates')).status).toBe(403);
  expect((await agent.call('POST', '/templates', { name: 'Mine', html })).status).toBe(403);
  expect((await agent.call('POST', '/template-previews', { ...asking, html })).status).toBe(403);
});
