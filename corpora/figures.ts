import { expect } from 'vitest';

/** One line of the table that the suite prints: what was counted, out of how many. */
export type Figure = {
  what: string;
  of: number;
  postroom: number;
  /** What others make of the same mail by the same count. Empty where there is nothing to compare with. */
  others: Array<{ name: string; count: number }>;
  /** For what should not happen: the smaller count is the better one. */
  fewerIsBetter?: boolean;
};

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figure[];
  }
}

/** Puts a figure into the table, and fails where another does better than Postroom. */
export function record(task: { meta: { figures?: Figure[] } }, figure: Figure): void {
  task.meta.figures = [...(task.meta.figures ?? []), figure];
  const better = figure.others.filter(({ count }) =>
    figure.fewerIsBetter ? count < figure.postroom : count > figure.postroom,
  );
  expect(better, figure.what).toEqual([]);
}
