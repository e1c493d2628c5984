import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<typeof fixture.person>>;
const bulkId = uuid();
let created: Awaited<ReturnType<typeof admin.call>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
  const acme = await fixture.admin();
  admin = await fixture.person(acme.instanceId, 'admin');
  const mailboxId = await fixture.connect(acme, 'support@acme.example');
  created = await admin.call('PUT', `/bulk-messages/${bulkId}`, {
    mailboxId,
    subject: 'News',
    html: '<p>x</p>',
  });
  const list = 'email,language\nde@far.example,de-AT\nnone@far.example,\n';
  await admin.call('POST', `/bulk-messages/${bulkId}/recipients`, { list });
});
afterAll(() => fixture?.close());

const tokenOf = async (address: string) => {
  const { rows } = await fixture.needs.deployment.pool.query<{ token: string }>(
    'select token from bulk_recipient where address = $1',
    [address],
  );
  return rows[0]!.token;
};
const open = (token: string, language: string, method: 'GET' | 'POST' = 'GET') =>
  fixture.app.inject({ method, url: `/unsubscribe/${token}`, headers: { 'accept-language': language } });

test('the page is in the language that the list gives, else in that of the browser', async () => {
  const listed = await open(await tokenOf('de@far.example'), 'fr');
  expect(listed.headers['content-language']).toBe('de');
  expect(listed.body).toMatch(/<html lang="de">.*Soll de@far\.example keine Nachrichten.*<button>Abmelden/s);
  const token = await tokenOf('none@far.example');
  expect((await open(token, 'fr-CA,en;q=0.5')).body).toMatch(/lang="fr".*<button>Se désabonner/s);
  expect((await open(token, 'tlh')).body).toMatch(/lang="en".*<button>Unsubscribe/s);
  expect((await open('unknown', 'de')).body).toContain('Dieser Link ist hier nicht bekannt.');
  // Opening it changes nothing: programs that scan mail open every link.
  const { rows } = await fixture.needs.deployment.pool.query('select address from unsubscribed');
  expect(rows).toEqual([]);
  expect((await open(token, 'de', 'POST')).body).toContain('Sie sind abgemeldet.');
  const after = await fixture.needs.deployment.pool.query('select address from unsubscribed');
  expect(after.rows).toEqual([{ address: 'none@far.example' }]);
});

test('that one click is missing is said before a bulk message is sent', async () => {
  expect(created.body.bulkMessage.oneClickProblem).toMatchObject({
    code: 'bulk-without-one-click',
    params: { url: fixture.needs.url },
    title: 'Mail programs will not offer to unsubscribe with one click.',
  });
});
