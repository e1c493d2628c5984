import type { FastifyInstance } from 'fastify';
import { aliasesOf } from '../accounts.ts';
import { findMessage } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';
import { openMessage, people } from './open-message.ts';
import { composePage, mailPath } from './pages.ts';
import { createReply } from './reply.ts';
import { accountOf, frameOf, messageGone, sendNotFound, sendPage } from './responses.ts';
import { sendComposed } from './send.ts';

type Params = { account: string };

/** The page on which a message is written, and sending it. */
export function composeRoutes(app: FastifyInstance, simulator: Simulator): void {
  const { store } = simulator;
  app.get<{ Params: Params; Querystring: { reply?: string; all?: string } }>(
    '/mail/:account/compose',
    async (request, reply) => {
      const email = accountOf(simulator, request.params.account)?.email;
      if (!email)
        return sendNotFound(simulator, reply, `There is no account ${request.params.account} here.`);
      const { reply: id, all } = request.query;
      if (id === undefined) {
        const empty = { to: '', cc: '', subject: '', reply: null, quotes: null };
        return sendPage(reply, composePage(frameOf(simulator, email, null), empty));
      }
      if (!findMessage(simulator, email, id)) return sendNotFound(simulator, reply, messageGone);
      const opened = await openMessage(simulator, email, id);
      const answer = createReply(opened, [email, ...aliasesOf(store, email)], all === '1');
      return sendPage(
        reply,
        composePage(frameOf(simulator, email, null), {
          to: answer.to.join(', '),
          cc: answer.cc.join(', '),
          subject: answer.subject,
          reply: id,
          quotes: people(opened.from),
        }),
      );
    },
  );

  app.post<{ Params: Params }>('/mail/:account/send', async (request, reply) => {
    const account = accountOf(simulator, request.params.account);
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
}
