import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createUser, openSignIn } from './sign-in.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

test('lines of better-auth are in the log, without what somebody typed', async () => {
  const lines: Array<{ level: string; fields: object; message: string }> = [];
  const line = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const printed = vi.spyOn(console, 'error');
  const options = {
    url: 'http://localhost:4400',
    secrets: ['a secret for testing, long enough'] as [string],
  };
  const signIn = openSignIn(db.deployment, options, log);
  const email = 'ana@new.example';
  const password = 'a river under the moon';
  await createUser({ signIn, sql: db.deployment.sql }, { email, name: 'Ana', password });
  for (const typed of [
    { email, password: 'a mistyped password' },
    { email: 'mistyped@new.example', password },
  ]) {
    const body = JSON.stringify(typed);
    const headers = { 'content-type': 'application/json' };
    const request = new Request(`${options.url}/api/auth/sign-in/email`, { method: 'POST', headers, body });
    const { handler } = await signIn.betterAuth();
    expect((await handler(request)).status).toBe(401);
  }
  expect(lines).toEqual([
    { level: 'warn', fields: { from: 'better-auth' }, message: 'Invalid password' },
    { level: 'warn', fields: { from: 'better-auth' }, message: 'User not found' },
  ]);
  expect(printed).not.toHaveBeenCalled();
});
