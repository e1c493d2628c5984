import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

type Schema = { $ref?: string; type?: string; properties?: Record<string, Schema> };
type Operation = {
  parameters?: Array<{ name: string; in: string; required?: boolean }>;
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
};
type Document = {
  paths: Record<string, { get?: Operation }>;
  components: { schemas: Record<string, Schema> };
};

const below = '/api/instances/{instanceId}';

/** The lists without pages, and what keeps each of them short. */
const bounded: Record<string, string> = {
  '/api/me instances': 'the memberships of one person',
  '/api/sign-in providers': 'the providers of the configuration',
  '/api/me/sign-in-ways providers': 'the providers of the configuration',
  [`${below}/retention/preview examples`]: 'a few examples',
  [`${below}/mailboxes/{mailboxId} aliases`]: 'Gmail allows 99 send-as addresses',
  [`${below}/mailboxes/{mailboxId}/traffic days`]: 'one row a day, of 90 days',
  [`${below}/views mailboxes`]: 'counts, one row an address; GET mailboxes and GET senders have pages',
  [`${below}/views filters`]: 'counts of at most 30 filters; GET filters has pages',
  [`${below}/conversations/in-view conversations`]: 'at most as many as there are ids in the request',
  [`${below}/conversations/{conversationId} messages`]:
    'the first page; the messages have a list of their own',
  [`${below}/conversations/{conversationId} events`]: 'those in the time of its messages',
  [`${below}/conversations/{conversationId}/messages events`]: 'those in the time of its messages',
  [`${below}/conversations/{conversationId}/reply-defaults to`]: 'recipients of one message',
  [`${below}/conversations/{conversationId}/reply-defaults cc`]: 'recipients of one message',
  [`${below}/conversations/{conversationId}/reply-defaults newParticipants`]: 'recipients of one message',
  [`${below}/conversations/{conversationId}/reply-defaults ignoredReplyTo`]: 'recipients of one message',
  [`${below}/conversations/{conversationId}/reply-defaults unawareOfCopy`]: 'recipients of one message',
  [`${below}/conversations/{conversationId}/writers writers`]: 'members who wrote in the last two minutes',
  [`${below}/tags tags`]: 'at most 500 tags',
  [`${below}/search problems`]: 'the words of one search',
  [`${below}/audit actors`]: 'choices of the filter: one row a member',
  [`${below}/audit actions`]: 'choices of the filter: the actions there are',
  [`${below}/reports/times groups`]: 'one row a member, an address or a tag',
  [`${below}/reports/volume steps`]: 'one row a day, week or month',
  [`${below}/reports/volume hours`]: 'the hours of a week',
  [`${below}/reports/backlog ages`]: 'a fixed number of ages',
  [`${below}/reports/backlog waiting`]: 'a fixed number of ages',
  [`${below}/customers/{customerId}/volume steps`]: 'one row a day, week or month',
  [`${below}/own-addresses addresses`]: 'at most 500 addresses',
  [`${below}/own-addresses offered`]: 'at most 20',
  [`${below}/customers customers`]: 'the best 10 of a search; customers/list has pages',
  [`${below}/customers/{customerId} notes`]: 'the newest 100; the notes have a list of their own',
  [`${below}/customers/{customerId} merges`]: 'merges of one customer, each by hand',
  [`${below}/bulk-messages/{bulkId}/preview unknown`]: 'the fields of one message',
  [`${below}/bulk-messages/{bulkId}/preview emptyFields`]: 'the fields of one message',
  [`${below}/messages/{messageId}/source headers`]: 'the headers of one message',
  [`${below}/attachments/{attachmentId}/message to`]: 'recipients of one message',
  [`${below}/attachments/{attachmentId}/message cc`]: 'recipients of one message',
  [`${below}/attachments/{attachmentId}/message attachments`]: 'the files of one message',
  [`${below}/health areas`]: 'seven areas',
  [`${below}/health processes`]: 'the processes of the last minutes',
  [`${below}/contents mailboxes`]: 'what a deletion names, one row an address',
};

