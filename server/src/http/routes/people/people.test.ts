import { afterAll, beforeAll, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../../google-simulator/src/mail/messages.ts';
import { parseMime } from '../../../mail/mime/parse-mime.ts';
import { sweepDeletedInstances } from '../../../mailboxes/delete-instances.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

type Answer = { status: number; body: Record<string, never> & Record<string, string>; cookie: string };
/** Calls a route below /api signed out, or with a user's cookie. */
async function ask(method: string, path: string, payload?: object, cookie = ''): Promise<Answer> {
  const answer = await fixture.app.inject({
    method: method as 'GET',
    url: `/api${path}`,
    headers: { origin: fixture.needs.url, cookie },
    ...(payload && { payload }),
  });
  const set = [answer.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
  return {
    status: answer.statusCode,
    body: answer.body.startsWith('{') ? answer.json() : {},
    cookie: set.join('; '),
  };
}
const signInAs = (email: string, password: string) => ask('POST', '/auth/sign-in/email', { email, password });
const good = 'a river under the moon';
const tokenIn = (url: string) => url.split('/').at(-1)!;
const actions = async (instanceId: string) => {
  const rows = await fixture.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('auditEntry')
      .where('action', '<>', 'user.signed-in')
      .select(['action', 'subject'])
      .orderBy('at')
      .orderBy('id')
      .execute(),
  );
  return rows.map(({ action, subject }) => `${action} ${subject}`);
};

test('an invitation by link lets one person in, once', async () => {
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  const invited = await admin.call('POST', '/invitations', { email: 'Cy@New.example', role: 'agent' });
  expect(invited.status).toBe(201);
  expect(invited.body.link.sentFrom).toBe(null);
  expect(await admin.call('POST', '/invitations', { email: 'cy@new.example', role: 'agent' })).toMatchObject({
    status: 409,
    body: { code: 'already-invited' },
  });
  const first = tokenIn(invited.body.link.url);
  expect((await ask('GET', `/invitations/${first}`)).body).toMatchObject({
    email: 'cy@new.example',
    hasAccount: false,
  });

  // After resending, only the new link is valid.
  const { id } = invited.body.invitation;
  const again = await admin.call('POST', `/invitations/${id}/resend`);
  const token = tokenIn(again.body.link.url);
  expect((await ask('GET', `/invitations/${first}`)).body.code).toBe('invitation-invalid');

  const weak = await ask('POST', `/invitations/${token}/accept`, { name: 'Cy', password: 'password1234' });
  expect(weak).toMatchObject({ status: 400, body: { code: 'password-too-common' } });
  const both = await Promise.all(
    [1, 2].map(() => ask('POST', `/invitations/${token}/accept`, { name: 'Cy Young', password: good })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect((await signInAs('cy@new.example', good)).status).toBe(200);
  const { body } = await admin.call('GET', '/members');
  expect((await admin.call('GET', '/invitations')).body.invitations).toEqual([]);
  expect(body.members).toContainEqual(expect.objectContaining({ name: 'Cy Young', role: 'agent' }));
  expect(await actions(instanceId)).toEqual([
    'user.invited cy@new.example',
    'user.invited-again cy@new.example',
    'user.joined cy@new.example',
  ]);
});

test('a revoked or expired invitation is invalid; a user joins signed in', async () => {
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  const back = await admin.call('POST', '/invitations', { email: 'back@new.example', role: 'agent' });
  await admin.call('DELETE', `/invitations/${back.body.invitation.id}`);
  expect((await ask('GET', `/invitations/${tokenIn(back.body.link.url)}`)).status).toBe(404);
  const old = await admin.call('POST', '/invitations', { email: 'old@new.example', role: 'agent' });
  await fixture.needs.deployment.pool.query(
    `update invitation set expires_at = now() - interval '1 second' where id = $1`,
    [old.body.invitation.id],
  );
  const late = { name: 'Old', password: good };
  expect((await ask('POST', `/invitations/${tokenIn(old.body.link.url)}/accept`, late)).status).toBe(404);

  const elsewhere = await fixture.person((await fixture.admin()).instanceId, 'agent');
  const { rows } = await fixture.needs.deployment.pool.query('select email from users where id = $1', [
    elsewhere.id,
  ]);
  const invited = await admin.call('POST', '/invitations', { email: rows[0].email, role: 'admin' });
  const token = tokenIn(invited.body.link.url);
  expect((await ask('GET', `/invitations/${token}`)).body).toMatchObject({ hasAccount: true });
  const taken = await ask('POST', `/invitations/${token}/accept`, { name: 'Thief', password: good });
  expect(taken).toMatchObject({ status: 409, body: { code: 'has-account' } });
  const other = await ask('POST', `/invitations/${token}/join`, undefined, admin.headers.cookie);
  expect(other).toMatchObject({ status: 403, body: { code: 'invitation-for-another' } });
  expect((await ask('POST', `/invitations/${token}/join`, undefined, elsewhere.headers.cookie)).status).toBe(
    200,
  );
  const me = await ask('GET', '/me', undefined, elsewhere.headers.cookie);
  expect(me.body.instances).toHaveLength(2);
});

test('of two admins who demote each other at once, one stays admin', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { instanceId, browser } = await fixture.admin();
    const [one, two] = [await fixture.person(instanceId, 'admin'), await fixture.person(instanceId, 'admin')];
    expect((await one.call('PATCH', `/members/${browser.userId}`, { role: 'agent' })).status).toBe(204);
    const outcomes = await Promise.all([
      one.call('PATCH', `/members/${two.id}`, { role: 'agent' }),
      two.call('POST', `/members/${one.id}/deactivate`, { reassignTo: null }),
    ]);
    // The second is the last admin; or, a moment later, no admin any more.
    expect(outcomes.filter(({ status }) => status < 300)).toHaveLength(1);
    const { rows } = await fixture.needs.deployment.pool.query(
      `select 1 from membership where instance_id = $1 and role = 'admin' and deactivated_at is null`,
      [instanceId],
    );
    expect(rows).toHaveLength(1);
  }
});

test('a deactivated member sees nothing; their conversations are reassigned', async () => {
  const acme = await fixture.admin();
  const { instanceId } = acme;
  const [admin, agent, other] = [
    await fixture.person(instanceId, 'admin'),
    await fixture.person(instanceId, 'agent'),
    await fixture.person(instanceId, 'agent'),
  ];
  await fixture.truncateMailboxes();
  const mailboxId = await fixture.connect(acme, 'support@acme.example');
  const ids = await conversations(instanceId, mailboxId, agent.id, ['open', 'snoozed', 'done']);
  const stream = await fetch(`${fixture.address}/api/instances/${instanceId}/events`, {
    headers: agent.headers,
  });
  const streamEnded = stream.text();
  const bad = await admin.call('POST', `/members/${agent.id}/deactivate`, { reassignTo: agent.id });
  expect(bad.body.code).toBe('reassign-to-same-person');
  const done = await admin.call('POST', `/members/${agent.id}/deactivate`, { reassignTo: other.id });
  expect(done.body).toEqual({ reassigned: 2 });
  await streamEnded;
  expect((await agent.call('GET', '/conversations')).body.code).toBe('not-a-member');
  const { rows } = await fixture.needs.deployment.pool.query(
    'select id, assignee_id as who from conversation where instance_id = $1',
    [instanceId],
  );
  expect(new Map(rows.map(({ id, who }) => [id, who]))).toEqual(
    new Map([
      [ids[0], other.id],
      [ids[1], other.id],
      [ids[2], agent.id],
    ]),
  );
  const assigned = await admin.call('PATCH', `/conversations/${ids[0]}`, { assigneeId: agent.id });
  expect(assigned.body.code).toBe('assignee-not-member');
  expect((await admin.call('GET', '/people')).body.people.map(({ id }: { id: string }) => id)).not.toContain(
    agent.id,
  );
  await admin.call('POST', `/members/${agent.id}/reactivate`);
  expect((await agent.call('GET', '/conversations')).status).toBe(200);
  expect((await actions(instanceId)).map((one) => one.split(' ')[0])).toEqual([
    'mailbox.connected',
    'user.deactivated',
    'user.reactivated',
  ]);
});

async function conversations(instanceId: string, mailboxId: string, assigneeId: string, states: string[]) {
  const { pool } = fixture.needs.deployment;
  const { rows } = await pool.query(
    `with c as (insert into customer (instance_id, id, name) values ($1, gen_random_uuid(), 'Ana') returning id)
     insert into conversation (instance_id, id, customer_id, mailbox_id, subject, status, last_message_at, assignee_id)
     select $1, gen_random_uuid(), c.id, $2, state, state, now(), $3 from c, unnest($4::text[]) with ordinality t (state, n)
     order by n returning id, status`,
    [instanceId, mailboxId, assigneeId, states],
  );
  return states.map((state) => rows.find(({ status }) => status === state).id as string);
}

test('mail is in the language of its recipient, or else of the inviter', async () => {
  const acme = await fixture.admin();
  const admin = await fixture.person(acme.instanceId, 'admin');
  await fixture.truncateMailboxes();
  await fixture.connect(acme, 'support@acme.example');
  const newest = async (address: string) => {
    const { id } = messagesWith(fixture.google.simulator, address, { limit: 1 })[0]!;
    const mail = await parseMime(rawOf(fixture.google.simulator, address, id));
    if (mail.kind !== 'parsed') return expect.unreachable();
    return `${mail.subject}\n${mail.text}`;
  };
  const { cookie } = admin.headers;
  expect((await ask('PATCH', '/me', { language: 'xx' }, cookie)).status).toBe(400);
  expect((await ask('PATCH', '/me', { language: 'de', name: 'Jörg Łukasz' }, cookie)).status).toBe(204);
  expect((await ask('GET', '/me', undefined, cookie)).body).toMatchObject({
    user: { language: 'de', name: 'Jörg Łukasz' },
  });
  const colleague = 'billing@acme.example';
  const invited = await admin.call('POST', '/invitations', { email: colleague, role: 'agent' });
  const first = await newest(colleague);
  expect(first).toMatch(/^Jörg Łukasz lädt Sie zu .+ in Postroom ein\n/);
  expect(first).toContain(`Öffnen Sie diesen Link innerhalb einer Woche`);
  const token = tokenIn(invited.body.link.url);
  await ask('POST', `/invitations/${token}/accept`, { name: 'Bill Ing', password: good });

  const asked = async (language: string | null, subject: string) => {
    await fixture.needs.deployment.sql
      .updateTable('users')
      .set({ language })
      .where('email', '=', colleague)
      .execute();
    expect((await ask('POST', '/password', { email: colleague })).status).toBe(202);
    await expect.poll(() => newest(colleague)).toMatch(new RegExp(`^${subject}\n`));
    return newest(colleague);
  };
  expect(await asked('de', 'Ein neues Passwort für Postroom')).toContain('hat ein neues Passwort für Ihr');
  expect(await asked('fr', 'Un nouveau mot de passe pour Postroom')).toContain('Ouvrez ce lien dans l’heure');
  expect(await asked(null, 'A new password for Postroom')).toContain('Open this link within an hour');

  // A person who has an account is invited in their own language.
  const other = await fixture.admin();
  await fixture.connect(other, 'sales@acme.example');
  const german = await fixture.person(other.instanceId, 'admin');
  await ask('PATCH', '/me', { language: 'de' }, german.headers.cookie);
  await fixture.needs.deployment.sql
    .updateTable('users')
    .set({ language: 'en' })
    .where('email', '=', colleague)
    .execute();
  await german.call('POST', '/invitations', { email: colleague, role: 'agent' });
  expect(await newest(colleague)).toMatch(/^Some admin invites you to /);
});

test('account mail leaves from a connected address, without a conversation', async () => {
  const acme = await fixture.admin();
  const { instanceId } = acme;
  const admin = await fixture.person(instanceId, 'admin');
  await fixture.truncateMailboxes();
  const mailboxId = await fixture.connect(acme, 'support@acme.example');
  const colleague = 'john@acme.example';
  const invited = await admin.call('POST', '/invitations', { email: colleague, role: 'agent' });
  expect(invited.body.link.sentFrom).toBe('support@acme.example');
  const received = messagesWith(fixture.google.simulator, colleague, { limit: 1 })[0]!;
  const raw = rawOf(fixture.google.simulator, colleague, received.id).toString();
  expect(raw).toMatch(/X-Postroom-Account-Mail: /);
  const token = tokenIn(invited.body.link.url);
  expect(raw.replace(/=\r?\n/g, '')).toContain(token);

  const { syncMailbox } = await import('../../../inbound/sync/sync-mailbox.ts');
  const { openParser } = await import('../../../inbound/parse/parser.ts');
  const parser = openParser();
  const { database, locks, gmail } = fixture.needs;
  await syncMailbox(
    { database, locks, gmail, parser },
    { instanceId, mailboxId },
    new AbortController().signal,
  );
  await parser.close();
  const read = await fixture.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('gmailMessage').select('messageId').execute(),
  );
  expect(read).toEqual([{ messageId: null }]);
  expect((await admin.call('GET', '/conversations')).body.conversations).toEqual([]);

  await ask('POST', `/invitations/${token}/accept`, { name: 'John Carter', password: good });
  const held = await signInAs(colleague, good);
  expect((await ask('POST', '/password', { email: 'nobody@acme.example' })).status).toBe(202);
  expect((await ask('POST', '/password', { email: colleague })).status).toBe(202);
  const newest = () => messagesWith(fixture.google.simulator, colleague, { limit: 1 })[0]!.id;
  await expect.poll(newest).not.toBe(received.id);
  const mail = rawOf(fixture.google.simulator, colleague, newest())
    .toString()
    .replace(/=\r?\n/g, '');
  const reset = /\/password\/([\w-]{43})/.exec(mail)![1]!;
  expect((await ask('POST', `/password/${reset}`, { password: 'John Carter 22' })).body.code).toBe(
    'password-contains-name',
  );
  const fresh = 'three quiet owls sleep';
  expect((await ask('POST', `/password/${reset}`, { password: fresh })).body.email).toBe(colleague);
  expect((await ask('POST', `/password/${reset}`, { password: fresh })).body.code).toBe(
    'password-link-invalid',
  );
  expect((await ask('GET', '/me', undefined, held.cookie)).status).toBe(401);
  expect((await signInAs(colleague, good)).status).toBe(401);
  expect((await signInAs(colleague, fresh)).status).toBe(200);
  // Three per address and quarter of an hour, whoever asks.
  for (let round = 0; round < 2; round += 1) await ask('POST', '/password', { email: colleague });
  expect((await ask('POST', '/password', { email: colleague })).body.code).toBe('too-many-attempts');
});

