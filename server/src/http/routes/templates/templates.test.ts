import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { templateHtml } from '../../../templates/form/template-html.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';
import { exampleForm, onePixelPng } from '../../../testing/template-form.ts';

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

test('the server makes the HTML of a form, and keeps the form of each version', async () => {
  const made = await admin.call('POST', '/templates', { name: 'Form', html: 'ignored', form: exampleForm });
  const { id, html: first } = made.body.template;
  expect(made.body.template).toMatchObject({ form: exampleForm, html: templateHtml(exampleForm) });
  const at = `/templates/${id}`;
  const narrow = { ...exampleForm, width: 480 };
  const changed = await admin.call('PUT', at, { name: 'Form', html: '', form: narrow, version: 1 });
  expect(changed.body.template).toMatchObject({ version: 2, html: templateHtml(narrow), form: narrow });
  // HTML that was edited by hand stays as it is, with the form it came from.
  const edited = { ...narrow, edited: true };
  const byHand = await admin.call('PUT', at, {
    name: 'Form',
    html: `${first}<hr>`,
    form: edited,
    version: 2,
  });
  expect(byHand.body.template).toMatchObject({ version: 3, html: `${first}<hr>`, form: edited });
  // So does the form that a program does not send, and its HTML counts as edited.
  await admin.call('PUT', at, { name: 'Form', html: '', form: narrow });
  const without = await admin.call('PUT', at, { name: 'Form', html: `${first}<br>` });
  expect(without.body.template).toMatchObject({ html: `${first}<br>`, form: edited });
  const renamed = await admin.call('PUT', at, { name: 'Renamed', html: `${first}<br>`, form: null });
  expect(renamed.body.template.form).toBeNull();
  const restored = await admin.call('POST', `${at}/versions/1/restore`);
  expect(restored.body.template).toMatchObject({ html: first, form: exampleForm });
  expect((await admin.call('GET', `${at}/versions/2`)).body.version).toMatchObject({ form: narrow });
});

test('a form is previewed with its HTML, its warnings, and as mail programs show it', async () => {
  const pale = { ...exampleForm, colors: { ...exampleForm.colors, text: '#999999' } };
  const ask = { ...asking, html: null, form: pale };
  const { preview } = (await admin.call('POST', '/template-previews', ask)).body;
  expect(preview).toMatchObject({
    html: templateHtml(pale),
    problem: null,
    warnings: [],
    leftOut: [],
    clipped: false,
    lowContrasts: [{ part: 'text', ratio: expect.closeTo(2.85, 2) }],
  });
  const shown = async (program: string, dark: boolean) =>
    (await admin.call('POST', '/template-previews', { ...ask, shownIn: { program, dark } })).body.preview;
  const gmail = await shown('gmail', false);
  expect(gmail.sent.html).toContain('<u></u>');
  expect(gmail.leftOut).toContainEqual({ what: '@media (prefers-color-scheme)', count: 1 });
  expect(gmail.sent.bytes).toBe(preview.sent.bytes);
  expect(gmail.sent.text).toBe(preview.sent.text);
  expect((await shown('outlook', true)).sent.html).not.toContain('#eef2f1');
});

test('a picture is stored for templates, shown in previews, and deleted when no version has it', async () => {
  const file = { filename: 'logo.png', base64: onePixelPng.toString('base64') };
  const stored = await admin.call('POST', '/template-pictures', file);
  expect(stored).toMatchObject({
    status: 201,
    body: { picture: { mediaType: 'image/png', width: 1, height: 1 } },
  });
  const pictureId = stored.body.picture.id;
  const form = { ...exampleForm, logo: { pictureId, width: 90, height: 90, alt: 'Logo' } };
  const { preview } = (await admin.call('POST', '/template-previews', { ...asking, html: null, form })).body;
  expect(preview.sent.html).toContain(
    `src="data:image/png;base64,${file.base64}" width="90" height="90" alt="Logo"`,
  );
  const refused = await admin.call('POST', '/template-pictures', { ...file, base64: btoa('<svg/>') });
  expect(refused).toMatchObject({ status: 400, body: { code: 'template-picture-unreadable' } });
  const large = Buffer.concat([onePixelPng, Buffer.alloc(200_000)]).toString('base64');
  const tooLarge = await admin.call('POST', '/template-pictures', { ...file, base64: large });
  expect(tooLarge).toMatchObject({ status: 413, body: { code: 'template-picture-too-large' } });

  const { template } = (await admin.call('POST', '/templates', { name: 'Logo', html: '', form })).body;
  await fixture.needs.deployment.pool.query(
    `update template_picture set created_at = now() - interval '8 days'`,
  );
  const status = async () => (await admin.call('GET', `/template-pictures/${pictureId}`)).status;
  await admin.call('PUT', `/templates/${template.id}`, { name: 'Logo', html: '', form: exampleForm });
  // The first version may be restored.
  expect(await status()).toBe(200);
  await admin.call('DELETE', `/templates/${template.id}`);
  expect(await status()).toBe(404);
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
