import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { FaultKind } from '../../../../google-simulator/src/faults.ts';
import {
  addMessage,
  changeLabels,
  deletePermanently,
  messagesWith,
} from '../../../../google-simulator/src/mail/messages.ts';
import { openGmailAccess } from '../../mailboxes/gmail-access.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { openParser } from '../parse/parser.ts';
import { syncMailbox } from '../sync/sync-mailbox.ts';
import { retryUnfetched } from './retry-unfetched.ts';
import { nextAttemptAt, takeDueUnfetched } from './unfetched-messages.ts';

const support = 'support@acme.example';
const never = new AbortController().signal;
const parser = openParser();
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let control: ReturnType<typeof simulatorControls>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
});
afterEach(() => fixture.close());
afterAll(() => parser.close());

const subjects = async () =>
  (
    await fixture.read((tx) =>
      tx.sql.selectFrom('message').select('subject').orderBy('sentAt').orderBy('id').execute(),
    )
  ).map(({ subject }) => subject);
const mailbox = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', fixture.mailboxId).selectAll().executeTakeFirstOrThrow(),
  );
const unfetched = () => fixture.read((tx) => tx.sql.selectFrom('unfetchedMessage').selectAll().execute());
/** Arrives a second after the former message. */
function arriveLater(Subject: string): void {
  fixture.google.simulator.clock.advance(1_000);
  fixture.arrive({ Subject });
}
/** Syncs without the delays after failures. */
async function syncs(times: number): Promise<void> {
  // Nor with the pause of all reads after a rate limit, which google/faults.test.ts tests.
  const quota = { ...fixture.needs.quota, pause: () => {} };
  const deps = { ...fixture.needs, gmail: openGmailAccess({ ...fixture.needs, quota }), parser };
  for (let count = 0; count < times; count += 1) {
    await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ syncNotBefore: null }).execute());
    await syncMailbox({ ...deps, notFoundWaits: [1, 2, 3] }, fixture, never);
  }
}
/** Tries again what was set aside, as if its pause were over. */
async function retry(): Promise<void> {
  await fixture.read((tx) =>
    tx.sql.updateTable('unfetchedMessage').set({ nextAttemptAt: new Date() }).execute(),
  );
  for (const due of await takeDueUnfetched(fixture.needs.deployment, new Date(), 100)) {
    await retryUnfetched({ ...fixture.needs, parser }, due, never);
  }
}
test.each(['500', '400', 'no-raw', 'precondition'] as const)(
  'a message that Gmail always answers with %s is set aside, and read when it can be',
  async (kind) => {
    await control.messageFault('Poison', kind);
    for (const subject of ['Before', 'Poison', 'After']) arriveLater(subject);
    await syncs(1);
    expect(await subjects()).toEqual(['Before', 'After']);
    const { cursor } = await mailbox();
    await syncs(2);
    const { problem, ...row } = only(await unfetched());
    expect(row).toMatchObject({
      attempts: 3,
      setAsideAt: expect.any(Date),
      subject: kind === 'no-raw' ? 'Poison' : null,
    });
    expect(problem.code).toMatch(/^google-|^gmail-message-incomplete$/);
    expect(BigInt((await mailbox()).cursor)).toBeGreaterThan(BigInt(cursor));
    expect(await mailbox()).toMatchObject({ syncFailures: 0, failingSince: null });
    arriveLater('Later');
    await syncs(1);
    expect(await subjects()).toEqual(['Before', 'After', 'Later']);

    await retry();
    expect(only(await unfetched()).attempts).toBe(4);
    await control.clearMessageFault('Poison');
    await retry();
    expect(await subjects()).toEqual(['Before', 'Poison', 'After', 'Later']);
    expect(await unfetched()).toEqual([]);
  },
);

test('messages that fail for a moment are read in order, and none is set aside', async () => {
  await control.messageFault('Second', '500', 2);
  for (const Subject of ['First', 'Second', 'Third']) fixture.arrive({ Subject });
  await syncs(3);
  expect((await subjects()).sort()).toEqual(['First', 'Second', 'Third']);
  expect(await unfetched()).toEqual([]);
});

