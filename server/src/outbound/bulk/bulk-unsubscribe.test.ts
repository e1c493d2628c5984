import { simpleParser } from 'mailparser';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../google-simulator/src/mail/messages.ts';
import { addRecipients, createBulk } from '../../bulk/bulk-drafts.ts';
import { changeBulkState } from '../../bulk/bulk-state.ts';
import { parseRecipientList } from '../../bulk/parse-recipient-list.ts';
import { prepareBulkPreview } from '../../bulk/preview-bulk.ts';
import { ownerOfToken, unsubscribe, unsubscribeHeaders } from '../../bulk/unsubscribe.ts';
import { saveTemplate } from '../../templates/templates.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';
import { sendBulkTest } from './bulk-message.ts';
import { writeSlice } from './bulk-slice.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let bulkId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  const { instanceId, admin, mailboxId } = fixture;
  await fixture.read(async (tx) => {
    await tx.sql
      .insertInto('userSetting')
      .values({ instanceId, userId: admin.actor.id, signatureHtml: '<p>Alex of Acme</p>' })
      .execute();
    const html =
      '<html><body><p>Dear {{customer.name}} at {{customer.email}}</p>{{draft.htmlBody}}<p>Acme footer</p></body></html>';
    const templateId = await saveTemplate(tx, null, { name: 'Brand', html }, admin.actor);
    await tx.sql.updateTable('mailbox').set({ templateId }).where('id', '=', mailboxId).execute();
  });
});
afterAll(() => fixture?.close());
beforeEach(() => {
  bulkId = uuid();
});

/** Sends a bulk message to the customers of a list, and returns the Sent copy of the last. */
async function sendTo(list: string) {
  const { admin, mailboxId, instanceId } = fixture;
  await fixture.read(async (tx) => {
    const content = {
      mailboxId,
      subject: 'News for {{firstName}}',
      html: '<p>Your order is <b>ready</b>.</p>',
    };
    await createBulk(tx, bulkId, content, admin.actor);
    await addRecipients(tx, bulkId, parseRecipientList(list).listed, admin.actor);
    await changeBulkState(tx, bulkId, 'start', admin.actor, new Date());
  });
  const { database } = fixture.needs;
  await writeSlice({ database, enqueue: fixture.enqueue }, { instanceId, bulkId }, new Date());
  return deliverWaiting();
}

/** Sends all that waits; returns the last as another parser reads it, and its header fields. */
async function deliverWaiting() {
  const waiting = await fixture.read((tx) =>
    tx.sql.selectFrom('delivery').where('state', '=', 'queued').select('messageId').execute(),
  );
  for (const { messageId } of waiting) await fixture.deliver(messageId);
  const { simulator } = fixture.google;
  const [sent] = messagesWith(simulator, 'support@acme.example', { limit: 1, label: 'SENT' });
  const raw = rawOf(simulator, 'support@acme.example', sent!.id);
  const mail = await simpleParser(raw, { skipTextToHtml: true });
  const fields = new Map(
    mail.headerLines.map(({ key, line }) => [
      key,
      line
        .slice(key.length + 1)
        .replace(/\s+/g, ' ')
        .trim(),
    ]),
  );
  return { mail, fields };
}

/** The token in List-Unsubscribe. */
const tokenOf = (fields: Map<string, string>) =>
  /subject=unsubscribe%20([\w-]{32})>/.exec(fields.get('list-unsubscribe')!)![1]!;
const isUnsubscribed = async (address: string) =>
  (await fixture.read((tx) => tx.sql.selectFrom('unsubscribed').select('address').execute())).some(
    (row) => row.address === address,
  );
const statusOf = async (subject: string) => (await fixture.conversationOf(subject)).status;

