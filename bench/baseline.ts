import type { Pool } from 'pg';
import { signIn } from '../google-simulator/src/testing.ts';
import { type Gmail, openGmail } from '../server/src/google/gmail.ts';
import { getRawMessage } from '../server/src/google/messages.ts';
import { createQuota } from '../server/src/google/quota.ts';
import { parseMime } from '../server/src/mail/mime/parse-mime.ts';
import type { BenchEnvironment } from './environment.ts';

/** The minimal work per message, for baselines: messages.get with format=raw, parse, one INSERT. */
export async function storeDirectly(pool: Pool, gmail: Gmail, id: string): Promise<void> {
  const fetched = await getRawMessage(gmail, id);
  if (fetched.kind !== 'ok') throw new Error(fetched.kind);
  const raw = Buffer.from(fetched.value.raw);
  const mail = await parseMime(raw);
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  await pool.query('insert into baseline values ($1, $2, $3, $4)', [id, mail.subject, mail.text, raw]);
}

/** The table that storeDirectly inserts into. */
export const baselineTable =
  'create table baseline (id text primary key, subject text, body text, raw bytea)';

/** A Gmail client with its own tokens, limited only by `concurrency` (requests in flight). */
export async function openBaselineGmail(
  environment: BenchEnvironment,
  account: string,
  concurrency: number,
): Promise<Gmail> {
  const { tokens } = await signIn(environment.google, account);
  return openGmail({
    config: environment.config,
    mailbox: account,
    token: async () => ({ kind: 'token', accessToken: tokens.access_token! }),
    quota: createQuota({ unitsPerMinute: 1e9, concurrency }),
    priority: 'send',
  });
}
