import { expect, test } from 'vitest';
import { filtersOf, searchOf } from './filters-in-url.ts';

const mailbox = '01a226fb-31c6-7345-9df7-fc831b3267f1';

test('filters are read from the URL that they were written to', () => {
  const searches = [
    {},
    { days: 7 },
    { from: '2026-01-01', to: '2026-01-31', mailbox, hours: 'open' as const },
    { user: mailbox, tag: mailbox },
  ];
  for (const search of searches) expect(searchOf(filtersOf(search))).toEqual(search);
});

test('what is no filter in a URL has the default', () => {
  const searches = [
    { days: 'many', mailbox: 'x', hours: 'all' },
    { days: 100_000, from: '2026-02-01', to: '2026-01-01' },
    { from: '2026-99-99', to: '2026-99-99', tag: 7 },
  ];
  for (const search of searches) expect(searchOf(filtersOf(search))).toEqual({});
});
