import type { FastifyInstance } from 'fastify';
import { formatHistoryId, historyIdOf } from '../mail/mailbox.ts';
import { publishNotification } from '../pubsub/publish.ts';
import { readSetting } from '../settings.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, invalidArgument, notFound } from './errors.ts';
import { type Call, method, scopes } from './method.ts';
import { listOf, nextToken, pageOf } from './paging.ts';

const watchLifetimeMs = 7 * 24 * 3_600_000;
/** The answer to a start id ahead of the mailbox's, `empty` or `not-found`: Gmail's is not known. */
export const historyAheadSetting = 'history-ahead';
const maxHistoryId = 2n ** 64n - 1n;

type Row = {
  history_id: string;
  kind: 'messageAdded' | 'messageDeleted' | 'labelAdded' | 'labelRemoved';
  message_id: string;
  thread_id: string;
  labels: string;
  all_labels: string;
};

/** users.history.list, users.watch, users.stop. */
export function historyMethods(app: FastifyInstance, simulator: Simulator): void {
  const on = method.bind(null, app, simulator);
  on('GET', '/history', { name: 'history.list', scopes: scopes.readOrMetadata }, (call) =>
    listHistory(simulator, call),
  );
  on('POST', '/watch', { name: 'watch', scopes: scopes.readOrMetadata }, (call) => watch(simulator, call));
  on('POST', '/stop', { name: 'stop', scopes: scopes.readOrMetadata }, ({ account, reply }) => {
    simulator.store.run('DELETE FROM watches WHERE account = ?', account);
    return reply.status(204).send();
  });
}

function listHistory(simulator: Simulator, { account, query }: Call): object {
  const { store } = simulator;
  const start = String(query.startHistoryId ?? '');
  if (!/^\d{1,20}$/.test(start) || BigInt(start) > maxHistoryId)
    throw new GmailApiError(invalidArgument('Invalid startHistoryId'));
  const now = historyIdOf(simulator, account);
  const { history_from: from } = store.get<{ history_from: string }>(
    'SELECT history_from FROM mailboxes WHERE account = ?',
    account,
  )!;
  const after = start.padStart(20, '0');
  const isAhead = after > now && readSetting(simulator, historyAheadSetting) === 'not-found';
  if (after < from || isAhead) throw new GmailApiError(notFound);
  const page = pageOf(query, { defaultLimit: 100, maxLimit: 500 });
  const types = listOf(query.historyTypes);
  const label = query.labelId ? String(query.labelId) : null;
  const rows = store.all<Row>(
    'SELECT * FROM history WHERE account = ? AND history_id > ? ORDER BY history_id LIMIT ? OFFSET ?',
    account,
    after,
    page.limit + 1,
    page.offset,
  );
  const history = rows.slice(0, page.limit).flatMap((row) => {
    const labels = JSON.parse(row.all_labels) as string[];
    const kept = (types.length === 0 || types.includes(row.kind)) && (!label || labels.includes(label));
    return kept ? [recordOf(row, labels)] : [];
  });
  return {
    ...(history.length && { history }),
    ...nextToken(page, rows.length),
    historyId: formatHistoryId(now),
  };
}

function recordOf(row: Row, allLabels: string[]): object {
  const message = { id: row.message_id, threadId: row.thread_id, labelIds: allLabels };
  const labelIds = JSON.parse(row.labels) as string[];
  const kinds = {
    messageAdded: { messagesAdded: [{ message }] },
    messageDeleted: { messagesDeleted: [{ message }] },
    labelAdded: { labelsAdded: [{ message, labelIds }] },
    labelRemoved: { labelsRemoved: [{ message, labelIds }] },
  };
  return {
    id: formatHistoryId(row.history_id),
    messages: [{ id: row.message_id, threadId: row.thread_id }],
    ...kinds[row.kind],
  };
}

function watch(simulator: Simulator, { account, body }: Call): object {
  const { store, clock } = simulator;
  const { topicName, labelIds = [] } = (body ?? {}) as { topicName?: string; labelIds?: string[] };
  if (!topicName || !/^projects\/[^/]+\/topics\/[^/]+$/.test(topicName))
    throw new GmailApiError(invalidArgument('Invalid topicName does not match projects/*/topics/*'));
  const before = store.get<{ topic: string; expires_at: number }>(
    'SELECT topic, expires_at FROM watches WHERE account = ?',
    account,
  );
  if (before && before.topic !== topicName && before.expires_at > clock.now()) {
    throw new GmailApiError(
      invalidArgument(
        'Only one user push notification client allowed per developer (call /stop then try again)',
      ),
    );
  }
  const expires = clock.now() + watchLifetimeMs;
  store.run(
    'INSERT INTO watches VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET topic = excluded.topic, labels = excluded.labels, expires_at = excluded.expires_at',
    account,
    topicName,
    JSON.stringify(labelIds),
    expires,
  );
  const historyId = formatHistoryId(historyIdOf(simulator, account));
  publishNotification(simulator, topicName, { emailAddress: account, historyId }, { always: true });
  return { historyId, expiration: String(expires) };
}
