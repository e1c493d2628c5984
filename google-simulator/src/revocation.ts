import { type Account, findAccountBySub } from './accounts.ts';
import { clientsOfProject, findClient } from './clients.ts';
import { isGmailScope } from './grants.ts';
import type { Simulator } from './simulator.ts';

/** An app as its user sees it: one Google Cloud project. */
export type ConnectedApp = { project: string; name: string; scope: string; grantedAt: number };

/** The third-party apps that have access to this account. */
export function connectedApps({ store }: Simulator, account: Account): ConnectedApp[] {
  return store
    .all<{ project: string; scope: string; granted_at: number }>(
      'SELECT project, scope, granted_at FROM consents WHERE sub = ? ORDER BY granted_at',
      account.sub,
    )
    .map((row) => ({
      project: row.project,
      name: clientsOfProject(store, row.project)[0]?.name ?? row.project,
      scope: row.scope,
      grantedAt: row.granted_at,
    }));
}

/** Deletes every grant of this user to every client of the project (docs/gmail.md, trap 8). */
export function removeApp({ store }: Simulator, sub: string, project: string): void {
  store.transaction(() => {
    for (const { clientId } of clientsOfProject(store, project)) {
      for (const table of ['codes', 'refresh_tokens', 'access_tokens']) {
        store.run(`DELETE FROM ${table} WHERE sub = ? AND client_id = ?`, sub, clientId);
      }
    }
    store.run('DELETE FROM consents WHERE sub = ? AND project = ?', sub, project);
  });
}

/** Takes one scope from every token of this user: refreshed tokens then say in their `scope` that they lack it. */
export function removeScope({ store }: Simulator, sub: string, scope: string): void {
  store.transaction(() => {
    for (const table of ['consents', 'refresh_tokens', 'access_tokens']) {
      store.run(
        `UPDATE ${table} SET scope = trim(replace(' ' || scope || ' ', ?, ' ')) WHERE sub = ?`,
        ` ${scope} `,
        sub,
      );
    }
  });
}

/** Revokes by a refresh or access token; false if the token is not valid. */
export function revokeToken(simulator: Simulator, token: string): boolean {
  const { store, clock } = simulator;
  const row = store.get<{ sub: string; client_id: string }>(
    `SELECT sub, client_id FROM refresh_tokens WHERE token = ?1
      UNION ALL SELECT sub, client_id FROM access_tokens WHERE token = ?1 AND expires_at > ?2`,
    token,
    clock.now(),
  );
  const client = row && findClient(store, row.client_id);
  if (!client) return false;
  removeApp(simulator, row.sub, client.project);
  return true;
}

/** A changed password ends every token with Gmail scopes, access tokens included (docs/gmail.md, section 1, case 3). */
export function changePassword({ store, clock }: Simulator, sub: string): void {
  const account = findAccountBySub(store, sub);
  if (!account) return;
  store.transaction(() => {
    store.run('UPDATE accounts SET password_changed_at = ? WHERE email = ?', clock.now(), account.email);
    for (const table of ['codes', 'refresh_tokens', 'access_tokens']) {
      const column = table === 'codes' ? 'code' : 'token';
      const rows = store.all<{ id: string; scope: string }>(
        `SELECT ${column} AS id, scope FROM ${table} WHERE sub = ?`,
        sub,
      );
      for (const { id, scope } of rows) {
        if (scope.split(' ').some(isGmailScope)) store.run(`DELETE FROM ${table} WHERE ${column} = ?`, id);
      }
    }
  });
}
