import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import planer from 'planer';
import { expect } from 'vitest';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { textFromHtml } from '../server/src/mail/html/text-from-html.ts';
import { parseMime } from '../server/src/mail/mime/parse-mime.ts';
import { extractOwnText, foldHtml, foldText } from '../server/src/mail/quoting/fold-quotes.ts';
import { leastProcessorTime } from '../server/src/testing/processor-time.ts';
import { corpus, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

const folded = (html: string) => textFromHtml(foldHtml(html) ?? '').replace(/\s+/g, ' ');
const words = (text: string) => text.replace(/\W+/g, ' ').trim();

testWithCorpora('quotes are folded in replies of twelve mail programs', async ({ task }) => {
  const { names, read } = corpus('quotes/standard_replies');
  const count = { text: 0, html: 0 };
  let byPlaner = 0;
  for (const name of names.filter((file) => file.endsWith('.eml'))) {
    const mail = await parseMime(read(name));
    if (mail.kind !== 'parsed' || mail.text === null) throw new Error(name);
    expect(extractOwnText(mail.text), name).toBe('Hello');
    count.text += 1;
    // planer keeps signatures, and so do these files.
    const signed = name.replace('.eml', '_reply_text');
    const right = names.includes(signed) ? read(signed).toString('utf8') : 'Hello';
    if (words(planer.extractFromPlain(mail.text)) === words(right)) byPlaner += 1;
    if (mail.html === null) continue;
    // In this mail the text and the HTML differ.
    expect(folded(mail.html), name).toBe(name === 'outlook.eml' ? 'Allo! Follow up MIME!' : 'Hello');
    count.html += 1;
  }
  expect(count).toEqual({ text: 12, html: 7 });
  record(task, {
    what: 'Quotes: text replies shown without quoted text',
    of: count.text,
    postroom: count.text,
    others: [{ name: 'planer', count: byPlaner }],
  });
});

testWithCorpora('quotes are folded in HTML replies of nine mail programs', async ({ task }) => {
  const { names, read } = corpus('quotes/html_replies');
  const own = 'Hi. I am fine. Thanks, Alex';
  expect(names).toHaveLength(9);
  for (const name of names) expect(folded(read(name).toString('utf8')), name).toBe(own);
  const others = corpus('quotes');
  expect(folded(others.read('OLK_SRC_BODY_SECTION.html').toString())).toBe('Reply');
  expect(folded(others.read('reply-separated-by-hr.html').toString())).toBe('Hi there Bob');
  const pages = names.map((name) => read(name).toString('utf8'));
  const byPlaner = (await planerOnHtml(pages)).filter((html) => words(textFromHtml(html)) === words(own));
  record(task, {
    what: 'Quotes: HTML replies shown without quoted text',
    of: names.length,
    postroom: names.length,
    others: [{ name: 'planer', count: byPlaner.length }],
  });
});

testWithCorpora('a quote that shares a table with the reply is folded', async () => {
  const mail = await parseMime(corpus('quotes').read('reply-quotations-share-block.eml'));
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  expect(extractOwnText(mail.text!)).toMatch(/^Hi Katharine\..*hearing from you soon\.\s*Joe XXX$/s);
  expect(folded(mail.html!)).toMatch(/^Hi Katharine\..*hearing from you soon\. Jhon Doe/);
  expect(folded(mail.html!)).not.toMatch(/From:|booking inquiry/i);
});

testWithCorpora('22 plain replies keep their text and inline answers', async () => {
  const { names, read } = corpus('quotes/email_reply_parser');
  const own: Record<string, string> = {};
  for (const name of names) {
    const text = read(name).toString('utf8');
    expect(await leastProcessorTime(() => foldText(text), 1_000), name).toBeLessThan(1_000);
    const segments = foldText(text);
    expect(segments.map((segment) => segment.text).join('\n'), name).toBe(text);
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

/** planer needs a DOM with XPath: it runs in Chromium. */
async function planerOnHtml(pages: string[]): Promise<string[]> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const library = path.dirname(createRequire(import.meta.url).resolve('planer'));
    const sources = ['regexes', 'htmlPlaner', 'planer'].map((name) => [
      `./${name}`,
      readFileSync(path.join(library, `${name}.js`), 'utf8'),
    ]);
    return await page.evaluate<string[]>(`(${runPlaner})(${JSON.stringify({ sources, pages })})`);
  } finally {
    await browser.close();
  }
}

/** A script for the page: loads the CommonJS modules in order, then extracts the reply of each HTML message. */
const runPlaner = `({ sources, pages }) => {
  const modules = {};
  for (const [name, source] of sources) {
    modules[name] = {};
    new Function('require', 'exports', source)((wanted) => modules[wanted], modules[name]);
  }
  return pages.map((html) => modules['./planer'].extractFromHtml(html, document));
}`;