test.each<FaultKind>(['500', 'no-raw', '400', 'connection-reset', 'rate-limit'])(
  'an outage with %s for all messages sets none aside',
  async (kind) => {
    fixture.arrive({ Subject: 'Stored before' });
    await syncs(1);
    for (let count = 0; count < 10; count += 1) fixture.arrive({ Subject: `Meanwhile ${count}` });
    await control.fault('messages.get', kind, null, 0);
    const { cursor } = await mailbox();
    await syncs(4);
    expect(await unfetched()).toEqual([]);
    expect((await mailbox()).cursor).toBe(cursor);
    await control.clear();
    const storedCount = async () => {
      await syncs(1);
      return (await subjects()).length;
    };
    await expect.poll(storedCount, { timeout: 20_000 }).toBe(11);
  },
);

test('network errors at one message do not count for ten minutes', async () => {
  await control.messageFault('Cut', 'connection-reset');
  for (const Subject of ['Cut', 'Other']) fixture.arrive({ Subject });
  await syncs(4);
  expect(await unfetched()).toEqual([]);
  await fixture.read((tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ failingSince: new Date(Date.now() - 11 * 60_000) })
      .execute(),
  );
  await syncs(3);
  expect(only(await unfetched()).setAsideAt).not.toBeNull();
  expect(await subjects()).toEqual(['Other']);
  expect((await mailbox()).failingSince).toBeNull();
});

test('the only message of a mailbox is not set aside while nothing shows that others are read', async () => {
  await control.fault('messages.list', '500', null);
  await control.messageFault('Alone', '500');
  fixture.arrive({ Subject: 'Alone' });
  await syncs(4);
  expect(await unfetched()).toEqual([]);
});

test('messages deleted in Gmail do not hide that others are read', async () => {
  for (const subject of ['Gone 1', 'Gone 2', 'Gone 3', 'Gone 4']) arriveLater(subject);
  await syncs(1);
  for (const { id } of messagesWith(fixture.google.simulator, support, {})) {
    deletePermanently(fixture.google.simulator, support, id);
  }
  await control.messageFault('Poison', '500');
  arriveLater('Poison');
  arriveLater('Not stored yet');
  await syncs(3);
  expect(only(await unfetched()).setAsideAt).not.toBeNull();
});

test('a history that Gmail never returns is replaced by a list', async () => {
  await syncs(1);
  fixture.arrive({ Subject: 'In the lost history' });
  await control.fault('history.list', '500', null);
  await syncs(2);
  expect(await subjects()).toEqual([]);
  await fixture.read((tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ failingSince: new Date(Date.now() - 11 * 60_000) })
      .execute(),
  );
  await syncs(1);
  expect(await subjects()).toEqual(['In the lost history']);
  expect((await mailbox()).failingSince).toBeNull();
});

test('many bad messages in a row hold back none of the others', async () => {
  for (let count = 0; count < 20; count += 1) {
    await control.messageFault(`Bad ${count}`, '500');
    fixture.arrive({ Subject: `Bad ${count}` });
  }
  fixture.arrive({ Subject: 'Good' });
  await syncs(3);
  expect(await subjects()).toEqual(['Good']);
  expect((await unfetched()).filter(({ setAsideAt }) => setAsideAt).length).toBe(20);
  // When one becomes readable, all are tried at once.
  await control.clearMessageFaults();
  await retry();
  expect((await subjects()).length).toBe(21);
});

test('a full sync sets a message aside as well', async () => {
  fixture.arrive({ Subject: 'Known' });
  await syncs(1);
  await control.messageFault('Poison', '500');
  for (const Subject of ['Poison', 'Behind']) fixture.arrive({ Subject });
  await control.expireHistory(support);
  await syncs(3);
  expect(await subjects()).toEqual(['Known', 'Behind']);
  expect(only(await unfetched()).setAsideAt).not.toBeNull();
});

