import { randomInt } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { addMessage, deletePermanently, findMessage, rawOf } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, notFound } from './errors.ts';
import { formatted } from './format.ts';
import { method, scopes } from './method.ts';
import { nextToken, pageOf } from './paging.ts';
import { rawOfJson, sendAndDescribe } from './send.ts';

type Body = { id?: string; message?: { raw?: string; threadId?: string } };

/** users.drafts. Updating a draft replaces its message, so the message id changes. */
export function draftMethods(app: FastifyInstance, simulator: Simulator): void {
  const { store } = simulator;
  const on = method.bind(null, app, simulator);
  const messageIdOf = (account: string, id: string) => {
    const row = store.get<{ message_id: string }>(
      'SELECT message_id FROM drafts WHERE account = ? AND id = ?',
      account,
      id,
    );
    if (!row) throw new GmailApiError(notFound);
    return row.message_id;
  };
  const saveDraft = (account: string, id: string, body: unknown) => {
    const { message } = (body ?? {}) as Body;
    const raw = rawOfJson(message?.raw);
    const stored = addMessage(simulator, account, { raw, labels: ['DRAFT'], threadId: message?.threadId });
    store.run(
      'INSERT INTO drafts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET message_id = excluded.message_id',
      account,
      id,
      stored.id,
    );
    return { id, message: { id: stored.id, threadId: stored.threadId, labelIds: stored.labels } };
  };
  on('GET', '/drafts', { name: 'drafts.list', scopes: scopes.draftsRead }, ({ account, query }) => {
    const page = pageOf(query, { defaultLimit: 100, maxLimit: 500 });
    const rows = store.all<{ id: string; message_id: string }>(
      'SELECT id, message_id FROM drafts WHERE account = ? ORDER BY id LIMIT ? OFFSET ?',
      account,
      page.limit + 1,
      page.offset,
    );
    const drafts = rows.slice(0, page.limit).map(({ id, message_id }) => ({
      id,
      message: { id: message_id, threadId: findMessage(simulator, account, message_id)?.threadId },
    }));
    return {
      ...(drafts.length && { drafts }),
      ...nextToken(page, rows.length),
      resultSizeEstimate: drafts.length,
    };
  });
  on(
    'GET',
    '/drafts/:id',
    { name: 'drafts.get', scopes: scopes.draftsRead },
    ({ account, params, query }) => {
      const message = findMessage(simulator, account, messageIdOf(account, params.id!));
      return {
        id: params.id,
        message: formatted(simulator, message!, String(query.format ?? 'full').toLowerCase()),
      };
    },
  );
  on('POST', '/drafts', { name: 'drafts.create', scopes: scopes.compose }, ({ account, body }) =>
    saveDraft(account, `r${randomInt(2 ** 47)}`, body),
  );
  on('PUT', '/drafts/:id', { name: 'drafts.update', scopes: scopes.compose }, ({ account, params, body }) => {
    const before = messageIdOf(account, params.id!);
    const saved = saveDraft(account, params.id!, body);
    deletePermanently(simulator, account, before);
    return saved;
  });
  on(
    'DELETE',
    '/drafts/:id',
    { name: 'drafts.delete', scopes: scopes.compose },
    ({ account, params, reply }) => {
      deletePermanently(simulator, account, messageIdOf(account, params.id!));
      return reply.status(204).send();
    },
  );
  on('POST', '/drafts/send', { name: 'drafts.send', scopes: scopes.compose }, ({ account, body }) => {
    const { id = '', message } = (body ?? {}) as Body;
    const draft = messageIdOf(account, id);
    const raw = message?.raw ? rawOfJson(message.raw) : rawOf(simulator, account, draft);
    const { threadId } = findMessage(simulator, account, draft)!;
    const answer = sendAndDescribe(simulator, account, raw, threadId === draft ? undefined : threadId);
    deletePermanently(simulator, account, draft);
    return answer;
  });
}
