import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import type { GoogleClientConfig } from '../google/config.ts';
import { createQuota, type GmailQuota } from '../google/quota.ts';
import type { Sealer } from '../google/seal.ts';
import { type GmailAccess, openGmailAccess } from './gmail-access.ts';

/** What connecting mailboxes and revoking access need, created once in a process. */
export type ConnectionDeps = {
  deployment: Deployment;
  database: Database;
  locks: Locks;
  sealer: Sealer;
  quota: GmailQuota;
  google: GoogleClientConfig;
  gmail: GmailAccess;
  /** The public address of Postroom. */
  url: string;
  allowConsumerAccounts: boolean;
};

/** The redirect URI, which must be registered in exactly this form at the Google client. */
export function redirectUri(url: string): string {
  return `${url}/oauth/google/callback`;
}

type Settings = Pick<ConnectionDeps, 'url' | 'allowConsumerAccounts'> & {
  google: GoogleClientConfig | null;
  gmailUnitsPerMinute: number;
};

/** Null where no Google client is configured. */
export function createConnectionDeps(
  { google, url, allowConsumerAccounts, gmailUnitsPerMinute }: Settings,
  base: Pick<ConnectionDeps, 'deployment' | 'database' | 'locks' | 'sealer'>,
): ConnectionDeps | null {
  if (!google) return null;
  const quota = createQuota({ unitsPerMinute: gmailUnitsPerMinute });
  const gmail = openGmailAccess({ ...base, google, quota });
  return { ...base, google, quota, gmail, url, allowConsumerAccounts };
}
