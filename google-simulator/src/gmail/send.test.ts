import { describe, expect, test } from 'vitest';
import { ana, errorOf, mail, openMailboxes, raw, support, userId } from '../testing/open-mailboxes.ts';
import { signIn } from '../testing.ts';

const { control, here, newest, of, send, url } = openMailboxes();

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
    const { client } = await signIn(url(), support);
    const headers = { authorization: `Bearer ${client.credentials.access_token}` };
    const begun = await fetch(`${url()}/upload/gmail/v1/users/me/messages/send?uploadType=resumable`, {
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
    const before = ((await (await fetch(`${url()}/control/ledger`)).json()) as { entries: unknown[] }).entries
      .length;
    await send(support, {
      To: `${ana}, far@elsewhere.test`,
      Subject: 'Ledger',
      'X-Postroom-Delivery': 'd-9',
    });
    const { entries } = (await (await fetch(`${url()}/control/ledger?after=${before}`)).json()) as {
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
