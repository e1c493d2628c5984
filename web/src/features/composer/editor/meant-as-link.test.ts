import { expect, test } from 'vitest';
import { isMeantAsLink } from './meant-as-link.ts';

test.each([
  'https://far.example/x',
  'HTTP://far.example',
  'www.far.example',
  'mailto:a@far.example',
  'ana@far.example',
])('%s is a link', (text) => expect(isMeantAsLink(text)).toBe(true));

test.each(['file.zip', 'report.md', 'node.js', 'far.example', 'Done.Next', '10.0.0.1', 'a@b', 'time:10.30'])(
  '%s is no link',
  (text) => expect(isMeantAsLink(text)).toBe(false),
);
