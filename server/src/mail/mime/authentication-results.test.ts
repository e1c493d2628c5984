import { expect, test } from 'vitest';
import { hasFailed, passesFor, readAuthenticationResults } from './authentication-results.ts';

const gmail = (...results: string[]) => ['mx.google.com', ...results].join(';\r\n       ');
const spf =
  'spf=pass (google.com: domain of web@shop.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=web@shop.example';
const dmarc = (result: string, domain = 'shop.example') =>
  `dmarc=${result} (p=NONE sp=NONE dis=NONE) header.from=${domain}`;
const dkim = (domain: string, result = 'pass') =>
  `dkim=${result} header.i=@${domain} header.s=s1 header.b=ab12`;

test.each<[name: string, fields: string[], passes: boolean, fails: boolean]>([
  ['DMARC passes', [gmail(spf, dmarc('pass'))], true, false],
  ['DMARC fails', [gmail(spf, dmarc('fail'))], false, true],
  ['DMARC fails, though DKIM passes', [gmail(dkim('shop.example'), dmarc('fail'))], false, true],
  ['DMARC passes for another From', [gmail(dmarc('pass', 'else.example'))], false, false],
  ['SPF alone', [gmail(spf)], false, false],
  ['DKIM of the same domain', [gmail(dkim('shop.example'), spf)], true, false],
  ['DKIM of a subdomain', [gmail(dkim('mail.shop.example'))], true, false],
  ['DKIM of another domain', [gmail(dkim('badshop.example'))], false, false],
  ['DKIM of a top-level domain', [gmail(dkim('example'))], false, false],
  ['DKIM that fails', [gmail(dkim('shop.example', 'fail'))], false, false],
  ['header.d instead of header.i', [gmail('dkim=pass header.d=shop.example')], true, false],
  ['a lower field', [gmail(spf), gmail(dmarc('pass'))], false, false],
  ['another server', [`mx.example.net; ${dmarc('pass')}`], false, false],
  ['a server whose name begins alike', [`mx.google.com.evil.example; ${dmarc('pass')}`], false, false],
  ['two verdicts', [gmail(dmarc('pass'), dmarc('fail'))], false, true],
  ['a verdict within a comment', [gmail(`spf=none (; ${dmarc('pass')})`)], false, false],
  [
    'a verdict in a quoted envelope sender',
    [gmail(`spf=none (domain of "a) ; ${dmarc('pass')} ("@evil.example)`)],
    false,
    false,
  ],
  [
    'a quoted envelope sender',
    [gmail('spf=pass smtp.mailfrom="prvs=1=web@shop.example"', dmarc('pass'))],
    true,
    false,
  ],
  ['a quoted signature', [gmail('dkim=pass header.i=@shop.example header.b="a/b+c"')], true, false],
  [
    'a verdict in a quoted envelope sender that the comment lacks',
    [gmail(`spf=none smtp.mailfrom="a; ${dmarc('pass')}; @evil.example"`)],
    false,
    false,
  ],
  ['no results', ['mx.google.com; none'], false, false],
  ['an empty field', [''], false, false],
  ['no field', [], false, false],
])('%s', (_name, fields, passes, fails) => {
  const results = readAuthenticationResults(fields);
  expect(results !== null && passesFor(results, 'shop.example')).toBe(passes);
  expect(results !== null && hasFailed(results)).toBe(fails);
});
