import { expect, test } from 'vitest';
import { isRemote, replaceUrls, replaceUrlsOfCandidates } from './image-urls.ts';

const load = (address: string) => (isRemote(address) ? `/proxy?url=${encodeURIComponent(address)}` : address);

test.each([
  ['https://a.example/1.png', true],
  [' HTTP://a.example/1.png', true],
  ['//a.example/1.png', true],
  ['data:image/png;base64,aaaa', false],
  ['cid:1@a.example', false],
  ['1.png', false],
])('%s is remote: %s', (address, remote) => {
  expect(isRemote(address)).toBe(remote);
});

test('the addresses of CSS are replaced, quoted, bare and escaped', () => {
  const css = (one: string, two: string, three: string) =>
    `a{background:url(${one})}b{background:#fff url( ${two} ) no-repeat;content:${three}}`;
  const first = 'url("/proxy?url=https%3A%2F%2Fa.example%2F1.png")';
  expect(replaceUrls(css('https://a.example/1.png', "'https://a.example/1.png'", '"url"'), load)).toBe(
    `a{background:${first}}b{background:#fff ${first} no-repeat;content:"url"}`,
  );
  expect(replaceUrls('url("https\\3a //a.example/1.png")', load)).toBe(first);
  expect(replaceUrls('url(data:image/gif;base64,R0lGOD=)', load)).toBe(
    'url("data:image/gif;base64,R0lGOD=")',
  );
  expect(replaceUrls('url(1.png)', () => null)).toBe('none');
});

test('the addresses of a srcset are replaced, whatever is between its candidates', () => {
  const [one, two] = ['https://a.example/a,b.png', 'https://a.example/2.png'];
  const proxied = (address: string) => `/proxy?url=${encodeURIComponent(address)}`;
  for (const [srcset, wanted] of [
    [`${one} 1x, ${two} 2x`, `${proxied(one)} 1x, ${proxied(two)} 2x`],
    [`${one} 1x,${two} 2x`, `${proxied(one)} 1x,${proxied(two)} 2x`],
    [`${one}, ${two} 600w`, `${proxied(one)}, ${proxied(two)} 600w`],
    ['data:image/png;base64,aa// 1x', 'data:image/png;base64,aa// 1x'],
  ])
    expect(replaceUrlsOfCandidates(srcset!, load)).toBe(wanted);
});
