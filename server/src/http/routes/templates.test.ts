import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpBench } from '../../testing/http.ts';

let bench: Awaited<ReturnType<typeof httpBench>>;
let owner: Awaited<ReturnType<typeof bench.admin>>;
let admin: Awaited<ReturnType<typeof bench.person>>;

beforeAll(async () => {
  bench = await httpBench();
  owner = await bench.admin();
  admin = await bench.person(owner.instanceId, 'admin');
});
afterAll(() => bench.close());

const html = '<p>Acme</p>{{draft.htmlBody}}';

test('made, changed, refused without the draft, deleted with a replacement where it is used', async () => {
  const made = await admin.call('POST', '/templates', { name: 'Acme', html });
  expect(made.status).toBe(201);
  const { id } = made.body.template;
  const refused = await admin.call('PUT', `/templates/${id}`, { name: 'Acme', html: '<p>Acme</p>' });
  expect(refused).toMatchObject({ status: 400, body: { code: 'template-without-draft' } });
  const changed = await admin.call('PUT', `/templates/${id}`, { name: 'Acme two', html: `${html}<hr>` });
  expect(changed.body.template).toMatchObject({ name: 'Acme two', html: `${html}<hr>`, usedBy: [] });

  const mailboxId = await bench.connect(owner, 'support@acme.example');
  await admin.call('PATCH', `/mailboxes/${mailboxId}`, { templateId: id });
  const used = await admin.call('DELETE', `/templates/${id}`);
  expect(used).toMatchObject({ status: 409, body: { code: 'template-in-use' } });
  expect((await admin.call('DELETE', `/templates/${id}?replacement=blank`)).status).toBe(204);
  const { mailboxes } = (await admin.call('GET', '/mailboxes')).body;
  expect(mailboxes[0]).toMatchObject({ templateId: null, templateName: 'Blank' });
  expect((await admin.call('GET', `/templates/${id}`)).status).toBe(404);
});

test('agents neither see nor change templates', async () => {
  const agent = await bench.person(owner.instanceId, 'agent');
  expect((await agent.call('GET', '/templates')).status).toBe(403);
  expect((await agent.call('POST', '/templates', { name: 'Mine', html })).status).toBe(403);
});