test('an admin makes a password link, but not for members of others', async () => {
  const { instanceId } = await fixture.admin();
  const [admin, agent] = [
    await fixture.person(instanceId, 'admin'),
    await fixture.person(instanceId, 'agent'),
  ];
  const made = await admin.call('POST', `/members/${agent.id}/password-link`);
  expect(made.status).toBe(201);
  expect((await ask('POST', `/password/${tokenIn(made.body.url)}`, { password: good })).status).toBe(200);
  const { pool } = fixture.needs.deployment;
  await pool.query('update users set two_factor_enabled = true where id = $1', [agent.id]);
  await pool.query(
    `insert into two_factor (id, user_id, secret, backup_codes, verified) values (gen_random_uuid(), $1, '', '', true)`,
    [agent.id],
  );
  expect((await admin.call('DELETE', `/members/${agent.id}/two-factor`)).status).toBe(204);
  expect((await pool.query('select 1 from two_factor where user_id = $1', [agent.id])).rowCount).toBe(0);
  expect((await admin.call('DELETE', `/members/${agent.id}/two-factor`)).status).toBe(204);
  expect(await actions(instanceId)).toHaveLength(3);
  const { assignRole } = await import('../../../instances/instances.ts');
  const elsewhere = (await fixture.admin()).instanceId;
  await assignRole(fixture.needs.deployment, { instanceId: elsewhere, userId: agent.id, role: 'agent' });
  expect((await admin.call('POST', `/members/${agent.id}/password-link`)).body.code).toBe(
    'member-of-other-organizations',
  );
  expect((await admin.call('DELETE', `/members/${agent.id}/two-factor`)).body.code).toBe(
    'member-of-other-organizations',
  );
});