/** The rows that each list of the seeded instance is filled with, as changes to copies of those it has. */
const copies: Array<[table: string, changes: Record<string, string>]> = [
  ['saved_reply', { name: `name || n` }],
  ['saved_filter', {}],
  ['template', { name: `name || n` }],
  ['template_version', { version: `version + n` }],
  ['mailbox', { address: `n || address`, google_sub: `google_sub || n` }],
  ['unfetched_message', { gmail_id: `gmail_id || n` }],
  ['mailbox_import', { state: `'done'` }],
  ['conversation', { quiet_for: 'null' }],
  ['message', {}],
  ['draft', { kind: `'new'`, conversation_id: 'null', forwarded_id: 'null' }],
  ['customer', {}],
  ['customer_note', { created_at: `created_at + n * interval '1 microsecond'` }],
  ['bulk_message', {}],
  ['bulk_recipient', { position: `position + n`, address: `n || address`, token: `token || n` }],
  // Times that differ by microseconds, which JavaScript does not tell apart.
  ['notification', { created_at: `created_at + n * interval '1 microsecond'` }],
  ['webhook', {}],
  ['webhook_delivery', { seq: 'null', created_at: `created_at + n * interval '1 microsecond'` }],
  ['audit_entry', { at: `at + n * interval '1 microsecond'` }],
  ['invitation', { email: `n || email`, token_hash: `token_hash || n` }],
];

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let world: SeededInstance;
let document: Document;
let headers: Record<string, string>;

