import { beforeAll, expect, test } from 'vitest';
import { loadAllMessages, setLanguage } from '../../../locales/messages.ts';
import { bounceReason } from './bounce-reason.ts';

beforeAll(async () => {
  await setLanguage('en');
  await loadAllMessages();
});

test('a status code is explained by the closest known one, also temporary ones', () => {
  expect(bounceReason({ status: '5.1.1', reason: '' })).toBe('there is no such address.');
  expect(bounceReason({ status: '5.7.1', reason: 'spam' })).toBe('their mail server took it for spam.');
  expect(bounceReason({ status: '5.7.606', reason: 'unknown' })).toBe('the other mail server refused it.');
  expect(bounceReason({ status: '5.1.10', reason: '' })).toBe('the domain takes no mail.');
  expect(bounceReason({ status: '4.2.2', reason: '' })).toBe('the mailbox is full.');
  expect(bounceReason({ status: '5.7.606', reason: '' })).toBe('the other mail server refused it.');
  expect(bounceReason({ status: '5.0.0', reason: '' })).toBe('the other mail server gave no clear reason.');
  expect(bounceReason({ status: '', reason: '' })).toBe('the other mail server gave no clear reason.');
});
