import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from './compare-mail.ts';
import type { TortureOutcome } from './run.ts';

/** The number of findings of each kind. */
export function countFindings({
  findings,
}: Pick<TortureOutcome, 'findings'>): Record<Finding['kind'], number> {
  const figures = { lost: 0, doubled: 0, disordered: 0, changed: 0, falseDisconnections: 0 };
  for (const { kind } of findings) figures[kind] += 1;
  return figures;
}

const maxFindings = 25;
const maxLogLines = 6;

/** Prints the findings, each with the log lines that contain its ids. */
export async function printFindings({ findings, crashes, faultsOfWeb, logs }: TortureOutcome): Promise<void> {
  for (const crash of crashes) console.log(`crashed: ${crash}`);
  for (const [what, times] of tally(faultsOfWeb)) console.log(`failed ${times} times: ${what}`);
  if (findings.length === 0) return;
  const lines = await logLines(logs);
  for (const { kind, what, ids } of findings.slice(0, maxFindings)) {
    console.log(`${kind}: ${what}`);
    const about = lines.filter((line) => ids.some((id) => line.includes(id)));
    for (const line of about.slice(0, maxLogLines)) console.log(`    ${line.slice(0, 400)}`);
  }
  if (findings.length > maxFindings) console.log(`… and ${findings.length - maxFindings} more`);
  console.log(`The logs are in ${logs}`);
}

function tally(list: string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const each of list) {
    // Ids are removed, so that the same failure of several conversations is counted together.
    const what = each.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').slice(0, 300);
    times.set(what, (times.get(what) ?? 0) + 1);
  }
  return times;
}

async function logLines(logs: string): Promise<string[]> {
  const lines: string[] = [];
  for (const file of await readdir(logs)) {
    const text = await readFile(path.join(logs, file), 'utf8');
    lines.push(...text.split('\n').map((line) => `${file}: ${line}`));
  }
  return lines;
}
