import type { FastifyInstance } from 'fastify';
import { addAccount, resolveRecipient } from '../accounts.ts';
import { html } from '../html.ts';
import type { Simulator } from '../simulator.ts';
import { accountRows } from './folders.ts';
import { mailPath, plainPage } from './pages.ts';
import { frameOf, sendNotFound, sendPage } from './responses.ts';

/** The start page of the webmail, and adding an account. */
export function accountRoutes(app: FastifyInstance, simulator: Simulator): void {
  const { store, clock } = simulator;
  app.get<{ Querystring: { account?: string } }>('/mail', (request, reply) => {
    const email = request.query.account ?? accountRows(simulator)[0]?.account.email;
    if (email) return reply.redirect(mailPath(email, 'inbox'), 303);
    return sendPage(
      reply,
      plainPage('Mail', frameOf(simulator, '', null), html`<p class="empty">Add an account to begin.</p>`),
    );
  });

  app.post<{ Body: { name?: string; email?: string } }>('/mail/accounts', (request, reply) => {
    const { name = '', email = '' } = request.body ?? {};
    const address = email.trim().toLowerCase();
    if (!/^[^\s@+<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(address) || !name.trim()) {
      return sendNotFound(simulator, reply, 'An account needs a name and an address like name@mail.example.');
    }
    const taken = resolveRecipient(store, address);
    if (taken.kind === 'group') return sendNotFound(simulator, reply, `${address} is a group.`);
    if (taken.kind !== 'account')
      addAccount(store, clock, { name: name.trim(), email: address, workspace: false });
    return reply.redirect(mailPath(taken.kind === 'account' ? taken.account.email : address, 'inbox'), 303);
  });
}
