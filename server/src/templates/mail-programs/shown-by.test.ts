import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exampleForm } from '../../testing/template-form.ts';
import { exampleData } from '../check-template.ts';
import { parseHex, toHex } from '../form/colors.ts';
import { templateHtml } from '../form/template-html.ts';
import { renderTemplate } from '../render-template.ts';
import { appliesToOutlook, asOutlook } from './conditional-comments.ts';
import { invertLightness } from './dark-colors.ts';
import { inGmail } from './gmail.ts';
import { inOutlook } from './outlook.ts';
import { shownBy } from './shown-by.ts';

const page = (head: string, body: string) =>
  `<!doctype html><html lang="en"><head>${head}</head><body class="body">${body}</body></html>`;
const style = (css: string) => page(`<style>${css}</style>`, '<p class="a">x</p>');
const namesOf = (shown: { leftOut: Array<{ what: string }> }) => shown.leftOut.map(({ what }) => what);
/** The style sheets that are kept, on one line. */
const keptIn = (html: string) =>
  Array.from(html.matchAll(/<style>(.*?)<\/style>/gs), ([, css]) => css!.replace(/\s+/g, ' ').trim()).join(
    ' ',
  );

describe('Gmail', () => {
  test.each([
    [
      'a class, an element and an id',
      '.a{color:red} p{color:red} #b{color:red}',
      '.m_a{color:red} p{color:red} #m_b{color:red}',
      [],
    ],
    [
      'width, orientation and resolution',
      '@media (max-width:480px){p{color:red}}',
      '@media (max-width:480px){p{color:red}}',
      [],
    ],
    ['a height', '@media (min-height:480px){p{color:red}}', '', ['@media (min-height)']],
    ['dark mode', '@media (prefers-color-scheme:dark){p{color:red}}', '', ['@media (prefers-color-scheme)']],
    ['a font', '@font-face{font-family:A;src:url(a.woff2)}', '', ['@font-face']],
    ['a feature query', '@supports (display:grid){p{color:red}}', '', ['@supports (display)']],
    ['an attribute', '[data-ogsc] p{color:red} p{color:blue}', 'p{color:blue}', ['[attribute]']],
    ['a pseudo element', 'p::before{color:red} a:hover{color:red}', 'a:hover{color:red}', ['::before']],
    ['a variable', ':root{--a:red} p{color:var(--a)}', '', [':root', 'var()']],
  ])('a style sheet with %s', (_what, css, kept, leftOut) => {
    const shown = inGmail(style(css));
    expect(
      keptIn(shown.html)
        .replace(/p\{\s*\}/g, '')
        .trim(),
    ).toBe(kept);
    expect(namesOf(shown).sort()).toEqual(leftOut);
  });

  test('a style element is dropped whole in the body, with an error, a nested at-rule, or beyond 16 kB', () => {
    const fits = `p{color:red}${' '.repeat(16_000)}`;
    for (const css of [
      'p{color:red',
      '@media (max-width:1px){@font-face{font-family:a}}',
      `${fits}${' '.repeat(400)}`,
    ]) {
      const shown = inGmail(style(css));
      expect(keptIn(shown.html)).toBe('');
      expect(namesOf(shown)).toContain('<style>');
    }
    expect(keptIn(inGmail(style(fits)).html)).toContain('color:red');
    expect(
      keptIn(inGmail(page(`<style>${fits}</style><style>a{color:blue}${' '.repeat(400)}</style>`, 'x')).html),
    ).not.toContain('blue');
    expect(keptIn(inGmail(page('', '<style>p{color:red}</style>x')).html)).toBe('');
  });

  test('the body becomes a div behind a u, with prefixed classes, and html loses its attributes', () => {
    const { html } = inGmail(page('<style>u + .body .a{color:red}</style>', '<p class="a b" id="c">x</p>'));
    expect(html).toContain('<u></u><div class="m_body"><p class="m_a m_b" id="m_c">x</p></div>');
    expect(html).toContain('u + .m_body .m_a{color:red}');
    expect(html).not.toContain('lang="en"');
  });

  test('what its sanitizer does not know is left out of style attributes', () => {
    const shown = inGmail(
      '<p style="position:absolute;top:0;margin:-4px;box-shadow:0 0 1px red;color:red">x</p>',
    );
    expect(shown.html).toContain('<p style="color:red">x</p>');
    expect(namesOf(shown)).toEqual(['box-shadow', 'margin < 0', 'position', 'top']);
  });

  test('pictures of the message are shown, those in data: URLs and SVG are not', () => {
    const shown = inGmail(
      '<img src="cid:1@postroom" alt="a"><img src="data:image/png;base64,AA" alt="b"><svg></svg>',
    );
    expect(shown.html).toContain('<img src="cid:1@postroom" alt="a"><img alt="b">');
    expect(namesOf(shown)).toEqual(['<svg>', 'data:']);
  });

  test('a message over 102 kB is clipped, and closes its elements', () => {
    expect(inGmail(`<p>${'x'.repeat(101_000)}</p>`).clipped).toBe(false);
    const shown = inGmail(`<div><p>${'é'.repeat(60_000)}</p><b>end</b></div>`);
    expect(shown.clipped).toBe(true);
    expect(shown.html).toContain('[Message clipped]');
    expect(shown.html).not.toContain('end');
    expect(shown.html).not.toContain('\uFFFD');
    expect(shown.html.match(/<\/p><\/div>/)).not.toBeNull();
  });
});

