import { type gmail_v1, gmail as gmailClient } from '@googleapis/gmail';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  answerConsent,
  authorizationUrl,
  googleClient,
  mailScopes,
  signIn,
  startForTest,
} from '../testing.ts';

type Running = Awaited<ReturnType<typeof startForTest>>;

let google: Running;
const mailboxes = new Map<string, gmail_v1.Gmail>();
const userId = 'me';
/** googleapis takes the root URL of uploads only from the options of each call. */
const here = () => ({ rootUrl: `${google.url}/` });

beforeAll(async () => {
  google = await startForTest();
  for (const email of [
    'support@acme.example',
    'sales@acme.example',
    'john@acme.example',
    'ana.silva@mail.example',
  ]) {
    mailboxes.set(email, await open(email, ['https://mail.google.com/']));
  }
  await control('/quota', { perMinute: null });
});
afterAll(() => google?.end());

async function open(email: string, scopes: string[]) {
  const client = googleClient(google.url);
  const { url, verifier } = authorizationUrl(client, { scope: ['openid', 'email', ...scopes] as never });
  const code = (await answerConsent(url, email, { ticked: scopes })).searchParams.get('code')!;
  const { tokens } = await client.getToken({ code, codeVerifier: verifier });
  client.setCredentials(tokens);
  return gmailClient({
    version: 'v1',
    auth: client as never,
    rootUrl: `${google.url}/`,
    retry: false,
  } as never);
}
const of = (email: string) => mailboxes.get(email)!.users;
async function control(path: string, body: object, method = 'POST') {
  const answer = await fetch(`${google.url}/control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}
const mail = (fields: Record<string, string>, body = 'Hello') =>
  Buffer.from(
    `${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}\r\n`,
  );
const raw = (fields: Record<string, string>, body?: string) => mail(fields, body).toString('base64url');

const support = 'support@acme.example';
const ana = 'ana.silva@mail.example';

async function send(from: string, fields: Record<string, string>, threadId?: string) {
  const { data } = await of(from).messages.send({ userId, requestBody: { raw: raw(fields), threadId } });
  return data as { id: string; threadId: string };
}
async function newest(email: string, label = 'INBOX') {
  const { data } = await of(email).messages.list({ userId, labelIds: [label], maxResults: 1 });
  const { data: message } = await of(email).messages.get({
    userId,
    id: data.messages![0]!.id!,
    format: 'metadata',
  });
  const header = (name: string) => message.payload?.headers?.find((one) => one.name === name)?.value ?? null;
  return { id: message.id!, threadId: message.threadId!, labels: message.labelIds!, header };
}
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error) => ({
      status: error.response?.status ?? error.status,
      reason: error.response?.data?.error?.errors?.[0]?.reason,
      message: error.response?.data?.error?.message ?? error.message,
      retryAfter: error.response?.headers?.get?.('retry-after') ?? null,
    }),
  );

describe('sending', () => {
  test('replaces Message-ID and an unaccepted From, keeps X-, removes Bcc', async () => {
    await send(support, {
      From: 'Boss <boss@acme.example>',
      To: ana,
      Bcc: 'john@acme.example',
      Subject: 'Traps',
      'Message-ID': '<mine@postroom>',
      'X-Postroom-Delivery': 'd-1',
    });
    const sent = await newest(support, 'SENT');
    expect(sent.header('Message-ID')).toMatch(/^<CA[\w-]+@mail\.gmail\.com>$/);
    expect(sent.header('From')).toBe('Acme Support <support@acme.example>');
    expect(sent.header('Bcc')).toBe('john@acme.example');
    const received = await newest(ana);
    expect(received.header('Bcc')).toBeNull();
    expect(received.header('X-Postroom-Delivery')).toBe('d-1');
    expect(received.labels).toEqual(expect.arrayContaining(['INBOX', 'UNREAD']));
    expect((await newest('john@acme.example')).header('Subject')).toBe('Traps');
  });

  test('keeps a From that is an accepted send-as, and not one that is pending', async () => {
    await send(support, { From: 'John <john@acme.example>', To: ana, Subject: 'As John' });
    expect((await newest(support, 'SENT')).header('From')).toBe('John <john@acme.example>');
    await control('/send-as', {
      account: support,
      email: 'new@acme.example',
      name: 'New',
      status: 'pending',
    });
    await send(support, { From: 'New <new@acme.example>', To: ana, Subject: 'As new' });
    expect((await newest(support, 'SENT')).header('From')).toBe('Acme Support <support@acme.example>');
    const { data } = await of(support).settings.sendAs.list({ userId });
    expect(data.sendAs?.[0]).toMatchObject({ sendAsEmail: support, isPrimary: true });
    expect(data.sendAs?.[0]).not.toHaveProperty('verificationStatus');
  });

  test('joins a thread only if id, references and subject all match', async () => {
    const first = await send(support, { To: ana, Subject: 'Thread' });
    const id = (await newest(support, 'SENT')).header('Message-ID')!;
    const fits = { To: ana, Subject: 'Re: Thread', 'In-Reply-To': id, References: id };
    expect((await send(support, fits, first.threadId)).threadId).toBe(first.threadId);
    expect((await send(support, fits)).threadId).not.toBe(first.threadId);
    expect((await send(support, { ...fits, Subject: 'Another' }, first.threadId)).threadId).not.toBe(
      first.threadId,
    );
    const bare = { To: ana, Subject: 'Re: Thread' };
    expect((await send(support, bare, first.threadId)).threadId).not.toBe(first.threadId);
    expect((await errorOf(send('sales@acme.example', fits, first.threadId)))?.status).toBe(404);
    // In the recipient's mailbox the replies are in one thread.
    const { data } = await of(ana).threads.get({ userId, id: (await newest(ana)).threadId });
    expect(data.messages!.length).toBeGreaterThan(0);
  });

  test('an encoded subject threads like a plain one', async () => {
    const subject = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
    await send(ana, { To: support, Subject: subject('Größe') });
    const first = await newest(support);
    const id = first.header('Message-ID')!;
    const answer = { To: ana, Subject: subject('Re: Größe'), 'In-Reply-To': id, References: id };
    expect((await send(support, answer, first.threadId)).threadId).toBe(first.threadId);
  });

  test('takes uploads: media, multipart with a thread, resumable', async () => {
    const { data: first } = await of(support).messages.send(
      {
        userId,
        media: { mimeType: 'message/rfc822', body: mail({ To: ana, Subject: 'Upload' }).toString() },
      },
      here(),
    );
    const id = (await newest(support, 'SENT')).header('Message-ID')!;
    const { data: second } = await of(support).messages.send(
      {
        userId,
        requestBody: { threadId: first.threadId },
        media: {
          mimeType: 'message/rfc822',
          body: mail({ To: ana, Subject: 'Re: Upload', References: id }, '--not--a--boundary').toString(),
        },
      },
      here(),
    );
    expect(second.threadId).toBe(first.threadId);
    const { client } = await signIn(google.url, support);
    const headers = { authorization: `Bearer ${client.credentials.access_token}` };
    const begun = await fetch(`${google.url}/upload/gmail/v1/users/me/messages/send?uploadType=resumable`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{}',
    });
    const done = await fetch(begun.headers.get('location')!, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'message/rfc822' },
      body: new Uint8Array(mail({ To: ana, Subject: 'Resumed' })),
    });
    expect(done.status).toBe(200);
    expect((await newest(ana)).header('Subject')).toBe('Resumed');
  });

  test('rejects what Gmail rejects', async () => {
    const users = of(support).messages;
    expect(await errorOf(users.send({ userId, requestBody: {} }))).toMatchObject({
      status: 400,
      reason: 'invalidArgument',
    });
    expect(await errorOf(users.send({ userId, requestBody: { raw: raw({ Subject: 'x' }) } }))).toMatchObject({
      status: 400,
      message: 'Recipient address required',
    });
    expect(await errorOf(users.send({ userId, requestBody: { raw: raw({ To: 'nobody' }) } }))).toMatchObject({
      status: 400,
      message: 'Invalid To header',
    });
    const large = `To: ${ana}\r\n\r\n${'x'.repeat(36_700_160)}`;
    expect(
      (await errorOf(users.send({ userId, media: { mimeType: 'message/rfc822', body: large } }, here())))
        ?.status,
    ).toBe(413);
  });

  test('responds 429 at the sending limit, and still receives', async () => {
    await control('/sending-limit', { account: 'sales@acme.example', perDay: 0 });
    const refused = await errorOf(send('sales@acme.example', { To: ana, Subject: 'One more' }));
    expect(refused).toMatchObject({ status: 429, message: expect.stringContaining('(Mail sending)') });
    expect(Number(refused?.retryAfter)).toBeGreaterThan(0);
    await send(ana, { To: 'sales@acme.example', Subject: 'Still here' });
    expect((await newest('sales@acme.example')).header('Subject')).toBe('Still here');
    await control('/sending-limit', { account: 'sales@acme.example', perDay: null });
  });
});

describe('delivery', () => {
  test('mail to aliases and groups is delivered, with the group headers', async () => {
    await send(ana, { To: 'help@acme.example', Subject: 'To the alias' });
    expect((await newest(support)).header('Subject')).toBe('To the alias');
    await send(ana, { To: 'team@acme.example', Subject: 'To the group' });
    const member = await newest('john@acme.example');
    expect(member.header('Subject')).toBe('To the group');
    expect(member.header('X-Original-Sender')).toBe(ana);
    expect(member.header('Precedence')).toBe('list');
  });

  test('mail to an unknown user bounces with a delivery report', async () => {
    await send(support, { To: 'nobody@mail.example', Subject: 'Lost' });
    const bounce = await newest(support);
    expect(bounce.header('X-Failed-Recipients')).toBe('nobody@mail.example');
    expect(bounce.header('Auto-Submitted')).toBe('auto-replied');
    const { data } = await of(support).messages.get({ userId, id: bounce.id });
    expect(data.payload?.mimeType).toBe('multipart/report');
    expect(data.payload?.parts?.map(({ mimeType }) => mimeType)).toEqual([
      'text/plain',
      'message/delivery-status',
      'message/rfc822',
    ]);
  });

  test('the ledger records every send and every delivery', async () => {
    const before = ((await (await fetch(`${google.url}/control/ledger`)).json()) as { entries: unknown[] })
      .entries.length;
    await send(support, {
      To: `${ana}, far@elsewhere.test`,
      Subject: 'Ledger',
      'X-Postroom-Delivery': 'd-9',
    });
    const { entries } = (await (await fetch(`${google.url}/control/ledger?after=${before}`)).json()) as {
      entries: Array<{ kind: string; recipient: string | null; account: string | null; delivery: string }>;
    };
    expect(entries.map(({ kind, account, recipient }) => [kind, account ?? recipient])).toEqual([
      ['accepted', support],
      ['delivered', ana],
      ['outside', 'far@elsewhere.test'],
    ]);
    expect(new Set(entries.map(({ delivery }) => delivery))).toEqual(new Set(['d-9']));
  });
});

describe('history', () => {
  const history = async (email: string, startHistoryId: string, more: object = {}) =>
    (await of(email).history.list({ userId, startHistoryId, ...more })).data;
  const now = async (email: string) => (await of(email).getProfile({ userId })).data.historyId!;

  test('ids exceed JavaScript numbers; each change has its type', async () => {
    const start = await now(support);
    expect(BigInt(start)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    await send(ana, { To: support, Subject: 'History' });
    const { id } = await newest(support);
    await of(support).messages.modify({
      userId,
      id,
      requestBody: { addLabelIds: ['SPAM'], removeLabelIds: ['INBOX'] },
    });
    await of(support).messages.modify({
      userId,
      id,
      requestBody: { addLabelIds: ['INBOX'], removeLabelIds: ['SPAM'] },
    });
    await of(support).messages.trash({ userId, id });
    await of(support).messages.delete({ userId, id });
    const { history: records, historyId } = await history(support, start);
    const kinds = records!.map((record) =>
      record.messagesAdded
        ? 'added'
        : record.messagesDeleted
          ? 'deleted'
          : record.labelsAdded
            ? 'labels+'
            : 'labels-',
    );
    expect(kinds).toEqual([
      'added',
      'labels-',
      'labels+',
      'labels-',
      'labels+',
      'labels-',
      'labels+',
      'deleted',
    ]);
    expect(records![0]!.messagesAdded![0]!.message!.labelIds).toContain('INBOX');
    expect(BigInt(historyId!)).toBe(BigInt(await now(support)));
    const ids = records!.map((record) => BigInt(record.id!));
    expect(ids).toEqual([...ids].sort((one, other) => (one < other ? -1 : 1)));
    const onlyAdded = await history(support, start, { historyTypes: ['messageAdded'] });
    expect(onlyAdded.history?.length).toBe(1);
  });

  test('is paged for one start id', async () => {
    const start = await now(support);
    for (let count = 0; count < 5; count += 1) await send(ana, { To: support, Subject: `Page ${count}` });
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await history(support, start, { maxResults: 2, pageToken });
      seen.push(
        ...(page.history ?? []).flatMap(
          (record) => record.messagesAdded?.map(({ message }) => message!.id!) ?? [],
        ),
      );
      pageToken = page.nextPageToken ?? undefined;
    } while (pageToken);
    expect(new Set(seen).size).toBe(5);
    expect(await errorOf(history(support, start, { pageToken: 'garbage' }))).toMatchObject({ status: 400 });
    expect(await errorOf(history(support, 'abc'))).toMatchObject({ status: 400 });
  });

  test('that is too old is 404', async () => {
    const start = await now(support);
    await send(ana, { To: support, Subject: 'Before it expires' });
    await control('/expire-history', { account: support });
    expect(await errorOf(history(support, start))).toMatchObject({ status: 404, reason: 'notFound' });
    expect((await history(support, await now(support))).history).toBeUndefined();
  });

  test("a start id ahead of the mailbox's is an empty history, or 404 if a test says so", async () => {
    const ahead = String(BigInt(await now(support)) + 1_000_000n);
    expect((await history(support, ahead)).history).toBeUndefined();
    await control('/history-ahead', { answer: 'not-found' });
    expect(await errorOf(history(support, ahead))).toMatchObject({ status: 404, reason: 'notFound' });
    expect(await errorOf(history(support, await now(support)))).toBeNull();
    await control('/history-ahead', { answer: 'empty' });
  });

  test('rejects a second topic until stop', async () => {
    const watch = (topicName: string) => of(support).watch({ userId, requestBody: { topicName } });
    const { data } = await watch('projects/p/topics/one');
    expect(BigInt(data.historyId!)).toBe(BigInt(await now(support)));
    expect(Number(data.expiration)).toBeGreaterThan(Date.now() + 6 * 24 * 3_600_000);
    expect(await errorOf(watch('projects/p/topics/two'))).toMatchObject({
      status: 400,
      message: expect.stringContaining('Only one user push notification client allowed'),
    });
    await of(support).stop({ userId });
    expect((await watch('projects/p/topics/two')).status).toBe(200);
    await of(support).stop({ userId });
  });
});

describe('reading', () => {
  test('formats, attachments and searches', async () => {
    const body = [
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Words',
      '--b',
      'Content-Type: text/csv; name="list.csv"',
      'Content-Disposition: attachment; filename="list.csv"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('a,b\n1,2\n').toString('base64'),
      '--b--',
    ].join('\r\n');
    const fields = { To: support, Subject: 'Formats', 'Content-Type': 'multipart/mixed; boundary=b' };
    await of(ana).messages.send({ userId, requestBody: { raw: raw(fields, body) } });
    const { id, header } = await newest(support);
    const get = async (format: string) => (await of(support).messages.get({ userId, id, format })).data;
    expect(Buffer.from((await get('raw')).raw!, 'base64url').toString()).toContain('Subject: Formats');
    expect(await get('minimal')).not.toHaveProperty('payload');
    const full = (await get('full')).payload!;
    const attachment = full.parts![1]!;
    expect(attachment.filename).toBe('list.csv');
    const { data } = await of(support).messages.attachments.get({
      userId,
      messageId: id,
      id: attachment.body!.attachmentId!,
    });
    expect(Buffer.from(data.data!, 'base64url').toString()).toBe('a,b\n1,2\n');
    const find = async (q: string) =>
      (await of(support).messages.list({ userId, q })).data.messages?.map((message) => message.id) ?? [];
    expect(await find(`rfc822msgid:${header('Message-ID')!.slice(1, -1)}`)).toEqual([id]);
    expect(await find('subject:Formats in:inbox')).toEqual([id]);
    expect(await find('subject:Formats -in:inbox')).toEqual([]);
    expect(await find(`from:ana.silva subject:Formats after:${Math.floor(Date.now() / 1000) - 60}`)).toEqual([
      id,
    ]);
    expect(await errorOf(of(support).messages.get({ userId, id: 'ffff' }))).toMatchObject({ status: 404 });
    await of(support).messages.trash({ userId, id });
    expect(await find('subject:Formats')).toEqual([]);
    expect(
      (await of(support).messages.list({ userId, q: 'subject:Formats', includeSpamTrash: true })).data
        .messages?.length,
    ).toBe(1);
  });

  test('drafts: updating replaces the message id; sending leaves none', async () => {
    const drafts = of(support).drafts;
    const draft = (text: string) => ({ message: { raw: raw({ To: ana, Subject: 'Draft' }, text) } });
    const { data: made } = await drafts.create({ userId, requestBody: draft('one') });
    const { data: changed } = await drafts.update({ userId, id: made.id!, requestBody: draft('two') });
    expect(changed.message!.id).not.toBe(made.message!.id);
    expect((await drafts.list({ userId })).data.drafts?.length).toBe(1);
    await drafts.send({ userId, requestBody: { id: made.id! } });
    expect((await drafts.list({ userId })).data.drafts).toBeUndefined();
    expect((await newest(ana)).header('Subject')).toBe('Draft');
  });

  test('scopes are enforced, and so is access to other mailboxes', async () => {
    const readOnly = (await open(support, mailScopes)).users; // readonly and send
    const { id } = await newest(support);
    expect((await readOnly.messages.get({ userId, id })).status).toBe(200);
    expect(await errorOf(readOnly.messages.trash({ userId, id }))).toMatchObject({
      status: 403,
      reason: 'insufficientPermissions',
    });
    expect(await errorOf(readOnly.getProfile({ userId: ana }))).toMatchObject({
      status: 403,
      message: `Delegation denied for ${ana}`,
    });
    const unauthorized = await fetch(`${google.url}/gmail/v1/users/me/profile`, {
      headers: { authorization: 'Bearer nope' },
    });
    expect(unauthorized.status).toBe(401);
    expect(await unauthorized.json()).toMatchObject({ error: { errors: [{ reason: 'authError' }] } });
  });

  test('a batch responds to each part separately', async () => {
    const { client } = await signIn(google.url, support);
    const { id } = await newest(support);
    const part = (name: string, path: string) =>
      `--x\r\nContent-Type: application/http\r\nContent-ID: <${name}>\r\n\r\nGET ${path} HTTP/1.1\r\n\r\n\r\n`;
    const answer = await fetch(`${google.url}/batch/gmail/v1`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${client.credentials.access_token}`,
        'content-type': 'multipart/mixed; boundary=x',
      },
      body: `${part('one', `/gmail/v1/users/me/messages/${id}?format=minimal`)}${part('two', '/gmail/v1/users/me/messages/none')}--x--`,
    });
    const text = await answer.text();
    expect(text).toMatch(/<response-one>[\s\S]*HTTP\/1\.1 200/);
    expect(text).toMatch(/<response-two>[\s\S]*HTTP\/1\.1 404/);
  });
});

