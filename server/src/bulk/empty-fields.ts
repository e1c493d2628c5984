import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { fieldKey, fieldsWithoutDefault } from './mail-merge.ts';

/** A field of a bulk message, as written, and how many customers have no value for it. */
export type EmptyField = { field: string; customers: number };

const nameFields = ['name', 'firstname', 'lastname'];

/** The fields of a bulk message without a default that stay empty for customers of its list; `columns`: the list's. */
export async function countEmptyFields(
  tx: InstanceTransaction,
  { id, subject, html }: { id: string; subject: string; html: string },
  columns: string[],
): Promise<EmptyField[]> {
  const counted: EmptyField[] = [];
  for (const field of fieldsWithoutDefault(`${subject} ${html}`)) {
    const key = fieldKey(field);
    const ofList = columns.filter((column) => fieldKey(column) === key);
    const isName = nameFields.includes(key);
    if (ofList.length === 0 && !isName) continue;
    const values = [...ofList.map((column) => sql`fields ->> ${column}`), ...(isName ? [sql`name`] : [])];
    const { rows } = await sql<{ customers: number }>`
      select count(*)::int as customers from bulk_recipient
      where instance_id = ${tx.instanceId} and bulk_id = ${id} and trim(concat(${sql.join(values)})) = ''`.execute(
      tx.sql,
    );
    if (rows[0]!.customers > 0) counted.push({ field, customers: rows[0]!.customers });
  }
  return counted;
}
