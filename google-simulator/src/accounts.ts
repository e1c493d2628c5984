import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

export const accountsSql = `
  CREATE TABLE domains (
    name TEXT PRIMARY KEY,
    workspace INTEGER NOT NULL,
    sending_limit TEXT NOT NULL DEFAULT 'paid',
    blocks_apps INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE accounts (
    email TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sub TEXT NOT NULL UNIQUE,
    domain TEXT NOT NULL REFERENCES domains (name),
    kind TEXT NOT NULL CHECK (kind IN ('account', 'group')),
    password_changed_at INTEGER,
    disabled_at INTEGER,
    deleted_at INTEGER,
    mail_off INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE aliases (
    alias TEXT PRIMARY KEY,
    email TEXT NOT NULL REFERENCES accounts (email) ON DELETE CASCADE
  ) WITHOUT ROWID;
  CREATE INDEX aliases_by_account ON aliases (email);
  CREATE TABLE group_members (
    group_email TEXT NOT NULL REFERENCES accounts (email) ON DELETE CASCADE,
    member TEXT NOT NULL,
    PRIMARY KEY (group_email, member)
  ) WITHOUT ROWID`;

/** A later migration: the address an account reports at sign-in may differ from its mailbox's. */
export const signsInAsSql = 'ALTER TABLE accounts ADD COLUMN signs_in_as TEXT';

/** A later migration: `email_verified` of an account's id_tokens. */
export const unverifiedEmailSql =
  'ALTER TABLE accounts ADD COLUMN unverified_email INTEGER NOT NULL DEFAULT 0';

/** A later migration: an account without a Gmail mailbox, as of a domain whose mail is elsewhere. */
export const noMailboxSql = 'ALTER TABLE accounts ADD COLUMN no_mailbox INTEGER NOT NULL DEFAULT 0';

/** A Google account, or a Google Group (which cannot sign in). Addresses are in lower case. */
export type Account = {
  email: string;
  name: string;
  /** 21 digits, permanent. */
  sub: string;
  /** The Workspace domain; null for a consumer account. */
  hd: string | null;
  kind: 'account' | 'group';
  /** Sending limits as of a trial or a paid Workspace; consumer accounts count as trial. */
  sendingLimit: 'trial' | 'paid';
  passwordChangedAt: number | null;
  disabledAt: number | null;
  /** True if Gmail is turned off for the account ("Mail service not enabled"). */
  mailOff: boolean;
  /** True if the account has no Gmail mailbox ("Precondition check failed."). */
  noMailbox: boolean;
  /** The address in its id_tokens, if it is an alias and not the mailbox's address. */
  signsInAs: string | null;
  /** False if the owner has not confirmed the address (`email_verified`). */
  emailVerified: boolean;
};

export type NewAccount = {
  email: string;
  name: string;
  kind?: 'account' | 'group';
  /** Defaults to a stable one made from the address. */
  sub?: string;
  /** Whether a new domain is a Workspace; default true. */
  workspace?: boolean;
  aliases?: string[];
  /** Of a group. */
  members?: string[];
};

/** Who receives mail to an address. `unknown-user` is a simulated domain without that user; `outside` is any other domain. */
export type Recipient =
  | { kind: 'account'; account: Account }
  | { kind: 'group'; account: Account; members: string[] }
  | { kind: 'unknown-user' }
  | { kind: 'outside' };

type Row = {
  email: string;
  name: string;
  sub: string;
  domain: string;
  kind: 'account' | 'group';
  password_changed_at: number | null;
  disabled_at: number | null;
  mail_off: number;
  no_mailbox: number;
  signs_in_as: string | null;
  unverified_email: number;
  workspace: number;
  sending_limit: 'trial' | 'paid';
};

const selected = `SELECT accounts.*, domains.workspace, domains.sending_limit FROM accounts
  JOIN domains ON domains.name = accounts.domain WHERE deleted_at IS NULL`;

function accountOf(row: Row): Account {
  return {
    email: row.email,
    name: row.name,
    sub: row.sub,
    hd: row.workspace ? row.domain : null,
    kind: row.kind,
    sendingLimit: row.workspace ? row.sending_limit : 'trial',
    passwordChangedAt: row.password_changed_at,
    disabledAt: row.disabled_at,
    mailOff: row.mail_off === 1,
    noMailbox: row.no_mailbox === 1,
    signsInAs: row.signs_in_as,
    emailVerified: row.unverified_email === 0,
  };
}

/** The account or group whose own address this is (any case; not an alias). */
export function findAccount(store: Store, email: string): Account | undefined {
  const row = store.get<Row>(`${selected} AND email = ?`, email.toLowerCase());
  return row && accountOf(row);
}

/** The account with this `sub`. */
export function findAccountBySub(store: Store, sub: string): Account | undefined {
  const row = store.get<Row>(`${selected} AND sub = ?`, sub);
  return row && accountOf(row);
}

/** Every account and group that is not deleted, Workspace domains first. */
export function listAccounts(store: Store): Account[] {
  return store.all<Row>(`${selected} ORDER BY workspace DESC, domain, kind, email`).map(accountOf);
}

