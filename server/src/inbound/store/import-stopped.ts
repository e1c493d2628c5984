import type { InstanceTransaction } from '../../database/instance-transaction.ts';

/** Thrown where a message of an import was to be stored that was paused, cancelled or removed meanwhile. */
export class ImportStopped extends Error {}

/** Throws unless an import may store messages. It may until the transaction ends: pausing it waits for that. */
export async function requireImport({ sql }: InstanceTransaction, importId: string): Promise<void> {
  const running = await sql
    .selectFrom('mailboxImport')
    .where('id', '=', importId)
    .where('state', 'in', ['running', 'done'])
    .select('id')
    .forShare()
    .executeTakeFirst();
  if (!running) throw new ImportStopped();
}
