import { addAccount, listAccounts, type NewAccount } from './accounts.ts';
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** The people of the demo: two companies on Google Workspace, three customers with consumer accounts. */
export const demoAccounts: readonly NewAccount[] = [
  { email: 'support@acme.example', name: 'Acme Support', aliases: ['help@acme.example'] },
  { email: 'sales@acme.example', name: 'Acme Sales' },
  { email: 'billing@acme.example', name: 'Acme Billing' },
  { email: 'john@acme.example', name: 'John Carter' },
  {
    email: 'team@acme.example',
    name: 'Acme Team',
    kind: 'group',
    members: ['support@acme.example', 'john@acme.example'],
  },
  { email: 'desk@other.example', name: 'Other Desk' },
  { email: 'ana.silva@mail.example', name: 'Ana Silva', workspace: false },
  { email: 'tom.becker@mail.example', name: 'Tom Becker', workspace: false },
  { email: 'yuki.tanaka@mail.example', name: 'Yuki Tanaka', workspace: false },
];

/** Adds the demo accounts to a store that has none; true when it did. */
export function seedDemo(store: Store, clock: Clock): boolean {
  if (listAccounts(store).length > 0) return false;
  store.transaction(() => {
    for (const account of demoAccounts) addAccount(store, clock, account);
    store.run(
      `INSERT INTO send_as VALUES ('support@acme.example', 'john@acme.example', 'John Carter', 'accepted')`,
    );
  });
  return true;
}
