import { v7 as uuid } from 'uuid';
import type { Actor } from '../audit/record-audit-entry.ts';
import { createQuota } from '../google/quota.ts';
import { createSealer } from '../google/seal.ts';
import { assignRole, createInstance } from '../instances/instances.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import { type ConnectionView, connection } from '../mailboxes/connection-view.ts';
import { openGmailAccess } from '../mailboxes/gmail-access.ts';
import type { MailboxRef } from '../mailboxes/mailbox-ref.ts';
import { type MailboxView, mailboxes } from '../mailboxes/mailbox-view.ts';
import { finishSignIn, type OAuthCallbackOutcome } from '../mailboxes/oauth-callback.ts';
import { type SaveOutcome, saveConnection } from '../mailboxes/save-connection.ts';
import type { MailboxSettings } from '../mailboxes/settings.ts';
import { type BrowserSession, startConnection } from '../mailboxes/start-connection.ts';
import { openTestDatabase } from './database.ts';
import { startSimulatedGoogle } from './simulated-google.ts';

/** An admin of an instance with a browser session. */
export type Admin = { instanceId: string; instanceName: string; browser: BrowserSession; actor: Actor };

export const defaultSettings: MailboxSettings = {
  displayName: 'Acme Support',
  templateId: null,
  dynamicAliasName: false,
  threading: 'single',
};

/**
 * Everything that connecting a mailbox needs, with its own database and simulated Google, and helpers for the
 * steps.
 */
export async function createConnectionFixture() {
  const database = await openTestDatabase();
  const google = await startSimulatedGoogle();
  const sealer = createSealer(['a secret for testing, long enough']);
  // The quota is tested in google/quota.test.ts.
  const quota = createQuota({ unitsPerMinute: 1_000_000 });
  const gmail = openGmailAccess({ ...database, google: google.config, sealer, quota });
  const deps: ConnectionDeps = {
    ...database,
    sealer,
    quota,
    gmail,
    google: google.config,
    url: 'http://localhost:4400',
    allowConsumerAccounts: false,
  };
  const { inInstance } = database.database;

  return {
    needs: deps,
    google,
    inInstance,
    copyDatabase: database.copy,

    /** A new instance with an admin. */
    async admin(): Promise<Admin> {
      const userId = uuid();
      await database.deployment.pool.query(
        'insert into users (id, name, email, email_verified, updated_at) values ($1, $2, $3, true, now())',
        [userId, 'Alex Admin', `${userId}@postroom.example`],
      );
      const slug = `i${userId}`;
      const name = `Instance ${userId.slice(-8)}`;
      const { id } = await createInstance(database.deployment, { slug, name, kind: 'production' });
      await assignRole(database.deployment, { instanceId: id, userId, role: 'admin' });
      return {
        instanceId: id,
        instanceName: name,
        browser: { userId, sessionId: uuid() },
        actor: { id: userId, name: 'Alex Admin', ipAddress: null },
      };
    },

    start: (admin: Admin, mailboxId: string | null = null) =>
      inInstance(admin.instanceId, (tx) =>
        startConnection(deps, tx, { session: admin.browser, mailboxId, now: new Date() }),
      ),

    /** From the Connect button through Google's pages and back. */
    async authorise(
      admin: Admin,
      as: string,
      options: { mailboxId?: string; untick?: string } = {},
    ): Promise<{ id: string; outcome: OAuthCallbackOutcome }> {
      const started = await this.start(admin, options.mailboxId);
      const back = await google.signIn(started.authorizationUrl, { as, untick: options.untick });
      return { id: started.id, outcome: await finishSignIn(deps, back, admin.browser, new Date()) };
    },

    save: (
      admin: Admin,
      connectionId: string,
      settings: Partial<MailboxSettings> = {},
    ): Promise<SaveOutcome> =>
      saveConnection(
        deps,
        { instanceId: admin.instanceId, connectionId },
        {
          settings: { ...defaultSettings, ...settings },
          actor: admin.actor,
          now: new Date(),
          onConnected: async () => {},
        },
      ),

    /** All the steps; returns the mailbox's id. */
    async connect(admin: Admin, as: string): Promise<string> {
      const { id } = await this.authorise(admin, as);
      const saved = await this.save(admin, id);
      if (saved.kind !== 'saved') throw new Error(`${as} was not connected: ${saved.problem.code}`);
      return saved.mailboxId;
    },

    readConnection: (admin: Admin, id: string): Promise<ConnectionView | null> =>
      inInstance(admin.instanceId, (tx) =>
        connection(tx, id, { userId: admin.browser.userId, now: new Date() }),
      ),

    /** The mailboxes that the workers are asked to sync at once (mailboxes/request-sync.ts). */
    async syncsAskedFor(): Promise<MailboxRef[]> {
      return database.deployment.sql
        .selectFrom('mailbox')
        .where('syncRequested', '=', true)
        .select(['instanceId', 'id as mailboxId'])
        .execute();
    },

    /** As if the workers had begun them. */
    async forgetSyncs(): Promise<void> {
      await database.deployment.sql.updateTable('mailbox').set({ syncRequested: false }).execute();
    },

    list: async (admin: Admin): Promise<MailboxView[]> =>
      (await inInstance(admin.instanceId, (tx) => mailboxes(tx, { limit: 1_000 }))).rows,

    /** As if no address had ever been connected in the deployment. */
    async truncateMailboxes(): Promise<void> {
      await database.deployment.pool.query('truncate connection, mailbox_grant, mailbox cascade');
    },

    async close(): Promise<void> {
      await google.stop();
      await database.close();
    },
  };
}
