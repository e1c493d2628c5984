import { expect, test } from 'vitest';
import type { Report } from '../../database/column-types.ts';
import { type MessageToStore, type ParsedMessage, unreadable } from '../parse/parse-message.ts';
import { type Changes, mergeChanges } from './changes.ts';
import { applyChanges, type Context, type ContextConversation, type ContextMessage } from './context.ts';
import { batchKey } from './counted-addresses.ts';
import { decide } from './decide.ts';

const support = { name: 'Support', address: 'support@acme.example' };
const sales = { name: 'Sales', address: 'sales@acme.example' };
const salesPlus = { name: 'Sales', address: 'sales+web@acme.example' };
const ana = { name: 'Ana', address: 'ana@far.example' };
const tom = { name: 'Tom', address: 'tom@else.example' };
const form = { name: 'Shop', address: 'no-reply@shop.example' };
const group = { name: 'Help', address: 'help@groups.example' };

const noon = Date.parse('2026-06-01T12:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;
const at = (minutes: number) => new Date(noon + minutes * minute);

type Given = Partial<Omit<ParsedMessage, 'threadingHeaders'>> & {
  gmailId?: string;
  thread?: string;
  labels?: string[];
  receivedAt?: Date;
  messageId?: string;
  inReplyTo?: string;
  references?: string[];
};

/** A message of Ana to support in a Gmail thread of its own, unless told otherwise. */
function createMessage({
  gmailId = 'g9',
  thread = 't9',
  labels = ['INBOX'],
  receivedAt = at(10),
  messageId = '<m9@far.example>',
  inReplyTo,
  references = [],
  ...parsed
}: Given): MessageToStore {
  const from = parsed.from ?? ana;
  return {
    fetched: { gmailId, gmailThreadId: thread, labels, internalDate: receivedAt, size: 0 },
    zstd: new Uint8Array(),
    parsed: {
      ...unreadable(''),
      unreadable: null,
      threadingHeaders: { rfcMessageId: messageId, inReplyTo: inReplyTo ?? null, references },
      from,
      writer: from,
      addressee: support,
      recipients: { to: [support], cc: [], bcc: [], replyTo: [] },
      subject: 'Order',
      text: 'Hello',
      snippet: 'Hello',
      ...parsed,
    },
  };
}

const question: ContextMessage = {
  id: 'm1',
  rfcMessageId: '<m1@far.example>',
  conversationId: 'c1',
  direction: 'inbound',
  fromAddress: ana.address,
  writerAddress: ana.address,
  throughList: false,
  recipients: [support.address],
  inThisMailbox: true,
  text: 'Hello',
  redacted: false,
  imported: false,
};
const answer: ContextMessage = {
  ...question,
  id: 'm2',
  rfcMessageId: '<m2@acme.example>',
  direction: 'outbound',
  fromAddress: support.address,
  recipients: [ana.address],
};
/** Ana's conversation c1: her question and our answer, in Gmail thread t1. */
const conversation: ContextConversation = {
  id: 'c1',
  customerId: 'k1',
  status: 'open',
  lastMessageAt: at(0),
  quietFor: null,
  doneAt: null,
  assigneeId: null,
};
const base: Context = {
  importing: false,
  settings: {
    messagesPerHour: 3,
    formMessagesPerHour: 5,
    newConversationAfterDays: null,
    redactCards: false,
  },
  notifyUnassigned: false,
  hasDeletedCustomers: false,
  ownAddresses: new Set([support.address, 'sales@acme.example']),
  ownDomains: new Set(['acme.example']),
  mailboxes: new Map([
    [support.address, 'mailbox support'],
    ['sales@acme.example', 'mailbox sales'],
  ]),
  threads: new Map([['t1', 'c1']]),
  conversationsInThread: new Map([['t1', [{ conversationId: 'c1', formReplyTo: null }]]]),
  messages: [question, answer],
  conversations: new Map([['c1', conversation]]),
  customers: new Map([[ana.address, { id: 'k1', name: 'Ana' }]]),
  participants: new Set([`c1 ${ana.address}`, `c1 ${support.address}`]),
  sentInLastHour: new Map(),
  timesInBatch: new Map(),
};
const withConversation = (change: Partial<ContextConversation>, context: Partial<Context> = {}): Context => ({
  ...base,
  ...context,
  conversations: new Map([['c1', { ...conversation, ...change }]]),
});
const withMessage = (change: Partial<ContextMessage>): Context => ({
  ...base,
  threads: new Map(),
  messages: [{ ...question, ...change }],
});
const done = withConversation({ status: 'done', doneAt: at(1) });
const doneForDays = (days: number) =>
  withConversation(
    { status: 'done', lastMessageAt: new Date(noon - days * day), doneAt: new Date(noon - days * day) },
    { settings: { ...base.settings, newConversationAfterDays: 7 } },
  );
const sentBefore = (writer: number, machine = 0) => ({
  sentInLastHour: new Map([['g9', { writer, machine }]]),
});
const overLimit = sentBefore(3);

const bounce = (change: Partial<Report> = {}, recipient: Partial<Report['recipients'][number]> = {}) => ({
  kind: 'bounce' as const,
  automatic: true,
  from: { name: '', address: 'mailer-daemon@far.example' },
  report: {
    deliveryId: null,
    originalMessageId: '<m2@acme.example>',
    recipients: [
      {
        kind: 'failed' as const,
        addresses: [ana.address],
        status: '5.1.1',
        diagnostic: 'unknown',
        ...recipient,
      },
    ],
    ...change,
  },
});

/** What a message changes, in short. Ids made for it are `new…`. */
function summarize(changes: Changes) {
  const [stored] = changes.messages;
  const [entry] = changes.conversations;
  return {
    copyOf: stored ? null : changes.gmailCopies[0]!.messageId,
    conversation: stored?.conversationId ?? null,
    direction: stored?.direction ?? null,
    answeredFrom: stored?.answeredFrom ?? null,
    created: entry?.[1].created ?? null,
    status: entry?.[1].status ?? null,
    reopened: entry?.[1].reopened ?? false,
    newParticipant: stored?.fromNewParticipant ?? false,
    thread: [...changes.threads.values()][0] ?? null,
    participants: changes.participants.map(({ address }) => address),
    customers: changes.customers.map(({ id, name }) => `${id} ${name}`),
    renamed: changes.renamedCustomers.map(({ id, name }) => `${id} ${name}`),
    reports: changes.reports.map(({ messageId, kind, recipient }) => `${messageId} ${kind} ${recipient}`),
    turnedOutbound: changes.turnedOutbound,
    awaited: changes.awaited.map(({ rfcMessageId }) => rfcMessageId),
    unmatched: changes.unmatchedReports.map(({ rfcMessageId }) => rfcMessageId),
  };
}
type Summary = ReturnType<typeof summarize>;

/** Expected of a reply in Gmail thread t1 of conversation c1. */
const reply: Summary = {
  copyOf: null,
  conversation: 'c1',
  direction: 'inbound',
  answeredFrom: 'mailbox support',
  created: null,
  status: 'open',
  reopened: true,
  newParticipant: false,
  thread: null,
  participants: [],
  customers: [],
  renamed: [],
  reports: [],
  turnedOutbound: [],
  awaited: [],
  unmatched: [],
};
/** Expected of an automatic message that joins c1 without an effect on it. */
const unnoticed: Summary = { ...reply, status: null, reopened: false };
/** Expected of a message of Ana in a conversation of its own. */
const opened: Summary = {
  ...reply,
  conversation: 'new conversation',
  created: { subject: 'Order', customerId: 'k1' },
  thread: 'new conversation',
  participants: [ana.address, support.address],
};
/** Expected of a copy of Ana's question. */
const copy: Summary = {
  ...unnoticed,
  copyOf: 'm1',
  conversation: null,
  direction: null,
  answeredFrom: null,
  thread: 'c1',
};
/** Expected of a message beyond the hourly limit of its writer. */
const quiet: Summary = { ...reply, conversation: 'q1' };
const quietConversation = { ...conversation, id: 'q1', quietFor: ana.address };

const sent = { labels: ['SENT'], from: support, addressee: ana };
const ours = { direction: 'outbound', answeredFrom: null, reopened: false } as const;
const toAna = { to: [ana], cc: [], bcc: [], replyTo: [] };
/** What identify-sender.ts makes of an unverified Reply-To. */
const answeredBy = (person: typeof ana): Given => ({
  sender: { ...unreadable('').sender, ignoredReplyTo: [person] },
});
const viaOurAccount = { labels: ['SENT', 'INBOX'], from: support };
const toSupport = { to: [support], cc: [], bcc: [], replyTo: [] };
const autoReply = { kind: 'auto-reply', automatic: true } as const;
const forwarded = { from: group, writer: ana } as const;

const cases: Array<[name: string, message: Given, expected: Summary, context?: Context]> = [
  // Which conversation
  ['a first message opens a conversation', {}, opened],
  [
    'a new writer becomes a customer',
    { from: tom },
    {
      ...opened,
      created: { subject: 'Order', customerId: 'new customer' },
      customers: ['new customer Tom'],
      participants: [tom.address, support.address],
    },
  ],
  [
    'a writer without a name is named by the address',
    { from: { ...tom, name: '' } },
    {
      ...opened,
      created: { subject: 'Order', customerId: 'new customer' },
      customers: [`new customer ${tom.address}`],
      participants: [tom.address, support.address],
    },
  ],
  [
    'a customer known by address only gets the name',
    {},
    { ...opened, renamed: ['k1 Ana'] },
    { ...base, customers: new Map([[ana.address, { id: 'k1', name: ana.address }]]) },
  ],
  ['a customer keeps the name', { from: { ...ana, name: 'Anna' } }, opened],
  ['a reply joins by Gmail thread', { thread: 't1' }, reply],
  ['a reply joins by In-Reply-To', { inReplyTo: '<m2@acme.example>' }, { ...reply, thread: 'c1' }],
  [
    'a reply joins by References',
    { references: ['<m1@far.example>', '<unknown@x.example>'] },
    { ...reply, thread: 'c1' },
  ],
  [
    'the nearest reference wins',
    { references: ['<m2@acme.example>', '<m3@x.example>'] },
    { ...reply, conversation: 'c3', thread: 'c3' },
    {
      ...base,
      messages: [
        ...base.messages,
        { ...question, id: 'm3', conversationId: 'c3', rfcMessageId: '<m3@x.example>' },
      ],
      conversations: new Map([...base.conversations, ['c3', { ...conversation, id: 'c3' }]]),
      participants: new Set([...base.participants, `c3 ${ana.address}`, `c3 ${support.address}`]),
    },
  ],
  [
    'the Gmail thread wins over references',
    { thread: 't1', references: ['<m3@x.example>'] },
    reply,
    {
      ...base,
      messages: [
        ...base.messages,
        { ...question, id: 'm3', conversationId: 'c3', rfcMessageId: '<m3@x.example>' },
      ],
    },
  ],
  [
    'an unknown reference opens a conversation, which awaits it',
    { inReplyTo: '<unknown@x.example>', references: ['<first@x.example>', '<unknown@x.example>'] },
    { ...opened, awaited: ['<unknown@x.example>', '<first@x.example>'] },
  ],
  [
    'a thread whose conversation is gone opens a new one',
    { thread: 't1' },
    opened,
    { ...base, conversations: new Map() },
  ],

  // Reopening
  ['a reply reopens a done conversation', { thread: 't1' }, reply, done],
  [
    'a reply reopens a snoozed conversation',
    { thread: 't1' },
    reply,
    withConversation({ status: 'snoozed' }),
  ],
  ['an auto-reply does not reopen', { thread: 't1', ...autoReply }, unnoticed, done],
  ['an auto-reply alone opens a conversation', autoReply, opened],
  ['a reply within the days reopens', { thread: 't1' }, reply, doneForDays(6)],
  ['a reply after the days opens a new conversation', { thread: 't1' }, opened, doneForDays(8)],
  [
    'an auto-reply after the days joins the old conversation',
    { thread: 't1', ...autoReply },
    unnoticed,
    doneForDays(8),
  ],
  [
    'an open conversation is never too old',
    { thread: 't1' },
    reply,
    withConversation(
      { lastMessageAt: new Date(noon - 99 * day) },
      { settings: { ...base.settings, newConversationAfterDays: 7 } },
    ),
  ],

  // Sent from Gmail
  [
    'a message sent from Gmail opens a conversation with its addressee',
    { ...sent, recipients: toAna },
    { ...opened, ...ours, participants: [support.address, ana.address] },
  ],
  [
    'a reply sent from Gmail does not reopen',
    { ...sent, recipients: toAna, thread: 't1' },
    { ...reply, ...ours, status: 'done' },
    done,
  ],
  [
    'a reply sent from Gmail joins after the days too',
    { ...sent, recipients: toAna, thread: 't1' },
    { ...reply, ...ours, status: 'done' },
    doneForDays(8),
  ],
  [
    'somebody added in Gmail takes part',
    { ...sent, recipients: { ...toAna, cc: [tom] }, thread: 't1' },
    { ...reply, ...ours, participants: [tom.address] },
  ],

  // Sent through our own account
  [
    'a form that sends to us through our account is an enquiry',
    { ...viaOurAccount, recipients: { ...toSupport, replyTo: [tom] }, thread: 't1' },
    reply,
    done,
  ],
  ['a form without Reply-To too', { ...viaOurAccount, recipients: toSupport, thread: 't1' }, reply, done],
  [
    'a form that also writes to the customer too',
    { ...viaOurAccount, recipients: { to: [tom, support], cc: [], bcc: [], replyTo: [tom] }, thread: 't1' },
    { ...reply, participants: [tom.address] },
  ],
  [
    'a form that sends to a group of ours too',
    {
      ...viaOurAccount,
      recipients: { ...toSupport, to: [{ name: '', address: 'info@acme.example' }] },
      thread: 't1',
    },
    { ...reply, answeredFrom: null, participants: ['info@acme.example'] },
  ],
  [
    'an agent who copies us in from Gmail answers the customer',
    { ...viaOurAccount, recipients: { ...toAna, cc: [support] }, thread: 't1' },
    { ...reply, ...ours, status: 'done' },
    done,
  ],
  [
    'what Postroom sent is no enquiry',
    { ...viaOurAccount, recipients: toSupport, thread: 't1', deliveryId: 'unknown' },
    { ...reply, ...ours, status: 'done' },
    done,
  ],
  [
    'what one of our mailboxes writes to another is read there',
    { labels: ['SENT'], from: support, recipients: { ...toSupport, to: [sales] }, thread: 't1' },
    { ...reply, answeredFrom: 'mailbox sales', participants: [sales.address] },
    done,
  ],
  [
    'the Sent copy of what another mailbox read first shows that it is ours',
    { ...sent, recipients: { ...toAna, cc: [sales] }, messageId: '<m1@far.example>' },
    { ...copy, turnedOutbound: ['m1'] },
    withMessage({ inThisMailbox: false, fromAddress: support.address }),
  ],

  // Several of our mailboxes
  [
    'the mailbox that To names first answers',
    { recipients: { ...toSupport, to: [tom, salesPlus], cc: [support] } },
    {
      ...opened,
      answeredFrom: 'mailbox sales',
      participants: [ana.address, tom.address, salesPlus.address, support.address],
    },
  ],
  [
    'or that Cc names first',
    { recipients: { ...toAna, cc: [sales, support] } },
    { ...opened, answeredFrom: 'mailbox sales', participants: [ana.address, sales.address, support.address] },
  ],

  // Participants
  [
    'somebody else in the thread is a new participant',
    { thread: 't1', from: tom },
    { ...reply, newParticipant: true },
  ],
  [
    'a participant is not new',
    { thread: 't1', from: tom },
    reply,
    { ...base, participants: new Set([...base.participants, `c1 ${tom.address}`]) },
  ],
  [
    'another address of the customer is not new',
    { thread: 't1', from: tom },
    { ...reply, participants: [tom.address] },
    { ...base, customers: new Map([[tom.address, { id: 'k1', name: 'Ana' }]]) },
  ],
  [
    'an address of ours is not new',
    { thread: 't1', from: { name: 'Sales', address: 'sales@acme.example' } },
    { ...reply, participants: ['sales@acme.example'] },
  ],
  ['a message without a writer is not new', { thread: 't1', from: { name: '', address: '' } }, reply],
  ['an auto-reply of somebody else is not new', { thread: 't1', from: tom, ...autoReply }, unnoticed],
  [
    'those copied in by the customer take part',
    { thread: 't1', recipients: { to: [support], cc: [tom], bcc: [], replyTo: [] } },
    { ...reply, participants: [tom.address] },
  ],
  [
    'a group of another domain must take part itself',
    { thread: 't1', ...forwarded },
    { ...reply, newParticipant: true },
  ],
  [
    'a group of our domain may forward for anybody',
    { thread: 't1', writer: ana, from: { name: 'Help', address: 'help@acme.example' } },
    { ...reply, participants: ['help@acme.example'] },
  ],
  [
    'a first message through a group belongs to its writer',
    forwarded,
    { ...opened, participants: [ana.address, group.address, support.address] },
  ],

  // Copies
  [
    'a copy in another mailbox is not stored again',
    { messageId: '<m1@far.example>' },
    copy,
    withMessage({ inThisMailbox: false }),
  ],
  [
    'the same Message-ID twice in a mailbox is two messages',
    { messageId: '<m1@far.example>' },
    opened,
    withMessage({}),
  ],
  [
    'the same Message-ID with other text is another message',
    { messageId: '<m1@far.example>', text: 'Goodbye' },
    opened,
    withMessage({ inThisMailbox: false }),
  ],
  [
    'the same Message-ID from another sender is another message',
    { messageId: '<m1@far.example>' },
    opened,
    withMessage({ inThisMailbox: false, fromAddress: tom.address }),
  ],
  [
    'a redacted message is not compared by its text',
    { messageId: '<m1@far.example>' },
    copy,
    withMessage({ inThisMailbox: false, text: '[redacted]', redacted: true }),
  ],
  [
    'quoted history and signature do not matter for a copy',
    { messageId: '<m1@far.example>', text: 'Hello\n> before', ownText: 'Hello ' },
    copy,
    withMessage({ inThisMailbox: false }),
  ],
  [
    'a delivery of ours is recognised by its id',
    { deliveryId: 'm1', messageId: '<other@gmail.example>', from: support },
    copy,
    withMessage({ inThisMailbox: false }),
  ],
  [
    'a message of somebody else with the id of a delivery is received',
    { deliveryId: 'm1', messageId: '<other@gmail.example>' },
    opened,
    withMessage({ inThisMailbox: false }),
  ],

  // Reports
  [
    'a bounce marks the message it names and reopens',
    bounce(),
    { ...reply, thread: 'c1', reports: [`m2 failed ${ana.address}`] },
    done,
  ],
  [
    'a delay marks but does not reopen',
    bounce({}, { kind: 'delayed', status: '4.4.1' }),
    { ...unnoticed, thread: 'c1', reports: [`m2 delayed ${ana.address}`] },
    done,
  ],
  [
    'a complaint marks but does not reopen',
    { ...bounce({}, { kind: 'complaint', status: '' }), kind: 'complaint' },
    { ...unnoticed, thread: 'c1', reports: [`m2 complaint ${ana.address}`] },
    done,
  ],
  [
    'a bounce is matched by delivery id, whoever it names',
    bounce({ deliveryId: 'm2', originalMessageId: null }, { addresses: [tom.address] }),
    { ...reply, thread: 'c1', reports: [`m2 failed ${tom.address}`] },
  ],
  [
    'a bounce by Gmail is matched by its Gmail thread',
    {
      ...bounce({ originalMessageId: null }),
      from: { name: '', address: 'mailer-daemon@googlemail.com' },
      thread: 't1',
    },
    { ...reply, reports: [`m2 failed ${ana.address}`] },
  ],
  [
    'a bounce by anybody else is not matched by its Gmail thread alone',
    { ...bounce({ originalMessageId: null }), thread: 't1' },
    unnoticed,
    done,
  ],
  [
    'a bounce for somebody we did not write to is not trusted',
    { ...bounce({}, { addresses: [tom.address] }), thread: 't1' },
    { ...unnoticed, unmatched: ['<m2@acme.example>'] },
    done,
  ],
  [
    'a bounce of an unknown message waits for its Sent copy',
    bounce({ originalMessageId: '<later@acme.example>' }),
    {
      ...opened,
      created: { subject: 'Order', customerId: 'new customer' },
      customers: ['new customer mailer-daemon@far.example'],
      participants: ['mailer-daemon@far.example', support.address],
      unmatched: ['<later@acme.example>'],
    },
  ],
  [
    'an inbound message is never reported on',
    bounce({ originalMessageId: '<m1@far.example>' }, { addresses: [support.address] }),
    {
      ...opened,
      created: { subject: 'Order', customerId: 'new customer' },
      customers: ['new customer mailer-daemon@far.example'],
      participants: ['mailer-daemon@far.example', support.address],
      unmatched: ['<m1@far.example>'],
    },
  ],

  // The hourly limit
  [
    'beyond the limit a quiet conversation is created',
    { thread: 't1' },
    {
      ...quiet,
      conversation: 'new conversation',
      created: { subject: `More than 3 messages in an hour from ${ana.address}`, customerId: 'k1' },
    },
    { ...base, ...overLimit },
  ],
  [
    'beyond the limit the quiet conversation is used again',
    { thread: 't1' },
    quiet,
    { ...base, ...overLimit, conversations: new Map([...base.conversations, ['q1', quietConversation]]) },
  ],
  ['below the limit a message is stored as usual', { thread: 't1' }, reply, { ...base, ...sentBefore(2) }],
  [
    'messages of the same batch count',
    { thread: 't1' },
    quiet,
    {
      ...base,
      conversations: new Map([...base.conversations, ['q1', quietConversation]]),
      ...sentBefore(1),
      timesInBatch: new Map([[batchKey('writer', ana.address), [at(9).getTime(), at(10).getTime()]]]),
    },
  ],
  [
    'messages of the batch count for an hour',
    { thread: 't1' },
    reply,
    {
      ...base,
      ...sentBefore(1),
      timesInBatch: new Map([[batchKey('writer', ana.address), [at(-51).getTime(), at(11).getTime()]]]),
    },
  ],
  [
    'a form is no loop, whatever number of people use it',
    { from: form, ...answeredBy(ana), thread: 't1' },
    { ...reply, newParticipant: true },
    { ...base, ...sentBefore(0, 4) },
  ],
  [
    'one Reply-To beyond the limit is a loop',
    { from: form, ...answeredBy(ana), thread: 't1' },
    quiet,
    {
      ...base,
      ...sentBefore(3, 3),
      conversations: new Map([...base.conversations, ['q1', quietConversation]]),
    },
  ],
  [
    'a form has a limit of its own',
    { from: form, ...answeredBy(ana), thread: 't1' },
    {
      ...quiet,
      conversation: 'new conversation',
      created: {
        subject: `More than 5 messages in an hour from ${form.address}`,
        customerId: 'new customer',
      },
      customers: [`new customer ${form.address}`],
    },
    { ...base, ...sentBefore(0, 5) },
  ],
  [
    'a group of ours has no limit',
    { from: { name: '', address: 'info@acme.example' }, writer: ana, thread: 't1' },
    { ...reply, participants: ['info@acme.example'] },
    { ...base, ...sentBefore(0, 5) },
  ],
  [
    'a program of our domain has the limit of a person',
    { from: { name: '', address: 'alerts@acme.example' }, thread: 't1' },
    {
      ...quiet,
      conversation: 'new conversation',
      created: {
        subject: 'More than 3 messages in an hour from alerts@acme.example',
        customerId: 'new customer',
      },
      customers: ['new customer alerts@acme.example'],
    },
    { ...base, ...overLimit },
  ],
  [
    'what is held back reopens the quiet conversation',
    { thread: 't1' },
    quiet,
    {
      ...base,
      ...overLimit,
      conversations: new Map([
        ...base.conversations,
        ['q1', { ...quietConversation, status: 'done', doneAt: at(1) }],
      ]),
    },
  ],
  ['our own addresses have no limit', { thread: 't1', from: support }, reply, { ...base, ...overLimit }],
  [
    'a report has no limit',
    bounce(),
    { ...reply, thread: 'c1', reports: [`m2 failed ${ana.address}`] },
    { ...base, ...overLimit },
  ],
  [
    'what is sent from Gmail has no limit',
    { ...sent, recipients: toAna, thread: 't1' },
    { ...reply, ...ours },
    { ...base, ...overLimit },
  ],
  [
    'a message cited from a quiet conversation does not lead there',
    { inReplyTo: '<m1@far.example>' },
    opened,
    withConversation({ quietFor: tom.address }),
  ],
];

const ids = { message: 'new message', conversation: 'new conversation', customer: 'new customer' };

test.each(cases)('%s', (_, given, expected, context = base) => {
  const message = createMessage(given);
  const argumentsNow = () => structuredClone({ context, parsed: message.parsed });
  const before = argumentsNow();
  const changes = decide(context, message, ids);
  expect(summarize(changes)).toEqual(expected);
  expect(argumentsNow()).toEqual(before); // neither is changed
  applyChanges(context, changes);
  expect(argumentsNow()).toEqual(before);
});

/** Decides messages one after the other, each with the changes of those before it. */
function decideAll(given: Given[], context: Context = base) {
  const decided: Changes[] = [];
  for (const [index, each] of given.entries()) {
    const message = createMessage({ gmailId: `g${index}`, receivedAt: at(10 + index), ...each });
    const changes = decide(context, message, {
      message: `message ${index}`,
      conversation: `conversation ${index}`,
      customer: `customer ${index}`,
    });
    context = applyChanges(context, changes);
    decided.push(changes);
  }
  return { decided, context, merged: mergeChanges(decided) };
}
const conversationsOf = (changes: Changes) => changes.messages.map(({ conversationId }) => conversationId);

test('a batch: a reply joins the conversation that the message before it opened', () => {
  const { merged } = decideAll([
    { from: tom, messageId: '<a@x.example>' },
    { from: tom, messageId: '<b@x.example>', inReplyTo: '<a@x.example>', thread: 't10' },
  ]);
  expect(conversationsOf(merged)).toEqual(['conversation 0', 'conversation 0']);
  expect(merged.customers).toHaveLength(1);
  expect([...merged.threads]).toEqual([
    ['t9', 'conversation 0'],
    ['t10', 'conversation 0'],
  ]);
  expect(merged.conversations.get('conversation 0')).toMatchObject({
    created: { subject: 'Order', customerId: 'customer 0' },
    lastMessageAt: at(11),
    lastInboundAt: at(11),
  });
});

test('a batch: the same message twice in one mailbox is two messages', () => {
  const { merged } = decideAll([
    { messageId: '<a@x.example>' },
    { messageId: '<a@x.example>', thread: 't10' },
  ]);
  expect(merged.messages).toHaveLength(2);
});

test('a batch: the second copy of a message of another mailbox is a message', () => {
  const twin = { messageId: '<m1@far.example>' };
  const { decided } = decideAll([twin, { ...twin, thread: 't10' }], withMessage({ inThisMailbox: false }));
  expect(decided.map(({ messages }) => messages.length)).toEqual([0, 1]);
});

test('a batch: the writer who exceeds the limit continues in one quiet conversation', () => {
  const { merged } = decideAll(Array.from({ length: 6 }, () => ({ from: tom, thread: 't5' })));
  expect(conversationsOf(merged)).toEqual([
    ...Array(3).fill('conversation 0'),
    ...Array(3).fill('conversation 3'),
  ]);
  expect(merged.conversations.get('conversation 3')).toMatchObject({ status: 'open', quietFor: tom.address });
});

test('a batch: a name found once is kept', () => {
  const context = { ...base, customers: new Map([[ana.address, { id: 'k1', name: ana.address }]]) };
  const { merged } = decideAll([{}, { from: { ...ana, name: 'Anna' }, thread: 't10' }], context);
  expect(merged.renamedCustomers).toEqual([{ id: 'k1', name: 'Ana' }]);
});

test('a batch: an older message does not replace the preview of a newer one', () => {
  const { merged } = decideAll([
    { thread: 't1', snippet: 'newer', receivedAt: at(20) },
    { thread: 't1', snippet: 'older', receivedAt: at(10) },
  ]);
  expect(merged.conversations.get('c1')).toEqual({
    created: null,
    status: 'open',
    reopened: true,
    quietFor: null,
    lastMessageAt: at(20),
    lastMessage: { snippet: 'newer', direction: 'inbound' },
    lastInboundAt: at(20),
  });
});

test('a batch: an auto-reply after a reply does not undo its reopening', () => {
  const { merged, context } = decideAll([{ thread: 't1' }, { thread: 't1', ...autoReply }], done);
  expect(merged.conversations.get('c1')).toMatchObject({ status: 'open', reopened: true });
  expect(context.conversations.get('c1')).toMatchObject({ status: 'open' });
});

const decideOne = (given: Given, context: Context = base) => decide(context, createMessage(given), ids);

test('only the same Message-ID makes a copy: not the same text, and not that both have none', () => {
  const elsewhere = (rfcMessageId: string | null) => withMessage({ rfcMessageId, inThisMailbox: false });
  expect(
    decideOne({ messageId: '<other@far.example>' }, elsewhere('<m1@far.example>')).messages,
  ).toHaveLength(1);
  const without = createMessage({});
  without.parsed.threadingHeaders.rfcMessageId = null;
  expect(decide(elsewhere(null), without, ids).messages).toHaveLength(1);
  expect(decideOne({ messageId: '<m1@far.example>' }, elsewhere('<m1@far.example>')).messages).toHaveLength(
    0,
  );
});

test('a twin in the same mailbox is a message of its own', () => {
  const twin = { messageId: '<m1@far.example>', text: 'Hello', thread: 't1' };
  expect(decideOne(twin, withMessage({ inThisMailbox: true })).messages).toHaveLength(1);
});

test('the copy of what we sent stays outbound', () => {
  const ofOurs = { rfcMessageId: '<m2@acme.example>', fromAddress: support.address, inThisMailbox: false };
  const changes = decideOne(
    { ...sent, recipients: toAna, messageId: '<m2@acme.example>' },
    withMessage({ ...ofOurs, direction: 'outbound' }),
  );
  expect(changes).toMatchObject({ messages: [], turnedOutbound: [] });
});

test('what we send is no report', () => {
  const { reports, messages } = decideOne({ ...bounce(), ...sent, recipients: toAna });
  expect(reports).toEqual([]);
  expect(messages[0]).toMatchObject({ direction: 'outbound', isReport: false });
});

test('each stored message is linked to its Gmail message', () => {
  expect(decideOne({}).gmailCopies).toEqual([{ gmailId: 'g9', messageId: 'new message' }]);
});

test('a report is marked as one, and has its reason', () => {
  expect(decideOne(bounce()).messages[0]).toMatchObject({ isReport: true });
  expect(decideOne({ thread: 't1' }).messages[0]).toMatchObject({ isReport: false });
  expect(decideOne(bounce({}, { reason: 'mailbox-full' })).reports).toMatchObject([
    { reason: 'mailbox-full' },
  ]);
  expect(decideOne(bounce()).reports).toMatchObject([{ reason: '' }]);
});

test('one failed recipient of several reopens the conversation', () => {
  const failed = bounce().report.recipients[0]!;
  const report = bounce({
    recipients: [failed, { ...failed, kind: 'delayed', addresses: [tom.address] }],
  });
  expect(decideOne(report, done).conversations.get('c1')).toMatchObject({ reopened: true });
});

test('of two messages of one moment the later read one is previewed', () => {
  const changes = decideOne({ thread: 't1', receivedAt: at(0), snippet: 'second' });
  expect(changes.conversations.get('c1')).toMatchObject({ lastMessage: { snippet: 'second' } });
});

test('a first message waits a day for the messages it cites', () => {
  const [first, second] = ['<a@far.example>', '<b@far.example>'];
  const { awaited } = decideOne({ from: tom, references: [first, '<m9@far.example>', second] });
  expect(awaited.map(({ rfcMessageId }) => rfcMessageId).toSorted()).toEqual([first, second]);
  for (const { until, conversationId } of awaited) {
    expect(until).toEqual(new Date(at(10).getTime() + day));
    expect(conversationId).toBe('new conversation');
  }
  const many = Array.from({ length: 500 }, (_, index) => `<r${index}@far.example>`);
  expect(decideOne({ from: tom, references: many }).awaited.length).toBeLessThan(100);
});

test('nothing is waited for beyond the hourly limit, in a known conversation, or by a report', () => {
  const references = ['<a@far.example>'];
  expect(decideOne({ references }, { ...base, ...overLimit }).awaited).toEqual([]);
  expect(decideOne({ references, thread: 't1' }).awaited).toEqual([]);
  expect(decideOne({ ...bounce(), references }).awaited).toEqual([]);
});

test('a quiet conversation is joined neither by what it received nor by a report about the limit', () => {
  const quietContext = withConversation({ quietFor: tom.address });
  expect(decideOne({ inReplyTo: '<m1@far.example>' }, quietContext).messages[0]).toMatchObject({
    conversationId: 'new conversation',
  });
  // An answer to what was sent from it does join it.
  expect(decideOne({ inReplyTo: '<m2@acme.example>' }, quietContext).messages[0]).toMatchObject({
    conversationId: 'c1',
  });
  expect(decideOne({ thread: 't1', ...sent }, { ...base, ...overLimit }).messages[0]).toMatchObject({
    conversationId: 'c1',
  });
});

test('a conversation counts as done long ago by the later of its last message and its end', () => {
  const ago = (days: number) => new Date(noon - days * day);
  const settings = { ...base.settings, newConversationAfterDays: 7 };
  const joined = (lastMessageAt: Date, doneAt: Date, receivedAt = at(10)) =>
    decideOne(
      { thread: 't1', receivedAt },
      withConversation({ status: 'done', lastMessageAt, doneAt }, { settings }),
    ).messages[0]!.conversationId;
  expect(joined(ago(30), ago(1))).toBe('c1');
  expect(joined(ago(1), ago(30))).toBe('c1');
  expect(joined(ago(30), ago(8))).toBe('new conversation');
  expect(joined(ago(7), ago(7), at(0))).toBe('c1');
});

test('a writer without name and address is called unknown', () => {
  const nobody = { name: '', address: '' };
  const context = { ...base, customers: new Map([['', { id: 'k9', name: 'x' }]]) };
  expect(decideOne({ from: nobody, writer: nobody }, context).customers).toMatchObject([
    { name: 'Unknown sender' },
  ]);
});
