import type { FastifyInstance } from 'fastify';
import type { Authentication } from '../mail/authentication-results.ts';
import { addChat } from '../mail/chat.ts';
import { deliver } from '../mail/deliver.ts';
import { formatHistoryId, historyIdOf } from '../mail/mailbox.ts';
import { addMessage, rawOf } from '../mail/messages.ts';
import { schedule, sendScheduled } from '../mail/scheduled.ts';
import { send } from '../mail/send.ts';
import { quota } from '../quota.ts';
import type { Simulator } from '../simulator.ts';
import { post } from './post.ts';

/** The content of a mailbox, its history, and delivery into it. */
export function mailboxRoutes(app: FastifyInstance, simulator: Simulator): void {
  const { store } = simulator;
  app.get('/control/mailboxes/:account', (request) => {
    const { account } = request.params as { account: string };
    return {
      historyId: formatHistoryId(historyIdOf(simulator, account)),
      unitsSpent: quota(simulator).spent(account),
      messages: store.get<{ n: number }>('SELECT count(*) AS n FROM messages WHERE account = ?', account)!.n,
    };
  });
  /** All messages of a mailbox, including spam and trash, oldest first; without their text. */
  app.get('/control/mailboxes/:account/messages', (request) => {
    const { account } = request.params as { account: string };
    return {
      messages: store
        .all(
          `SELECT id, thread_id AS threadId, internal_date AS internalDate, rfc_message_id AS rfcMessageId, subject,
           (SELECT json_group_array(label) FROM labels l WHERE l.account = m.account AND l.id = m.id) AS labels
         FROM messages m WHERE account = ? ORDER BY internal_date, id`,
          account,
        )
        .map((row) => ({ ...(row as object), labels: JSON.parse((row as { labels: string }).labels) })),
    };
  });
  /** The bytes of a message. */
  app.get('/control/mailboxes/:account/messages/:id/raw', (request, reply) => {
    const { account, id } = request.params as { account: string; id: string };
    return reply.type('message/rfc822').send(rawOf(simulator, account, id));
  });
  post<{ account: string }>(app, '/expire-history', ({ account }) => {
    store.run(
      'UPDATE mailboxes SET history_from = ? WHERE account = ?',
      historyIdOf(simulator, account),
      account,
    );
    store.run('DELETE FROM history WHERE account = ?', account);
  });
  /** Delivers a message from an outside domain; its bytes as base64. */
  post<{ from: string; to: string[]; raw: string; authentication?: Authentication }>(
    app,
    '/deliver',
    ({ from, to, raw, authentication }) => {
      const message = { sender: from, recipients: to, raw: Buffer.from(raw, 'base64'), authentication };
      return { delivered: deliver(simulator, message) };
    },
  );
  /** Adds messages that a mailbox has had for so many days, as if before its history; their bytes as base64. */
  post<{ account: string; daysAgo: number; raws: string[] }>(
    app,
    '/older-mail',
    ({ account, daysAgo, raws }) => {
      const internalDate = simulator.clock.now() - daysAgo * 24 * 3_600_000;
      for (const raw of raws) {
        const message = {
          raw: Buffer.from(raw, 'base64'),
          labels: ['INBOX'],
          internalDate,
          inHistory: false,
        };
        addMessage(simulator, account, message);
      }
      return { added: raws.length };
    },
  );
  unusualMessageRoutes(app, simulator);
}

/** Messages that a mailbox holds beside mail, and mail that waits. */
function unusualMessageRoutes(app: FastifyInstance, simulator: Simulator): void {
  post<{ account: string; from: string; text: string; inHistory?: boolean }>(
    app,
    '/chat',
    ({ account, ...chat }) => {
      const { id, threadId } = addChat(simulator, account, chat);
      return { id, threadId };
    },
  );
  /** Sends a message as the account, as a web form does that has its password; the response as of `/schedule`. */
  post<{ account: string; raw: string }>(app, '/send', ({ account, raw }) => {
    const outcome = send(simulator, account, { raw: Buffer.from(raw, 'base64') });
    if (outcome.kind !== 'sent') return outcome;
    return { kind: 'sent', id: outcome.message.id, threadId: outcome.message.threadId };
  });
  /** Schedules a message, its bytes as base64; the response is the reason if it is refused. */
  post<{ account: string; raw: string; inHistory?: boolean }>(
    app,
    '/schedule',
    ({ account, raw, inHistory }) => {
      const outcome = schedule(simulator, account, { raw: Buffer.from(raw, 'base64'), inHistory });
      if (outcome.kind !== 'sent') return outcome;
      return { kind: 'scheduled', id: outcome.message.id, threadId: outcome.message.threadId };
    },
  );
  post<{ account: string; id: string; newId?: boolean }>(app, '/send-scheduled', ({ account, id, newId }) => {
    const sent = sendScheduled(simulator, account, id, { newId });
    return sent ? { kind: 'sent', id: sent.id } : { kind: 'not-scheduled' };
  });
}
