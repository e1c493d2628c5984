import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchPause } from '../../../backup/pause.ts';
import { openAttachedMessageReader } from '../../../conversations/attached-message.ts';
import { createEventNotifier } from '../../../events/event-notifier.ts';
import { createQuota } from '../../../google/quota.ts';
import { createSealer } from '../../../google/seal.ts';
import { assignRole, createInstance } from '../../../instances/instances.ts';
import { createUser, openSignIn } from '../../../instances/sign-in.ts';
import { openGmailAccess } from '../../../mailboxes/gmail-access.ts';
import { openQueue } from '../../../queue/queue.ts';
import { openRenderer } from '../../../templates/renderer.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { type CallbackQuery, startSimulatedGoogle } from '../../../testing/simulated-google.ts';
import { createServer } from '../../server.ts';
import type { HttpServer } from '../../services.ts';

const url = 'http://localhost:4400';
let app: HttpServer;
let google: Awaited<ReturnType<typeof startSimulatedGoogle>>;
let instanceId: string;
const closing: Array<() => Promise<unknown>> = [];

beforeAll(async () => {
  const db = await openTestDatabase();
  google = await startSimulatedGoogle();
  const renderer = openRenderer();
  const attachedMessages = openAttachedMessageReader();
  const queue = await openQueue(db.deployment, { isWorker: false, onError: () => {} });
  const eventNotifier = createEventNotifier(db.locks);
  const signIn = openSignIn(db.deployment, { url, secrets: ['a secret that is long enough for this'] });
  const sealer = createSealer(['a secret that is long enough for this']);
  const quota = createQuota();
  const gmail = openGmailAccess({ ...db, google: google.config, sealer, quota });
  const connecting = {
    ...db,
    sealer,
    quota,
    google: google.config,
    gmail,
    url,
    allowConsumerAccounts: false,
  };
  const pause = await watchPause(db.deployment);
  pause.close();
  app = await createServer(
    {
      ...db,
      pause,
      signIn,
      sealer,
      queue,
      eventNotifier,
      renderer,
      attachedMessages,
      connecting,
      url,
      simulator: null,
      notifications: null,
    },
    pino({ level: 'error' }),
  );
  ({ id: instanceId } = await createInstance(db.deployment, {
    slug: 'acme',
    name: 'Acme',
    kind: 'production',
  }));
  for (const role of ['admin', 'agent'] as const) {
    const { id } = await createUser(
      { signIn, sql: db.deployment.sql },
      {
        email: `${role}@acme.example`,
        name: role,
        password: 'long enough',
      },
    );
    await assignRole(db.deployment, { instanceId, userId: id, role });
  }
  closing.push(
    () => db.close(),
    () => google.stop(),
    () => queue.stop(),
    async () => eventNotifier.close(),
    () => renderer.close(),
    () => attachedMessages.close(),
    () => app.close(),
  );
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

async function signedIn(who: string): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: { origin: url },
    payload: { email: `${who}@acme.example`, password: 'long enough' },
  });
  expect(answer.statusCode).toBe(200);
  return [answer.headers['set-cookie']]
    .flat()
    .map((cookie) => cookie!.split(';')[0])
    .join('; ');
}
const api =
  (cookie: string) => async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) => {
    const answer = await app.inject({
      method,
      url: `/api/instances/${instanceId}${path}`,
      headers: { cookie, origin: url },
      payload,
    });
    return { status: answer.statusCode, body: answer.body ? answer.json() : null };
  };
const callback = (cookie: string, query: CallbackQuery) =>
  app.inject({
    url: `/oauth/google/callback?${new URLSearchParams(Object.entries(query))}`,
    headers: { cookie },
  });

