import { type Account, addDomain, findAccount } from './accounts.ts';
import type { Store } from './store.ts';

/** The columns that hold the address of an account. The ledger is not among them: it says what happened. */
const columns = [
  ['aliases', 'email'],
  ['group_members', 'member'],
  ['mailboxes', 'account'],
  ['messages', 'account'],
  ['labels', 'account'],
  ['history', 'account'],
  ['drafts', 'account'],
  ['watches', 'account'],
  ['send_as', 'account'],
  ['sends', 'account'],
  ['notified', 'email'],
] as const;

export type Renamed =
  | { kind: 'renamed'; account: Account }
  | { kind: 'unknown-account' }
  | { kind: 'address-taken' };

/**
 * Gives an account another primary address, as a Workspace administrator does. `sub`, mailbox and grants stay,
 * and the former address becomes an alias (docs/gmail.md, section 7).
 */
export function renameAccount(store: Store, from: string, to: string): Renamed {
  const account = findAccount(store, from);
  if (account?.kind !== 'account') return { kind: 'unknown-account' };
  const email = to.toLowerCase();
  const alias = store.get<{ email: string }>('SELECT email FROM aliases WHERE alias = ?', email);
  const isTaken = store.get('SELECT 1 FROM accounts WHERE email = ?', email);
  if (isTaken || (alias && alias.email !== account.email)) return { kind: 'address-taken' };
  const domain = email.slice(email.indexOf('@') + 1);
  store.transaction(() => {
    // The rows that refer to the account follow within the transaction.
    store.db.exec('PRAGMA defer_foreign_keys = ON');
    addDomain(store, domain, account.hd !== null);
    store.run('UPDATE accounts SET email = ?, domain = ? WHERE email = ?', email, domain, account.email);
    for (const [table, column] of columns) {
      store.run(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`, email, account.email);
    }
    store.run(
      'UPDATE settings SET name = ? WHERE name = ?',
      `sending-limit ${email}`,
      `sending-limit ${account.email}`,
    );
    store.run('DELETE FROM aliases WHERE alias = ?', email);
    store.run('INSERT INTO aliases VALUES (?, ?)', account.email, email);
  });
  return { kind: 'renamed', account: findAccount(store, email)! };
}
