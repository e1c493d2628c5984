import { expect, test } from 'vitest';
import { toOwnAddresses } from '../../mailboxes/own-addresses.ts';
import { identifySender } from '../decide/identify-sender.ts';
import { parseMessage } from '../parse/parse-message.ts';
import { peopleWithoutAddress, threadLocks } from './lock-threads.ts';

const instanceId = '019a0000-0000-7000-8000-000000000000';
const desk = 'desk@acme.example';
const own = toOwnAddresses([{ address: desk, isMailbox: true }]);

async function message(n: number, from: string, labels: string[]) {
  const raw = Buffer.from(`From: ${from}\r\nTo: ${desk}\r\nMessage-ID: <${n}@far.example>\r\n\r\nHello`);
  const fetched = {
    gmailId: `g${n}`,
    gmailThreadId: `t${n}`,
    labels,
    internalDate: new Date(),
    size: raw.length,
  };
  return identifySender({ fetched, parsed: await parseMessage(raw), zstd: raw }, own);
}

test('messages of two people to the same address of ours wait for no common lock', async () => {
  const [ana, bo] = [
    await message(1, 'ana@far.example', ['INBOX']),
    await message(2, 'bo@far.example', ['INBOX']),
  ];
  expect(ana.parsed.addressee).toEqual({ name: desk, address: '' });
  expect([ana, bo].flatMap(peopleWithoutAddress)).toEqual([]);
  const locks = [ana, bo].flatMap((one) => threadLocks(instanceId, 'mailbox', [one]));
  expect(new Set(locks).size).toBe(locks.length);
});

test('the addressee of what we wrote is a customer, also without an address', async () => {
  const sent = await message(3, desk, ['SENT']);
  expect(peopleWithoutAddress(sent)).toContainEqual({ name: desk, address: '' });
});
