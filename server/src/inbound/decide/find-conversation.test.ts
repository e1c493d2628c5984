import { expect, test } from 'vitest';
import { type MessageToStore, type ParsedMessage, unreadable } from '../parse/parse-message.ts';
import { type Context, type ContextMessage, customerKey, participantKey } from './context.ts';
import { findConversation } from './find-conversation.ts';

const day = 24 * 3_600_000;
const ana = { name: 'Ana', address: 'ana@far.example' };
const tom = { name: 'Tom', address: 'tom@else.example' };
const support = { name: 'Support', address: 'support@acme.example' };

type Given = Partial<ParsedMessage> & { thread?: string; inReplyTo?: string; references?: string[] };
function message({ thread = 't1', inReplyTo, references = [], ...parsed }: Given = {}): MessageToStore {
  return {
    fetched: {
      gmailId: 'g1',
      gmailThreadId: thread,
      labels: ['INBOX'],
      internalDate: new Date(0),
      size: 0,
    },
    zstd: new Uint8Array(),
    parsed: {
      ...unreadable(''),
      threadingHeaders: { rfcMessageId: '<new@far.example>', inReplyTo: inReplyTo ?? null, references },
      from: ana,
      writer: ana,
      addressee: tom,
      ...parsed,
    },
  };
}

const stored = (id: string, conversationId: string, more: Partial<ContextMessage> = {}): ContextMessage => ({
  id,
  rfcMessageId: `<${id}@x.example>`,
  conversationId,
  direction: 'outbound',
  fromAddress: support.address,
  writerAddress: '',
  throughList: false,
  recipients: [ana.address],
  inThisMailbox: true,
  text: '',
  redacted: false,
  imported: false,
  ...more,
});

type Setting = {
  byThread?: string;
  /** The conversations in thread t1, with the Reply-To of the form. */
  inThread?: Array<[conversationId: string, formReplyTo: string | null]>;
  messages?: ContextMessage[];
  participants?: Array<[conversationId: string, address: string]>;
  /** The customer of each conversation. */
  customers?: Array<[conversationId: string, person: typeof ana]>;
  quiet?: string;
  doneLongAgo?: string;
};
function context({
  byThread,
  inThread,
  messages = [],
  participants = [],
  customers = [],
  quiet,
  doneLongAgo,
}: Setting = {}): Context {
  const conversations = ['c1', 'c2', 'c3'].map((id) => {
    const customerId = customers.find(([of]) => of === id) ? `customer of ${id}` : 'nobody';
    const quietFor = id === quiet ? ana.address : null;
    const at = new Date(-10 * day);
    const ended = doneLongAgo === id ? { status: 'done', lastMessageAt: at, doneAt: at } : {};
    return [id, { id, customerId, quietFor, status: 'open', ...ended }] as const;
  });
  return {
    settings: { newConversationAfterDays: 7 },
    threads: new Map(byThread ? [['t1', byThread]] : []),
    conversationsInThread: new Map(
      inThread
        ? [['t1', inThread.map(([conversationId, formReplyTo]) => ({ conversationId, formReplyTo }))]]
        : [],
    ),
    messages,
    conversations: new Map(conversations),
    participants: new Set(participants.map(([id, address]) => participantKey(id, address))),
    customers: new Map(
      customers.map(([id, person]) => [customerKey(person), { id: `customer of ${id}`, name: person.name }]),
    ),
  } as unknown as Context;
}

const find = (given: Given, setting: Setting, direction: 'inbound' | 'outbound' = 'inbound') =>
  findConversation(message(given), direction, context(setting));
const stays = (conversationId: string | null) => ({ conversationId, keepsThread: false });
const leaves = (conversationId: string | null) => ({ conversationId, keepsThread: true });

