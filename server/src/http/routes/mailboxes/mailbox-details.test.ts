import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<typeof fixture.person>>;
let instanceId: string;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createHttpFixture();
  const connecting = await fixture.admin();
  ({ instanceId } = connecting);
  mailboxId = await fixture.connect(connecting, 'support@acme.example');
  admin = await fixture.person(instanceId, 'admin');
});
afterAll(() => fixture.close());

/** A conversation with Ana that contains these messages, each written minutes ago. */
async function conversation(
  messages: Array<{ direction: 'inbound' | 'outbound'; at: Date; state?: string }>,
) {
  const customerId = uuid();
  const conversationId = uuid();
  const now = new Date();
  await fixture.inInstance(instanceId, async (tx) => {
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana Silva' }).execute();
    const address = `${customerId}@far.example`;
    await tx.sql.insertInto('customerAddress').values({ instanceId, address, customerId }).execute();
    const subject = 'Where is my parcel?';
    await tx.sql
      .insertInto('conversation')
      .values({
        instanceId,
        id: conversationId,
        customerId,
        mailboxId,
        subject,
        lastMessageAt: now,
        lastInboundAt: now,
      })
      .execute();
    for (const { direction, at, state } of messages) {
      const id = uuid();
      const origin = state ? 'postroom' : 'gmail';
      const message = { instanceId, id, conversationId, mailboxId, direction, origin, sentAt: at } as const;
      await tx.sql
        .insertInto('message')
        .values({
          ...message,
          subject: 'Re: Where is my parcel?',
          fromName: 'Ana Silva',
          fromAddress: address,
          bodyText: 'It is late.',
        })
        .execute();
      if (state) {
        const delivery = { instanceId, messageId: id, mailboxId, state: state as 'sent', changedAt: at };
        await tx.sql.insertInto('delivery').values(delivery).execute();
      }
    }
  });
  return conversationId;
}
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

test('an address shows how often it is looked at, which depends on how many there are', async () => {
  const { pool } = fixture.needs.deployment;
  const lookEvery = async () =>
    (await admin.call('GET', `/mailboxes/${mailboxId}`)).body.status.lookEverySeconds as number;
  const { rows } = await pool.query('select connected_mailboxes from notification_health');
  await pool.query('update notification_health set connected_mailboxes = 3');
  expect(await lookEvery()).toBe(3);
  // 200 looks a second for the whole deployment.
  await pool.query('update notification_health set connected_mailboxes = 10000');
  expect(await lookEvery()).toBe(50);
  await pool.query(
    `update mailbox set watch_expires_at = now() + interval '1 day', notified_at = now() where id = $1`,
    [mailboxId],
  );
  // 20 a second where notifications arrive.
  expect(await lookEvery()).toBe(500);
  await pool.query('update mailbox set watch_expires_at = null, notified_at = null where id = $1', [
    mailboxId,
  ]);
  await pool.query('update notification_health set connected_mailboxes = $1', [rows[0].connected_mailboxes]);
});

test('an address shows its status', async () => {
  const before = await admin.call('GET', `/mailboxes/${mailboxId}`);
  expect(before.body).toMatchObject({
    mailbox: { address: 'support@acme.example', state: 'connected' },
    status: {
      authorisedAt: expect.any(String),
      receiving: 'delayed',
      lastSentAt: null,
      watch: null,
      lookEverySeconds: expect.any(Number),
      unfetched: 0,
      pendingDeliveries: { sending: 0, held: 0, scheduled: 0 },
      allowance: { limit: 2_000, sent: 0, remaining: 2_000, limitedUntil: null },
      quota: { used: expect.any(Number), perMinute: 1_000_000 },
    },
  });
  const sentAt = daysAgo(0.5);
  await conversation([
    { direction: 'inbound', at: daysAgo(0.6) },
    { direction: 'outbound', at: sentAt, state: 'sent' },
    { direction: 'outbound', at: new Date(), state: 'held' },
    { direction: 'outbound', at: new Date(), state: 'queued' },
  ]);
  const change = (values: object) =>
    fixture.inInstance(instanceId, (tx) =>
      tx.sql.updateTable('mailbox').set(values).where('id', '=', mailboxId).execute(),
    );
  await change({ syncedAt: new Date(), watchExpiresAt: daysAgo(-6), watchRenewedAt: daysAgo(1) });
  const after = await admin.call('GET', `/mailboxes/${mailboxId}`);
  expect(after.body.status).toMatchObject({
    receiving: 'current',
    lastSentAt: sentAt.toISOString(),
    watch: { renewedAt: expect.any(String), expiresAt: expect.any(String) },
    pendingDeliveries: { sending: 1, held: 1, scheduled: 0 },
    allowance: { sent: 2, remaining: 1_998 },
  });
  const retryAt = daysAgo(-0.001);
  await change({ syncFailures: 2, syncNotBefore: retryAt });
  const failing = await admin.call('GET', `/mailboxes/${mailboxId}`);
  expect(failing.body.status).toMatchObject({ receiving: 'waiting', retryAt: retryAt.toISOString() });
  await change({ watchExpiresAt: daysAgo(0.01) });
  expect((await admin.call('GET', `/mailboxes/${mailboxId}`)).body.status.watch).toBeNull();
  expect((await admin.call('GET', `/mailboxes/${uuid()}`)).status).toBe(404);
});

