import { expect, test } from 'vitest';
import { leastProcessorTime } from '../testing/processor-time.ts';
import { encodeUrlPart, replaceUrlParts } from './values-in-links.ts';

const mark = (html: string) => replaceUrlParts(html, /\{\{([^{}]*)\}\}/g, (inner) => `<${inner}>`);

test('only placeholders that are a part of a URL in an attribute are replaced', () => {
  expect(mark(`<a title="x{{a}}" href='https://x.example/{{b}}?c={{c "d"}}'>{{e}}</a>`)).toBe(
    `<a title="x{{a}}" href='https://x.example/<b>?c=<c "d">'>{{e}}</a>`,
  );
  const whole = '<a href="{{a}}"><a href="mailto:{{a}}"><a href="https://{{a}}.x.example/">';
  expect(mark(whole)).toBe(whole);
  expect(encodeUrlPart('\ud800 "\'')).toBe('%EF%BF%BD%20%22%27');
});

test('long values and quotes that are never closed take no time', async () => {
  const long = `<img src="data:image/png;base64,${'A'.repeat(5_000_000)}">`;
  const open = `<a href="https://x.example/${'{{a}}{'.repeat(5_000)}`;
  for (const html of [long, open]) {
    expect(mark(html)).toBe(html);
    expect(await leastProcessorTime(() => mark(html), 1_000)).toBeLessThan(1_000);
  }
});
