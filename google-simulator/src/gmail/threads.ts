import type { FastifyInstance } from 'fastify';
import { formatHistoryId } from '../mail/mailbox.ts';
import { changeLabels, moveToTrash, removeFromTrash, threadMessages } from '../mail/messages.ts';
import { search } from '../mail/search.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, notFound } from './errors.ts';
import { formatted } from './format.ts';
import { readLabelChange } from './messages.ts';
import { method, scopes } from './method.ts';
import { listOf, nextToken, pageOf } from './paging.ts';

/** users.threads. */
export function threadMethods(app: FastifyInstance, simulator: Simulator): void {
  const on = method.bind(null, app, simulator);
  const thread = (account: string, id: string) => {
    const messages = threadMessages(simulator, account, id);
    if (messages.length === 0) throw new GmailApiError(notFound);
    return messages;
  };
  on('GET', '/threads', { name: 'threads.list', scopes: scopes.readOrMetadata }, ({ account, query }) => {
    const page = pageOf(query, { defaultLimit: 100, maxLimit: 500 });
    const found = search(simulator, account, {
      labels: listOf(query.labelIds),
      query: String(query.q ?? ''),
      spamAndTrash: query.includeSpamTrash === 'true',
      limit: 100_000,
      offset: 0,
    });
    const ids = [...new Set(found.map(({ threadId }) => threadId))];
    const some = ids.slice(page.offset, page.offset + page.limit);
    const threads = some.map((id) => {
      const last = thread(account, id).at(-1)!;
      return { id, snippet: last.snippet, historyId: formatHistoryId(last.historyId) };
    });
    return {
      ...(threads.length && { threads }),
      ...nextToken(page, ids.length - page.offset),
      resultSizeEstimate: ids.length,
    };
  });
  on(
    'GET',
    '/threads/:id',
    { name: 'threads.get', scopes: scopes.readOrMetadata },
    ({ account, params, query }) => {
      const messages = thread(account, params.id!);
      const format = String(query.format ?? 'full').toLowerCase();
      return {
        id: params.id,
        historyId: formatHistoryId(messages.at(-1)!.historyId),
        messages: messages.map((message) =>
          formatted(simulator, message, format, listOf(query.metadataHeaders)),
        ),
      };
    },
  );
  on(
    'POST',
    '/threads/:id/modify',
    { name: 'threads.modify', scopes: scopes.modify },
    ({ account, params, body }) => {
      for (const { id } of thread(account, params.id!))
        changeLabels(simulator, account, id, readLabelChange(body));
      return { id: params.id };
    },
  );
  on(
    'POST',
    '/threads/:id/trash',
    { name: 'threads.trash', scopes: scopes.modify },
    ({ account, params }) => {
      for (const { id } of thread(account, params.id!)) moveToTrash(simulator, account, id);
      return { id: params.id };
    },
  );
  on(
    'POST',
    '/threads/:id/untrash',
    { name: 'threads.untrash', scopes: scopes.modify },
    ({ account, params }) => {
      for (const { id } of thread(account, params.id!)) removeFromTrash(simulator, account, id);
      return { id: params.id };
    },
  );
}
