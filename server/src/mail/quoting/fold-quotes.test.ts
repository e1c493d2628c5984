import { expect, test } from 'vitest';
import { corpus } from '../../testing/corpora.ts';
import { processorTime } from '../../testing/processor-time.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { extractOwnText, foldHtml, foldText } from './fold-quotes.ts';

const folded = (html: string) => textFromHtml(foldHtml(html) ?? '').replace(/\s+/g, ' ');

test('replies of twelve mail programs show just their own words: 12 of 12 as text, 7 of 7 as HTML', async () => {
  const { names, read } = corpus('quotes/standard_replies');
  const count = { text: 0, html: 0 };
  for (const name of names.filter((file) => file.endsWith('.eml'))) {
    const mail = await parseMime(read(name));
    if (mail.kind !== 'parsed' || mail.text === null) throw new Error(name);
    expect(extractOwnText(mail.text), name).toBe('Hello');
    count.text += 1;
    if (mail.html === null) continue;
    // The two forms of this one differ in the mail itself.
    expect(folded(mail.html), name).toBe(name === 'outlook.eml' ? 'Allo! Follow up MIME!' : 'Hello');
    count.html += 1;
  }
  expect(count).toEqual({ text: 12, html: 7 });
});

test('HTML replies of Gmail, Outlook (three kinds), Hotmail, Windows Mail, Thunderbird, Mail.ru, Yandex: 9 of 9', () => {
  const { names, read } = corpus('quotes/html_replies');
  expect(names).toHaveLength(9);
  for (const name of names)
    expect(folded(read(name).toString('utf8')), name).toBe('Hi. I am fine. Thanks, Alex');
  const others = corpus('quotes');
  expect(folded(others.read('OLK_SRC_BODY_SECTION.html').toString())).toBe('Reply');
  expect(folded(others.read('reply-separated-by-hr.html').toString())).toBe('Hi there Bob');
});

test('a quotation in the table of the reply, and broken out of it: the words stay, the header does not', async () => {
  const mail = await parseMime(corpus('quotes').read('reply-quotations-share-block.eml'));
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  expect(extractOwnText(mail.text!)).toMatch(/^Hi Katharine\..*hearing from you soon\.\s*Joe XXX$/s);
  expect(folded(mail.html!)).toMatch(/^Hi Katharine\..*hearing from you soon\. Jhon Doe/);
  expect(folded(mail.html!)).not.toMatch(/From:|booking inquiry/i);
});

test('22 plain replies: nothing lost, none slow, inline answers whole', () => {
  const { names, read } = corpus('quotes/email_reply_parser');
  const own: Record<string, string> = {};
  for (const name of names) {
    const text = read(name).toString('utf8');
    const start = processorTime();
    const stretches = foldText(text);
    expect(processorTime() - start, name).toBeLessThan(1_000);
    expect(stretches.map((stretch) => stretch.text).join('\n'), name).toBe(text);
    own[name] = extractOwnText(text);
  }
  expect(names).toHaveLength(22);
  expect(own['email_1_4.txt']).toBe("Awesome! I haven't had another problem with it.");
  expect(own['email_2_1.txt']).toBe('Outlook with a reply');
  expect(own['email_iPhone.txt']).toBe('Here is another email');
  expect(own['email_sent_from_my_not_signature.txt']).toContain('easier then my mobile phone.');
  expect(own['email_1_8.txt']).toContain('I will reply under this one');
  expect(own['email_1_8.txt']).toContain('> okay?');
  expect(own['email_one_is_not_on.txt']).toMatch(/^Thank, .*when I run\.\.\.$/s);
});

test('own words stay: forms, indents, forwarded mail, a reply that is all quotation', () => {
  for (const text of [
    'From: Berlin\nTo: Rome\nDate: 3 May\n\nPlease book.',
    'On 3 May you wrote:\nnothing about the price.',
    'Please see.\n\n---------- Forwarded message ---------\nFrom: a@x.com\nDate: now\nSubject: s\nTo: b@x.com\n\nwords',
    '> only a quotation',
  ]) {
    expect(extractOwnText(text)).toBe(text);
  }
  expect(
    foldHtml('<p>One</p><blockquote style="margin:0 0 0 40px;border:none">indented</blockquote>'),
  ).toBeNull();
});

test('no input takes more than a second', () => {
  const texts = [
    '\n',
    '> \n',
    'On 1 a@b 12:00 wrote:\n',
    'From: x\n\n\n',
    '>',
    'On 1 ',
    `${'a '.repeat(40)}:\n`,
  ].map((piece) => piece.repeat(999_999 / piece.length));
  const pages = [
    '<div>',
    '<br>',
    'x<br>&gt; a<br>',
    '<blockquote type=cite>a</blockquote>',
    'own<blockquote>a</blockquote>1:<br>',
    'a<b>c</b>',
  ];
  for (const work of [
    ...texts.map((text) => () => foldText(text)),
    ...pages.map((page) => () => foldHtml(page.repeat(500_000 / page.length))),
  ]) {
    const start = processorTime();
    work();
    expect(processorTime() - start).toBeLessThan(1_000);
  }
});
