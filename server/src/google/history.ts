import type { gmail_v1 } from '@googleapis/gmail';
import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { isHistoryId } from './history-id.ts';
import { units } from './quota.ts';

/** One change of a mailbox. `labels`: those added or removed; for `added`, the message's, if Gmail lists them. */
export type HistoryChange = {
  kind: 'added' | 'deleted' | 'labels-added' | 'labels-removed';
  messageId: string;
  threadId: string;
  labels: string[];
};

/**
 * A page of history, oldest change first. `nextStartHistoryId` is the cursor after this page: the id of its
 * last record; on the last page, the mailbox's current historyId.
 */
export type HistoryPage = {
  changes: HistoryChange[];
  nextStartHistoryId: string;
  nextPageToken: string | null;
};

/**
 * A page of the changes after `startHistoryId` (users.history.list), a decimal string that is the same for
 * all pages. `history-expired` if Gmail no longer has history that old (404).
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
    if (!data.historyId || !isHistoryId(data.historyId)) {
      throw new UnexpectedAnswer('History without a historyId');
    }
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
