import { v7 as uuid } from 'uuid';
import { addAccount } from '../../../google-simulator/src/accounts.ts';
import type { ProviderId } from '../identities/provider.ts';
import { assignRole } from '../instances/instances.ts';
import { createUser } from '../instances/sign-in.ts';
import { createHttpFixture } from './http-fixture.ts';
import { openBrowser } from './provider-browser.ts';

/** The HTTP server with providers to sign in with, and people at a simulated Workspace. */
export async function createProviderFixture(providers: ProviderId[]) {
  const fixture = await createHttpFixture({ providers });
  const { deployment, url } = fixture.needs;
  const [id] = providers;
  const browser = () =>
    openBrowser(fixture.app, fixture.google, { origin: url, callback: `/oauth/${id}/callback` });
  const password = 'a river under the moon';
  /** A new account at the simulated Google, by default of the Workspace acme.example. */
  const account = (domain = 'acme.example'): string => {
    const email = `${uuid()}@${domain}`;
    const { store, clock } = fixture.google.simulator;
    addAccount(store, clock, { email, name: 'John Carter' });
    return email;
  };

  return {
    ...fixture,
    browser,
    password,

    sql: (text: string, values: unknown[] = []) => deployment.pool.query(text, values),

    account,

    /** A member with a password, signed in a moment ago; the address is that of an account at the provider. */
    async member(instanceId: string, email: string, role: 'admin' | 'agent' = 'agent') {
      const user = { email, name: 'John Carter', password };
      const made = await createUser({ signIn: fixture.signIn, sql: deployment.sql }, user);
      await assignRole(deployment, { instanceId, userId: made.id, role });
      const own = browser();
      await own.signIn(email, password);
      return { id: made.id, email, browser: own };
    },

    /** The same, who has linked their account, and whose session counts as begun with it. */
    async linkedMember(instanceId: string, role: 'admin' | 'agent' = 'agent', email = account()) {
      const member = await this.member(instanceId, email, role);
      const linked = await this.link(member.browser, email);
      if (linked.status !== 303) throw new Error(`Not linked: ${linked.text}`);
      return member;
    },

    link: (own: ReturnType<typeof browser>, as: string) =>
      own.through(`/api/me/sign-in-ways/${id}`, as, { to: '/settings' }),

    signInAs: (own: ReturnType<typeof browser>, as: string) => own.through(`/api/sign-in/${id}`, as, {}),

    /** The actions in the audit log of an instance, oldest first. */
    async actions(instanceId: string): Promise<string[]> {
      const { rows } = await deployment.pool.query(
        'select action from audit_entry where instance_id = $1 order by id',
        [instanceId],
      );
      return rows.map(({ action }) => action);
    },
  };
}