test('changing the password needs the present one and ends other sessions', async () => {
  const { instanceId } = await fixture.admin();
  const agent = await fixture.person(instanceId, 'agent');
  const { rows } = await fixture.needs.deployment.pool.query('select email from users where id = $1', [
    agent.id,
  ]);
  const other = await signInAs(rows[0].email, 'long enough to sign in');
  const { cookie } = agent.headers;
  const list = await ask('GET', '/me/sessions', undefined, cookie);
  expect(
    (list.body.sessions as unknown as Array<{ current: boolean }>).map(({ current }) => current),
  ).toEqual([true, false]);
  expect((await ask('POST', '/me/password', { current: 'wrong', password: good }, cookie)).body.code).toBe(
    'wrong-password',
  );
  const change = { current: 'long enough to sign in', password: good };
  expect((await ask('POST', '/me/password', change, cookie)).status).toBe(204);
  expect((await ask('GET', '/me', undefined, other.cookie)).status).toBe(401);
  expect((await ask('GET', '/me', undefined, cookie)).status).toBe(200);
  expect((await ask('PATCH', '/me', { name: 'New Name' }, cookie)).status).toBe(204);
  expect(await actions(instanceId)).toEqual([
    `user.password-changed ${rows[0].email}`,
    `user.renamed ${rows[0].email}`,
  ]);
  for (const path of ['change-password', 'update-user', 'reset-password', 'sign-up/email', 'list-sessions']) {
    const answer = await ask('POST', `/auth/${path}`, {}, cookie);
    expect(answer.status, path).toBe(404);
  }
});

