import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Account, addAccount, aliasesOf, findAccount, resolveRecipient } from '../accounts.ts';
import { html } from '../html.ts';
import {
  deletePermanently,
  findMessage,
  markAsRead,
  markSpam,
  moveToTrash,
  notSpam,
  rawOf,
  removeFromTrash,
} from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';
import { accountRows, type Folder, isFolder, mailVersion, messagesShown, threadsIn } from './folders.ts';
import { openMessage, people, withPictures } from './open-message.ts';
import { composePage, type Frame, folderPage, mailPath, plainPage, threadPage } from './pages.ts';
import { createReply } from './reply.ts';
import { sendComposed } from './send.ts';

type Params = { account: string; folder: string; thread: string; id: string; part: string; action: string };

/** The webmail at /mail: every simulated account, without passwords. */
export async function registerWebmail(app: FastifyInstance, simulator: Simulator): Promise<void> {
  const { store, clock } = simulator;
  const frame = (email: string, folder: Folder | null): Frame => ({
    rows: accountRows(simulator),
    email,
    folder,
    version: mailVersion(simulator),
  });
  const accountOf = (email: string): Account | null => {
    const account = findAccount(store, email);
    return account?.kind === 'account' ? account : null;
  };
  const sendNotFound = (reply: FastifyReply, words: string): FastifyReply => {
    const first = accountRows(simulator)[0]?.account.email ?? '';
    return send(
      reply.code(404),
      plainPage('Not here', frame(first, null), html`<p class="empty" role="alert">${words}</p>`),
    );
  };
  const gone = 'This message is not here any more. It was moved or deleted.';

  await app.register(async (scope) => {
    await scope.register(multipart, { limits: { fileSize: 40e6, fieldSize: 60e6, files: 50 } });

    const script = readFileSync(join(import.meta.dirname, 'client.js'));
    scope.get('/mail/client.js', (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(script),
    );
    scope.get('/mail/version', () => ({ version: mailVersion(simulator) }));

    scope.get<{ Querystring: { account?: string } }>('/mail', (request, reply) => {
      const email = request.query.account ?? accountRows(simulator)[0]?.account.email;
      if (email) return reply.redirect(mailPath(email, 'inbox'), 303);
      return send(
        reply,
        plainPage('Mail', frame('', null), html`<p class="empty">Add an account to begin.</p>`),
      );
    });

    scope.post<{ Body: { name?: string; email?: string } }>('/mail/accounts', (request, reply) => {
      const { name = '', email = '' } = request.body ?? {};
      const address = email.trim().toLowerCase();
      if (!/^[^\s@+<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(address) || !name.trim()) {
        return sendNotFound(reply, 'An account needs a name and an address like name@mail.example.');
      }
      const taken = resolveRecipient(store, address);
      if (taken.kind === 'group') return sendNotFound(reply, `${address} is a group.`);
      if (taken.kind !== 'account')
        addAccount(store, clock, { name: name.trim(), email: address, workspace: false });
      return reply.redirect(mailPath(taken.kind === 'account' ? taken.account.email : address, 'inbox'), 303);
    });

    scope.get<{ Params: Params }>('/mail/:account', (request, reply) =>
      reply.redirect(mailPath(request.params.account, 'inbox'), 303),
    );

    scope.get<{ Params: Params }>('/mail/:account/:folder', (request, reply) => {
      const account = accountOf(request.params.account);
      const { folder } = request.params;
      if (!account) return sendNotFound(reply, `There is no account ${request.params.account} here.`);
      if (!isFolder(folder)) return sendNotFound(reply, 'There is no such folder.');
      const { email } = account;
      return send(
        reply,
        folderPage({ ...frame(email, folder), folder }, threadsIn(simulator, email, folder)),
      );
    });

    scope.get<{ Params: Params }>('/mail/:account/:folder/:thread', async (request, reply) => {
      const { folder, thread } = request.params;
      const email = accountOf(request.params.account)?.email;
      if (!email || !isFolder(folder)) return sendNotFound(reply, gone);
      const shown = messagesShown(simulator, email, thread, folder);
      if (shown.length === 0) return sendNotFound(reply, gone);
      for (const { id, labels } of shown) {
        if (labels.includes('UNREAD')) markAsRead(simulator, email, id);
      }
      const messages = await Promise.all(
        shown.map(async (message) => ({ message, opened: await openMessage(simulator, email, message.id) })),
      );
      return send(reply, threadPage({ ...frame(email, folder), folder }, thread, messages));
    });

    scope.post<{ Params: Params }>('/mail/:account/:folder/:thread/:action', (request, reply) => {
      const { folder, thread, action } = request.params;
      const email = accountOf(request.params.account)?.email;
      const act = actions.get(action);
      if (!email || !isFolder(folder) || !act) return sendNotFound(reply, gone);
      for (const { id } of messagesShown(simulator, email, thread, folder)) act(simulator, email, id);
      return reply.redirect(mailPath(email, folder), 303);
    });

    scope.get<{ Params: Params }>('/mail/:account/message/:id/body', async (request, reply) => {
      const { account, id } = request.params;
      if (!findMessage(simulator, account, id)) return sendNotFound(reply, gone);
      const opened = await openMessage(simulator, account, id);
      const shown = withPictures(opened, (part) => mailPath(account, 'message', id, 'part', String(part)));
      const own = `http://${request.headers.host}`;
      return reply
        .type('text/html; charset=utf-8')
        .header(
          'content-security-policy',
          `default-src 'none'; img-src ${own} data:; style-src 'unsafe-inline'; form-action 'none'; sandbox allow-same-origin allow-popups`,
        )
        .send(
          `<!doctype html><base target="_blank"><style>body{margin:0;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%}</style>${shown}`,
        );
    });

    scope.get<{ Params: Params }>('/mail/:account/message/:id/part/:part', async (request, reply) => {
      const { account, id } = request.params;
      if (!findMessage(simulator, account, id)) return sendNotFound(reply, gone);
      const part = (await openMessage(simulator, account, id)).parts[Number(request.params.part)];
      if (!part) return sendNotFound(reply, gone);
      const picture = part.type.startsWith('image/');
      return reply
        .type(picture ? part.type : 'application/octet-stream')
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header(
          'content-disposition',
          `${picture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(part.name)}`,
        )
        .send(part.content);
    });

    scope.get<{ Params: Params }>('/mail/:account/message/:id/original', (request, reply) => {
      const { account, id } = request.params;
      if (!findMessage(simulator, account, id)) return sendNotFound(reply, gone);
      return reply.type('text/plain; charset=utf-8').send(rawOf(simulator, account, id).toString());
    });

    scope.get<{ Params: Params; Querystring: { reply?: string; all?: string } }>(
      '/mail/:account/compose',
      async (request, reply) => {
        const email = accountOf(request.params.account)?.email;
        if (!email) return sendNotFound(reply, `There is no account ${request.params.account} here.`);
        const { reply: id, all } = request.query;
        if (id === undefined) {
          const empty = { to: '', cc: '', subject: '', reply: null, quotes: null };
          return send(reply, composePage(frame(email, null), empty));
        }
        if (!findMessage(simulator, email, id)) return sendNotFound(reply, gone);
        const opened = await openMessage(simulator, email, id);
        const answer = createReply(opened, [email, ...aliasesOf(store, email)], all === '1');
        return send(
          reply,
          composePage(frame(email, null), {
            to: answer.to.join(', '),
            cc: answer.cc.join(', '),
            subject: answer.subject,
            reply: id,
            quotes: people(opened.from),
          }),
        );
      },
    );

    scope.post<{ Params: Params }>('/mail/:account/send', async (request, reply) => {
      const account = accountOf(request.params.account);
      if (!account) return reply.code(404).send({ error: 'There is no such account here.' });
      const fields = new Map<string, string>();
      const attachments: { name: string; type: string; content: Buffer }[] = [];
      for await (const part of request.parts()) {
        if (part.type === 'field') fields.set(part.fieldname, String(part.value));
        else attachments.push({ name: part.filename, type: part.mimetype, content: await part.toBuffer() });
      }
      const sent = await sendComposed(simulator, account, fields, attachments);
      if (sent.kind === 'refused') return reply.code(400).send({ error: sent.message });
      return { location: mailPath(account.email, 'sent', sent.threadId) };
    });
  });
}

const actions = new Map<string, (simulator: Simulator, account: string, id: string) => unknown>([
  ['spam', markSpam],
  ['not-spam', notSpam],
  ['trash', moveToTrash],
  ['restore', removeFromTrash],
  ['delete', deletePermanently],
]);

function send(reply: FastifyReply, body: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(body);
}
