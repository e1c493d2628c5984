import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { setSendAs } from '../../../../google-simulator/src/mail/send-as.ts';
import { timelineMessage } from '../../conversations/timeline.ts';
import { refreshSendAs } from '../../mailboxes/send-as.ts';
import { senders } from '../../mailboxes/senders.ts';
import { changeSettings } from '../../mailboxes/settings.ts';
import { takeDueMailboxes } from '../../mailboxes/take-due-mailboxes.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { composeReply } from '../compose/compose.ts';

const support = 'support@acme.example';
const never = new AbortController().signal;
const lena = { name: 'Lena Okafor', email: 'lena@acme.example' };

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let author: typeof lena & { id: string };

beforeAll(async () => {
  fixture = await createInboxFixture();
  author = { ...lena, id: fixture.admin.actor.id };
  await fixture.needs.deployment.pool.query('update users set name = $1, email = $2', [
    lena.name,
    lena.email,
  ]);
  await fixture.needs.deployment.pool.query('update mailbox set dynamic_alias_name = true');
});
afterAll(() => fixture?.close());

const gmailSays = (status: 'accepted' | 'pending') =>
  setSendAs(fixture.google.simulator, support, { email: lena.email, name: lena.name, status });
const readLongAgo = () =>
  fixture.needs.deployment.pool.query(
    `update mailbox set send_as_read_at = now() - interval '61 minutes', send_as_due_at = now() - interval '1 minute'`,
  );
/** What the workers do at each interval. */
async function readWhatIsDue(): Promise<number> {
  const due = await takeDueMailboxes(fixture.needs.deployment, 'sendAsDueAt', new Date());
  for (const at of due) await refreshSendAs(fixture.needs, at, never);
  return due.length;
}
const shown = async () => (await fixture.read((tx) => senders(tx, lena, { limit: 10 }))).rows[0]!.fromLine;

let count = 0;
/** Lena replies in a new conversation; returns what was sent and how the timeline shows it. */
async function answered() {
  count += 1;
  await fixture.receive({ subject: `Alias ${count}`, from: 'Ana <ana.silva@mail.example>' });
  const { id: conversationId } = await fixture.conversationOf(`Alias ${count}`);
  const id = uuid();
  const reply = { id, conversationId, mailboxId: fixture.mailboxId, cc: [], bcc: [], html: '<p>Hello</p>' };
  await fixture.read((tx) =>
    composeReply(tx, { ...reply, to: ['ana.silva@mail.example'], author, now: new Date() }, fixture.enqueue),
  );
  await fixture.deliver(id);
  const [copy] = messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 1 });
  const message = (await fixture.read((tx) => timelineMessage(tx, id)))!;
  return {
    sentFrom: copy!.headers.find(({ name }) => name === 'From')!.value,
    from: message.from,
    asked: message.delivery!.requestedFrom,
  };
}

test('a newly accepted send-as address is read before sending and hourly', async () => {
  expect(await answered()).toEqual({
    sentFrom: `${lena.name} <${support}>`,
    from: { name: lena.name, address: support },
    asked: null,
  });
  gmailSays('accepted');
  await readLongAgo();
  expect((await answered()).sentFrom).toBe(`${lena.name} <${lena.email}>`);
  // It was just read for the message: nothing is due.
  expect(await readWhatIsDue()).toBe(0);
  gmailSays('pending');
  await readLongAgo();
  expect(await shown()).toBe(`${lena.name} <${lena.email}>`);
  expect(await readWhatIsDue()).toBe(1);
  expect(await readWhatIsDue()).toBe(0);
  expect(await shown()).toBe(`${lena.name} <${support}>`);
});

test('a From replaced by Gmail is shown, and the addresses are read again', async () => {
  gmailSays('accepted');
  await readLongAgo();
  await readWhatIsDue();
  // The address was just removed in Gmail: Gmail replaces From without an error.
  gmailSays('pending');
  const { sentFrom, from, asked } = await answered();
  expect(sentFrom).toContain(`<${support}>`);
  expect(from.address).toBe(support);
  expect(asked).toEqual({ name: lena.name, address: lena.email });
  expect(await readWhatIsDue()).toBe(1);
  expect(await shown()).toBe(`${lena.name} <${support}>`);
  expect((await answered()).asked).toBeNull();
});

test('if the addresses cannot be read, the message is sent nevertheless', async () => {
  await readLongAgo();
  const control = simulatorControls(fixture.google);
  await control.fault('settings.sendAs.list', '503');
  expect((await answered()).sentFrom).toBe(`${lena.name} <${support}>`);
  await control.clear();
});

test('without Dynamic Alias Name they are read hourly too, and when it is set', async () => {
  await fixture.needs.deployment.pool.query('update mailbox set dynamic_alias_name = false');
  await readLongAgo();
  expect(await readWhatIsDue()).toBe(1);
  const dueIn = async () => {
    const { rows } = await fixture.needs.deployment.pool.query(
      `select extract(epoch from send_as_due_at - now())::float8 / 3600 as hours from mailbox`,
    );
    return rows[0].hours as number;
  };
  expect(await dueIn()).toBeGreaterThan(0.7);
  expect(await dueIn()).toBeLessThanOrEqual(1);
  await fixture.read((tx) =>
    changeSettings(tx, fixture.mailboxId, { dynamicAliasName: true }, fixture.admin.actor),
  );
  expect(await readWhatIsDue()).toBe(1);
  expect(await dueIn()).toBeLessThanOrEqual(1);
});
