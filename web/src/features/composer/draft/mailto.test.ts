import { expect, test } from 'vitest';
import { readMailto } from './mailto.ts';

const nothing = { to: [], cc: [], subject: '', html: '' };

test.each([
  ['mailto:ana@far.example', { to: ['ana@far.example'] }],
  [
    'MAILTO:ana@far.example,ben@far.example?cc=mia@far.example',
    { to: ['ana@far.example', 'ben@far.example'], cc: ['mia@far.example'] },
  ],
  // A plus sign is none of a form's spaces (RFC 6068, section 5).
  [
    'mailto:ana%2Border@far.example?subject=1+1%20%3D%202',
    { to: ['ana+order@far.example'], subject: '1+1 = 2' },
  ],
  ['mailto:?To=ana@far.example&SUBJECT=caf%C3%A9&amp=', { to: ['ana@far.example'], subject: 'café' }],
  ['mailto:a@x.example?body=one%0D%0Atwo', { to: ['a@x.example'], html: '<p>one</p><p>two</p>' }],
  ['mailto:a@x.example?body=50%', { to: ['a@x.example'], html: '<p>50%</p>' }],
  ['mailto:', {}],
])('%s', (href, content) => {
  expect(readMailto(href)).toEqual({ ...nothing, ...content });
});

test('a link attaches nothing, adds no hidden recipient, and brings no markup and no header', () => {
  const href =
    'mailto:a@x.example?bcc=spy@x.example&attach=/etc/passwd&attachment=x&from=b@x.example&in-reply-to=%3C1%3E' +
    '&subject=Hi%0D%0ABcc:%20spy@x.example&body=%3Cimg%20src=x%20onerror=alert(1)%3E';
  expect(readMailto(href)).toEqual({
    to: ['a@x.example'],
    cc: [],
    subject: 'Hi Bcc: spy@x.example',
    html: '<p>&#60;img src=x onerror=alert(1)&#62;</p>',
  });
  expect(readMailto('mailto:a@x.example%0D%0ABcc:spy@x.example,no-address')).toEqual(nothing);
});

test('other links are none', () => {
  expect(readMailto('https://x.example/?mailto:a@x.example')).toBe(null);
});
