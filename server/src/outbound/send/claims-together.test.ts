import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createComposerFixture } from '../../testing/composer-fixture.ts';
import { type Claimed, claimsTogether } from './claims-together.ts';
import type { SentBeforeStart } from './sent-before-start.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
beforeAll(async () => {
  fixture = await createComposerFixture();
  await fixture.agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
});
afterAll(() => fixture?.close());

/** Sends replies to as many new conversations; what claims them. */
async function written(count: number, mustSearch: SentBeforeStart['mustSearch'] = () => false) {
  const all = [];
  for (let n = 0; n < count; n += 1) {
    const { conversationId } = await fixture.conversation();
    const messageId = uuid();
    await fixture.save(messageId, { conversationId, html: `<p>Answer ${n}</p>` });
    const { status } = await fixture.agent.call('POST', `/drafts/${messageId}/send`, { version: 1 });
    expect(status).toBe(201);
    const { mailboxId } = fixture;
    const expected = { messageId, conversationId, mailboxId };
    const sentBeforeStart = { mustSearch } as SentBeforeStart;
    all.push({ expected, conversationId, now: new Date(), memory: 0, sentBeforeStart });
  }
  return all;
}

async function transactionsOf(wanted: Awaited<ReturnType<typeof written>>): Promise<string[]> {
  const { rows } = await fixture.needs.deployment.pool.query(
    `select message_id, xmin::text as transaction from delivery where state = 'sending'`,
  );
  return wanted.map(({ expected }) => rows.find((row) => row.message_id === expected.messageId)?.transaction);
}

test('what is to be claimed while others are claimed is claimed in one transaction, each with its data', async () => {
  const claim = claimsTogether(fixture.needs.database);
  const wanted = await written(4);
  const claimed = (await Promise.all(
    wanted.map((each) => claim.next(fixture.acme.instanceId, each)),
  )) as Claimed[];
  for (const [n, each] of claimed.entries()) {
    expect(each.claim.messageId).toBe(wanted[n]!.expected.messageId);
    expect(each.rows![0][0]!.bodyText).toBe(`Answer ${n}`);
  }
  const [first, ...others] = await transactionsOf(wanted);
  expect(new Set(others).size).toBe(1);
  expect(others[0]).not.toBe(first);
  // What is claimed is not claimed again.
  expect(await claim.next(fixture.acme.instanceId, wanted[0]!)).toBeNull();
});

test('one that cannot be claimed leaves the others claimed', async () => {
  const claim = claimsTogether(fixture.needs.database);
  let refused = '';
  const wanted = await written(4, ({ messageId }) => {
    if (messageId === refused) throw new Error('not this one');
    return false;
  });
  refused = wanted[2]!.expected.messageId;
  const results = await Promise.allSettled(wanted.map((each) => claim.next(fixture.acme.instanceId, each)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('what was claimed before is read with the claims of others, unless it is sent meanwhile', async () => {
  const claim = claimsTogether(fixture.needs.database);
  const { instanceId } = fixture.acme;
  const [found, searched] = await written(2, () => true);
  const [other] = await written(1);
  const claims: Claimed[] = [];
  for (const each of [found!, searched!]) claims.push((await claim.next(instanceId, each)) as Claimed);
  expect(claims.map(({ rows }) => rows)).toEqual([null, null]);
  await fixture.needs.deployment.pool.query(
    `update delivery set state = 'sent', gmail_id = message_id where message_id = $1`,
    [found!.expected.messageId],
  );
  const again = { now: new Date(), withUnread: true };
  const [ofFound, ofSearched, next] = await Promise.all([
    claim.again(instanceId, { claimed: claims[0]!.claim, ...again }),
    claim.again(instanceId, { claimed: claims[1]!.claim, ...again }),
    claim.next(instanceId, other!),
  ]);
  expect(ofFound).toBeNull();
  expect(ofSearched![0][0]!.bodyText).toBe('Answer 1');
  expect((next as Claimed).rows![0][0]!.bodyText).toBe('Answer 0');
  const [first, second] = await transactionsOf([searched!, other!]);
  expect(first).toBe(second);
});
