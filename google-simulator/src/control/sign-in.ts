import type { FastifyInstance } from 'fastify';
import { addAccount, findAccount, listAccounts, type NewAccount } from '../accounts.ts';
import { type Client, defaultClient, findClient, saveClient } from '../clients.ts';
import { renameAccount } from '../rename-account.ts';
import { changePassword, connectedApps, removeApp, removeScope } from '../revocation.ts';
import type { Simulator } from '../simulator.ts';

/** The control API for accounts, clients and grants (README.md). 404 for an unknown account. */
export function registerSignInControl(app: FastifyInstance, simulator: Simulator): void {
  const { store, clock } = simulator;

  app.get('/control/accounts', () => ({ accounts: listAccounts(store) }));

  app.post<{ Body: NewAccount }>('/control/accounts/add', (request, reply) => {
    if (findAccount(store, request.body.email))
      return reply.code(409).send({ error: 'The address is taken.' });
    return addAccount(store, clock, request.body);
  });

  app.post<{ Body: { email: string; to: string } }>('/control/accounts/rename', (request, reply) => {
    const renamed = renameAccount(store, request.body.email, request.body.to);
    if (renamed.kind === 'renamed') return renamed.account;
    return reply.code(renamed.kind === 'address-taken' ? 409 : 404).send({ error: renamed.kind });
  });

  app.post<{ Body: { email: string } }>('/control/password', (request, reply) => {
    const account = findAccount(store, request.body.email);
    if (!account) return reply.code(404).send({ error: 'There is no such account here.' });
    changePassword(simulator, account.sub);
    return { done: true };
  });

  /** Removes every app, as the owner may on the page of third-party access. */
  app.post<{ Body: { email: string } }>('/control/revoke', (request, reply) => {
    const account = findAccount(store, request.body.email);
    if (!account) return reply.code(404).send({ error: 'There is no such account here.' });
    const apps = connectedApps(simulator, account);
    for (const { project } of apps) removeApp(simulator, account.sub, project);
    return { removed: apps.map(({ name }) => name) };
  });

  /** Takes one scope from all tokens of an account, as if it had never been granted. */
  app.post<{ Body: { email: string; scope: string } }>('/control/revoke-scope', (request, reply) => {
    const account = findAccount(store, request.body.email);
    if (!account) return reply.code(404).send({ error: 'There is no such account here.' });
    removeScope(simulator, account.sub, request.body.scope);
    return { done: true };
  });

  /** Adds an OAuth client, or changes one: `testing`, `internalTo`, `redirectUris`. */
  app.post<{ Body: Partial<Client> }>('/control/clients', (request) => {
    const { clientId = defaultClient.clientId } = request.body;
    const client = { ...defaultClient, ...findClient(store, clientId), ...request.body, clientId };
    saveClient(store, client);
    return client;
  });
}
