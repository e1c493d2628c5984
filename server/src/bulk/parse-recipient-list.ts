import { parse } from 'csv-parse/sync';
import { checkRecipient, normalizeAddress } from '../mail/addresses.ts';

/** One customer of a list; `fields` are the columns beside, by their names. */
export type Listed = { address: string; name: string; fields: Record<string, string> };
/** A line nothing can be sent to, with its number, from 1. */
export type BadLine = { line: number; text: string; reason: string };

const addressColumn = /^(e-?mail|email address|e-?mail-?adresse|address|adresse|correo|courriel|to)$/i;
const nameColumn = /^(name|full ?name|customer|nom|nombre)$/i;
const fieldsAtMost = 50;

/**
 * Reads a pasted or uploaded list: CSV or tab-separated with or without a line of column names (RFC 4180, and
 * Excel's semicolons), or an address a line. Repeated addresses are folded into the first. Bad lines
 * are told, and hold up none.
 */
export function readList(text: string): { listed: Listed[]; bad: BadLine[]; duplicates: number } {
  const rows = rowsOf(text);
  const first = rows[0]?.record ?? [];
  const headed = first.some((cell) => addressColumn.test(cell));
  const columns = headed ? first : [];
  const listed = new Map<string, Listed>();
  const bad: BadLine[] = [];
  let duplicates = 0;
  for (const { record, info } of headed ? rows.slice(1) : rows) {
    const outcome = readRow(record, columns);
    if ('reason' in outcome) {
      bad.push({ line: info.lines, text: record.join(', ').slice(0, 200), reason: outcome.reason });
    } else if (listed.has(outcome.address)) duplicates += 1;
    else listed.set(outcome.address, outcome);
  }
  return { listed: [...listed.values()], bad, duplicates };
}

type Row = { record: string[]; info: { lines: number } };

/** The rows of a list; where its quotes are broken, a quote is a letter like any other. */
function rowsOf(text: string): Row[] {
  const options = {
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
  } as const;
  try {
    return parse(text, options) as unknown as Row[];
  } catch {
    return parse(text, { ...options, quote: null }) as unknown as Row[];
  }
}

function readRow(record: string[], columns: string[]): Listed | { reason: string } {
  const named = columns.findIndex((column) => addressColumn.test(column));
  const at =
    named >= 0
      ? named
      : Math.max(
          0,
          record.findIndex((cell) => cell.includes('@')),
        );
  const checked = checkRecipient(record[at] ?? '');
  if (checked.kind === 'invalid') return { reason: checked.reason };
  const nameAt = columns.findIndex((column) => nameColumn.test(column));
  const { address, name } = checked.recipient;
  const fields = Object.fromEntries(
    columns
      .slice(0, fieldsAtMost)
      .map((column, index) => [column, record[index] ?? ''] as const)
      .filter(([column]) => column !== ''),
  );
  // Without column names, what stands after an address is taken for the name.
  const beside = nameAt >= 0 ? record[nameAt] : columns.length === 0 ? record[at + 1] : undefined;
  return { address: normalizeAddress(address), name: beside || name, fields };
}

/** The first line's commonest separator; an address a line has none. */
function delimiterOf(text: string): string {
  const line =
    text
      .slice(0, 10_000)
      .split(/\r?\n/)
      .find((one) => one.trim() !== '') ?? '';
  const count = (separator: string) => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}
