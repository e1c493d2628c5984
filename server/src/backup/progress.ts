export type Print = (line: string) => void;

/** Between two lines about the same table (ms). */
const intervalMs = 5_000;

/**
 * Counts the lines and bytes of one table and prints a line every five seconds and at the end. Each row is one line:
 * COPY writes a line break within a value as `\n` (https://www.postgresql.org/docs/current/sql-copy.html).
 */
export function reportProgress(print: Print, label: string) {
  let [lines, bytes, last] = [0, 0, performance.now()];
  const describe = () => `${label}: ${lines.toLocaleString('en')} rows, ${formatBytes(bytes)}`;
  return {
    get lines() {
      return lines;
    },
    add(chunk: Buffer) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      if (performance.now() - last < intervalMs) return;
      last = performance.now();
      print(`${describe()} …`);
    },
    done: () => print(describe()),
  };
}

function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3).toLocaleString('en')} kB`;
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
