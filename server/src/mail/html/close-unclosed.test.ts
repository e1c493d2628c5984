import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { closeUnclosed } from './close-unclosed.ts';
import { textFromHtml } from './text-from-html.ts';

const shown = (html: string) => textFromHtml(closeUnclosed(html)).replace(/\s+/g, ' ');

test('words after something that is not closed are kept', () => {
  for (const html of [
    '<style>p{color:red}<p>the words</p>',
    '<html><head><style type="text/css">p{}</head><body><p>the words</p></body></html>',
    '<style>p{}<div>the words</div><style>b{}</style>',
    '<p>the</p><!-- <p>words</p>',
    '<!--[if mso]><p>the words</p>',
    '<!DOCTYPE html><title>Order<body><p>the words</p>',
    '<head><title></head><body>the words</body>',
    '<script>track(1)<div>the words</div>',
    '<textarea><p>the words</p>',
    '<plaintext>the <b>words</b>',
    '<template><p>the words</p>',
    '<noscript><p>the words</p>',
    '<video src=x>the words',
    '<a href="https://far.example>the words</a>',
    "<p class='x>the <b>words</b></p>",
    '<div style="color:red>the words</div><p title="x">more</p>',
    '<a href="https://far.example>the words</a> or <a href="https://near.example">this</a>',
  ]) {
    expect(shown(html), html).toContain('the words');
  }
});

test('HTML in which everything is closed stays as it is', () => {
  for (const html of [
    '',
    'a < b <3 <',
    '<style><!-- p{} /* <p> */ --></style><p title="a > b">words</p><!-- <p>hidden</p> -->',
    '<STYLE>p{background:url("data:image/svg+xml,<svg></svg>")}</Style>words',
    '<script>if (a<b) c()</script><!--[if mso]><p>Outlook</p><![endif]-->words<!-->more',
    '<p style=color:red title=it"s>words',
    '<p title="<b>bold</b>" style="x">words</p><a href="https://x.example/?q=a<b">b</a>',
  ]) {
    expect(closeUnclosed(html)).toBe(html);
  }
});

test('no HTML takes more than a second', async () => {
  for (const piece of [
    '<!--',
    '<style>',
    '<style><p>',
    '<a b="',
    "<a b='>",
    '<a ',
    '<',
    '<title></p>',
    '="',
    '<p style="</p>',
    `<p style="</p><p class='`,
  ]) {
    const html = piece.repeat(1_000_000 / piece.length);
    expect(await leastProcessorTime(() => closeUnclosed(html), 1_000), piece).toBeLessThan(1_000);
  }
});
