import { zstdDecompressSync } from 'node:zlib';
import type { Deployment } from '../database/connect.ts';

/** Where a text occurs in the whole database, as `table.column`; bytes are decompressed and decoded. */
export async function findInDatabase({ pool }: Deployment, text: string): Promise<string[]> {
  const { rows: columns } = await pool.query<{ schema: string; table: string; column: string; type: string }>(
    `select n.nspname as schema, c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm') and a.attnum > 0 and not a.attisdropped
       and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  const found = new Set<string>();
  for (const { schema, table, column, type } of columns) {
    const columnName = `${table}.${column}`;
    const name = `"${schema}"."${table}"`;
    if (type === 'bytea') {
      const { rows } = await pool.query<{ bytes: Buffer | null }>(`select "${column}" as bytes from ${name}`);
      if (rows.some(({ bytes }) => bytes && decodedForms(bytes).some((form) => containsText(form, text))))
        found.add(columnName);
    } else {
      const { rows } = await pool.query<{ value: string | null }>(
        `select "${column}"::text as value from ${name}`,
      );
      if (rows.some(({ value }) => value !== null && containsText(value, text))) found.add(columnName);
    }
  }
  return [...found].sort();
}

function decodedForms(bytes: Buffer): string[] {
  const forms = [bytes];
  try {
    forms.push(zstdDecompressSync(bytes));
  } catch {
    // not compressed
  }
  return forms.flatMap((each) => {
    const text = each.toString('utf8');
    // Also finds text encoded in base64 or quoted-printable.
    const encoded = [...text.matchAll(/(?:[A-Za-z0-9+/=]{40,}\r?\n?)+/g)].map(([block]) =>
      Buffer.from(block, 'base64').toString('utf8'),
    );
    const quoted = Buffer.from(
      text
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8');
    return [text, each.toString('latin1'), each.toString('utf16le'), quoted, ...encoded];
  });
}

/** Ignores white space and case, which jsonb and tsvector change. */
function containsText(value: string, text: string): boolean {
  const plain = (one: string) => one.replace(/[\s'"\\>]+/g, '').toLowerCase();
  return [value, value.replace(/<[^<>]*>/g, '')].some((form) => plain(form).includes(plain(text)));
}
