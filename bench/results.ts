import { readFileSync, writeFileSync } from 'node:fs';
import type { Conditions } from './machine.ts';

export type Figures = Record<string, number>;
/** One bench of a run of all. `busy`: why its figures are doubtful, after the last repetition. */
export type Result = {
  date: string;
  figures: Figures;
  conditions: Conditions;
  seconds: number;
  busy: string | null;
};
export type Results = { date: string; machine: string; benches: Record<string, Result> };

const json = new URL('RESULTS.json', import.meta.url);
const markdown = new URL('RESULTS.md', import.meta.url);

/** The results of the last run of all benches; null if there was none. */
export function readResults(): Results | null {
  try {
    return JSON.parse(readFileSync(json, 'utf8')) as Results;
  } catch {
    return null;
  }
}

/**
 * The figures of a bench, rounded differences and ratios of what was counted: one that is negative or no number was
 * measured wrongly, for instance while other work ran that was subtracted. Throws then.
 */
export function assertPossible(figures: Figures): Figures {
  const impossible = Object.entries(figures).filter(([, value]) => !(value >= 0 && Number.isFinite(value)));
  if (impossible.length === 0) return figures;
  const list = impossible.map(([name, value]) => `${name} ${value}`).join(', ');
  throw new Error(`The bench measured something else than it means to: ${list}`);
}

/** Writes the results, each beside those of the run before. */
export function writeResults(results: Results, before: Results | null, skipped: string[]): void {
  writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(markdown, toMarkdown(results, before, skipped));
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** `floor…`: the least that any program could do, measured in the same run. `…1x`, `…10x`, `…100x`: growth. */
export function toMarkdown(results: Results, before: Results | null, skipped: string[]): string {
  const entries = Object.entries(results.benches);
  const lines = [
    '# Results of the benches',
    '',
    'Written by `npm run bench`. What each figure is, is said in [docs/performance.md](../docs/performance.md) and in',
    'the comment of its bench. Figures of another machine are not comparable, ratios are.',
    '',
    `${results.date}: ${results.machine}.`,
    before ? `Before: ${before.date}, ${before.machine}.` : 'There was no run before.',
    ...(skipped.length > 0 ? ['', `Not run, because the time was used up: ${skipped.join(', ')}.`] : []),
    '',
    '## Ratios',
    '',
    ...table(
      ['bench', 'measured', 'ratio', 'before', 'load before', 'other work', 'steal', 'seconds', 'machine'],
      entries.map(([name, { date, figures, conditions, seconds, busy }]) => [
        name,
        date,
        shown(figures.ratio ?? figures.growth),
        shown(before?.benches[name]?.figures.ratio ?? before?.benches[name]?.figures.growth),
        shown(conditions.load),
        percent(conditions.others),
        percent(conditions.steal),
        shown(Math.round(seconds)),
        busy ? `busy: ${busy}` : 'quiet',
      ]),
    ),
    '',
    '## Growth',
    '',
    ...table(['figure', '1x', '10x', '100x', '100x to 1x'], entries.flatMap(growthRows)),
    '',
    '## Figures',
    '',
    ...entries.flatMap(([name, { figures }]) => [
      `### ${name}`,
      '',
      ...table(
        ['figure', 'value', 'before'],
        Object.entries(figures)
          .filter(([figure]) => !/\d+x$/.test(figure))
          .map(([figure, value]) => [figure, shown(value), shown(before?.benches[name]?.figures[figure])]),
      ),
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function growthRows([name, { figures }]: [string, Result]): string[][] {
  const grown = Object.keys(figures).flatMap((figure) => /^(.*[a-z])100x$/i.exec(figure)?.[1] ?? []);
  return grown.map((figure) => {
    const [one, ten, hundred] = [1, 10, 100].map((factor) => figures[`${figure}${factor}x`]);
    const ratio = one && hundred !== undefined ? Math.round((100 * hundred) / one) / 100 : undefined;
    return [`${name}: ${figure}`, ...[one, ten, hundred, ratio].map(shown)];
  });
}

const shown = (value: number | undefined) => (value === undefined ? '' : String(value));

function table(heads: string[], rows: string[][]): string[] {
  const widths = heads.map((head, at) =>
    Math.max(head.length, 3, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
