import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const suggestionValues = {
  tags: ['VIP', 'big customer'],
  people: ['John Carter'],
  mailboxes: ['support@acme.example'],
};

test.each([
  ['', []],
  ['refund ', []],
  ['f', ['from:']],
  ['refund -t', ['refund -to:', 'refund -tag:']],
  ['tag:', ['tag:VIP ', 'tag:"big customer" ']],
  ['x tag:"big c', ['x tag:"big customer" ']],
  ['assignee:', ['assignee:me ', 'assignee:nobody ', 'assignee:"John Carter" ']],
  ['assignee:car', ['assignee:"John Carter" ']],
  ['mailbox:sup', ['mailbox:support@acme.example ']],
  ['is:un', ['is:unread ', 'is:unassigned ']],
  ['has:', ['has:attachment ']],
  ['has:attachment', []],
])('suggestions after “%s”', (text, next) => {
  expect(suggest(text, suggestionValues).map((one) => one.query)).toEqual(next);
});
