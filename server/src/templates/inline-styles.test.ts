import { expect, test } from 'vitest';
import { inlineStyles } from './inline-styles.ts';
import { parseTemplate } from './parse-template.ts';

function inlined(html: string): string {
  const $ = parseTemplate(html);
  inlineStyles($);
  return $.html();
}

const page = (css: string, body = '<div class="card">x</div><a href="#">y</a>') =>
  `<html><head><style>${css}</style></head><body class="body">${body}</body></html>`;
/** The style sheet that stays, on one line. */
const kept = (css: string, body?: string) =>
  (/<style[^>]*>(.*?)<\/style>/s.exec(inlined(page(css, body)))?.[1] ?? '').replace(/\s+/g, ' ').trim();

test.each([
  ['dark mode of Outlook', '[data-ogsc] .card{color:#fff!important}'],
  ['dark mode of Outlook, background', '[data-ogsb] .card{background:#111!important}'],
  ['Gmail', 'u + .body .card{width:100%!important}'],
  ['links that Apple Mail makes', 'a[x-apple-data-detectors]{color:inherit!important}'],
  ['Outlook.com, earlier', '.ExternalClass p{line-height:100%!important}'],
  ['Outlook on Windows', '#outlook a{padding:0!important}'],
  ['Samsung Mail', '#MessageViewBody .card{width:100%!important}'],
  ['Yahoo', '.yshortcuts a{border:none!important}'],
])('the selector of a client stays: %s', (_what, css) => {
  const [selector] = css.split('{');
  expect(kept(css)).toContain(`${selector} {`);
});

test.each([
  ['a font', '@font-face{font-family:"Brand";src:url(https://acme.example/f.woff2) format("woff2")}'],
  ['an import', '@import url("https://fonts.example/css?family=A");'],
  ['keyframes', '@keyframes turn{from{opacity:0}to{opacity:1}}'],
  ['a feature query', '@supports (display:grid){.card{display:grid!important}}'],
  ['a media query', '@media (max-width:600px){.card{width:100%!important}}'],
  ['dark mode', '@media (prefers-color-scheme:dark){.card{color:#fff!important}}'],
  ['pixel density', '@media (-webkit-min-device-pixel-ratio:2){.card{color:#fff!important}}'],
  ['a layer', '@layer base{.card{color:red}}'],
  ['a container query', '@container (min-width:1px){.card{color:red!important}}'],
  ['a pseudo element', '.card::before{content:"→"}'],
  ['a pseudo element, earlier form', '.card:after{content:"x"}'],
  ['a pseudo class', 'a:hover{color:red!important}'],
])('%s stays as it is', (_what, css) => {
  const plain = (text: string) => text.replace(/[\s;]/g, '');
  expect(plain(kept(css))).toBe(plain(css));
});

test('what applies always is written into the elements and leaves the style sheet', () => {
  const css = '/* ours */ .card,[data-ogsc] .card{color:#0f6b63}';
  expect(inlined(page(css))).toContain('<div class="card" style="color: #0f6b63;">');
  expect(kept(css)).toBe('[data-ogsc] .card { color: #0f6b63 !important; }');
  expect(inlined(page('.card{color:red}'))).not.toContain('<style');
});

test('what applies sometimes still overrides what was inlined, and not what the author decided', () => {
  const media = '@media (max-width:600px){.card{color:blue}}';
  expect(kept(`.card{color:red}${media}`)).toContain('color: blue !important');
  // In a browser the attribute, and the important rule, win.
  expect(kept(media, '<div class="card" style="color:green">x</div>')).not.toContain('!important');
  expect(kept(`${media}@media print{.card{color:red!important}}`)).toMatch(/color: ?blue[; ]*\}/);
  expect(kept('a:hover{color:red}')).toContain('color: red !important');
});

test('variables stay for the rules that use them, and are resolved in attributes', () => {
  const css = ':root{--ink:#123456}.card{color:var(--ink)}@media print{.card{background:var(--ink)}}';
  expect(inlined(page(css))).toContain('style="color: #123456;"');
  expect(kept(css)).toContain('--ink: #123456');
});

test('a style sheet of one medium is not inlined', () => {
  const html = '<style media="(prefers-color-scheme: dark)">.card{color:#fff}</style><p class="card">x</p>';
  expect(inlined(html)).toBe(html.replace('#fff', '#fff !important'));
});

test('styles do not become attributes that move a table', () => {
  const html = inlined(
    page(
      'table{text-align:left;width:300px} img{height:auto;width:100px}',
      '<table></table><img height="50">',
    ),
  );
  expect(html).toContain('<table style="text-align: left; width: 300px;" width="300">');
  expect(html).toContain('height="50"');
});

test('what only Outlook on Windows reads is not changed', () => {
  const outlook = `<!--[if mso]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><style>.card{color:red}</style><![endif]-->
<!--[if mso]><v:roundrect href="https://acme.example/?a=1&b=2" arcsize="10%"><w:anchorlock/><center><![endif]-->
<![if !mso]><b>x</b><![endif]><!--[if !mso]><!--><i>z</i><!--<![endif]--><!--[if mso]></center></v:roundrect><![endif]-->`;
  expect(inlined(page('.card{color:green}', `${outlook}<p class="card">x</p>`))).toContain(outlook);
});

test('a style sheet that cannot be parsed stays', () => {
  expect(inlined(page('.card{color:red} } }{{ .b{')).match(/<style>/g)).toHaveLength(1);
});

test('a long list of important rules takes linear time', () => {
  const rules = Array.from({ length: 2_000 }, (_, index) => `.c${index}{width:100%!important}`).join('');
  const startedAt = process.cpuUsage();
  inlined(page(`@media (max-width:600px){${rules}}`, '<p class="c7">x</p>'));
  expect(process.cpuUsage(startedAt).user).toBeLessThan(5_000_000);
});
