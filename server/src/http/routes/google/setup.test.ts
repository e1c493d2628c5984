import { readFileSync } from 'node:fs';
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

type Check = { id: string; state: string };
const states = async () => {
  const { checks } = (await admin.call('POST', '/google-set-up/check')).body;
  return Object.fromEntries((checks as Check[]).map(({ id, state }) => [id, state]));
};

test('an admin sees what Google needs and which steps are right', async () => {
  const { setUp } = (await admin.call('GET', '/google-set-up')).body;
  expect(setUp).toMatchObject({
    clientId: 'postroom-simulated-client',
    redirectUri: `${fixture.needs.url}/oauth/google/callback`,
    topic: null,
    pushEndpoint: `${fixture.needs.url}/google/notifications`,
  });
  expect(await states()).toMatchObject({
    client: 'ok',
    reach: 'ok',
    redirect: 'unknown',
    topic: 'not-configured',
  });
  await fixture.connect(owner, 'support@acme.example');
  expect(await states()).toMatchObject({ redirect: 'ok', scopes: 'ok' });
});

test('no secret is in any answer', async () => {
  const { body } = await admin.call('GET', '/google-set-up');
  const checks = await admin.call('POST', '/google-set-up/check');
  expect(JSON.stringify([body, checks.body])).not.toContain('postroom-simulated-secret');
});

test('docs/google.md lists the same', async () => {
  const page = readFileSync(new URL('../../../../../docs/google.md', import.meta.url), 'utf8');
  const { setUp } = (await admin.call('GET', '/google-set-up')).body;
  for (const scope of setUp.scopes) expect(page).toContain(`\`${scope}\``);
  for (const address of [setUp.redirectUri, setUp.pushEndpoint, setUp.securityEventsUrl]) {
    expect(page).toContain(address.replace(fixture.needs.url, 'https://desk.acme.com'));
  }
  for (const command of setUp.commands) expect(page).toContain(command);
  for (const setting of [
    'GOOGLE_CLIENT_ID',
    'GOOGLE_CLIENT_SECRET',
    'POSTROOM_URL',
    'GOOGLE_PUBSUB_TOPIC',
    'GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_RISC_CREDENTIALS',
  ]) {
    expect(page).toContain(setting);
  }
});