test('a message that makes storing throw is set aside; the others are stored', async () => {
  await fixture.needs.deployment.pool.query(`
    create function refuse() returns trigger language plpgsql as
      $$ begin if new.subject = 'Cursed' then raise exception 'not this one'; end if; return new; end $$;
    create trigger refuse before insert on message for each row execute function refuse()`);
  for (const Subject of ['One', 'Cursed', 'Two']) fixture.arrive({ Subject });
  await expect(fixture.sync()).rejects.toThrow('not this one');
  expect(await subjects()).toEqual(['One', 'Two']);
  await expect(fixture.sync()).rejects.toThrow('not this one');
  await syncs(1);
  expect(only(await unfetched())).toMatchObject({
    setAsideAt: expect.any(Date),
    problem: { code: 'message-not-stored' },
    subject: 'Cursed',
    sender: 'Ana Silva <ana@far.example>',
  });
  await fixture.needs.deployment.pool.query('drop trigger refuse on message');
  await retry();
  expect((await subjects()).sort()).toEqual(['Cursed', 'One', 'Two']);
});

test('chats and scheduled mail are not imported; what is sent at its time is', async () => {
  const { simulator } = fixture.google;
  const raw = (subject: string) =>
    Buffer.from(`From: Acme <${support}>\r\nTo: ana@far.example\r\nSubject: ${subject}\r\n\r\nHi\r\n`);
  await control.messageFault('Chatting', 'no-raw');
  addMessage(simulator, support, { raw: raw('Chatting'), labels: ['CHAT'] });
  const scheduled = addMessage(simulator, support, { raw: raw('Tomorrow'), labels: ['SCHEDULED'] });
  fixture.arrive({ Subject: 'Ordinary' });
  await syncs(1);
  expect(await subjects()).toEqual(['Ordinary']);
  expect(await unfetched()).toEqual([]);
  expect(messagesWith(simulator, support, { label: 'SCHEDULED' }).length).toBe(1);
  changeLabels(simulator, support, scheduled.id, { add: ['SENT'], remove: ['SCHEDULED'] });
  await syncs(1);
  expect((await subjects()).sort()).toEqual(['Ordinary', 'Tomorrow']);
  expect(
    await fixture.read((tx) =>
      tx.sql.selectFrom('message').where('subject', '=', 'Tomorrow').select('direction').execute(),
    ),
  ).toEqual([{ direction: 'outbound' }]);
});

test('the pauses grow from ten seconds to a day, and end after two weeks', () => {
  const first = new Date('2026-11-01T00:00:00Z');
  const pauses = [1, 3, 4, 5, 9, 20].map(
    (attempts) => (nextAttemptAt(attempts, first, first)!.getTime() - first.getTime()) / 1_000,
  );
  expect(pauses).toEqual([10, 10, 30, 90, 7_290, 86_400]);
  expect(nextAttemptAt(20, first, new Date('2026-11-15T00:00:00Z'))).toBeNull();
});

test('a message that Gmail reports long before it returns it is looked for again', async () => {
  await control.messageFault('Slow', 'not-found');
  fixture.arrive({ Subject: 'Slow' });
  const { cursor } = await mailbox();
  await syncs(1);
  expect(BigInt((await mailbox()).cursor)).toBeGreaterThan(BigInt(cursor));
  expect(only(await unfetched())).toMatchObject({ setAsideAt: null, nextAttemptAt: expect.any(Date) });
  await retry();
  expect(only(await unfetched()).setAsideAt).toBeNull();
  await control.clearMessageFaults();
  await retry();
  expect(await subjects()).toEqual(['Slow']);
  expect(await unfetched()).toEqual([]);
});

test('a message that Gmail returns at the fourth request is read by the same sync', async () => {
  await control.messageFault('Late', 'not-found', 3);
  fixture.arrive({ Subject: 'Late' });
  await syncs(1);
  expect(await subjects()).toEqual(['Late']);
  expect(await unfetched()).toEqual([]);
});

test('a message that stays missing for an hour was deleted', async () => {
  await control.messageFault('Deleted', 'not-found');
  fixture.arrive({ Subject: 'Deleted' });
  await syncs(1);
  await fixture.read((tx) =>
    tx.sql
      .updateTable('unfetchedMessage')
      .set({ firstFailedAt: new Date(Date.now() - 61 * 60_000) })
      .execute(),
  );
  await retry();
  expect(await unfetched()).toEqual([]);
});
