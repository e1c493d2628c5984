import type { Pool } from 'pg';
import { signIn } from '../google-simulator/src/testing.ts';
import { type Gmail, openGmail } from '../server/src/google/gmail.ts';
import { getRawMessage } from '../server/src/google/messages.ts';
import { createQuota } from '../server/src/google/quota.ts';
import { parseMime } from '../server/src/mail/mime/parse-mime.ts';
import type { BenchEnvironment } from './environment.ts';

/** The least a program can do with a message, as floors do it: fetch it raw, parse it, one INSERT. */
export async function storeDirectly(pool: Pool, gmail: Gmail, id: string): Promise<void> {
  const answer = await getRawMessage(gmail, id);
  if (answer.kind !== 'ok') throw new Error(answer.kind);
  const raw = Buffer.from(answer.value.raw);
  const mail = await parseMime(raw);
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  await pool.query('insert into bare values ($1, $2, $3, $4)', [id, mail.subject, mail.text, raw]);
}

/** Where bareIntake inserts to. */
export const baselineTable = 'create table bare (id text primary key, subject text, body text, raw bytea)';

/** A mailbox at Gmail with tokens of its own, and no quota but the requests at once. */
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
