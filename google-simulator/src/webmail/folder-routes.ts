import type { FastifyInstance } from 'fastify';
import {
  deletePermanently,
  markAsRead,
  markSpam,
  moveToTrash,
  notSpam,
  removeFromTrash,
} from '../mail/messages.ts';
import { sendScheduled } from '../mail/scheduled.ts';
import type { Simulator } from '../simulator.ts';
import { isFolder, messagesShown, threadsIn } from './folders.ts';
import { openMessage } from './open-message.ts';
import { folderPage, mailPath, threadPage } from './pages.ts';
import { accountOf, frameOf, messageGone, sendNotFound, sendPage } from './responses.ts';

type Params = { account: string; folder: string; thread: string; action: string };

const actions = new Map<string, (simulator: Simulator, account: string, id: string) => unknown>([
  ['spam', markSpam],
  ['not-spam', notSpam],
  ['trash', moveToTrash],
  ['restore', removeFromTrash],
  ['delete', deletePermanently],
  ['send-now', sendScheduled],
]);

/** The folders of an account, their threads, and the actions on a thread. */
export function folderRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get<{ Params: Params }>('/mail/:account', (request, reply) =>
    reply.redirect(mailPath(request.params.account, 'inbox'), 303),
  );

  app.get<{ Params: Params }>('/mail/:account/:folder', (request, reply) => {
    const account = accountOf(simulator, request.params.account);
    const { folder } = request.params;
    if (!account)
      return sendNotFound(simulator, reply, `There is no account ${request.params.account} here.`);
    if (!isFolder(folder)) return sendNotFound(simulator, reply, 'There is no such folder.');
    const { email } = account;
    return sendPage(
      reply,
      folderPage({ ...frameOf(simulator, email, folder), folder }, threadsIn(simulator, email, folder)),
    );
  });

  app.get<{ Params: Params }>('/mail/:account/:folder/:thread', async (request, reply) => {
    const { folder, thread } = request.params;
    const email = accountOf(simulator, request.params.account)?.email;
    if (!email || !isFolder(folder)) return sendNotFound(simulator, reply, messageGone);
    const shown = messagesShown(simulator, email, thread, folder);
    if (shown.length === 0) return sendNotFound(simulator, reply, messageGone);
    for (const { id, labels } of shown) {
      if (labels.includes('UNREAD')) markAsRead(simulator, email, id);
    }
    const messages = await Promise.all(
      shown.map(async (message) => ({ message, opened: await openMessage(simulator, email, message.id) })),
    );
    return sendPage(reply, threadPage({ ...frameOf(simulator, email, folder), folder }, thread, messages));
  });

  app.post<{ Params: Params }>('/mail/:account/:folder/:thread/:action', (request, reply) => {
    const { folder, thread, action } = request.params;
    const email = accountOf(simulator, request.params.account)?.email;
    const act = actions.get(action);
    if (!email || !isFolder(folder) || !act) return sendNotFound(simulator, reply, messageGone);
    for (const { id } of messagesShown(simulator, email, thread, folder)) act(simulator, email, id);
    return reply.redirect(mailPath(email, folder), 303);
  });
}
