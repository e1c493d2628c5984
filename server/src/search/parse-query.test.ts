import { expect, test } from 'vitest';
import { excerpt, highlight, highlightTerms } from './highlight.ts';
import { parseSearch, readDay } from './parse-query.ts';

const word = (text: string, more: object = {}) => ({ text, field: '', not: false, prefix: false, ...more });

test.each([
  ['parcel', [[word('parcel', { prefix: true })]]],
  ['parcel ', [[word('parcel')]]],
  ['lost parcel', [[word('lost')], [word('parcel', { prefix: true })]]],
  ['"lost parcel"', [[word('lost parcel')]]],
  ['"lost parc', [[word('lost parc')]]],
  ['refund OR credit ', [[word('refund'), word('credit')]]],
  ['OR refund ', [[word('refund')]]],
  ['refund -voucher ', [[word('refund')], [word('voucher', { not: true })]]],
  ['from:ana ', [[word('ana', { field: 'from', prefix: true })]]],
  ['From:"Ana Silva" x ', [[word('Ana Silva', { field: 'from' })], [word('x')]]],
  ['http://x.example ', [[word('http://x.example')]]],
  ['Re:hello ', [[word('Re:hello')]]],
  ['from: ', []],
  ['""', []],
])('%s', (text, textTerms) => {
  expect(parseSearch(text)).toEqual({ textTerms, fieldFilters: [] });
});

test('field filters are separate from text terms', () => {
  expect(parseSearch('is:open -tag:"big customer" has:attachment before:2026-03 refund ')).toEqual({
    textTerms: [[word('refund')]],
    fieldFilters: [
      { field: 'is', value: 'open', not: false },
      { field: 'tag', value: 'big customer', not: true },
      { field: 'has', value: 'attachment', not: false },
      { field: 'before', value: '2026-03', not: false },
    ],
  });
});

test.each([
  ['2026-03-01', '2026-03-01'],
  ['2026-3', '2026-03-01'],
  ['2026', '2026-01-01'],
  ['2026-02-30', null],
  ['yesterday', null],
  ['0000', null],
])('the day %s is %s', (text, day) => {
  expect(readDay(text)).toBe(day);
});

const shown = (pieces: Array<{ text: string; hit: boolean }>) =>
  pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');

test('matches are highlighted in any case, with or without accents', () => {
  const terms = highlightTerms(parseSearch('strasse -not "creme brul').textTerms, 'text');
  expect(shown(highlight('Die Straße zur Crème, not here: STRASSEN', terms))).toBe(
    'Die [Straße] zur [Crème], not here: STRASSEN',
  );
  expect(
    shown(highlight('In the StraßenBahn', highlightTerms(parseSearch('strass').textTerms, 'text'))),
  ).toBe('In the [StraßenBahn]');
  expect(
    shown(highlight('Invoice', highlightTerms(parseSearch('subject:invoice').textTerms, 'subject'))),
  ).toBe('[Invoice]');
  expect(shown(highlight('Invoice', highlightTerms(parseSearch('subject:invoice').textTerms, 'text')))).toBe(
    'Invoice',
  );
});

test('shows the passage around the first match of a long text', () => {
  const text = `${'Once upon a time. '.repeat(30)}The parcel\n\n was lost. ${'And so on. '.repeat(30)}`;
  const found = shown(excerpt(text, highlightTerms(parseSearch('parcel ').textTerms, 'text')));
  expect(found).toMatch(/^… .*The \[parcel\] was lost\. And so .*…$/);
  expect(found.length).toBeLessThan(240);
  expect(shown(excerpt('Short.', highlightTerms(parseSearch('parcel').textTerms, 'text')))).toBe('Short.');
});
