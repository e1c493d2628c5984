import { expect, test } from 'vitest';
import { linesOnlyIn } from './changed-lines.ts';

test('lines that would be lost are found, whatever their indentation', () => {
  const form = '<table>\n<tr><td>\n{{draft.htmlBody}}\n</td></tr>\n</table>\n';
  const byHand = '<table>\r\n  <tr><td>\r\n  <h1>Hello</h1>\r\n  {{draft.htmlBody}}\r\n</table>';
  expect(linesOnlyIn(byHand, form)).toEqual(['<h1>Hello</h1>']);
  expect(linesOnlyIn(form, byHand)).toEqual(['</td></tr>']);
  expect(linesOnlyIn(form, form)).toEqual([]);
});

test('a line that occurs more often is lost as often', () => {
  expect(linesOnlyIn('<br>\n<br>\n<br>', '<br>')).toEqual(['<br>', '<br>']);
});