test('one click is offered for an https link only; unsubscribing by mail always', () => {
  const token = 'a'.repeat(32);
  const mail = `<mailto:support@acme.example?subject=unsubscribe%20${token}>`;
  const address = 'support@acme.example';
  expect(unsubscribeHeaders(token, { url: 'https://desk.acme.example', address })).toEqual({
    'List-Unsubscribe': `<https://desk.acme.example/unsubscribe/${token}>, ${mail}`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
  expect(unsubscribeHeaders(token, { url: 'http://localhost:4400', address })).toEqual({
    'List-Unsubscribe': `${mail}, <http://localhost:4400/unsubscribe/${token}>`,
  });
});

test('the link to unsubscribe is last, in the language of the list', async () => {
  const { mail } = await sendTo('email,name,language\nc@far.example,Cy,de-CH');
  for (const content of [mail.html as string, mail.text!]) {
    const places = ['is ready', 'Alex of Acme', 'Acme footer', 'Abmelden'].map((part) =>
      content.replace(/<\/?b>/g, '').indexOf(part),
    );
    expect(places[0]).toBeGreaterThan(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(content.split('/unsubscribe/')).toHaveLength(2);
  }
  expect(mail.html).toMatch(/<\/p><\/body><\/html>\s*$/);
});

test('a test is what the customer gets, except for its recipient and its token', async () => {
  const { admin } = fixture;
  const real = await sendTo('email,name,language\nzoe@far.example,"Ørsted, Zoë",fr');
  const user = { id: admin.actor.id, name: 'Alex', email: 'alex@far.example' };
  await fixture.read((tx) =>
    sendBulkTest(tx, { bulkId, position: 1, user, now: new Date() }, fixture.enqueue),
  );
  const test = await deliverWaiting();
  expect(test.mail.to).toMatchObject({ value: [{ name: 'Alex', address: 'alex@far.example' }] });
  expect(tokenOf(test.fields)).not.toBe(tokenOf(real.fields));
  const [realToken, testToken] = [tokenOf(real.fields), tokenOf(test.fields)];
  const comparable = ({ mail, fields }: typeof real, token: string) => ({
    html: (mail.html as string).replaceAll(token, 'token'),
    text: mail.text!.replaceAll(token, 'token'),
    fields: [...fields]
      .filter(([name]) => !['to', 'date', 'message-id', 'x-postroom-delivery', 'content-type'].includes(name))
      .map(([name, value]) => `${name}: ${value.replaceAll(token, 'token')}`),
  });
  expect(comparable(test, testToken)).toEqual(comparable(real, realToken));
  expect(test.mail.text).toContain('Dear Ørsted, Zoë at zoe@far.example');
  // Its link is known, and unsubscribes nobody.
  const owner = { kind: 'test', instanceId: fixture.instanceId, address: 'zoe@far.example', language: 'fr' };
  expect(await ownerOfToken(fixture.needs.deployment, testToken)).toEqual(owner);
  expect(await unsubscribe(fixture.needs.deployment, testToken)).toEqual(owner);
  expect(await isUnsubscribed('zoe@far.example')).toBe(false);
});

test('a customer whom the list does not name has their name in the message, its test and its preview', async () => {
  await sendTo('email,name\ng@far.example,Gil Known');
  bulkId = uuid();
  const real = await sendTo('g@far.example');
  const user = { id: fixture.admin.actor.id, name: 'Alex', email: 'alex@far.example' };
  await fixture.read((tx) =>
    sendBulkTest(tx, { bulkId, position: 1, user, now: new Date() }, fixture.enqueue),
  );
  const test = await deliverWaiting();
  const preview = await fixture.read((tx) =>
    prepareBulkPreview(tx, bulkId, { position: 1, viewer: user, url: 'https://desk.acme.example' }),
  );
  expect(real.mail.text).toContain('Dear Gil Known at g@far.example');
  expect(test.mail.text).toContain('Dear Gil Known at g@far.example');
  expect(preview.data.customer).toMatchObject({
    name: 'Gil Known',
    firstName: 'Gil',
    email: 'g@far.example',
  });
});

test('a mail with the token unsubscribes whoever it was given to, from any address, and needs nobody', async () => {
  const token = tokenOf((await sendTo('d@far.example')).fields);
  const body = 'This message was automatically generated by a mail program.';
  await fixture.receive({ from: 'D <d.private@else.example>', subject: `unsubscribe ${token}`, body });
  expect(await isUnsubscribed('d@far.example')).toBe(true);
  expect(await isUnsubscribed('d.private@else.example')).toBe(false);
  expect(await statusOf(`unsubscribe ${token}`)).toBe('done');
  const notices = await fixture.read((tx) => tx.sql.selectFrom('notification').selectAll().execute());
  expect(notices).toEqual([]);
  expect(only(await fixture.messages(`unsubscribe ${token}`)).bodyText).toContain(body);
});

test.each(['And please delete what you know of me.', 'Do not renew my contract automatically either.'])(
  'what a person adds is read by a person: %s',
  async (body) => {
    const address = `e-${bulkId}@far.example`;
    const token = tokenOf((await sendTo(address)).fields);
    await fixture.receive({ subject: `Unsubscribe ${token}`, body });
    expect(await isUnsubscribed(address)).toBe(true);
    expect(await statusOf(`Unsubscribe ${token}`)).toBe('open');
  },
);

test('a file that a person attaches is read by a person', async () => {
  const address = `g-${bulkId}@far.example`;
  const subject = `unsubscribe ${tokenOf((await sendTo(address)).fields)}`;
  const fields = { 'Content-Type': 'application/pdf; name=letter.pdf' };
  await fixture.receive({ subject, fields, body: '%PDF-1.4' });
  expect(await isUnsubscribed(address)).toBe(true);
  expect(await statusOf(subject)).toBe('open');
});

test.each(['unsubscribe', `unsubscribe ${'x'.repeat(32)}`, 'Re: unsubscribe'])(
  'a mail without a token that is known unsubscribes nobody, whatever From says: %s',
  async (subject) => {
    await sendTo(`f-${bulkId}@far.example`);
    await fixture.receive({ from: `F <f-${bulkId}@far.example>`, subject, body: '' });
    expect(await isUnsubscribed(`f-${bulkId}@far.example`)).toBe(false);
    expect(await statusOf(subject)).toBe('open');
  },
);
