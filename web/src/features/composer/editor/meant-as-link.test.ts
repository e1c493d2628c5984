import { expect, test } from 'vitest';
import { isMeantAsLink, linkTarget } from './meant-as-link.ts';

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

test.each([
  ['far.example/sizes', 'https://far.example/sizes'],
  ['www.far.example', 'https://www.far.example'],
  ['localhost:8080/a', 'https://localhost:8080/a'],
  ['https://far.example/x', 'https://far.example/x'],
  [' HTTP://far.example ', 'HTTP://far.example'],
  ['ana@far.example', 'mailto:ana@far.example'],
  ['mailto:ana@far.example', 'mailto:ana@far.example'],
  ['tel:+4930123', 'tel:+4930123'],
  ['{{conversation.link}}', '{{conversation.link}}'],
])('the link typed as %s leads to %s', (typed, target) => expect(linkTarget(typed)).toBe(target));