test('the Gmail thread comes first, then the nearest message that is cited', () => {
  const messages = [stored('m1', 'c1'), stored('m2', 'c2')];
  expect(find({}, {})).toEqual(stays(null));
  expect(find({}, { byThread: 'c3' })).toEqual(stays('c3'));
  expect(find({ inReplyTo: '<m1@x.example>' }, { messages })).toEqual(stays('c1'));
  expect(find({ inReplyTo: '<m1@x.example>' }, { messages, byThread: 'c3' })).toEqual(stays('c3'));
  const references = ['<m1@x.example>', '<m2@x.example>', '<unknown@x.example>'];
  expect(find({ references }, { messages })).toEqual(stays('c2'));
  expect(find({ references, inReplyTo: '<m1@x.example>' }, { messages })).toEqual(stays('c1'));
});

test('of several messages with the Message-ID that is cited, one in which the writer takes part counts', () => {
  const same = { rfcMessageId: '<constant@form.example>', direction: 'inbound' as const };
  const messages = [stored('m1', 'c1', same), stored('m2', 'c2', same)];
  const cites = { inReplyTo: same.rfcMessageId };
  expect(find(cites, { messages })).toEqual(stays('c1'));
  expect(find(cites, { messages, customers: [['c2', ana]] })).toEqual(stays('c2'));
  expect(find(cites, { messages, participants: [['c2', tom.address]] }, 'outbound')).toEqual(stays('c2'));
  // The nearest message that is cited comes first all the same.
  const both = { inReplyTo: '<m3@x.example>', references: [same.rfcMessageId] };
  const three = [...messages, stored('m3', 'c3')];
  expect(find(both, { messages: three, customers: [['c2', ana]] })).toEqual(stays('c3'));
});

test('what a quiet conversation received is not joined, what was sent from it is', () => {
  const received = [stored('m1', 'c1', { direction: 'inbound' })];
  const cites = { inReplyTo: '<m1@x.example>' };
  expect(find(cites, { messages: received })).toEqual(stays('c1'));
  expect(find(cites, { messages: received, quiet: 'c1' })).toEqual(stays(null));
  expect(find(cites, { messages: [stored('m1', 'c1')], quiet: 'c1' })).toEqual(stays('c1'));
  const ofNoKnownConversation = [stored('m1', 'c9', { direction: 'inbound' })];
  expect(find(cites, { messages: ofNoKnownConversation })).toEqual(stays('c9'));
});

test('in a thread of several conversations it is the one in which the writer takes part', () => {
  const setting: Setting = {
    byThread: 'c1',
    inThread: [
      ['c1', null],
      ['c2', null],
    ],
  };
  expect(find({}, setting)).toEqual(stays('c1'));
  expect(find({}, { ...setting, participants: [['c2', ana.address]] })).toEqual(leaves('c2'));
  expect(find({}, { ...setting, customers: [['c2', ana]] })).toEqual(leaves('c2'));
  expect(find({}, { ...setting, customers: [['c3', ana]] })).toEqual(stays('c1'));
  // The writer of ours is nobody of the conversation: the addressee counts.
  const both: Setting = {
    ...setting,
    participants: [
      ['c1', ana.address],
      ['c2', tom.address],
    ],
  };
  expect(find({}, both)).toEqual(stays('c1'));
  expect(find({}, both, 'outbound')).toEqual(leaves('c2'));
  // Nobody without an address takes part.
  const nameless = { name: 'Ana', address: '' };
  expect(find({ writer: nameless }, { ...setting, participants: [['c2', '']] })).toEqual(stays('c1'));
  expect(find({ writer: nameless }, { ...setting, customers: [['c2', nameless]] })).toEqual(leaves('c2'));
});

test('a cited message decides in such a thread where the writer takes part nowhere', () => {
  const setting: Setting = {
    byThread: 'c1',
    inThread: [
      ['c1', null],
      ['c2', null],
    ],
    messages: [stored('m2', 'c2'), stored('m3', 'c3')],
  };
  expect(find({ inReplyTo: '<m2@x.example>' }, setting)).toEqual(leaves('c2'));
  // One of another thread does not.
  expect(find({ inReplyTo: '<m3@x.example>' }, setting)).toEqual(stays('c1'));
  expect(find({ inReplyTo: '<m2@x.example>' }, { ...setting, participants: [['c1', ana.address]] })).toEqual(
    stays('c1'),
  );
  const { byThread: _, ...unknownThread } = setting;
  expect(find({ inReplyTo: '<m2@x.example>' }, unknownThread)).toEqual(stays('c2'));
  expect(find({ inReplyTo: '<m3@x.example>' }, unknownThread)).toEqual(stays(null));
});

