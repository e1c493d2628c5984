import { expect, test } from 'vitest';
import { textFromHtml } from '../html/text-from-html.ts';
import type { MessageRole } from '../quoting/message-role.ts';
import { ownParts } from '../quoting/own-parts.ts';
import { passageFinder } from './passages.ts';
import { redactContent } from './redact-content.ts';
import { redactionMark as mark } from './redact-text.ts';

const page =
  '<p>Tiger 7 is secret. Your page says:</p><blockquote type="cite">Free returns.</blockquote><p>For lamps too?</p>';

/** The content of a message as it is stored, redacted. */
function redacted(html: string | null, text: string, role: MessageRole) {
  const own = ownParts({ text, html, fromHtml: html !== null }, role);
  const content = { subject: 'x', bodyText: text, bodyHtml: html, ...own, snippet: '', invitation: null };
  return redactContent(content, passageFinder('Tiger 7'))!.content;
}

test('redacting folds again what was folded, and nothing else', () => {
  const text = 'Tiger 7 is secret.\n\n> Free returns.\n\nFor lamps too?\n\n-- \nAna';
  expect(redacted(null, text, 'reply').ownText).toBe(`${mark} is secret.\n\n\nFor lamps too?`);
  expect(redacted(null, text, 'new').ownText).toBe(`${mark} is secret.\n\n> Free returns.\n\nFor lamps too?`);
  expect(redacted(page, textFromHtml(page), 'new')).toMatchObject({ ownText: null, ownHtml: null });
  expect(redacted(page, textFromHtml(page), 'reply').ownHtml).not.toContain('Free returns');
});
