import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignRole } from '../instances/instances.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { resetPassword } from './reset-password.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

async function reset(email: string, twoFactor = false) {
  const lines: string[] = [];
  const asked = { email, twoFactor, url: fixture.needs.url };
  const found = await resetPassword(fixture.needs, asked, (line) => lines.push(line));
  const token = /\/password\/([\w-]{43})$/m.exec(lines.join('\n'))?.[1];
  return { found, lines, token };
}
const use = async (token: string | undefined, password: string) => {
  const url = `/api/password/${token}`;
  return (await fixture.app.inject({ method: 'POST', url, payload: { password } })).statusCode;
};

test('prints a link for a member of several organizations, once and for an hour', async () => {
  const { instanceId } = await fixture.admin();
  const person = await fixture.person(instanceId, 'agent');
  const elsewhere = await fixture.admin();
  const { deployment } = fixture.needs;
  await assignRole(deployment, { instanceId: elsewhere.instanceId, userId: person.id, role: 'agent' });
  const first = await reset(person.email.toUpperCase());
  expect(first.lines[0]).toBe(`Give this link to Some agent <${person.email}>, and to nobody else.`);
  const { token } = await reset(person.email);
  expect(await use(first.token, 'three quiet owls sleep')).toBe(404);
  expect(await use(token, 'three quiet owls sleep')).toBe(200);
  expect(await use(token, 'a river under the moon')).toBe(404);

  const late = await reset(person.email);
  const { rows } = await deployment.pool.query(
    `update password_link set expires_at = expires_at - interval '1 hour' where user_id = $1
      returning extract(epoch from now() - expires_at) < 60 as an_hour`,
    [person.id],
  );
  expect(rows).toEqual([{ an_hour: true }]);
  expect(await use(late.token, 'a river under the moon')).toBe(404);

  for (const { instanceId: id } of [{ instanceId }, elsewhere]) {
    const entries = await fixture.inInstance(id, (tx) =>
      tx.sql
        .selectFrom('auditEntry')
        .where('action', '=', 'user.password-link-created')
        .select(['actorId', 'actorName', 'subject'])
        .execute(),
    );
    expect(entries).toEqual(Array(3).fill({ actorId: null, actorName: 'Operator', subject: person.email }));
  }
});

test('turns the second step off only if asked to', async () => {
  const person = await fixture.person((await fixture.admin()).instanceId, 'agent');
  const { pool } = fixture.needs.deployment;
  await pool.query('update users set two_factor_enabled = true where id = $1', [person.id]);
  const isOn = async () =>
    (await pool.query('select two_factor_enabled as on from users where id = $1', [person.id])).rows[0].on;
  await reset(person.email);
  expect(await isOn()).toBe(true);
  expect((await reset(person.email, true)).lines.at(-1)).toBe('The second step is off.');
  expect(await isOn()).toBe(false);
  expect((await reset(person.email, true)).lines.at(-1)).toBe('The second step was off already.');
});

test('says that no user has the address', async () => {
  expect(await reset('nobody@acme.example')).toMatchObject({
    found: false,
    lines: ['No user has the address nobody@acme.example.'],
  });
});