/** The alias addresses of an account. */
export function aliasesOf(store: Store, email: string): string[] {
  return store
    .all<{ alias: string }>('SELECT alias FROM aliases WHERE email = ? ORDER BY alias', email.toLowerCase())
    .map((row) => row.alias);
}

/** Resolves the recipient of an address; plus addressing and aliases resolve to their account. */
export function resolveRecipient(store: Store, address: string): Recipient {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const plain = `${local.split('+')[0]}@${domain}`;
  const alias = store.get<{ email: string }>('SELECT email FROM aliases WHERE alias = ?', plain);
  const account = findAccount(store, alias?.email ?? plain);
  if (account?.kind === 'group') {
    const members = store
      .all<{ member: string }>('SELECT member FROM group_members WHERE group_email = ?', account.email)
      .map((row) => row.member);
    return { kind: 'group', account, members };
  }
  if (account) return { kind: 'account', account };
  return findDomain(store, domain) ? { kind: 'unknown-user' } : { kind: 'outside' };
}

/** Adds an account or group, and its domain if new. Throws if the address is taken. */
export function addAccount(store: Store, clock: Clock, account: NewAccount): Account {
  const email = account.email.toLowerCase();
  const domain = email.split('@')[1];
  if (!domain || email.split('@').length !== 2) throw new Error(`Not an email address: ${account.email}`);
  return store.transaction(() => {
    addDomain(store, domain, account.workspace !== false);
    store.run(
      'INSERT INTO accounts (email, name, sub, domain, kind, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      email,
      account.name,
      account.sub ?? subFor(email),
      domain,
      account.kind ?? 'account',
      clock.now(),
    );
    for (const alias of account.aliases ?? []) {
      store.run('INSERT INTO aliases VALUES (?, ?)', alias.toLowerCase(), email);
    }
    for (const member of account.members ?? []) {
      store.run('INSERT INTO group_members VALUES (?, ?)', email, member.toLowerCase());
    }
    return findAccount(store, email)!;
  });
}

/** Adds a domain if it is new. */
export function addDomain(store: Store, name: string, workspace: boolean): void {
  store.run(
    'INSERT INTO domains (name, workspace) VALUES (?, ?) ON CONFLICT DO NOTHING',
    name,
    Number(workspace),
  );
}

/** A stable 21-digit `sub` for an address, beginning with 1 as Google's do. */
function subFor(email: string): string {
  const digest = createHash('sha256').update(email).digest('hex').slice(0, 20);
  return `1${BigInt(`0x${digest}`).toString().padStart(20, '0').slice(-20)}`;
}

export type Domain = {
  name: string;
  workspace: boolean;
  sendingLimit: 'trial' | 'paid';
  /** The domain's administrator denies third-party apps access to Gmail (`admin_policy_enforced`). */
  blocksApps: boolean;
};

/** A simulated domain; undefined for any other. */
export function findDomain(store: Store, name: string): Domain | undefined {
  const row = store.get<{
    name: string;
    workspace: number;
    sending_limit: 'trial' | 'paid';
    blocks_apps: number;
  }>('SELECT * FROM domains WHERE name = ?', name.toLowerCase());
  return (
    row && {
      name: row.name,
      workspace: row.workspace === 1,
      sendingLimit: row.sending_limit,
      blocksApps: row.blocks_apps === 1,
    }
  );
}

/** Changes the administrator's settings of a domain. False if there is no such domain. */
export function setDomain(
  store: Store,
  name: string,
  change: { blocksApps?: boolean; sendingLimit?: 'trial' | 'paid' },
): boolean {
  const domain = findDomain(store, name);
  if (!domain) return false;
  const { blocksApps, sendingLimit } = { ...domain, ...change };
  store.run(
    'UPDATE domains SET blocks_apps = ?, sending_limit = ? WHERE name = ?',
    Number(blocksApps),
    sendingLimit,
    domain.name,
  );
  return true;
}

/** Disables or enables an account, turns its Gmail off or on, takes its mailbox away, sets its sign-in alias, or deletes it permanently. */
export function setAccount(
  store: Store,
  clock: Clock,
  email: string,
  change: {
    disabled?: boolean;
    mailOff?: boolean;
    noMailbox?: boolean;
    signsInAs?: string | null;
    emailVerified?: boolean;
    deleted?: true;
  },
): void {
  const at = email.toLowerCase();
  if (change.emailVerified !== undefined) {
    const unverified = Number(!change.emailVerified);
    store.run('UPDATE accounts SET unverified_email = ? WHERE email = ?', unverified, at);
  }
  if (change.disabled !== undefined) {
    const since = change.disabled ? clock.now() : null;
    store.run('UPDATE accounts SET disabled_at = ? WHERE email = ?', since, at);
  }
  if (change.mailOff !== undefined) {
    store.run('UPDATE accounts SET mail_off = ? WHERE email = ?', Number(change.mailOff), at);
  }
  if (change.noMailbox !== undefined) {
    store.run('UPDATE accounts SET no_mailbox = ? WHERE email = ?', Number(change.noMailbox), at);
  }
  if (change.signsInAs !== undefined) {
    store.run('UPDATE accounts SET signs_in_as = ? WHERE email = ?', change.signsInAs, at);
  }
  if (change.deleted) store.run('UPDATE accounts SET deleted_at = ? WHERE email = ?', clock.now(), at);
}
