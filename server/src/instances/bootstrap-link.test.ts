import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { bootstrapTokenFor, createFirstAdminByLink, verifyBootstrapToken } from './bootstrap-link.ts';
import { openSignIn } from './sign-in.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const secret = 'a secret for testing, long enough';
const wanted = {
  name: 'Ana Silva',
  email: 'Ana@New.example',
  password: 'a river under the moon',
  instance: 'Neue Firma',
};

test('the bootstrap link makes one admin, even if used twice at once', async () => {
  const { deployment } = db;
  const deps = {
    deployment,
    signIn: openSignIn(deployment, { url: 'http://localhost:4400', secrets: [secret] }),
  };
  const token = bootstrapTokenFor(secret);
  expect(bootstrapTokenFor(secret)).toBe(token);
  expect(bootstrapTokenFor(`${secret}!`)).not.toBe(token);
  await verifyBootstrapToken(deployment, token, token);
  await expect(verifyBootstrapToken(deployment, token, `${token}x`)).rejects.toThrow(
    'bootstrap-link-invalid',
  );
  const weak = createFirstAdminByLink(
    deps,
    { token, given: token },
    { ...wanted, password: 'Ana Silva 2026' },
  );
  await expect(weak).rejects.toThrow('password-contains-name');

  const outcomes = await Promise.allSettled(
    [1, 2, 3].map((one) =>
      createFirstAdminByLink(deps, { token, given: token }, { ...wanted, email: `${one}@new.example` }),
    ),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  const made = await deployment.sql
    .selectFrom('membership')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .innerJoin('users', 'users.id', 'membership.userId')
    .select(['instance.slug', 'membership.role', 'users.name'])
    .execute();
  expect(made).toEqual([{ slug: 'neue-firma', role: 'admin', name: 'Ana Silva' }]);
  await expect(verifyBootstrapToken(deployment, token, token)).rejects.toThrow('bootstrap-link-invalid');
});
