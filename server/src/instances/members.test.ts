import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEvent } from '../events/record-event.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { assignRole, createInstance } from './instances.ts';
import { changeRole } from './members.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

test('other work does not wait for a change of members', async () => {
  const { deployment, database } = fixture;
  const { id: instanceId } = await createInstance(deployment, { slug: 'a', name: 'A', kind: 'production' });
  const [adminId, agentId] = [uuid(), uuid()];
  for (const [id, role] of [
    [adminId, 'admin'],
    [agentId, 'agent'],
  ] as const) {
    const user = { id, email: `${id}@acme.example`, name: 'Bo', emailVerified: true, image: null };
    await deployment.sql.insertInto('users').values(user).execute();
    await assignRole(deployment, { instanceId, userId: id, role });
  }
  const actor = { id: adminId, name: 'Bo', ipAddress: null };
  await database.inInstance(instanceId, async (tx) => {
    await changeRole(tx, { userId: agentId, role: 'admin', actor });
    // Such as a mailbox check: its event refers to the instance, and its number is counted for all.
    await database.inInstance(instanceId, async (other) =>
      recordEvent(other, { type: 'instance.changed', data: {} }),
    );
  });
  const { role } = await deployment.sql
    .selectFrom('membership')
    .where('userId', '=', agentId)
    .select('role')
    .executeTakeFirstOrThrow();
  expect(role).toBe('admin');
});
