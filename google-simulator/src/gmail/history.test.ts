import { describe, expect, test } from 'vitest';
import { ana, errorOf, openMailboxes, support, userId } from '../testing/open-mailboxes.ts';

const { control, newest, of, send } = openMailboxes();

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
