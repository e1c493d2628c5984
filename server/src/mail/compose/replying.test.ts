import { expect, test } from 'vitest';
import { checkRecipient, normalizeAddress } from '../mime/addresses.ts';
import { parseMessageIds } from '../mime/message-ids.ts';
import { replyReferences } from './references.ts';
import { baseSubject, replySubject } from './subjects.ts';

test('two spellings of an address compare equal, two addresses never do', () => {
  expect(normalizeAddress(' Ana@Bücher.Example ')).toBe(normalizeAddress('ana@xn--bcher-kva.example'));
  expect(normalizeAddress('ana+shop@example.com')).not.toBe(normalizeAddress('ana@example.com'));
});

test('a recipient is taken or refused with the reason', () => {
  expect(checkRecipient('Ana <ana@example.com>')).toEqual({
    kind: 'ok',
    recipient: { name: 'Ana', address: 'ana@example.com' },
  });
  for (const text of [
    'ana',
    'ana@',
    '@example.com',
    'ana@localhost',
    'a@x.com, b@x.com',
    'a@x.com\nb@x.com',
    'a@x?.com',
  ]) {
    expect(checkRecipient(text).kind, text).toBe('invalid');
  }
});

test('message ids as found in the wild', () => {
  expect(parseMessageIds('<a@x>\r\n\t<b@y> <a@x>')).toEqual(['<a@x>', '<b@y>']);
  expect(parseMessageIds('a@x.com, b@y.com')).toEqual(['<a@x.com>', '<b@y.com>']);
  expect(parseMessageIds('Your message of "Tue, 1 Mar" <c@z>')).toEqual(['<c@z>']);
  expect(parseMessageIds(`<${'x'.repeat(1000)}@y>`)).toEqual([]);
});

test('an answer cites the chain: the first id and the newest, bounded', () => {
  const references = Array.from({ length: 500 }, (_, number) => `<${number}@x>`);
  const reply = replyReferences({ rfcMessageId: '<last@x>', inReplyTo: null, references });
  expect(reply.inReplyTo).toBe('<last@x>');
  expect(reply.references[0]).toBe('<0@x>');
  expect(reply.references.at(-1)).toBe('<last@x>');
  expect(reply.references).toHaveLength(30);
  expect(replyReferences({ rfcMessageId: '<b@x>', inReplyTo: '<a@x>', references: [] }).references).toEqual([
    '<a@x>',
    '<b@x>',
  ]);
});

test('Re: stands once, whatever the language wrote before', () => {
  for (const subject of [
    'Order',
    'Re: Order',
    'RE: AW: SV: Order',
    'Re[2]: Order',
    '回复：Order',
    'Antw: re:Order',
  ]) {
    expect(replySubject(subject), subject).toBe('Re: Order');
  }
  expect(baseSubject('Reading list')).toBe('Reading list');
  expect(replySubject('Fwd: Order')).toBe('Re: Fwd: Order');
});
