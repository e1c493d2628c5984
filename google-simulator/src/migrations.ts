import { accountsSql, signsInAsSql } from './accounts.ts';
import { clientsSql, testUsersSql } from './clients.ts';
import { clockSql } from './clock.ts';
import { grantsSql } from './grants.ts';
import { mailSql } from './mail/schema.ts';
import { pubsubSql } from './pubsub/schema.ts';
import { keysSql } from './sign-in/keys.ts';

/** Each area's tables, in the order they came. A line here is never changed once released, only added to. */
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
];
