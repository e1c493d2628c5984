import { loadLater } from '../load-later.ts';
import { checkRecipient, normalizeAddress } from '../mail/mime/addresses.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';

const csv = loadLater<typeof import('csv-parse/sync')>('csv-parse/sync');

/** One recipient of a list; `fields` are the columns, by name. */
export type ListedRecipient = { address: string; name: string; fields: Record<string, string> };
/** A line without a valid address, with its number, from 1. */
export type InvalidLine = { line: number; text: string; problem: StoredProblem };

export type ParsedRecipientList = { listed: ListedRecipient[]; invalid: InvalidLine[]; duplicates: number };

const addressColumn = /^(e-?mail|email address|e-?mail-?adresse|address|adresse|correo|courriel|to)$/i;
const nameColumn = /^(name|full ?name|customer|nom|nombre)$/i;
const maxFields = 50;

/**
 * Parses a pasted or uploaded list: CSV (RFC 4180, or with Excel's semicolons) or tab-separated values, with
 * or without a line of column names, or one address a line. Repeated addresses count once. Bad lines are
 * returned and do not stop the others.
 */
export function parseRecipientList(text: string): ParsedRecipientList {
  const rows = parseRows(text);
  const first = rows[0]?.record ?? [];
  const hasHeader = first.some((cell) => addressColumn.test(cell));
  const columns = hasHeader ? first : [];
  const listed = new Map<string, ListedRecipient>();
  const invalid: InvalidLine[] = [];
  let duplicates = 0;
  for (const { record, info } of hasHeader ? rows.slice(1) : rows) {
    const outcome = parseRow(record, columns);
    if ('problem' in outcome) {
      invalid.push({ line: info.lines, text: record.join(', ').slice(0, 200), problem: outcome.problem });
    } else if (listed.has(outcome.address)) duplicates += 1;
    else listed.set(outcome.address, outcome);
  }
  return { listed: [...listed.values()], invalid, duplicates };
}

type Row = { record: string[]; info: { lines: number } };

/** The rows of a list. If its quotes are unbalanced, they are read as ordinary characters. */
function parseRows(text: string): Row[] {
  const options = {
    bom: true,
    delimiter: detectDelimiter(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
  } as const;
  try {
    return csv().parse(text, options) as unknown as Row[];
  } catch {
    return csv().parse(text, { ...options, quote: null }) as unknown as Row[];
  }
}

function parseRow(record: string[], columns: string[]): ListedRecipient | { problem: StoredProblem } {
  const addressColumnIndex = columns.findIndex((column) => addressColumn.test(column));
  const addressIndex =
    addressColumnIndex >= 0
      ? addressColumnIndex
      : Math.max(
          0,
          record.findIndex((cell) => cell.includes('@')),
        );
  const checked = checkRecipient(record[addressIndex] ?? '');
  if (checked.kind === 'invalid') return { problem: storedProblem(checked.reason) };
  const nameIndex = columns.findIndex((column) => nameColumn.test(column));
  const { address, name } = checked.recipient;
  const fields = Object.fromEntries(
    columns
      .slice(0, maxFields)
      .map((column, index) => [column, record[index] ?? ''] as const)
      .filter(([column]) => column !== ''),
  );
  // Without column names, the cell after the address is taken as the name.
  const nameCell =
    nameIndex >= 0 ? record[nameIndex] : columns.length === 0 ? record[addressIndex + 1] : undefined;
  return { address: normalizeAddress(address), name: nameCell || name, fields };
}

/** The most frequent separator of the first line; a list of plain addresses has none. */
function detectDelimiter(text: string): string {
  const line =
    text
      .slice(0, 10_000)
      .split(/\r?\n/)
      .find((one) => one.trim() !== '') ?? '';
  const count = (separator: string) => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}
