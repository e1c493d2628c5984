import { describe, expect, test } from 'vitest';
import { ana, errorOf, openMailboxes, raw, support, userId } from '../testing/open-mailboxes.ts';
import { mailScopes, signIn } from '../testing.ts';

const { newest, of, open, send, url } = openMailboxes();

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
    await send(ana, { To: support, Subject: 'Scopes' });
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
    const unauthorized = await fetch(`${url()}/gmail/v1/users/me/profile`, {
      headers: { authorization: 'Bearer nope' },
    });
    expect(unauthorized.status).toBe(401);
    expect(await unauthorized.json()).toMatchObject({ error: { errors: [{ reason: 'authError' }] } });
  });

  test('a batch responds to each part separately', async () => {
    await send(ana, { To: support, Subject: 'Batch' });
    const { client } = await signIn(url(), support);
    const { id } = await newest(support);
    const part = (name: string, path: string) =>
      `--x\r\nContent-Type: application/http\r\nContent-ID: <${name}>\r\n\r\nGET ${path} HTTP/1.1\r\n\r\n\r\n`;
    const answer = await fetch(`${url()}/batch/gmail/v1`, {
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