test('of several conversations of the writer in a thread, the one that is answered counts', () => {
  const setting: Setting = {
    byThread: 'c1',
    inThread: [
      ['c1', null],
      ['c2', null],
    ],
    customers: [
      ['c1', ana],
      ['c2', ana],
    ],
    participants: [
      ['c1', ana.address],
      ['c2', ana.address],
    ],
    messages: [stored('m1', 'c1'), stored('m2', 'c2'), stored('m3', 'c3')],
  };
  expect(find({ inReplyTo: '<m2@x.example>' }, setting)).toEqual(leaves('c2'));
  // Who cites what they wrote themselves follows the thread.
  const theirs = [stored('m2', 'c2', { direction: 'inbound', recipients: [support.address] })];
  expect(find({ inReplyTo: '<m2@x.example>' }, { ...setting, messages: theirs })).toEqual(stays('c1'));
  expect(find({ inReplyTo: '<m1@x.example>' }, setting)).toEqual(stays('c1'));
  expect(find({ inReplyTo: '<m3@x.example>' }, setting)).toEqual(stays('c1'));
  expect(find({}, setting)).toEqual(stays('c1'));
  // One that was done long ago has been continued by another.
  expect(find({ inReplyTo: '<m2@x.example>' }, { ...setting, doneLongAgo: 'c2' })).toEqual(stays('c1'));
  // A Reply-To that nobody verified chooses in the same way, of what its address takes part in.
  const byReplyTo = { writerByReplyTo: true, inReplyTo: '<m2@x.example>' };
  expect(find(byReplyTo, setting)).toEqual(leaves('c2'));
  const [inFirst] = setting.participants!;
  const first = { ...setting, customers: [], participants: [inFirst!] };
  expect(find(byReplyTo, first)).toEqual(stays('c1'));
});

test('messages of a form are told apart by their Reply-To', () => {
  const setting: Setting = {
    byThread: 'c1',
    inThread: [
      ['c3', null],
      ['c1', tom.address],
      ['c2', ana.address],
    ],
    participants: [['c3', ana.address]],
  };
  expect(find({ formReplyTo: ana.address }, setting)).toEqual(leaves('c2'));
  expect(find({ formReplyTo: tom.address }, setting)).toEqual(stays('c1'));
  expect(find({ formReplyTo: 'new@else.example' }, setting)).toEqual(leaves(null));
  // What is no form, or is sent by us, is found as usual.
  expect(find({ formReplyTo: null }, setting)).toEqual(leaves('c3'));
  expect(find({ formReplyTo: tom.address, addressee: ana }, setting, 'outbound')).toEqual(leaves('c3'));
  const noForm: Setting = { ...setting, inThread: [['c1', null]] };
  expect(find({ formReplyTo: ana.address }, { ...noForm, participants: [] })).toEqual(stays('c1'));
});

test('a Reply-To that nobody verified joins only what its address takes part in', () => {
  const byReplyTo = { writerByReplyTo: true };
  const messages = [stored('m1', 'c1'), stored('m2', 'c2', { recipients: [tom.address] })];
  expect(find(byReplyTo, { byThread: 'c1' })).toEqual(leaves(null));
  expect(find(byReplyTo, { byThread: 'c1', participants: [['c1', ana.address]] })).toEqual(stays('c1'));
  // A cited message counts if that address received it.
  expect(find({ ...byReplyTo, inReplyTo: '<m1@x.example>' }, { messages })).toEqual(stays('c1'));
  expect(find({ ...byReplyTo, inReplyTo: '<m2@x.example>' }, { messages })).toEqual(stays(null));
  expect(find({ ...byReplyTo, inReplyTo: '<m2@x.example>' }, { messages }, 'outbound')).toEqual(stays('c2'));
});
