import { expect, test } from 'vitest';
import { type ParsedMessage, parseMessage } from './parse-message.ts';

type Header = Record<string, string>;
const lines = (header: Header) => Object.entries(header).map(([name, value]) => `${name}: ${value}`);
const read = (header: Header, body: string) =>
  parseMessage(Buffer.from([...lines({ From: 'Ana <ana@far.example>', ...header }), '', body].join('\r\n')));
const html = (body: string, header: Header = {}) =>
  read({ 'Content-Type': 'text/html; charset=utf-8', ...header }, body);
const text = (body: string, header: Header = {}) =>
  read({ 'Content-Type': 'text/plain; charset=utf-8', ...header }, body);
const alternative = (plain: string, rich: string, header: Header = {}) =>
  read(
    { 'Content-Type': 'multipart/alternative; boundary=b', ...header },
    `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${plain}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${rich}\r\n--b--`,
  );
const reply: Header = { Subject: 'Re: Lamp', 'In-Reply-To': '<1@acme.example>' };
const own = (message: ParsedMessage) => message.ownText ?? message.text.trim();

test('a quoted document inside a reply hides no words', async () => {
  const message = await html(
    '<p>Please send two.</p><div class="protonmail_quote">On Monday, 2 March 2026 at 10:00, Acme &lt;a@acme.example&gt; wrote:<br><blockquote type="cite"><!DOCTYPE html><html><head><title>Offer</title><style>p{}</style></head><body><p>How many?</p></body></html></blockquote></div>',
    reply,
  );
  expect(message.text).toContain('Please send two.');
  expect(message).toMatchObject({ ownText: 'Please send two.', snippet: 'Please send two.' });
  expect(message.ownHtml).toBe('<p>Please send two.</p>');
});

test('text, snippet and search take the words that are shown', async () => {
  const rich = '<h1>Order 17</h1><p>My <b>shade</b> arrived broken, what now? Größe 5.</p>';
  for (const plain of [
    'Please use a mail program that shows HTML.',
    'Your email client does not support HTML messages: https://far.example/view?id=1',
    'Order 17',
    '-',
    rich,
  ]) {
    const message = await alternative(plain, rich);
    expect(message.snippet, plain).toBe('Order 17 My shade arrived broken, what now? Größe 5.');
    expect(message.text, plain).toContain('Größe 5.');
  }
  const faithful = 'Order 17\n\nMy *shade* arrived broken, what now? Größe 5.';
  expect((await alternative(faithful, rich)).text.trim().replaceAll('\r', '')).toBe(faithful);
  const source = await text('<html><body><p>Where is my <b>lamp</b>?</p></body></html>');
  expect(source).toMatchObject({ text: 'Where is my lamp?', snippet: 'Where is my lamp?' });
  expect(source.html).toContain('<b>lamp</b>');
});

test('HTML without words does not hide the plain text', async () => {
  const message = await alternative(
    'Where is it?',
    '<html><head><title>x</title></head><body> </body></html>',
  );
  expect(message).toMatchObject({ html: null, snippet: 'Where is it?' });
  const picture = await alternative('Where is it?', '<img src="cid:1">');
  expect(picture).toMatchObject({ html: '<img src="cid:1">', snippet: 'Where is it?' });
});

test('words after an unclosed style or comment are shown', async () => {
  const message = await html('<style>p{color:red}<p>Hello</p><!-- note <p>Order 17</p>');
  expect(message.html).toBe('<style>p{color:red}</style><p>Hello</p> note <p>Order 17</p>');
  expect(message.snippet).toBe('Hello note Order 17');
});

test('a quotation in a first message is its content', async () => {
  const passage =
    '<div>Your page says:</div><blockquote class="gmail_quote" style="border-left:1px solid #ccc">Free returns.</blockquote><div>For lamps too?</div>';
  const first = await html(passage, { Subject: 'Your terms' });
  expect(first).toMatchObject({ ownHtml: null, ownText: null });
  expect(first.snippet).toBe('Your page says: Free returns. For lamps too?');
  const cited = 'On 3 Mar 2026, at 16:05, Bob <bob@acme.example> wrote:\n> Blue.\n\nI never said blue.';
  expect(own(await text(cited, { Subject: 'A complaint' }))).toBe(cited);
  expect(own(await text(cited, { Subject: 'Re: Lamp' }))).toBe('I never said blue.');
  expect(own(await text(cited, { Subject: 'Lamp', References: '<1@acme.example>' }))).toBe(
    'I never said blue.',
  );
  const outlook = `AQHc${'A'.repeat(28)}`;
  expect(own(await text(cited, { Subject: 'Lamp', 'Thread-Index': outlook }))).toBe(cited);
  expect(own(await text(cited, { Subject: 'Lamp', 'Thread-Index': `${outlook}AAAAAAE=` }))).toBe(
    'I never said blue.',
  );
  expect(own(await text('Hello\n\n> Blue?\n\n-- \nAna', { Subject: 'Lamp' }))).toBe('Hello\n\n> Blue?');
});

test('HTML replies below the quotation: it is folded, the answer shown', async () => {
  const attribution = 'On Tue, Mar 3, 2026 at 4:05 PM Bob &lt;bob@acme.example&gt; wrote:';
  const answer = '<div>Blue, please.</div>';
  for (const [program, page] of Object.entries({
    Gmail: `<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${attribution}<br></div><blockquote class="gmail_quote" style="border-left:1px solid #ccc"><p>Which color?</p></blockquote>${answer}</div></div>`,
    Thunderbird: `<div class="moz-cite-prefix">Am 03.03.26 um 16:05 schrieb Bob:</div><blockquote type="cite" cite="mid:1"><p>Which color?</p></blockquote>${answer}`,
    'Thunderbird, signature on top': `<div class="moz-signature">-- <br>Ana</div><div class="moz-cite-prefix">Am 03.03.26 um 16:05 schrieb Bob:</div><blockquote type="cite"><p>Which color?</p></blockquote>${answer}`,
    'Apple Mail': `<div><blockquote type="cite"><div>On 3 Mar 2026, at 16:05, Bob &lt;bob@acme.example&gt; wrote:</div><br><div><p>Which color?</p></div></blockquote></div><br>${answer}`,
    Roundcube: `<p id="reply-intro">On 2026-03-03 16:05, Bob wrote:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid"><p>Which color?</p></blockquote>${answer}`,
    Proton: `<div class="protonmail_quote">${attribution}<br><blockquote class="protonmail_quote" type="cite"><p>Which color?</p></blockquote><br></div>${answer}`,
    Yahoo: `<div class="yahoo_quoted"><div>On Tuesday, March 3, 2026 at 04:05:11 PM GMT+1, Bob &lt;bob@acme.example&gt; wrote:</div><div><p>Which color?</p></div></div>${answer}`,
    Fastmail: `<div>${attribution}</div><blockquote type="cite" id="qt"><p>Which color?</p></blockquote>${answer}`,
    'plain blockquote': `<div>${attribution}</div><blockquote><p>Which color?</p></blockquote>${answer}`,
  })) {
    const message = await html(page, reply);
    expect(own(message), program).toBe('Blue, please.');
    expect(message.ownHtml, program).not.toContain('Which color');
  }
});
