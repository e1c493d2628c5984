import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import type { GoogleClientConfig } from '../google/config.ts';
import type { GmailQuota } from '../google/quota.ts';
import type { Sealer } from '../google/seal.ts';
import type { GmailAccess } from './gmail-access.ts';

/** What connecting and giving back Google accounts needs, wired once by the house. */
export type ConnectionDeps = {
  deployment: Deployment;
  database: Database;
  locks: Locks;
  sealer: Sealer;
  quota: GmailQuota;
  google: GoogleClientConfig;
  gmail: GmailAccess;
  /** The address people open Postroom at. */
  url: string;
  allowConsumerAccounts: boolean;
};

/** Where Google sends the browser back to; registered, exactly so, at the Google client. */
export function redirectUri(url: string): string {
  return `${url}/oauth/google/callback`;
}
