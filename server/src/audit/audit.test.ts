import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { audit } from './record-audit-entry.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

test('neither the application nor the table owner can change or delete entries', async () => {
  const { instanceId, actor } = await fixture.admin();
  await fixture.inInstance(instanceId, (tx) => audit(tx, actor, { action: 'user.renamed', subject: 'It' }));
  const { pool } = fixture.needs.deployment;
  for (const statement of [
    `update audit_entry set actor_name = 'somebody else'`,
    'delete from audit_entry',
    'truncate audit_entry',
    'truncate instance cascade',
  ]) {
    await expect(pool.query(statement), statement).rejects.toThrow('the audit log is append-only');
    const asApplication = `begin; set local role postroom_app; set local postroom.instance = '${instanceId}'; ${statement}; commit`;
    const client = await pool.connect();
    await expect(client.query(asApplication), statement).rejects.toThrow(/permission denied/);
    await client.query('rollback');
    client.release();
  }
  const { rows } = await pool.query('select actor_name as name from audit_entry where instance_id = $1', [
    instanceId,
  ]);
  expect(rows).toEqual([{ name: 'Alex Admin' }]);
});

test('the log is filtered, read page by page, and exported as CSV', async () => {
  const { instanceId, actor } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  const other = { id: admin.id, name: '=cmd|calc', ipAddress: '10.0.0.7' };
  for (let one = 0; one < 120; one += 1) {
    const by = one % 3 === 0 ? other : actor;
    const entry = {
      action: one % 2 === 0 ? ('bulk.start' as const) : ('bulk.pause' as const),
      subject: `Subject ${one}`,
      after: { one },
    };
    await fixture.inInstance(instanceId, (tx) => audit(tx, by, entry));
  }
  const read = async (query: string) => {
    const subjects: string[] = [];
    let after = '';
    for (let pages = 1; ; pages += 1) {
      const { body } = await admin.call('GET', `/audit?${query}${after}`);
      subjects.push(...body.entries.map(({ subject }: { subject: string }) => subject));
      if (!body.next) return { subjects, pages, body };
      after = `&after=${body.next}`;
    }
  };
  const all = await read('');
  expect(all.pages).toBe(3);
  expect(all.subjects).toEqual(Array.from({ length: 120 }, (_, one) => `Subject ${119 - one}`));
  expect(all.body.actions).toEqual(['bulk.pause', 'bulk.start']);
  expect(all.body.actors).toEqual([
    { id: admin.id, name: '=cmd|calc' },
    { id: actor.id, name: 'Alex Admin' },
  ]);
  expect((await read(`actorId=${admin.id}&action=bulk.pause`)).subjects).toHaveLength(20);
  expect((await read('subject=SUBJECT 11')).subjects).toHaveLength(11);
  const middle = all.body.entries.at(-1).at;
  const [early, late] = [await read(`until=${middle}`), await read(`from=${middle}`)];
  expect([...late.subjects, ...early.subjects]).toEqual(all.subjects);
  expect((await read(`from=${new Date(Date.now() + 60_000).toISOString()}`)).subjects).toEqual([]);

  const file = await fixture.app.inject({
    url: `/api/instances/${instanceId}/audit.csv?action=bulk.start`,
    headers: admin.headers,
  });
  expect(file.headers['content-type']).toMatch(/^text\/csv/);
  const lines = file.body.trim().split('\n');
  expect(lines).toHaveLength(61);
  expect(file.body).toContain(`,'=cmd|calc,bulk.start,Subject 0,,"{""one"":0}",10.0.0.7`);
});
