import { expect, test } from 'vitest';
import { cleanHtml } from './clean-html.ts';

test('a picture whose source is removed leaves no img', () => {
  for (const source of [
    '',
    'src=""',
    'src="data:image/png;base64,AAAA"',
    'src="file:///C:/a.png"',
    'src="http://a.example/a.png"',
    'src="//a.example/a.png"',
    'src="blob:https://a.example/1"',
  ]) {
    expect(cleanHtml(`<p>a<img alt="Lamp" ${source}>b</p>`), source).toBe('<p>ab</p>');
  }
  const kept = '<img src="https://a.example/a.png" alt="Lamp" /><img src="cid:a@postroom" />';
  expect(cleanHtml(`<p>${kept}</p>`)).toBe(`<p>${kept}</p>`);
});
