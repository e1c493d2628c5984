import { expect, test } from 'vitest';
import { replyReferences } from './references.ts';
import { baseSubject, isNewSubject, replySubject } from './subjects.ts';

test('References of a reply: the first id and the newest, limited', () => {
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

test('a reply has one Re:, whatever prefixes the subject had', () => {
  for (const subject of [
    'Order',
    'Re: Order',
    'RE: AW: SV: Order',
    'Re[2]: Order',
    '回复：Order',
    'Antw: re:Order',
    'Odp.: Order',
  ]) {
    expect(replySubject(subject), subject).toBe('Re: Order');
  }
  expect(baseSubject('Reading list')).toBe('Reading list');
  expect(replySubject('Fwd: Order')).toBe('Re: Fwd: Order');
});

test('prefixes and the marks of gateways make no new subject', () => {
  for (const subject of [
    'RE: [EXTERNAL] Re: Order',
    '{External} AW: Order',
    'RE: <External> Order',
    'EXTERNAL: Re: Order',
    '⚠️ External: Order',
    'External sender - Re: Order',
    '',
  ])
    expect(isNewSubject(subject, 'Order'), subject).toBe(false);
  for (const subject of [
    'Order 2',
    'Re: [External] Invoice',
    'External drive',
    'Extra - large',
    'Bulk order',
  ])
    expect(isNewSubject(subject, 'Order'), subject).toBe(true);
  expect(isNewSubject('External drive', 'drive')).toBe(true);
});
