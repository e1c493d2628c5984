import type { gmail_v1 } from '@googleapis/gmail';
import type { Answer } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/** One change of a mailbox. `labels`: those added or removed; for `added`, the message's, where named. */
export type HistoryChange = {
  kind: 'added' | 'deleted' | 'labels-added' | 'labels-removed';
  messageId: string;
  threadId: string;
  labels: string[];
};

/** A page of history, oldest change first. `historyId` is the new cursor only after the last page. */
export type HistoryPage = { changes: HistoryChange[]; historyId: string; nextPageToken: string | null };

/**
 * A page of what happened after `startHistoryId` (users.history.list), a decimal string that stays the
 * same through all pages. `history-expired` where Gmail no longer knows that far back.
 */
export function listHistory(
  gmail: Gmail,
  { startHistoryId, pageToken }: { startHistoryId: string; pageToken?: string | null },
): Promise<Answer<HistoryPage>> {
  return gmail.request({ call: 'history', units: units.historyList }, async (api, options) => {
    const { data } = await api.users.history.list(
      { userId: 'me', startHistoryId, pageToken: pageToken ?? undefined, maxResults: 500 },
      options,
    );
    if (!data.historyId) throw new UnexpectedAnswer('History without its id');
    return {
      changes: (data.history ?? []).flatMap(changesOf),
      historyId: data.historyId,
      nextPageToken: data.nextPageToken ?? null,
    };
  });
}

/** The later of two cursors: they are unsigned 64-bit, beyond a JavaScript number. */
export function laterHistoryId(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other;
}

function changesOf(record: gmail_v1.Schema$History): HistoryChange[] {
  const change = (
    kind: HistoryChange['kind'],
    message: gmail_v1.Schema$Message | undefined,
    labels: string[] | null | undefined,
  ): HistoryChange[] =>
    message?.id && message.threadId
      ? [{ kind, messageId: message.id, threadId: message.threadId, labels: labels ?? [] }]
      : [];
  return [
    ...(record.messagesAdded ?? []).flatMap(({ message }) => change('added', message, message?.labelIds)),
    ...(record.messagesDeleted ?? []).flatMap(({ message }) => change('deleted', message, [])),
    ...(record.labelsAdded ?? []).flatMap(({ message, labelIds }) =>
      change('labels-added', message, labelIds),
    ),
    ...(record.labelsRemoved ?? []).flatMap(({ message, labelIds }) =>
      change('labels-removed', message, labelIds),
    ),
  ];
}
