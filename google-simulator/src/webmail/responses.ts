import type { FastifyReply } from 'fastify';
import { type Account, findAccount } from '../accounts.ts';
import { html } from '../html.ts';
import type { Simulator } from '../simulator.ts';
import { accountRows, type Folder, mailVersion } from './folders.ts';
import { type Frame, plainPage } from './pages.ts';

export const messageGone = 'This message is not here any more. It was moved or deleted.';

/** What every page shows around its content; `folder` is null on a page outside the folders. */
export function frameOf(simulator: Simulator, email: string, folder: Folder | null): Frame {
  return { rows: accountRows(simulator), email, folder, version: mailVersion(simulator) };
}

/** The account with this address; null for an unknown address and for a group. */
export function accountOf(simulator: Simulator, email: string): Account | null {
  const account = findAccount(simulator.store, email);
  return account?.kind === 'account' ? account : null;
}

/** A page with status 404 that says what was not found. */
export function sendNotFound(simulator: Simulator, reply: FastifyReply, text: string): FastifyReply {
  const first = accountRows(simulator)[0]?.account.email ?? '';
  return sendPage(
    reply.code(404),
    plainPage('Not here', frameOf(simulator, first, null), html`<p class="empty" role="alert">${text}</p>`),
  );
}

export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
}
