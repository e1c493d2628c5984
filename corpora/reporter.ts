import type { Reporter, TestModule } from 'vitest/node';
import { available, folder } from './corpora.ts';

/** Prints the table of figures after the tests, or that the suite was skipped. */
export class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (!available) {
      console.log(
        `\nThe checks on real mail were left out: the folder ${folder} does not exist.\nSet POSTROOM_CORPORA to another folder.\n`,
      );
      return;
    }
    const figures = modules
      .flatMap(({ children }) => [...children.allTests()])
      .flatMap((test) => test.meta().figures ?? []);
    const rows = figures.map(({ what, of, postroom, others }) => [
      what,
      String(of),
      String(postroom),
      others.map(({ name, count }) => `${name} ${count}`).join(', '),
    ]);
    console.log(`\nReal mail in ${folder}\n${table([['', 'of', 'Postroom', 'others'], ...rows])}\n`);
  }
}

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
