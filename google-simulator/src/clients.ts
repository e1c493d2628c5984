import type { Store } from './store.ts';

export const clientsSql = `
  CREATE TABLE clients (
    client_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    testing INTEGER NOT NULL DEFAULT 0,
    internal_to TEXT
  ) WITHOUT ROWID;
  CREATE INDEX clients_by_project ON clients (project)`;

/** A later migration: the test users of a client in Testing, as a JSON list; empty: everyone. */
export const testUsersSql = `ALTER TABLE clients ADD COLUMN test_users TEXT NOT NULL DEFAULT '[]'`;

/** An OAuth client of a Google Cloud project. */
export type Client = {
  clientId: string;
  secret: string;
  /** The app's name on the consent page. */
  name: string;
  project: string;
  /** Exact redirect URIs; those on localhost are always allowed. */
  redirectUris: string[];
  /** External in Testing: its refresh tokens expire after 7 days. */
  testing: boolean;
  /** The test users; if empty, everyone is allowed. */
  testUsers: string[];
  /** Internal to this Workspace domain; null when External. */
  internalTo: string | null;
};

/** The client that always exists. */
export const defaultClient: Client = {
  clientId: 'postroom-simulated-client',
  secret: 'postroom-simulated-secret',
  name: 'Postroom',
  project: 'postroom-simulated',
  redirectUris: [],
  testing: false,
  testUsers: [],
  internalTo: null,
};

/** Adds a client, or changes the one with the same id. */
export function saveClient(store: Store, client: Client): void {
  store.run(
    'INSERT OR REPLACE INTO clients VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    client.clientId,
    client.secret,
    client.name,
    client.project,
    JSON.stringify(client.redirectUris),
    Number(client.testing),
    client.internalTo,
    JSON.stringify(client.testUsers),
  );
}

type Row = {
  client_id: string;
  secret: string;
  name: string;
  project: string;
  redirect_uris: string;
  testing: number;
  internal_to: string | null;
  test_users: string;
};

function clientOf(row: Row): Client {
  return {
    clientId: row.client_id,
    secret: row.secret,
    name: row.name,
    project: row.project,
    redirectUris: JSON.parse(row.redirect_uris),
    testing: row.testing === 1,
    testUsers: JSON.parse(row.test_users),
    internalTo: row.internal_to,
  };
}

export function findClient(store: Store, clientId: string): Client | undefined {
  const row = store.get<Row>('SELECT * FROM clients WHERE client_id = ?', clientId);
  return row && clientOf(row);
}

/** The clients of one Google Cloud project. */
export function clientsOfProject(store: Store, project: string): Client[] {
  return store.all<Row>('SELECT * FROM clients WHERE project = ? ORDER BY client_id', project).map(clientOf);
}

/** Requires an exact match, as Google does; redirect URIs on localhost need no registration, so any port works. */
export function redirectAllowed(client: Client, redirectUri: string): boolean {
  if (client.redirectUris.includes(redirectUri)) return true;
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname, hash } = new URL(redirectUri);
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1') && hash === '';
}
