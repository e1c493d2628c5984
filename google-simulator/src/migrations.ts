import { accountsSql, noMailboxSql, signsInAsSql, unverifiedEmailSql } from './accounts.ts';
import { clientsSql, testUsersSql } from './clients.ts';
import { clockSql } from './clock.ts';
import { grantsSql } from './grants.ts';
import { mailSql } from './mail/schema.ts';
import { threadKeySql } from './mail/thread-key.ts';
import { pubsubSql } from './pubsub/schema.ts';
import { keysSql } from './sign-in/keys.ts';

/** The migrations of each area, in order. Released lines are never changed, only new ones added. */
export const migrations: readonly string[] = [
  clockSql,
  accountsSql,
  clientsSql,
  grantsSql,
  keysSql,
  pubsubSql,
  mailSql,
  testUsersSql,
  signsInAsSql,
  noMailboxSql,
  threadKeySql,
  unverifiedEmailSql,
];
