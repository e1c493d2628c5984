import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../google-simulator/src/mail/messages.ts';
import { markRead } from '../conversations/change-conversation.ts';
import { disconnectionProblem, disconnections } from '../google/disconnections.ts';
import { languages, translate, translateProblem } from '../locales/translate.ts';
import { parseMime } from '../mail/mime/parse-mime.ts';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import { untroubled, watchFailingMailboxes } from '../mailboxes/trouble.ts';
import { storedProblem } from '../problems.ts';
import { bounceOf, createInboxFixture } from '../testing/inbox-fixture.ts';
import { only } from '../testing/mail-flow-fixture.ts';
import { claimDueNotifications, sendNotificationMail } from './notification-mail.ts';
import { type NotificationPreferences, updatePreferences } from './preferences.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let userId: string;
let topic: string;
let opening: string;
let conversationId: string;
let count = 0;
beforeAll(async () => {
  fixture = await createInboxFixture();
  userId = fixture.admin.browser.userId;
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  topic = `Topic ${count}`;
  opening = `<topic-${count}@far.example>`;
  await choosing({ assigned: 'app', unassigned: 'none', mailbox: 'app' });
  await fixture.receive({ subject: topic, fields: { 'Message-ID': opening } });
  conversationId = (await fixture.conversationOf(topic)).id;
  await fixture.read((tx) =>
    tx.sql.updateTable('conversation').set({ assigneeId: userId }).where('id', '=', conversationId).execute(),
  );
});

const choosing = (changes: Partial<NotificationPreferences>) =>
  fixture.read((tx) => updatePreferences(tx, userId, changes));
const notices = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('notification').selectAll().where('userId', '=', userId).orderBy('id').execute(),
  );
const about = async (id = conversationId) =>
  (await notices()).filter(({ data }) => data.conversationId === id);
const reply = (fields: Record<string, string> = {}) =>
  fixture.receive({ subject: `Re: ${topic}`, fields: { 'In-Reply-To': opening, ...fields } });
/** Sends the mails that are due, as the recurring job does. */
async function mailDue(now = new Date(Date.now() + 61_000)) {
  const outcomes = [];
  for (const at of await claimDueNotifications(fixture.needs.deployment, now)) {
    outcomes.push(await sendNotificationMail(fixture.needs, at, now));
  }
  return outcomes;
}
/** The mails in the Sent folder of the mailbox. */
const mails = () =>
  messagesWith(fixture.google.simulator, 'support@acme.example', { limit: 100 })
    .filter(({ labels }) => [...labels].includes('SENT'))
    .map(({ id }) => rawOf(fixture.google.simulator, 'support@acme.example', id).toString());

test('the assignee is notified once of a message, never of automatic mail', async () => {
  expect(await about()).toEqual([]); // unassigned at its first message
  await reply();
  await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ cursor: '1' }).execute());
  await fixture.sync(); // a full sync
  expect(only(await about())).toMatchObject({ kind: 'message.assigned', readAt: null, mailDueAt: null });
  await reply({ 'Auto-Submitted': 'auto-replied' });
  const { rfcMessageId } = await fixture.answer(conversationId, ['ana@far.example']);
  await fixture.receive({ subject: 'Undelivered', ...bounceOf(rfcMessageId, 'ana@far.example') });
  expect((await about()).length).toBe(1);
  await reply({ 'List-Id': '<help.acme.example>', Precedence: 'list', 'X-Google-Group-Id': '42' });
  expect((await about()).length).toBe(2); // a customer who writes through a Google Group
});

test('messages over the hourly limit notify nobody', async () => {
  await choosing({ unassigned: 'app' });
  await fixture.settings({ messagesPerHour: 1 });
  const from = 'Loop <loop@loop.example>';
  await fixture.receive({ from, subject: `First ${count}` });
  await fixture.receive({ from, subject: `Second ${count}` });
  await fixture.settings({ messagesPerHour: 1_000 });
  const first = await fixture.conversationOf(`First ${count}`);
  const second = await fixture.conversationOf(`Second ${count}`);
  expect(second.quietFor).toBe('loop@loop.example');
  expect(only(await about(first.id)).kind).toBe('message.unassigned');
  expect(await about(second.id)).toEqual([]);
});

test('users who chose none, or lost access, are not notified', async () => {
  await choosing({ assigned: 'none' });
  await reply();
  await choosing({ assigned: 'email' });
  const access = (deactivatedAt: Date | null) =>
    fixture.needs.deployment.sql
      .updateTable('membership')
      .set({ deactivatedAt })
      .where('userId', '=', userId)
      .execute();
  await access(new Date());
  await reply();
  await access(null);
  expect(await about()).toEqual([]);
});

test('the mail is sent once, names the sender, and becomes no conversation', async () => {
  await choosing({ assigned: 'email' });
  await reply();
  const before = mails().length;
  expect(await Promise.all([mailDue(), mailDue()])).toEqual(expect.arrayContaining([['sent'], []]));
  expect(await mailDue()).toEqual([]);
  expect(mails().length).toBe(before + 1);
  const mail = mails().find((one) => one.includes(conversationId))!;
  expect(mail).toContain('Auto-Submitted: auto-generated');
  expect(mail).toContain(`Subject: Ana: ${topic}`);
  expect(mail).toContain('Ana (ana@far.example) wrote');
  expect(mail).not.toContain('<img');
  await fixture.sync();
  expect(await fixture.messages(`Ana: ${topic}`)).toEqual([]);
});

