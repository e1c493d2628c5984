import { type gmail_v1, gmail as gmailClient } from '@googleapis/gmail';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, startForTest } from '../testing.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
let users: gmail_v1.Gmail['users'];
const userId = 'me';
const support = 'support@acme.example';
const ana = 'ana.silva@mail.example';

beforeAll(async () => {
  google = await startForTest();
  users = await mailbox(support);
});
afterAll(() => google.end());

async function mailbox(email: string) {
  const { client } = await signIn(google.url, email);
  return gmailClient({ version: 'v1', auth: client as never, rootUrl: `${google.url}/` }).users;
}
async function control(
  path: string,
  body: object,
): Promise<{ status: number; json: Record<string, string> }> {
  const response = await fetch(`${google.url}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
}
const base64 = (lines: string[]) => Buffer.from(lines.join('\r\n')).toString('base64');
const cursor = async () => (await users.getProfile({ userId })).data.historyId!;
const historySince = async (startHistoryId: string) =>
  (await users.history.list({ userId, startHistoryId })).data.history ?? [];

describe.each([
  ['in the history', true],
  ['not in the history', false],
])('%s', (_name, inHistory) => {
  test('a chat is labelled CHAT and has no raw', async () => {
    const start = await cursor();
    const { json } = await control('/chat', {
      account: support,
      from: ana,
      text: 'Are you there?',
      inHistory,
    });
    const added = (await historySince(start)).flatMap(({ messagesAdded }) => messagesAdded ?? []);
    expect(added.map(({ message }) => message)).toEqual(
      inHistory ? [{ id: json.id, threadId: json.threadId, labelIds: ['CHAT'] }] : [],
    );
    const { data } = await users.messages.get({ userId, id: json.id!, format: 'raw' });
    expect(data).toMatchObject({ id: json.id, labelIds: ['CHAT'], snippet: 'Are you there?' });
    expect(data).not.toHaveProperty('raw');
    const listed = await users.messages.list({ userId, labelIds: ['CHAT'] });
    expect(listed.data.messages).toContainEqual({ id: json.id, threadId: json.threadId });
  });

  test('a scheduled message is labelled SCHEDULED, and later SENT', async () => {
    const start = await cursor();
    const raw = base64([`To: ${ana}`, `Subject: Later ${inHistory}`, '', 'Hello']);
    const { json } = await control('/schedule', { account: support, raw, inHistory });
    expect(json.kind).toBe('scheduled');
    expect((await historySince(start)).length).toBe(inHistory ? 1 : 0);
    const waiting = await cursor();
    const sent = await control('/send-scheduled', { account: support, id: json.id });
    expect(sent.json).toEqual({ kind: 'sent', id: json.id });
    const changes = await historySince(waiting);
    expect(
      changes.flatMap(({ labelsAdded }) => labelsAdded?.flatMap(({ labelIds }) => labelIds) ?? []),
    ).toEqual(['SENT']);
    const { data } = await users.messages.get({ userId, id: json.id!, format: 'minimal' });
    expect(data.labelIds).toEqual(['SENT']);
    expect((await control('/send-scheduled', { account: support, id: json.id })).json.kind).toBe(
      'not-scheduled',
    );
  });
});

test('a web form that sends as the account writes one message, in Sent and in the inbox', async () => {
  const raw = base64([
    `From: ${support}`,
    `To: ${support}`,
    `Reply-To: ${ana}`,
    'Subject: Form',
    '',
    'Hello',
  ]);
  const { json } = await control('/send', { account: support, raw });
  expect(json.kind).toBe('sent');
  const { data } = await users.messages.get({ userId, id: json.id!, format: 'minimal' });
  expect(data.labelIds).toEqual(['INBOX', 'SENT', 'UNREAD']);
  expect((await control('/send', { account: support, raw: base64(['Subject: x']) })).json.kind).toBe(
    'no-recipient',
  );
});

test('a schedule without a recipient is refused', async () => {
  const raw = base64(['Subject: For nobody', '', 'Hello']);
  expect((await control('/schedule', { account: support, raw })).json).toEqual({ kind: 'no-recipient' });
});

test('a renamed account keeps its sub, its grants and its mail; the former address becomes an alias', async () => {
  const former = 'billing@acme.example';
  const name = 'accounts@acme-group.example';
  const { client, tokens } = await signIn(google.url, former);
  const billing = gmailClient({ version: 'v1', auth: client as never, rootUrl: `${google.url}/` }).users;
  const deliver = async (to: string, subject: string) => {
    const raw = base64([`From: ${ana}`, `To: ${to}`, `Subject: ${subject}`, '', 'Hello']);
    return (await control('/deliver', { from: ana, to: [to], raw })).json.delivered;
  };
  await deliver(former, 'Before');
  const { historyId } = (await billing.getProfile({ userId })).data;

  expect(await control('/accounts/rename', { email: former, to: 'sales@acme.example' })).toMatchObject({
    status: 409,
  });
  expect(await control('/accounts/rename', { email: 'nobody@acme.example', to: name })).toMatchObject({
    status: 404,
  });
  expect((await control('/accounts/rename', { email: former, to: name })).status).toBe(200);

  expect((await billing.getProfile({ userId })).data).toMatchObject({ emailAddress: name, historyId });
  const identity = decodeJwt((await client.refreshAccessToken()).credentials.id_token!);
  expect(identity).toMatchObject({ sub: decodeJwt(tokens.id_token!).sub, email: name });
  for (const to of [former, name]) {
    expect(await deliver(to, `To ${to}`)).toMatchObject([{ account: name }]);
  }
  const { data } = await billing.messages.list({ userId, labelIds: ['INBOX'] });
  expect(data.messages?.length).toBe(3);
  const sendAs = (await billing.settings.sendAs.list({ userId })).data.sendAs!;
  expect(sendAs.map(({ sendAsEmail, isPrimary }) => [sendAsEmail, isPrimary])).toEqual([
    [name, true],
    [former, false],
  ]);
  // And back again: the alias becomes the primary address.
  expect((await control('/accounts/rename', { email: name, to: former })).status).toBe(200);
  expect((await billing.getProfile({ userId })).data.emailAddress).toBe(former);
});

test('notifications carry the new address of a renamed account', async () => {
  const former = 'desk@other.example';
  const topic = 'projects/p/topics/rename';
  const call = (path: string, method: string, body: object) =>
    fetch(`${google.url}/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await call(topic, 'PUT', {});
  await call('projects/p/subscriptions/rename', 'PUT', { topic });
  const desk = await mailbox(former);
  await control('/accounts/rename', { email: former, to: 'help@other.example' });
  await desk.watch({ userId, requestBody: { topicName: topic } });
  const pulled = await call('projects/p/subscriptions/rename:pull', 'POST', { maxMessages: 1 });
  const { receivedMessages } = (await pulled.json()) as {
    receivedMessages: Array<{ message: { data: string } }>;
  };
  const data = Buffer.from(receivedMessages[0]!.message.data, 'base64').toString();
  expect(JSON.parse(data)).toMatchObject({ emailAddress: 'help@other.example' });
});
