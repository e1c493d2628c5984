import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import planer from 'planer';
import { expect } from 'vitest';
import { openBrowser } from '../e2e/browser.ts';
import { textFromHtml } from '../server/src/mail/html/text-from-html.ts';
import { parseMime } from '../server/src/mail/mime/parse-mime.ts';
import { extractOwnText, foldHtml, foldText } from '../server/src/mail/quoting/fold-quotes.ts';
import { processorTime } from '../server/src/testing/processor-time.ts';
import { corpus, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

const folded = (html: string) => textFromHtml(foldHtml(html) ?? '').replace(/\s+/g, ' ');
const words = (text: string) => text.replace(/\W+/g, ' ').trim();

testWithCorpora(
  'replies of twelve mail programs: own words only in 12 of 12 texts and 7 of 7 HTML',
  async ({ task }) => {
    const { names, read } = corpus('quotes/standard_replies');
    const count = { text: 0, html: 0 };
    let byPlaner = 0;
    for (const name of names.filter((file) => file.endsWith('.eml'))) {
      const mail = await parseMime(read(name));
      if (mail.kind !== 'parsed' || mail.text === null) throw new Error(name);
      expect(extractOwnText(mail.text), name).toBe('Hello');
      count.text += 1;
      // It leaves signatures in, as these files do.
      const signed = name.replace('.eml', '_reply_text');
      const right = names.includes(signed) ? read(signed).toString('utf8') : 'Hello';
      if (words(planer.extractFromPlain(mail.text)) === words(right)) byPlaner += 1;
      if (mail.html === null) continue;
      // The two forms of this one differ in the mail itself.
      expect(folded(mail.html), name).toBe(name === 'outlook.eml' ? 'Allo! Follow up MIME!' : 'Hello');
      count.html += 1;
    }
    expect(count).toEqual({ text: 12, html: 7 });
    record(task, {
      what: 'Quotes: text replies that show just their own words',
      of: count.text,
      postroom: count.text,
      others: [{ name: 'planer', count: byPlaner }],
    });
  },
);

testWithCorpora('HTML replies of nine mail programs: own words only in 9 of 9', async ({ task }) => {
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
    what: 'Quotes: HTML replies that show just their own words',
    of: names.length,
    postroom: names.length,
    others: [{ name: 'planer', count: byPlaner.length }],
  });
});

testWithCorpora(
  'a quotation in the table of the reply, and broken out of it: the words stay, the header does not',
  async () => {
    const mail = await parseMime(corpus('quotes').read('reply-quotations-share-block.eml'));
    if (mail.kind !== 'parsed') throw new Error(mail.reason);
    expect(extractOwnText(mail.text!)).toMatch(/^Hi Katharine\..*hearing from you soon\.\s*Joe XXX$/s);
    expect(folded(mail.html!)).toMatch(/^Hi Katharine\..*hearing from you soon\. Jhon Doe/);
    expect(folded(mail.html!)).not.toMatch(/From:|booking inquiry/i);
  },
);

testWithCorpora('22 plain replies: nothing lost, none slow, inline answers whole', () => {
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

/** planer needs a DOM with XPath; the one of Chromium is at hand. */
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

/** Runs in the page: loads the CommonJS modules in order, then reads each HTML message. */
const runPlaner = `({ sources, pages }) => {
  const modules = {};
  for (const [name, source] of sources) {
    modules[name] = {};
    new Function('require', 'exports', source)((wanted) => modules[wanted], modules[name]);
  }
  return pages.map((html) => modules['./planer'].extractFromHtml(html, document));
}`;
