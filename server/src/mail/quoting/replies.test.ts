import { expect, test } from 'vitest';
import { messageNames, readExpectation, readMessage } from '../../testing/messages.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { extractOwnText, foldHtml, foldText } from './fold-quotes.ts';

/** The own text in a reply's plain text and HTML (white space collapsed); absent if it has no such body. */
type Expectation = { text?: string; html?: string };

// Replies as mail programs write them, in several languages.
test.each(messageNames('quotes'))('the own text of a reply: %s', async (name) => {
  const mail = await parseMime(readMessage('quotes', name));
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  const found: Expectation = {};
  if (mail.text !== null) {
    found.text = extractOwnText(mail.text);
    const pieces = foldText(mail.text).map((piece) => piece.text);
    expect(pieces.join('\n')).toBe(mail.text);
  }
  if (mail.html !== null)
    found.html = textFromHtml(foldHtml(mail.html) ?? mail.html)
      .replace(/\s+/g, ' ')
      .trim();
  expect(found).toEqual(readExpectation<Expectation>('quotes', name));
});
