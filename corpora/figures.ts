import { expect } from 'vitest';

/** One line of the table that the suite prints: `postroom` of `of` messages, beside other libraries. */
export type Figure = {
  what: string;
  of: number;
  postroom: number;
  /** The same count for other libraries; empty if there is none to compare with. */
  others: Array<{ name: string; count: number }>;
  /** For failures: the smaller count is better. */
  fewerIsBetter?: boolean;
};

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figure[];
  }
}

/** Adds a figure to the table; fails if another library is better than Postroom. */
export function record(task: { meta: { figures?: Figure[] } }, figure: Figure): void {
  task.meta.figures = [...(task.meta.figures ?? []), figure];
  const better = figure.others.filter(({ count }) =>
    figure.fewerIsBetter ? count < figure.postroom : count > figure.postroom,
  );
  expect(better, figure.what).toEqual([]);
}