describe('faults and quota', () => {
  const fault = (kind: string, more: object = {}) =>
    control('/faults', { account: support, method: 'getProfile', kind, ...more });
  const ask = () => errorOf(of(support).getProfile({ userId }));

  test.each([
    [
      'rate-limit',
      { status: 429, reason: 'rateLimitExceeded', message: expect.stringMatching(/Retry after \d{4}-/) },
    ],
    ['userRateLimitExceeded', { status: 403, reason: 'userRateLimitExceeded' }],
    ['dailyLimitExceeded', { status: 403, reason: 'dailyLimitExceeded' }],
    ['domainPolicy', { status: 403, reason: 'domainPolicy' }],
    ['mail-off', { status: 400, reason: 'failedPrecondition', message: 'Mail service not enabled' }],
    ['precondition', { status: 400, reason: 'failedPrecondition', message: 'Precondition check failed.' }],
    ['400', { status: 400, reason: 'invalidArgument' }],
    ['unauthorized', { status: 401, reason: 'authError' }],
    ['500', { status: 500, reason: 'backendError' }],
    ['503', { status: 503, reason: 'backendError' }],
  ])('%s applies to as many calls as requested', async (kind, expected) => {
    await fault(kind);
    expect(await ask()).toMatchObject(expected);
    expect(await ask()).toBeNull();
  });

  test('an account without a mailbox answers every call with a failed precondition', async () => {
    await control('/accounts', { email: 'billing@acme.example', noMailbox: true });
    const billing = (await open('billing@acme.example', mailScopes)).users;
    const refused = { status: 400, reason: 'failedPrecondition', message: 'Precondition check failed.' };
    expect(await errorOf(billing.getProfile({ userId }))).toMatchObject(refused);
    expect(
      await errorOf(billing.messages.send({ userId, requestBody: { raw: raw({ To: ana }) } })),
    ).toMatchObject(refused);
    await control('/accounts', { email: 'billing@acme.example', noMailbox: false });
    expect(await errorOf(billing.getProfile({ userId }))).toBeNull();
  });

  describe('of one message', () => {
    const messageFault = (fault: object) => control('/message-faults', fault);
    const get = (id: string, format = 'raw') => of(support).messages.get({ userId, id, format });
    afterEach(() => control('/message-faults', {}, 'DELETE'));

    async function deliver(subject: string) {
      const message = mail({ From: ana, To: support, Subject: subject, 'Message-ID': `<${subject}@x.test>` });
      const answer = await control('/deliver', { from: ana, to: [support], raw: message.toString('base64') });
      return (answer as { delivered: Array<{ id: string }> }).delivered[0]!.id;
    }

    test.each([
      ['400', { status: 400, reason: 'invalidArgument' }],
      ['500', { status: 500, reason: 'backendError' }],
      ['not-found', { status: 404, reason: 'notFound' }],
      ['precondition', { status: 400, reason: 'failedPrecondition' }],
    ])(
      'reading it fails with %s until the fault is removed; other messages are read',
      async (kind, error) => {
        await messageFault({ message: `<poison-${kind}@x.test>`, kind });
        const poisoned = await deliver(`poison-${kind}`);
        const other = await deliver('healthy');
        for (let times = 0; times < 3; times += 1) expect(await errorOf(get(poisoned))).toMatchObject(error);
        expect(await errorOf(get(other))).toBeNull();
        await control('/faults', {}, 'DELETE');
        expect(await errorOf(get(poisoned))).toMatchObject(error);
        await control(
          `/message-faults?message=${encodeURIComponent(`<poison-${kind}@x.test>`)}`,
          {},
          'DELETE',
        );
        expect(await errorOf(get(poisoned))).toBeNull();
      },
    );

    test('its response lacks raw, as often as requested', async () => {
      const id = await deliver('bare');
      await messageFault({ message: id, kind: 'no-raw', times: 2 });
      expect((await get(id)).data).toMatchObject({ id, snippet: 'Hello' });
      expect((await get(id)).data).not.toHaveProperty('raw');
      expect((await get(id)).data.raw).toBeTruthy();
    });

    test('sending it fails, as JSON and as an upload', async () => {
      await messageFault({ message: 'Größe', kind: 'precondition', method: 'messages.send' });
      const fields = { To: ana, Subject: `=?UTF-8?B?${Buffer.from('Größe').toString('base64')}?=` };
      const refused = { status: 400, reason: 'failedPrecondition' };
      expect(await errorOf(send(support, fields))).toMatchObject(refused);
      const media = { mimeType: 'message/rfc822', body: mail(fields).toString() };
      const upload = { userId, requestBody: {}, media };
      expect(await errorOf(of(support).messages.send(upload, here()))).toMatchObject(refused);
      expect(await errorOf(send(support, { To: ana, Subject: 'Another size' }))).toBeNull();
    });
  });

  test('a cut connection does nothing; a lost response was executed', async () => {
    await fault('connection-reset');
    expect((await ask())?.status).toBeUndefined();
    await control('/faults', { account: support, method: 'messages.send', kind: 'lost-response' });
    const lost = await errorOf(send(support, { To: ana, Subject: 'Lost answer' }));
    expect(lost).not.toBeNull();
    expect((await newest(ana)).header('Subject')).toBe('Lost answer');
  });

  test('a slow call is executed at once; a message may not be found yet', async () => {
    await control('/faults', { account: ana, method: 'messages.send', kind: 'slow', delayMs: 400 });
    const began = performance.now();
    await send(ana, { To: support, Subject: 'Ahead of itself' });
    expect(performance.now() - began).toBeGreaterThan(399);
    const { id } = await newest(support);
    const get = () => errorOf(of(support).messages.get({ userId, id }));
    const early = { account: support, method: 'messages.get', kind: 'not-found-yet', times: null };
    await control('/faults', { ...early, delayMs: 600_000 });
    expect(await get()).toMatchObject({ status: 404 });
    await control('/faults', {}, 'DELETE');
    await control('/faults', { ...early, delayMs: 1 });
    expect(await get()).toBeNull();
    await control('/faults', {}, 'DELETE');
    const held = (await (await fetch(`${google.url}/control/mailboxes/${support}/messages`)).json()) as {
      messages: Array<{ id: string; labels: string[]; subject: string }>;
    };
    expect(held.messages.at(-1)).toMatchObject({ id, subject: 'Ahead of itself' });
    expect(held.messages.at(-1)!.labels).toContain('INBOX');
  });

  test('the units of a minute can be used up', async () => {
    await control('/quota', { perMinute: 5 });
    const answers = await Promise.all(Array.from({ length: 12 }, ask));
    await control('/quota', { perMinute: null });
    expect(answers.filter((answer) => answer?.reason === 'rateLimitExceeded').length).toBeGreaterThanOrEqual(
      2,
    );
  });

  test('mail marked as spam stays out of the inbox', async () => {
    await control('/spam', { account: support, marksSpam: true });
    await send(ana, { To: support, Subject: 'Buy lamps' });
    await control('/spam', { account: support, marksSpam: false });
    expect((await newest(support, 'SPAM')).header('Subject')).toBe('Buy lamps');
  });
});
