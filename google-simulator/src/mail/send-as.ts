import { aliasesOf, findAccount } from '../accounts.ts';
import type { Simulator } from '../simulator.ts';

export type SendAs = {
  email: string;
  name: string;
  isPrimary: boolean;
  /** Null for the primary address, as in Gmail. */
  status: 'accepted' | 'pending' | null;
};

/** The send-as addresses of an account, its own first. */
export function sendAsOf({ store }: Simulator, account: string): SendAs[] {
  const name = findAccount(store, account)?.name ?? '';
  return [
    { email: account, name, isPrimary: true, status: null },
    ...aliasesOf(store, account).map((email) => ({
      email,
      name,
      isPrimary: false,
      status: 'accepted' as const,
    })),
    ...store
      .all<{ email: string; name: string; status: 'accepted' | 'pending' }>(
        'SELECT email, name, status FROM send_as WHERE account = ? ORDER BY email',
        account,
      )
      .map((row) => ({ ...row, isPrimary: false })),
  ];
}

/** Adds a send-as address to an account, or changes its status. */
export function setSendAs(
  { store }: Simulator,
  account: string,
  { email, name, status }: { email: string; name: string; status: 'accepted' | 'pending' },
): void {
  store.run(
    'INSERT INTO send_as VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, status = excluded.status',
    account,
    email.toLowerCase(),
    name,
    status,
  );
}
