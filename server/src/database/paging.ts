import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { validate } from 'uuid';
import { createProblem, ProblemError } from '../problems.ts';
import { isStorableDate } from './storable.ts';

/** Which page of a list is wanted: the one after `after`, the `next` of the page before; the first without it. */
export type PageRequest = { after?: string | undefined; limit: number };

/** `next`: the cursor of the following page; null where there is none. */
export type Page<Row> = { rows: Row[]; next: string | null };

type Kind = 'time' | 'uuid' | 'text' | 'integer' | 'boolean';

/**
 * What a list is ordered by: columns or expressions that are never null. The last one makes the place of each row
 * unique.
 */
export type Order = { by: Array<[string | RawBuilder<unknown>, Kind]>; direction: 'asc' | 'desc' };

/** By a column, and by the id of the same table where that is equal. */
export function byColumn(column: string, kind: Kind, direction: Order['direction']): Order {
  const id = `${column.slice(0, column.lastIndexOf('.') + 1)}id`;
  return {
    by: [
      [column, kind],
      [id, 'uuid'],
    ],
    direction,
  };
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const isValid: Record<Kind, (text: string) => boolean> = {
  time: (text) => {
    const date = new Date(isoTime.test(text) ? text : Number.NaN);
    // Date accepts 30 February as 2 March; Postgres refuses it.
    return isStorableDate(date) && date.toISOString().slice(0, 19) === text.slice(0, 19);
  },
  uuid: validate,
  text: (text) => !text.includes('\0') && text.isWellFormed(),
  integer: (text) => /^-?\d{1,18}$/.test(text),
  boolean: (text) => /^(true|false)$/.test(text),
};

const typeOf = { time: 'timestamptz', uuid: 'uuid', text: 'text', integer: 'bigint', boolean: 'boolean' };

/** A cursor as the API returns it: opaque to programs. */
export function writeCursor(place: string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor of `writeCursor`. Throws a ProblemError (400, `invalid-cursor`) for anything else. */
export function readCursor(text: string, kinds: Kind[]): string[] {
  const place = parse(Buffer.from(text, 'base64url').toString());
  const isPlace =
    Array.isArray(place) &&
    place.length === kinds.length &&
    place.every((value, index) => typeof value === 'string' && isValid[kinds[index]!](value));
  if (!isPlace) throw new ProblemError(invalidCursor);
  return place;
}

/** The cursor of a list by a time of whole milliseconds and an id. */
export function writeTimeCursor(at: Date, id: string): string {
  return writeCursor([at.toISOString().replace('Z', '000Z'), id]);
}

/** Reads a cursor of `writeTimeCursor`; throws as `readCursor` does. */
export function readTimeCursor(text: string): { at: Date; id: string } {
  const [at = '', id = ''] = readCursor(text, ['time', 'uuid']);
  return { at: new Date(at), id };
}

export const invalidCursor = createProblem(400, 'invalid-cursor');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A page of a query in a stable order: it continues after the place of the last row and not after a number of rows, so
 * that rows which are added or deleted meanwhile are neither repeated nor left out. Throws a ProblemError for a cursor
 * that is none.
 */
export async function selectPage<DB, TB extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  { by, direction }: Order,
  { after, limit }: PageRequest,
): Promise<Page<Row>> {
  const columns = by.map(([column]) => (typeof column === 'string' ? sql.ref(column) : column));
  const kinds = by.map(([, kind]) => kind);
  const place = columns.map((column, index) =>
    kinds[index] === 'time'
      ? sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
      : sql`${column}::text`,
  );
  let page = query.select(sql<string[]>`array[${sql.join(place)}]`.as('placeInList')).limit(limit + 1);
  for (const column of columns) page = page.orderBy(column, direction);
  if (after !== undefined) {
    const values = readCursor(after, kinds).map(
      (value, index) => sql`${value}::${sql.raw(typeOf[kinds[index]!])}`,
    );
    const comparison = sql.raw(direction === 'asc' ? '>' : '<');
    page = page.where(sql<boolean>`(${sql.join(columns)}) ${comparison} (${sql.join(values)})`);
  }
  const found = (await page.execute()) as Array<Row & { placeInList: string[] }>;
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    rows: found.slice(0, limit).map(({ placeInList: _place, ...row }) => row as unknown as Row),
    next: last ? writeCursor(last.placeInList) : null,
  };
}