test('password guesses are limited by account; client headers do not count', async () => {
  const { instanceId } = await fixture.admin();
  const agent = await fixture.person(instanceId, 'agent');
  const { rows } = await fixture.needs.deployment.pool.query('select email from users where id = $1', [
    agent.id,
  ]);
  const { email } = rows[0];
  for (let guess = 0; guess < 10; guess += 1) {
    expect((await signInAs(email, `guess number ${guess}`)).status).toBe(401);
  }
  expect(await signInAs(email.toUpperCase(), 'long enough to sign in')).toMatchObject({
    status: 429,
    body: { code: 'too-many-attempts' },
  });
  await fixture.needs.deployment.pool.query('update attempt set resets_at = now()');
  expect((await signInAs(email, 'long enough to sign in')).status).toBe(200);
  const lying = await fixture.app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: { origin: fixture.needs.url, 'x-postroom-client': '6.6.6.6' },
    payload: { email, password: 'long enough to sign in' },
  });
  expect(lying.statusCode).toBe(200);
  const places = await fixture.needs.deployment.pool.query(
    'select distinct ip_address as ip from session where user_id = $1',
    [agent.id],
  );
  expect(places.rows).toEqual([{ ip: '127.0.0.1' }]);
});

test('an admin creates, renames and deletes an instance with its data', async () => {
  const acme = await fixture.admin();
  const admin = await fixture.person(acme.instanceId, 'admin');
  const { cookie } = admin.headers;
  const agent = await fixture.person(acme.instanceId, 'agent');
  const wanted = { name: 'Ünder Test', kind: 'sandbox' };
  expect((await ask('POST', '/instances', wanted, agent.headers.cookie)).status).toBe(403);
  const made = await ask('POST', '/instances', wanted, cookie);
  const twice = await ask('POST', '/instances', wanted, cookie);
  expect([made.body.slug, twice.body.slug]).toEqual(['under-test', 'under-test-2']);
  const instanceId = made.body.id!;
  const path = `/instances/${instanceId}`;
  expect((await ask('PATCH', path, { name: 'Tests' }, cookie)).status).toBe(204);

  await fixture.truncateMailboxes();
  const there = {
    ...acme,
    instanceId,
    browser: { ...acme.browser, userId: admin.id },
    actor: { ...acme.actor, id: admin.id },
  };
  const mailboxId = await fixture.connect(there, 'sales@acme.example');
  await conversations(instanceId, mailboxId, admin.id, ['open']);
  expect((await ask('GET', `${path}/contents`, undefined, cookie)).body).toEqual({
    mailboxes: ['sales@acme.example'],
    conversations: 1,
    customers: 1,
    people: 1,
  });
  expect((await ask('DELETE', path, { name: 'Ünder Test' }, cookie)).body.code).toBe(
    'organization-name-mismatch',
  );
  expect((await ask('DELETE', path, { name: 'Tests' }, cookie)).status).toBe(202);
  expect(await fixture.waiting('sweep-instances')).toHaveLength(1);
  expect((await ask('GET', `${path}/contents`, undefined, cookie)).body.code).toBe('not-a-member');

  // While Google does not answer, the tokens are kept; then everything is deleted.
  const { deployment, database } = fixture.needs;
  const deps = { deployment, database, connecting: fixture.needs };
  const fault = { method: 'revoke', kind: '503', times: 1 };
  await fetch(`${fixture.google.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  expect(await sweepDeletedInstances(deps, new Date())).toEqual({
    removed: [],
    waiting: [instanceId],
    failed: [],
  });
  expect(await sweepDeletedInstances(deps, new Date())).toEqual({
    removed: [instanceId],
    waiting: [],
    failed: [],
  });
  const { rows } = await deployment.pool.query(
    `select table_name as name from information_schema.columns where column_name = 'instance_id' and table_schema = 'public'`,
  );
  for (const { name } of rows) {
    const left = await deployment.pool.query(`select 1 from "${name}" where instance_id = $1`, [instanceId]);
    expect(`${name} ${left.rowCount}`).toBe(`${name} 0`);
  }
  // The account can be connected in another instance.
  await fixture.connect(acme, 'sales@acme.example');
});