test('traffic is counted by days of the given time zone', async () => {
  // Half past midnight in Berlin is the day before in UTC.
  const now = new Date();
  const midnight = new Date(now.getTime() - 3 * 86_400_000);
  midnight.setUTCHours(23, 30, 0, 0);
  await conversation([
    { direction: 'inbound', at: midnight },
    { direction: 'outbound', at: midnight, state: 'sent' },
    { direction: 'outbound', at: midnight, state: 'failed' },
    { direction: 'inbound', at: daysAgo(31) },
  ]);
  const of = async (timeZone: string) => {
    const { body } = await admin.call('GET', `/mailboxes/${mailboxId}/traffic?timeZone=${timeZone}`);
    expect(body.days).toHaveLength(30);
    return new Map(
      (body.days as Array<{ day: string }>).map(({ day, ...counts }): [string, object] => [day, counts]),
    );
  };
  const day = (days: number) => new Date(midnight.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  expect((await of('UTC')).get(day(0))).toEqual({ received: 1, sent: 1 });
  const berlin = await of('Europe/Berlin');
  expect(berlin.get(day(0))).toEqual({ received: 0, sent: 0 });
  expect(berlin.get(day(1))).toEqual({ received: 1, sent: 1 });
  expect(await admin.call('GET', `/mailboxes/${mailboxId}/traffic?timeZone=Nowhere/At_All`)).toMatchObject({
    status: 400,
    body: { code: 'unknown-time-zone' },
  });
});

test('an address shows arrivals, answers, what came back, and the time to the screen', async () => {
  const figures = async () => (await admin.call('GET', `/mailboxes/${mailboxId}/traffic`)).body.figures;
  const before = await figures();
  const at = daysAgo(2);
  const conversationId = await conversation([
    { direction: 'inbound', at },
    { direction: 'inbound', at },
    { direction: 'outbound', at, state: 'sent' },
    { direction: 'outbound', at, state: 'sent' },
    { direction: 'outbound', at, state: 'failed' },
  ]);
  await fixture.inInstance(instanceId, async (tx) => {
    const messages = await tx.sql
      .selectFrom('message')
      .where('conversationId', '=', conversationId)
      .select(['id', 'direction'])
      .orderBy('id')
      .execute();
    const [first, second] = messages.filter(({ direction }) => direction === 'inbound');
    const copy = (messageId: string, seconds: number) => ({
      instanceId,
      mailboxId,
      gmailId: uuid(),
      gmailThreadId: 't',
      messageId,
      internalDate: at,
      storedAt: new Date(at.getTime() + seconds * 1_000),
    });
    await tx.sql
      .insertInto('gmailMessage')
      .values([copy(first!.id, 2), copy(second!.id, 60)])
      .execute();
    const report = { kind: 'failed' as const, recipient: 'ana@far.example', status: '5.1.1', reason: '' };
    await tx.sql
      .insertInto('deliveryReport')
      .values({
        ...report,
        instanceId,
        id: uuid(),
        messageId: messages.find(({ direction }) => direction === 'outbound')!.id,
        reportMessageId: first!.id,
        diagnostic: '',
        at,
      })
      .execute();
  });
  expect(await figures()).toEqual({
    arrivals: before.arrivals + 2,
    answers: before.answers + 2,
    sent: before.sent + 2,
    bounced: before.bounced + 1,
    toScreen: { median: 2, ninetyFifth: 60 },
  });
});

const settings = {
  displayName: 'Acme Help',
  templateId: null,
  dynamicAliasName: true,
  threading: 'history',
};
const sampleHtml = '<p>It left today.</p>';

test('unsaved settings are previewed with real or example data', async () => {
  const made = await admin.call('POST', '/templates', {
    name: 'Ours',
    html: '<p>Dear {{customer.firstName}}</p>{{draft.htmlBody}}',
  });
  const { id: templateId } = made.body.template;
  const shown = await admin.call('POST', '/mailbox-previews', {
    of: { mailboxId },
    settings: { ...settings, templateId },
    conversationId: 'latest',
    sampleHtml,
    question: 'Where is it?',
  });
  expect(shown.body).toMatchObject({
    from: { name: 'Some admin', address: 'support@acme.example' },
    to: { name: 'Ana Silva' },
    subject: 'Re: Where is my parcel?',
    error: null,
  });
  expect(shown.body.sent.html).toContain('Dear Ana');
  expect(shown.body.sent.html).toContain('It is late.');
  const example = await admin.call('POST', '/mailbox-previews', {
    of: { mailboxId },
    settings: { ...settings, dynamicAliasName: false, threading: 'single' },
    conversationId: null,
    sampleHtml,
    question: 'Where is it?',
  });
  expect(example.body).toMatchObject({
    from: { name: 'Acme Help' },
    sent: { text: 'It left today.' },
    conversationId: null,
  });
});

test('an alias is previewed with a name and a template that are not saved yet', async () => {
  const made = await admin.call('POST', '/templates', {
    name: 'Of help',
    html: '<p>Help desk</p>{{draft.htmlBody}}',
  });
  const asked = {
    of: { mailboxId },
    settings: { ...settings, dynamicAliasName: false, templateId: made.body.template.id },
    conversationId: null,
    sampleHtml,
    question: 'Where is it?',
  };
  const from = async (displayName: string) => {
    const alias = { address: 'help@acme.example', displayName };
    const { body } = await admin.call('POST', '/mailbox-previews', { ...asked, alias });
    expect(body.sent.html).toContain('Help desk');
    return body.from;
  };
  expect(await from('Acme Desk')).toEqual({ name: 'Acme Desk', address: 'help@acme.example' });
  expect(await from('')).toEqual({ name: settings.displayName, address: 'help@acme.example' });
});

test('an unsaved address is shown only to the admin who connects it', async () => {
  const connecting = await fixture.admin();
  const { id: connectionId } = await fixture.authorise(connecting, 'sales@acme.example');
  const other = await fixture.person(connecting.instanceId, 'admin');
  const asked = {
    of: { connectionId },
    settings,
    conversationId: 'latest',
    sampleHtml,
    question: 'Where is it?',
  };
  expect((await other.call('POST', '/mailbox-previews', asked)).status).toBe(404);
  const { rows } = await fixture.needs.deployment.pool.query(
    'update connection set user_id = $1 where id = $2',
    [other.id, connectionId],
  );
  expect(rows).toEqual([]);
  const shown = await other.call('POST', '/mailbox-previews', asked);
  expect(shown.body).toMatchObject({ from: { address: 'sales@acme.example' }, conversationId: null });
  expect(shown.body.sent.html).toContain('Where is it?');
});

test('a test message to oneself is sent like every message', async () => {
  const sent = await admin.call('POST', `/mailboxes/${mailboxId}/test-message`);
  expect(sent).toMatchObject({ status: 202, body: { to: expect.stringContaining('@postroom.example') } });
  const { conversationId, messageId, to } = sent.body;
  expect(await fixture.waiting('send')).toContainEqual(expect.objectContaining({ messageId }));
  const { body } = await admin.call('GET', `/conversations/${conversationId}`);
  expect(body.conversation).toMatchObject({
    status: 'done',
    subject: 'Test message from support@acme.example',
  });
  expect(body.messages).toMatchObject([{ to: [{ address: to }], delivery: { state: 'queued' } }]);
});