describe('Outlook on Windows', () => {
  test.each([
    ['mso', true],
    ['!mso', false],
    ['gte mso 9', true],
    ['(gte mso 9)|(IE)', true],
    ['mso | IE', true],
    ['IE', false],
    ['lt mso 14', false],
    ['(mso)&(lte mso 15)', false],
    ['mso 16', true],
  ])('the condition %s: %s', (condition, applies) => {
    expect(appliesToOutlook(condition)).toBe(applies);
  });

  test('conditional comments are read as Word reads them', () => {
    const html =
      '<!--[if mso]><table><tr><td><![endif]-->a<!--[if mso]></td></tr></table><![endif]--><!--[if !mso]><!--><b>b</b><!--<![endif]--><![if !mso]><i>c</i><![endif]><!--kept-->';
    expect(asOutlook(html)).toBe('<table><tr><td>a</td></tr></table><!--kept-->');
  });

  test('what Word does not know is left out, by element', () => {
    const shown = inOutlook(
      '<div style="max-width:600px;padding:20px;border-radius:6px;background-image:url(a.png);color:red">' +
        '<table style="max-width:600px"><tr><td style="padding:20px">x</td></tr></table>' +
        '<a style="display:inline-block;padding:8px;background:red">b</a><p style="margin:0 auto">c</p>' +
        '<p style="margin:0 0 8px;color:blue !important">d</p><img src="a.webp" style="width:50px" alt="e"></div>',
    );
    expect(shown.html).toContain('<div style="color:red">');
    expect(shown.html).toContain('<table style="max-width:600px">');
    expect(shown.html).toContain('<td style="padding:20px">');
    expect(shown.html).toContain('<a style="background:red">');
    expect(shown.html).toContain('<p style="margin:0 0 8px">d</p>');
    expect(shown.html).toContain('<img alt="e">');
    expect(namesOf(shown)).toEqual([
      'padding',
      '!important',
      'background-image',
      'border-radius',
      'display',
      'img',
      'margin: auto',
      'max-width',
      'width',
    ]);
  });

  test('style sheets keep simple rules, and lose at-rules and pseudo classes', () => {
    const shown = inOutlook(
      style(
        'p{color:red !important} a:hover{color:blue} @media (max-width:1px){p{color:blue}} [data-x] p{color:blue}',
      ),
    );
    expect(keptIn(shown.html)).toBe('p{color:red !important}');
    expect(namesOf(shown)).toEqual([':hover', '@media (max-width)', '[attribute]']);
  });

  test('a font from the web makes Word take Times New Roman', () => {
    const css = '@font-face{font-family:"Harbour";src:url(a.woff2)}';
    const { html } = inOutlook(
      page(
        `<style>${css}</style>`,
        '<p style="font:bold 26px/1.2 \'Harbour\',Georgia">x</p><p style="font-family:Arial,sans-serif">y</p>',
      ),
    );
    expect(html).toMatch(/font:bold 26px\/1\.2 (?:'|&apos;|&#39;)Times New Roman/);
    expect(html).toContain('font-family:Arial,sans-serif');
  });

  test('a button drawn with VML is a box of its size and color', () => {
    const vml =
      '<!--[if mso]><v:roundrect href="https://a.example/" style="height:46px;width:200px" arcsize="13%" fillcolor="#0f6b63"><w:anchorlock/><center>Orders</center></v:roundrect><![endif]-->';
    const { html } = inOutlook(page('', vml));
    expect(html).toMatch(
      /<a style="[^"]*width:200px;height:46px;[^"]*border-radius:6px;background-color:#0f6b63;[^"]*" href="https:\/\/a\.example\/"><center>Orders<\/center><\/a>/,
    );
    expect(html).not.toMatch(/<[vw]:/);
  });
});

describe('dark mode', () => {
  test.each([
    ['#ffffff', '#1b1b1b'],
    ['#000000', '#ffffff'],
    ['#777777', '#919191'],
  ])('the lightness of %s is inverted', (color, inverted) => {
    const [red, green, blue] = invertLightness(parseHex(color)!);
    const [r, g, b] = parseHex(inverted)!;
    for (const [one, other] of [
      [red, r],
      [green, g],
      [blue, b],
    ])
      expect(Math.abs(one! - other!)).toBeLessThan(4);
  });

  test('a color keeps its hue', () => {
    const [red, green, blue] = invertLightness(parseHex('#0f6b63')!);
    expect(green).toBeGreaterThan(red);
    expect(blue).toBeGreaterThan(red);
    expect(toHex([red, green, blue])).not.toBe('#0f6b63');
  });

  const mail =
    '<div style="background-color:#ffffff;color:#222222"><p style="background:#0f6b63;color:#ffffff">x</p></div>';

  test('the Gmail app darkens what is light, and leaves what is dark', () => {
    const { html } = shownBy('gmail-app', mail, true);
    expect(html).not.toContain('background-color:#ffffff;color:#222222');
    expect(html).toContain('background:#0f6b63;color:#ffffff');
  });

  test('Outlook on Windows changes every color', () => {
    expect(shownBy('outlook', mail, true).html).not.toMatch(/#0f6b63|#222222/);
  });

  test('Gmail in a browser changes none', () => {
    expect(shownBy('gmail', mail, true)).toEqual(shownBy('gmail', mail, false));
  });

  test('addresses of pictures are not taken for colors', () => {
    const picture = '<td style="background:url(https://a.example/#ffffff) #ffffff">x</td>';
    expect(shownBy('gmail-app', picture, true).html).toContain('https://a.example/#ffffff');
  });
});

test.each(['gmail', 'gmail-app', 'outlook'] as const)(
  'a template for many programs keeps its words: %s',
  (program) => {
    const hybrid = readFileSync(
      new URL('../../../../e2e/sent-templates/hybrid.html', import.meta.url),
      'utf8',
    );
    for (const template of [hybrid, templateHtml(exampleForm)])
      for (const dark of [true, false]) {
        const { html } = shownBy(program, renderTemplate(template, exampleData).html, dark);
        expect(html).toContain('postroom-draft-placeholder');
        expect(html).toContain('Harbour Teas');
        expect(html).not.toMatch(/<!--\[if|<v:|NaN/);
      }
  },
);
