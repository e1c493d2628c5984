import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let owner: Awaited<ReturnType<typeof fixture.admin>>;
let admin: Awaited<ReturnType<typeof fixture.person>>;

beforeAll(async () => {
  fixture = await createHttpFixture();
  owner = await fixture.admin();
  admin = await fixture.person(owner.instanceId, 'admin');
});
afterAll(() => fixture.close());

const get = (path: string, language?: string) =>
  fixture.app.inject({
    url: `/api/instances/${owner.instanceId}${path}`,
    headers: { ...admin.headers, ...(language && { 'accept-language': language }) },
  });

test.each([
  [undefined, 'en', 'There is no such customer here.'],
  ['en-GB,en;q=0.9', 'en', 'There is no such customer here.'],
  ['de-AT,de;q=0.9,en;q=0.5', 'de', 'Diesen Kunden gibt es hier nicht.'],
  ['fr-CA,fr;q=0.9,en;q=0.5', 'fr', 'Ce client n’existe pas ici.'],
  ['tlh', 'en', 'There is no such customer here.'],
])('a problem document in the language asked for: %s', async (asked, language, title) => {
  const answer = await get(`/customers/${uuid()}`, asked);
  expect(answer.statusCode).toBe(404);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['content-language']).toBe(language);
  expect(answer.headers.vary).toMatch(/accept-language/i);
  expect(answer.json()).toMatchObject({ status: 404, code: 'no-such-customer', params: {}, title });
});

test('parameters beside the words, so that a program can write its own', async () => {
  await admin.call('PUT', `/tags/${uuid()}`, { name: 'VIP' });
  const other = `/tags/${uuid()}`;
  await admin.call('PUT', other, { name: 'Press' });
  expect((await admin.call('PATCH', other, { name: 'VIP' })).body).toMatchObject({
    code: 'tag-name-taken',
    params: { name: 'VIP' },
    title: 'There is a tag “VIP” already.',
  });
});

test('a problem within an answer in the language asked for', async () => {
  const mailboxId = await fixture.connect(owner, 'support@acme.example');
  const now = new Date();
  await fixture.inInstance(owner.instanceId, (tx) =>
    markDisconnected(tx, mailboxId, { code: 'gmail-disabled', startedAt: now, now }),
  );
  const disconnected = async (language: string) =>
    (await get('/mailboxes', language)).json().mailboxes[0].disconnected;
  expect(await disconnected('en')).toMatchObject({
    code: 'gmail-disabled',
    params: {},
    title: 'Gmail is switched off for this Google account.',
  });
  expect(await disconnected('de')).toMatchObject({
    code: 'gmail-disabled',
    title: expect.stringMatching(/Gmail ist für dieses Google-Konto/),
  });
});

test.each([
  ['PUT', `/tags/${uuid()}`, { name: 'x'.repeat(41) }, 'value-too-long', { limit: 40 }],
  ['PUT', `/tags/${uuid()}`, { name: ' ' }, 'value-missing', {}],
  ['PUT', `/tags/${uuid()}`, { name: 1 }, 'invalid-request', {}],
  ['POST', '/invitations', { email: 'nobody', role: 'agent' }, 'address-without-at', {}],
] as const)('%s %s with what the validator refuses: %s', async (method, path, body, code, params) => {
  for (const language of ['en', 'de', 'fr']) {
    const answer = await fixture.app.inject({
      method,
      url: `/api/instances/${owner.instanceId}${path}`,
      headers: { ...admin.headers, 'accept-language': language },
      payload: body,
    });
    const { title, detail, errors, ...rest } = answer.json();
    expect(rest).toMatchObject({ status: 400, code, params });
    expect(title).not.toBe(code);
    // The validator's own words are for programs only.
    expect(errors[0].detail).not.toBe('');
    expect(`${title} ${detail}`).not.toContain(errors[0].detail);
    expect(`${title} ${detail}`).not.toMatch(/expected|invalid|string|undefined/i);
  }
});

test('a body that is too large or no JSON is refused in words', async () => {
  const send = (payload: string) =>
    fixture.app.inject({
      method: 'PUT',
      url: `/api/instances/${owner.instanceId}/tags/${uuid()}`,
      headers: { ...admin.headers, 'content-type': 'application/json', 'accept-language': 'de' },
      payload,
    });
  expect((await send('{')).json()).toMatchObject({
    code: 'bad-request',
    title: 'Postroom konnte die Anfrage nicht lesen.',
  });
  expect((await send(`"${'x'.repeat(2_000_000)}"`)).json()).toMatchObject({
    status: 413,
    code: 'request-too-large',
  });
});
