import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import { createSealer } from '../google/seal.ts';
import { encryptAgain, encryptedPrefix } from '../instances/better-auth-secrets.ts';
import type { Secrets } from '../secrets.ts';

/** How many rows are read at once. */
const pageSize = 500;

/** Every column whose values are encrypted with a key made from the secret. */
const sealedColumns = [
  ['mailbox_grant', 'refresh_token'],
  ['mailbox_grant', 'access_token'],
  ['connection', 'secrets'],
  ['webhook', 'secret'],
  ['webhook', 'former_secret'],
  ['push_key', 'sealed_private_key'],
  ['push_subscription', 'sealed'],
] as const;
/** The same of better-auth, which has a format of its own. */
const encryptedColumns = [
  ['two_factor', 'secret'],
  ['two_factor', 'backup_codes'],
] as const;

export type ResealResult = {
  resealed: number;
  /** Values that none of the secrets opens, by column. */
  unreadable: Record<string, number>;
};

/**
 * Encrypts all that was sealed with a former secret with the current one, so that the former one can be removed.
 * `dry`: only counts. Several processes may do so at once.
 */
export async function resealAll(
  deployment: Pick<Deployment, 'sql'>,
  secrets: Secrets,
  { dry = false }: { dry?: boolean } = {},
): Promise<ResealResult> {
  const result: ResealResult = { resealed: 0, unreadable: {} };
  const sealer = createSealer(secrets);
  for (const column of sealedColumns) {
    await resealColumn(deployment, column, { prefix: sealer.prefix, reseal: sealer.reseal, dry }, result);
  }
  const prefix = encryptedPrefix(secrets);
  for (const column of encryptedColumns) {
    const reseal = (value: string) => encryptAgain(value, secrets);
    await resealColumn(deployment, column, { prefix, reseal, dry }, result);
  }
  return result;
}

async function resealColumn(
  { sql: db }: Pick<Deployment, 'sql'>,
  [table, column]: readonly [string, string],
  how: { prefix: string; reseal(value: string): Promise<string | null>; dry: boolean },
  result: ResealResult,
): Promise<void> {
  const [of, value] = [sql.table(table), sql.ref(column)];
  let after = '(0,0)';
  for (;;) {
    const { rows } = await sql<{ at: string; value: string }>`
      select ctid::text as at, ${value} as value from ${of}
      where ctid > ${after}::tid and ${value} <> '' and not starts_with(${value}, ${how.prefix})
      order by ctid limit ${pageSize}`.execute(db);
    for (const row of rows) {
      const sealed = await how.reseal(row.value);
      if (sealed === null) {
        const name = `${table}.${column}`;
        result.unreadable[name] = (result.unreadable[name] ?? 0) + 1;
        continue;
      }
      result.resealed += 1;
      if (how.dry) continue;
      // Not if it was replaced meanwhile.
      await sql`update ${of} set ${value} = ${sealed} where ctid = ${row.at}::tid and ${value} = ${row.value}`.execute(
        db,
      );
    }
    if (rows.length < pageSize) return;
    after = rows.at(-1)!.at;
  }
}
