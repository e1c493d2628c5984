import { afterEach, describe, expect, test } from 'vitest';
import { ana, errorOf, mail, openMailboxes, raw, support, userId } from '../testing/open-mailboxes.ts';
import { mailScopes } from '../testing.ts';

const { control, here, newest, of, open, send, url } = openMailboxes();

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
    const held = (await (await fetch(`${url()}/control/mailboxes/${support}/messages`)).json()) as {
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
