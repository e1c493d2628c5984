import { expect, test } from 'vitest';
import { isTextWithFooter } from './text-with-footer.ts';

const words = 'Does the lamp shine?\n\nAna';

test.each([
  ['a footer', `${words}\n\nLeave the list at https://lists.example/team`, true],
  ['a header', `To the members of the team:\n\n${words}`, true],
  ['lines that are wrapped again', `Does the lamp\nshine?\nAna\nA footer`, true],
  ['other words', 'Does the lamp hang?\n\nAna', false],
  ['words inside others', `Before\n${words}\nafter`, false],
  ['more than a list adds', `${words}\n${'more '.repeat(500)}`, false],
])('a text and one with %s', (_, changed, expected) => {
  expect(isTextWithFooter(words, changed)).toBe(expected);
  expect(isTextWithFooter(changed, words)).toBe(expected);
});

test('a message without words is not the beginning of another', () => {
  expect(isTextWithFooter('', 'A footer')).toBe(false);
});
