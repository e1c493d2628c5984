import type { Readable } from 'node:stream';
import type { FileStores } from '../stores/file-stores.ts';
import { StoreError } from '../stores/object-store.ts';
import type { TableShape } from './catalog.ts';
import { BackupError } from './format.ts';

/** The column of bytes in the tables whose rows may have them in a store instead. */
const bytesColumns: Record<string, string> = { raw_message: 'zstd', blob: 'bytes' };
/** Files that are read from a store at once. */
const readAhead = 8;

/**
 * Rows of COPY in its text format, with the files that are in a store put into their rows: a backup is the same
 * wherever they are, and needs no store to be restored. Rows of other tables are passed on as they are. Throws a
 * BackupError if a file cannot be read.
 */
export function inlineFiles(rows: Readable, table: TableShape, files: FileStores): AsyncIterable<Buffer> {
  const [bytesAt, locationAt] = [bytesColumns[table.name], 'location'].map((column) =>
    table.columns.indexOf(column!),
  );
  return bytesAt! >= 0 && locationAt! >= 0
    ? inOrder(linesOf(rows), (line) =>
        inlineFile(line, files, { bytesAt: bytesAt!, locationAt: locationAt! }),
      )
    : rows;
}

async function inlineFile(
  line: Buffer,
  files: FileStores,
  { bytesAt, locationAt }: { bytesAt: number; locationAt: number },
): Promise<Buffer> {
  const values = splitAtTabs(line);
  const location = values[locationAt]!.toString();
  if (location === noValue) return line;
  try {
    const bytes = await files.read({ bytes: Buffer.alloc(0), location });
    values[bytesAt] = Buffer.from(`\\\\x${bytes.toString('hex')}`);
  } catch (error) {
    throw error instanceof StoreError ? new BackupError(error.message) : error;
  }
  values[locationAt] = Buffer.from(noValue);
  return Buffer.concat(
    values.flatMap((value, index) => (index === 0 ? [value] : [tab, value])).concat(lineEnd),
  );
}

/** How COPY writes null; a tab or line break within a value is written as `\t` or `\n`. */
const noValue = '\\N';
const tab = Buffer.from('\t');
const lineEnd = Buffer.from('\n');

function splitAtTabs(line: Buffer): Buffer[] {
  const values: Buffer[] = [];
  const end = line.length - 1;
  let start = 0;
  for (let at = line.indexOf(9); at !== -1; at = line.indexOf(9, start)) {
    values.push(line.subarray(start, at));
    start = at + 1;
  }
  values.push(line.subarray(start, end));
  return values;
}

/** The lines of a stream, each with its line break. */
async function* linesOf(stream: Readable): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, at + 1));
      yield Buffer.concat(parts);
      parts = [];
      start = at + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** Works on several items at once and yields the results in the order of the items. */
async function* inOrder(
  items: AsyncIterable<Buffer>,
  work: (item: Buffer) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  const running: Array<Promise<Buffer>> = [];
  for await (const item of items) {
    const result = work(item);
    // It is awaited below; until then its failure is not unhandled.
    result.catch(() => {});
    running.push(result);
    if (running.length >= readAhead) yield running.shift()!;
  }
  yield* running;
}