test('the mail is in the language of its reader, in UTF-8', async () => {
  const language = (code: string | null) =>
    fixture.needs.deployment.sql
      .updateTable('users')
      .set({ language: code })
      .where('id', '=', userId)
      .execute();
  await language('de');
  await choosing({ assigned: 'email' });
  await fixture.read((tx) =>
    tx.sql
      .updateTable('conversation')
      .set({ subject: `Größe für Łódź ${count}` })
      .where('id', '=', conversationId)
      .execute(),
  );
  await reply();
  expect(await mailDue()).toEqual(['sent']);
  const read = async (raw: string) => {
    const mail = await parseMime(Buffer.from(raw));
    return mail.kind === 'parsed' ? mail : expect.unreachable();
  };
  const mail = await read(mails().find((one) => one.includes(conversationId))!);
  expect(mail.subject).toBe(`Ana: Größe für Łódź ${count}`);
  const expected = [
    `Ana (ana@far.example) hat Ihnen in „Größe für Łódź ${count}“ geschrieben.`,
    'Sie haben gewählt, dies per E-Mail zu erfahren. Ändern können Sie es in Postroom unter Einstellungen > Mitteilungen.',
  ];
  for (const text of expected) expect(mail.text).toContain(text);
  expect(mail.html).toContain(expected[0]);
  await language(null);
});

test.each(languages)('there are texts for every kind of notification in %s', (language) => {
  const params = { writer: 'Ana', subject: 'Größe' };
  for (const kind of ['mention', 'assigned', 'unassigned'] as const) {
    expect(translate(language, `mail.notification.${kind}`, params)).toMatch(/Ana.*Größe|Größe.*Ana/);
  }
  for (const code of disconnections) {
    const { title, detail } = translateProblem(language, disconnectionProblem(code)!);
    expect(title).toMatch(/\w.* /);
    expect(detail).toMatch(/\w.* /);
  }
});

test('at most one mail per conversation in 15 minutes, none if read or active', async () => {
  await choosing({ assigned: 'email' });
  const minutes = (many: number) => new Date(Date.now() + many * 60_000);
  await reply();
  expect(await mailDue(minutes(2))).toEqual(['sent']);
  await reply();
  expect(await mailDue(minutes(10))).toEqual(['unneeded']);
  await reply();
  expect(await mailDue(minutes(18))).toEqual(['sent']);
  await reply();
  await fixture.read((tx) => tx.sql.updateTable('notification').set({ readAt: new Date() }).execute());
  expect(await mailDue(minutes(60))).toEqual(['unneeded']);
  await reply();
  const presence = { instanceId: fixture.instanceId, conversationId, userId, seenAt: minutes(90) };
  await fixture.read((tx) => tx.sql.insertInto('presence').values(presence).execute());
  expect(await mailDue(minutes(90))).toEqual(['unneeded']);
  await fixture.read((tx) => tx.sql.deleteFrom('presence').execute());
  await reply();
  await fixture.read((tx) => markRead(tx, conversationId, userId, new Date()));
  expect(await mailDue(minutes(120))).toEqual(['unneeded']);
});

test('admins are notified of an outage by mail, through a mailbox without one', async () => {
  await choosing({ mailbox: 'email' });
  const sales = await fixture.connect(fixture.admin, 'sales@acme.example');
  const since = new Date(Date.now() - 11 * 60_000);
  await fixture.read((tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({
        failingSince: since,
        failingProblem: JSON.stringify(storedProblem('google-answered', { message: 'Backend Error' })),
      })
      .where('id', '=', fixture.mailboxId)
      .execute(),
  );
  await watchFailingMailboxes(fixture.needs, new Date());
  expect(await mailDue()).toContain('sent');
  const [sent] = messagesWith(fixture.google.simulator, 'sales@acme.example', { limit: 1 });
  const raw = rawOf(fixture.google.simulator, 'sales@acme.example', sent!.id).toString();
  expect(raw).toContain('Subject: Postroom cannot read support@acme.example');
  expect(raw).toContain('Google answered: Backend Error');
  await fixture.read(async (tx) => {
    await tx.sql.updateTable('mailbox').set(untroubled).execute();
    await tx.sql.updateTable('mailbox').set({ deletedAt: new Date() }).where('id', '=', sales).execute();
    await tx.sql.deleteFrom('notification').execute();
  });
});

test('mail is sent through another mailbox if one is disconnected, else dropped', async () => {
  await choosing({ mailbox: 'email' });
  const down = (mailboxId: string) =>
    fixture.read((tx) =>
      markDisconnected(tx, mailboxId, { code: 'gmail-disabled', startedAt: new Date(), now: new Date() }),
    );
  await down(fixture.mailboxId);
  expect(await mailDue()).toEqual(['dropped']);
  await fixture.connect(fixture.admin, 'sales@acme.example');
  await fixture.read((tx) => tx.sql.updateTable('notification').set({ mailDueAt: new Date() }).execute());
  expect(await mailDue()).toContain('sent');
  const [sent] = messagesWith(fixture.google.simulator, 'sales@acme.example', { limit: 1 });
  expect(rawOf(fixture.google.simulator, 'sales@acme.example', sent!.id).toString()).toContain(
    'support@acme.example is disconnected',
  );
});