beforeAll(async () => {
  fixture = await createHttpFixture();
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  ({ headers } = admin);
  const { deployment } = fixture.needs;
  const agent = await fixture.person(instanceId, 'agent');
  world = await seedInstance(deployment, { owner: admin.id, admin: admin.id, agent: agent.id });
  await deployment.pool.query(`update instance set kind = 'production' where id = $1`, [world.instanceId]);
  for (const [table, changes] of copies) await copyRows(table, changes);
  for (const name of ['one', 'two', 'three']) {
    const { id } = await fixture.person(instanceId, 'agent');
    await deployment.pool.query(`update users set name = 'Same name' where id = $1`, [id]);
    await deployment.pool.query(
      `insert into membership (instance_id, user_id, role, deactivated_at)
       values ($1, $2, 'agent', case when $3 = 'one' then now() end)`,
      [world.instanceId, id, name],
    );
  }
  await deployment.pool.query(
    `insert into session (id, user_id, token, expires_at, created_at, updated_at)
     select gen_random_uuid(), user_id, token || n, expires_at, created_at, updated_at
     from session, generate_series(1, 4) n where user_id = $1`,
    [admin.id],
  );
  for (const name of ['one', 'two', 'three', 'four']) {
    const payload = { name, scopes: ['mailboxes:read'], expiresAt: null };
    const url = `/api/instances/${world.instanceId}/api-keys`;
    expect((await fixture.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(201);
  }
  document = (await fixture.app.inject('/api/openapi.json')).json();
});
afterAll(() => fixture?.close());

async function copyRows(table: string, changes: Record<string, string>): Promise<void> {
  const { pool } = fixture.needs.deployment;
  const { rows } = await pool.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  const names = rows.map(({ name }) => name);
  const values = names.map(
    (name) => changes[name] ?? (name === 'id' ? 'gen_random_uuid()' : `"${table}"."${name}"`),
  );
  await pool.query(
    `insert into "${table}" (${names.map((name) => `"${name}"`).join()})
     select ${values.join()} from "${table}", generate_series(1, 4) n where instance_id = $1`,
    [world.instanceId],
  );
}

function resolved(schema: Schema): Schema {
  return schema.$ref ? resolved(document.components.schemas[schema.$ref.split('/').at(-1)!]!) : schema;
}

/** Every list in the answer of a GET, as `path member`, and whether the operation has pages. */
function lists(): Array<{ path: string; member: string; paged: boolean }> {
  return Object.entries(document.paths).flatMap(([path, { get }]) => {
    const schema = get?.responses['200']?.content?.['application/json']?.schema;
    if (!get || !schema) return [];
    const { properties = {} } = resolved(schema);
    const parameters = (get.parameters ?? []).map(({ name }) => name);
    const paged = ['after', 'limit'].every((name) => parameters.includes(name)) && 'next' in properties;
    return Object.entries(properties)
      .filter(([, value]) => resolved(value).type === 'array')
      .map(([member]) => ({ path, member, paged }));
  });
}

/** The lists whose pages are asked for below, each a list of an operation with pages. */
const pagedLists = () => lists().filter(({ path, member, paged }) => paged && !bounded[`${path} ${member}`]);

test('every list has pages, or a reason why it stays short', () => {
  const short = lists().filter(({ path, member }) => bounded[`${path} ${member}`]);
  expect(short.map(({ path, member }) => `${path} ${member}`).sort()).toEqual(Object.keys(bounded).sort());
  const others = lists().filter(({ path, member }) => !bounded[`${path} ${member}`]);
  expect(others.filter(({ paged }) => !paged)).toEqual([]);
  expect(others.length).toBeGreaterThan(25);
});

test('no list has a root array, which leaves no place for a cursor', () => {
  const roots = Object.entries(document.paths).filter(([, { get }]) => {
    const schema = get?.responses['200']?.content?.['application/json']?.schema;
    return schema && resolved(schema).type === 'array';
  });
  expect(roots).toEqual([]);
});

const urlOf = (path: string, query: Record<string, string>) => {
  const extra: Record<string, string> = path.endsWith('/search') ? { q: 'is:open' } : {};
  const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
    name === 'instanceId' ? world.instanceId : world.ids[name]!,
  );
  return `${filled}?${new URLSearchParams({ ...extra, ...query })}`;
};

async function get(path: string, query: Record<string, string>) {
  const answer = await fixture.app.inject({ url: urlOf(path, query), headers });
  return { status: answer.statusCode, body: answer.json() };
}

test('the pages of each list are the whole list in its order, each row once', async () => {
  for (const { path, member } of pagedLists()) {
    const whole = await get(path, { limit: '100' });
    expect(whole, path).toMatchObject({ status: 200, body: { next: null } });
    const rows = whole.body[member] as unknown[];
    expect(rows.length, `${path} has too few rows to show it`).toBeGreaterThan(3);
    const found: unknown[] = [];
    let next: string | null = null;
    do {
      const page = await get(path, { limit: '2', ...(next !== null && { after: next }) });
      expect(page.status, path).toBe(200);
      expect(page.body[member].length, path).toBeLessThanOrEqual(2);
      // The messages of a conversation come from its end, each page oldest first.
      if (path.endsWith('conversationId}/messages')) found.unshift(...page.body[member]);
      else found.push(...page.body[member]);
      next = page.body.next;
    } while (next !== null && found.length < 200);
    expect(found, path).toEqual(rows);
  }
});

test('a cursor that is none, or of another list, is refused by every list', async () => {
  const wrong = [
    'x',
    '%00',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["a","b","c","d","e"]').toString('base64url'),
    Buffer.from('["2026-02-30T00:00:00.000000Z","no-uuid"]').toString('base64url'),
    Buffer.from('{"length":2}').toString('base64url'),
  ];
  for (const { path } of pagedLists())
    for (const after of wrong)
      expect(await get(path, { after }), `${path} ${after}`).toMatchObject({
        status: 400,
        body: { code: 'invalid-cursor' },
      });
});

test('a list continues where it was, also when the last row of the page is deleted', async () => {
  const path = `${below}/webhooks/{webhookId}/deliveries`;
  const { deliveries } = (await get(path, { limit: '100' })).body;
  const first = (await get(path, { limit: '2' })).body;
  await fixture.needs.deployment.pool.query('delete from webhook_delivery where id = $1', [
    first.deliveries[1].id,
  ]);
  const second = (await get(path, { limit: '2', after: first.next })).body;
  expect(second.deliveries).toEqual(deliveries.slice(2, 4));
});
