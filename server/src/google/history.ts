import type { gmail_v1 } from '@googleapis/gmail';
import type { GoogleResult } from './errors.ts';
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

/**
 * A page of history, oldest change first. `through` is the cursor that covers this page and all before:
 * the id of its last record, and after the last page where the mailbox is now.
 */
export type HistoryPage = {
  changes: HistoryChange[];
  nextStartHistoryId: string;
  nextPageToken: string | null;
};

/**
 * A page of what happened after `startHistoryId` (users.history.list), a decimal string that stays the
 * same through all pages. `history-expired` where Gmail no longer knows that far back.
 */
export function listHistory(
  gmail: Gmail,
  { startHistoryId, pageToken }: { startHistoryId: string; pageToken?: string | null },
): Promise<GoogleResult<HistoryPage>> {
  return gmail.request({ call: 'history', units: units.historyList }, async (api, options) => {
    const { data } = await api.users.history.list(
      { userId: 'me', startHistoryId, pageToken: pageToken ?? undefined, maxResults: 500 },
      options,
    );
    if (!data.historyId) throw new UnexpectedAnswer('History without its id');
    const nextPageToken = data.nextPageToken ?? null;
    return {
      changes: (data.history ?? []).flatMap(changesOf),
      nextStartHistoryId: nextPageToken ? (data.history?.at(-1)?.id ?? startHistoryId) : data.historyId,
      nextPageToken,
    };
  });
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
