import type { FastifyInstance } from 'fastify';
import {
  changeLabels,
  deletePermanently,
  findMessage,
  moveToTrash,
  rawOf,
  removeFromTrash,
} from '../mail/messages.ts';
import { search } from '../mail/search.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, insufficient, invalidArgument, notFound } from './errors.ts';
import { formatted } from './format.ts';
import { attachmentOf } from './message-parts.ts';
import { method, scopes } from './method.ts';
import { listOf, nextToken, pageOf } from './paging.ts';

type LabelChange = { addLabelIds?: string[]; removeLabelIds?: string[]; ids?: string[] };
/** The labels that only Gmail itself sets (Gmail API, "Manage labels"). */
const immutableLabels = new Set(['SENT', 'DRAFT', 'CHAT', 'SCHEDULED']);

/** users.messages, except sending (send.ts). */
export function messageMethods(app: FastifyInstance, simulator: Simulator): void {
  readMethods(app, simulator);
  changeMethods(app, simulator);
}

function readMethods(app: FastifyInstance, simulator: Simulator): void {
  const on = method.bind(null, app, simulator);
  on(
    'GET',
    '/messages',
    { name: 'messages.list', scopes: scopes.readOrMetadata },
    ({ account, query, metadataOnly }) => {
      if (query.q && metadataOnly)
        throw new GmailApiError({
          ...insufficient,
          message: "Metadata scope does not support 'q' parameter",
        });
      const page = pageOf(query, { defaultLimit: 100, maxLimit: 500 });
      const found = search(simulator, account, {
        labels: listOf(query.labelIds),
        query: String(query.q ?? ''),
        spamAndTrash: query.includeSpamTrash === 'true',
        limit: page.limit + 1,
        offset: page.offset,
      });
      const messages = found.slice(0, page.limit);
      return {
        ...(messages.length && { messages }),
        ...nextToken(page, found.length),
        resultSizeEstimate: messages.length,
      };
    },
  );
  on(
    'GET',
    '/messages/:id',
    { name: 'messages.get', scopes: scopes.readOrMetadata },
    ({ account, params, query, metadataOnly }) => {
      const format = String(query.format ?? 'full').toLowerCase();
      if (metadataOnly && (format === 'full' || format === 'raw')) {
        throw new GmailApiError({ ...insufficient, message: "Metadata scope doesn't allow format FULL" });
      }
      const message = findMessage(simulator, account, params.id!);
      if (!message) throw new GmailApiError(notFound);
      return formatted(simulator, message, format, listOf(query.metadataHeaders));
    },
  );
  on(
    'GET',
    '/messages/:messageId/attachments/:id',
    { name: 'messages.attachments.get', scopes: scopes.read },
    ({ account, params }) => {
      if (!findMessage(simulator, account, params.messageId!)) throw new GmailApiError(notFound);
      const bytes = attachmentOf(rawOf(simulator, account, params.messageId!), params.id!);
      if (!bytes) throw new GmailApiError(invalidArgument('Invalid attachment token'));
      return { size: bytes.length, data: bytes.toString('base64url') };
    },
  );
}

function changeMethods(app: FastifyInstance, simulator: Simulator): void {
  const on = method.bind(null, app, simulator);
  on(
    'POST',
    '/messages/:id/modify',
    { name: 'messages.modify', scopes: scopes.modify },
    ({ account, params, body }) =>
      minimal(changeLabels(simulator, account, params.id!, readLabelChange(body))),
  );
  on(
    'POST',
    '/messages/batchModify',
    { name: 'messages.batchModify', scopes: scopes.modify },
    ({ account, body, reply }) => {
      for (const id of (body as LabelChange)?.ids ?? [])
        changeLabels(simulator, account, id, readLabelChange(body));
      return reply.status(204).send();
    },
  );
  on(
    'POST',
    '/messages/:id/trash',
    { name: 'messages.trash', scopes: scopes.modify },
    ({ account, params }) => minimal(moveToTrash(simulator, account, params.id!)),
  );
  on(
    'POST',
    '/messages/:id/untrash',
    { name: 'messages.untrash', scopes: scopes.modify },
    ({ account, params }) => minimal(removeFromTrash(simulator, account, params.id!)),
  );
  on(
    'DELETE',
    '/messages/:id',
    { name: 'messages.delete', scopes: scopes.deletePermanently },
    ({ account, params, reply }) => {
      if (!deletePermanently(simulator, account, params.id!)) throw new GmailApiError(notFound);
      return reply.status(204).send();
    },
  );
}

function minimal(message: ReturnType<typeof findMessage>): object {
  if (!message) throw new GmailApiError(notFound);
  return { id: message.id, threadId: message.threadId, labelIds: message.labels };
}

/** The labels to add and remove in a request's body; throws for labels that only Gmail sets. */
export function readLabelChange(body: unknown): { add: string[]; remove: string[] } {
  const { addLabelIds = [], removeLabelIds = [] } = (body ?? {}) as LabelChange;
  const wrong = [...addLabelIds, ...removeLabelIds].find((label) => immutableLabels.has(label));
  if (wrong) throw new GmailApiError(invalidArgument(`Cannot modify label: ${wrong}`));
  return { add: addLabelIds, remove: removeLabelIds };
}
