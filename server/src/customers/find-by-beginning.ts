import { type RawBuilder, sql } from 'kysely';
import { spellings } from '../../../locales/fold-letters.ts';

/** Sorts after every character: the strings with a prefix are the range from it to it plus this. */
const prefixRangeEnd = '\u{10ffff}';

const nameKeys = ['name_key', 'last_name_key', 'spelled_name_key', 'spelled_last_name_key'];

/**
 * SQL that selects the ids of the customers whose name, last name or address begins with a text, in any spelling
 * (`mueller` finds Müller); `limit` is that of each index. Each condition is a range of an index and no function
 * call, because row-level security would not use the index for one.
 */
export function customersByBeginning(
  instanceId: string,
  text: string,
  limit: number | null = null,
): RawBuilder<unknown> {
  const typed = text.trim();
  const forms = spellings(typed);
  const select = (id: string, table: string, key: RawBuilder<unknown>, from: string) =>
    sql`(select ${sql.ref(id)} as id from ${sql.table(table)} where instance_id = ${instanceId}
      and ${key} >= ${from} and ${key} < ${from + prefixRangeEnd}
      ${limit === null ? sql`` : sql`order by ${key} limit ${limit}`})`;
  const byName = nameKeys.flatMap((key) => forms.map((from) => select('id', 'customer', sql.ref(key), from)));
  const byAddress = [...new Set([typed.toLowerCase(), ...forms])].map((from) =>
    select('customer_id', 'customer_address', sql`address collate "C"`, from),
  );
  return sql.join([...byName, ...byAddress], sql` union `);
}