test('an admin connects, changes and deletes an address', async () => {
  const cookie = await signedIn('admin');
  const call = api(cookie);
  const started = await call('POST', '/connections', {});
  expect(started.status).toBe(201);
  const { id, authorizationUrl } = started.body;
  expect(Object.fromEntries(new URL(authorizationUrl).searchParams)).toMatchObject({
    response_type: 'code',
    access_type: 'offline',
    prompt: 'consent select_account',
    code_challenge_method: 'S256',
    scope:
      'openid email https://www.googleapis.com/auth/gmail.readonly https://www.googleapis.com/auth/gmail.send',
    redirect_uri: `${url}/oauth/google/callback`,
  });
  const back = await google.signIn(authorizationUrl, { as: 'support@acme.example' });
  const page = await callback(cookie, back);
  expect(page.statusCode).toBe(200);
  expect(page.headers['cross-origin-opener-policy']).toBe('unsafe-none');
  expect(page.body).toContain(`/acme/apps/email/connect/${id}`);
  expect((await call('GET', `/connections/${id}`)).body).toMatchObject({
    state: 'authorised',
    address: 'support@acme.example',
    problem: null,
    reconnects: false,
  });
  const settings = {
    displayName: ' Acme Support ',
    templateId: null,
    dynamicAliasName: false,
    threading: 'single',
  };
  expect((await call('POST', `/connections/${id}/save`, { ...settings, displayName: '  ' })).status).toBe(
    400,
  );
  expect(
    (await call('POST', `/connections/${id}/save`, { ...settings, displayName: 'a\r\nBcc: x@y' })).status,
  ).toBe(400);
  expect((await call('POST', `/connections/${id}/save`, { ...settings, templateId: id })).body.code).toBe(
    'chosen-template-missing',
  );
  const saved = await call('POST', `/connections/${id}/save`, settings);
  expect(saved).toMatchObject({
    status: 201,
    body: {
      mailbox: {
        address: 'support@acme.example',
        displayName: 'Acme Support',
        templateName: 'Blank',
        state: 'connected',
        disconnected: null,
      },
    },
  });
  const mailboxId = saved.body.mailbox.id;
  expect(
    (await call('PATCH', `/mailboxes/${mailboxId}`, { threading: 'history' })).body.mailbox.threading,
  ).toBe('history');
  expect((await call('GET', '/mailboxes')).body.mailboxes).toHaveLength(1);
  const reconnect = await call('POST', '/connections', { mailboxId });
  expect(new URL(reconnect.body.authorizationUrl).searchParams.get('login_hint')).toBe(
    'support@acme.example',
  );
  expect((await call('DELETE', `/connections/${reconnect.body.id}`)).status).toBe(204);
  expect((await call('DELETE', `/mailboxes/${mailboxId}`)).status).toBe(204);
  expect((await call('GET', '/mailboxes')).body.mailboxes).toEqual([]);
  expect((await call('DELETE', `/mailboxes/${mailboxId}`)).status).toBe(404);
  expect(google.tokens()).toEqual([]);
});

test('agents get 403 on every route (C1), the signed-out 401', async () => {
  const call = api(await signedIn('agent'));
  const some = '01900000-0000-7000-8000-000000000000';
  for (const [method, path] of [
    ['GET', '/mailboxes'],
    ['PATCH', `/mailboxes/${some}`],
    ['DELETE', `/mailboxes/${some}`],
    ['POST', '/connections'],
    ['GET', `/connections/${some}`],
    ['POST', `/connections/${some}/save`],
    ['DELETE', `/connections/${some}`],
  ] as const) {
    expect(await call(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).toMatchObject({
      status: 403,
      body: { code: 'admins-only' },
    });
    expect(await api('')(method, path)).toMatchObject({ status: 401 });
  }
});

test('a malformed callback gets a page that explains it', async () => {
  const cookie = await signedIn('admin');
  for (const query of [
    '',
    '?state=x',
    '?state=a&state=b&code[]=1',
    '?error=%3Cscript%3E&state=%00',
    `?state=${'a'.repeat(4000)}`,
  ]) {
    const page = await app.inject({ url: `/oauth/google/callback${query}`, headers: { cookie } });
    expect(page.statusCode).toBe(400);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('This sign-in link is not known to Postroom.');
    expect(page.body).not.toContain('<script>');
  }
  const { body } = await api(cookie)('POST', '/connections', {});
  const elsewhere = await callback(
    '',
    await google.signIn(body.authorizationUrl, { as: 'support@acme.example' }),
  );
  expect(elsewhere.statusCode).toBe(403);
  expect(elsewhere.body).toContain('another browser');
  const denied = await callback(cookie, {
    state: new URL(body.authorizationUrl).searchParams.get('state')!,
    error: '<b>odd</b>',
  });
  expect(denied.statusCode).toBe(200);
  expect((await api(cookie)('GET', `/connections/${body.id}`)).body).toMatchObject({
    state: 'refused',
    problem: { code: 'sign-in-refused' },
  });
});
