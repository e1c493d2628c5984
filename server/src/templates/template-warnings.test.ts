import { expect, test } from 'vitest';
import { templateWarnings } from './template-warnings.ts';

const document = (head: string, body = '{{draft.htmlBody}}') =>
  `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body>${body}</body></html>`;
const of = (template: string) => templateWarnings(template, template);

test('a complete template has no warnings', () => {
  const picture = '<img src="https://acme.example/l.png" alt=""><!--[if mso]><img src="x"><![endif]-->';
  expect(of(document('<style>p{color:red}</style>', `${picture}{{draft.htmlBody}}`))).toEqual([]);
  expect(of('<div lang="{{draft.language}}">{{draft.htmlBody}}</div>')).toEqual([]);
});

test('what is removed is named with its line', () => {
  const template = document(
    '',
    '\n<script>\nx()\n</script>\n<form action="/x">\n<b onclick="x()">{{draft.htmlBody}}</b></form>',
  );
  expect(of(template)).toEqual([
    { code: 'removed', name: 'script', line: 4 },
    { code: 'removed', name: 'form', line: 7 },
    { code: 'removed', name: 'onclick', line: 8 },
  ]);
});

test('a picture without alternative text, and a document without a language', () => {
  expect(of('<html>\n<body>{{draft.htmlBody}}\n<img src="{{user.avatarUrl}}"></body></html>')).toEqual([
    { code: 'no-lang', line: 1 },
    { code: 'no-alt', line: 3 },
  ]);
  expect(of('{{draft.htmlBody}}')).toEqual([{ code: 'no-lang', line: null }]);
});

test('what Gmail clips or drops is measured in bytes of what is sent', () => {
  const [fits, clipped] = [102_000, 102_001];
  const sent = (bytes: number) => `é${'x'.repeat(bytes - 2)}`;
  expect(templateWarnings(document(''), sent(fits))).toEqual([]);
  expect(templateWarnings(document(''), sent(clipped))).toEqual([{ code: 'too-long', bytes: clipped }]);
  const style = (bytes: number) => `<style>${'a{}'.padEnd(bytes, ' ')}</style>`;
  expect(templateWarnings(document(''), style(16_000))).toEqual([]);
  expect(templateWarnings(document(''), style(16_001))).toEqual([{ code: 'long-style', bytes: 16_001 }]);
});
