import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { StoredProblem } from '../problems.ts';

type Timestamp = ColumnType<Date, Date, Date>;
type DefaultNow = ColumnType<Date, Date | undefined, Date>;
type Json<T> = ColumnType<T, string, string>;

/** A name and an address as a mail header carries them (RFC 5322 §3.4). */
export type NameAndAddress = { name: string; address: string };

/** The recipients a message was written to, by header. */
export type Recipients = {
  to: NameAndAddress[];
  cc: NameAndAddress[];
  bcc: NameAndAddress[];
  replyTo: NameAndAddress[];
};

/** A send-as address as Gmail lists it (users.settings.sendAs). */
/** What went wrong, as jsonb `{code, params}`: written as JSON text. */
type ProblemColumn = ColumnType<StoredProblem | null, string | null | undefined, string | null>;

export type SendAs = { address: string; name: string; accepted: boolean; isPrimary: boolean };

export type ConversationStatus = 'open' | 'snoozed' | 'done';
export type Direction = 'inbound' | 'outbound' | 'note';
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'failed' | 'held' | 'cancelled';
/** What a message is, whoever wrote it (mail/classify.ts). */
export type MessageKind = 'ordinary' | 'list' | 'auto-reply' | 'bounce' | 'complaint';
/** How a message is signed or encrypted (mail/protection.ts). */
export type Protection = 'pgp-signed' | 'pgp-encrypted' | 'smime-signed' | 'smime-encrypted';
/** The event a message invites to (mail/invitations.ts). */
export type Invitation = {
  method: 'request' | 'cancel' | 'reply' | 'publish' | 'counter';
  summary: string;
  location: string;
  organizer: NameAndAddress | null;
  start: string | null;
  end: string | null;
  timeZone: string | null;
  repeats: boolean;
};
/** What people did with a conversation; `woken`: its snooze ended. */
export type ConversationEventKind =
  | 'done'
  | 'reopened'
  | 'snoozed'
  | 'woken'
  | 'assigned'
  | 'unassigned'
  | 'merged'
  | 'unmerged'
  | 'split'
  | 'moved'
  | 'tagged'
  | 'untagged';
/** What was taken out of a message; `cards` by the instance's setting. */
export type RedactionKind = 'passage' | 'attachment' | 'message' | 'cards';
/** What came back about a message of ours: given up, still tried, complained about. */
export type ReportKind = 'failed' | 'delayed' | 'complaint';
/** What is told about a message of ours: which it is, by what it names, and whom it did not reach. */
export type Report = {
  deliveryId: string | null;
  originalMessageId: string | null;
  recipients: Array<{
    kind: ReportKind;
    /** The address it failed at, and the one it was sent to where that differs. Normalised. */
    addresses: string[];
    /** RFC 3463; empty for a complaint. */
    status: string;
    /** Why (mail/bounce-reasons.ts); empty for a complaint, absent in what was kept before it was known. */
    reason?: string;
    /** What the other side said; for a complaint its type (RFC 5965). */
    diagnostic: string;
  }>;
};
/** How far the completeness check of a mailbox is. */
export type CheckState = 'waiting' | 'listing' | 'fetching' | 'done' | 'failed';
/** A message at Gmail that was not here; `date` in ISO 8601. */
export type MissingMessage = { gmailId: string; subject: string; from: string; date: string };
/** What is being written; a reply to all is a reply. */
export type DraftKind = 'reply' | 'forward' | 'note' | 'new';
/** Recipients as the writer typed them, checked when the message is sent. */
export type DraftRecipients = { to: string[]; cc: string[]; bcc: string[] };
export type BulkState = 'draft' | 'sending' | 'paused' | 'stopped' | 'cancelled' | 'done';
export const tagColors = [
  'gray',
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'violet',
  'pink',
] as const;
export type TagColor = (typeof tagColors)[number];
export type Threading = 'single' | 'history';
export type ConnectionState = 'waiting' | 'authorised' | 'refused' | 'saved' | 'cancelled' | 'expired';
export type Role = 'admin' | 'agent';
export type InstanceKind = 'production' | 'sandbox';

/** The tables, as migrations/ make them, in camel case. */
export type Schema = {
  users: {
    id: string;
    name: string;
    email: string;
    image: string | null;
    language: Generated<string | null>;
    emailVerified: Generated<boolean>;
    twoFactorEnabled: Generated<boolean>;
    createdAt: DefaultNow;
    updatedAt: DefaultNow;
  };
  credential: {
    id: string;
    userId: string;
    accountId: string;
    providerId: string;
    password: string | null;
    createdAt: DefaultNow;
    updatedAt: Timestamp;
  };
  session: {
    id: string;
    userId: string;
    token: string;
    expiresAt: Timestamp;
    ipAddress: string | null;
    userAgent: string | null;
    createdAt: DefaultNow;
    updatedAt: Timestamp;
  };
  twoFactor: { id: string; userId: string };
  attempt: { key: string; count: number; resetsAt: Timestamp };
  instance: {
    id: string;
    slug: string;
    name: string;
    kind: InstanceKind;
    createdAt: DefaultNow;
    deletedAt: Date | null;
  };
  membership: {
    instanceId: string;
    userId: string;
    role: Role;
    createdAt: DefaultNow;
    deactivatedAt: Date | null;
  };
  invitation: {
    instanceId: string;
    id: string;
    email: string;
    role: Role;
    tokenHash: string;
    invitedBy: string | null;
    sentFrom: string | null;
    createdAt: DefaultNow;
    expiresAt: Timestamp;
    acceptedAt: Date | null;
    revokedAt: Date | null;
  };
  accountMail: { instanceId: string; id: string; createdAt: DefaultNow };
  passwordLink: { tokenHash: string; userId: string; createdAt: DefaultNow; expiresAt: Timestamp };
  eventSequence: { instanceId: string; lastSeq: Generated<number> };
  event: {
    instanceId: string;
    seq: number;
    type: string;
    data: JSONColumnType<Record<string, string>>;
    actorId: string | null;
    at: DefaultNow;
  };
  auditEntry: {
    instanceId: string;
    id: string;
    at: DefaultNow;
    actorId: string | null;
    actorName: string;
    action: string;
    subject: string;
    before: Json<unknown> | null;
    after: Json<unknown> | null;
    ipAddress: string | null;
  };
  template: {
    instanceId: string;
    id: string;
    name: string;
    html: string;
    version: Generated<number>;
    createdAt: DefaultNow;
    updatedAt: DefaultNow;
  };
  templateVersion: {
    instanceId: string;
    templateId: string;
    version: number;
    name: string;
    html: string;
    authorId: string | null;
    authorName: Generated<string>;
    restoredFrom: number | null;
    createdAt: DefaultNow;
  };
  mailbox: {
    instanceId: string;
    id: string;
    googleSub: string;
    address: string;
    displayName: string;
    templateId: string | null;
    dynamicAliasName: Generated<boolean>;
    threading: Generated<Threading>;
    sendAs: ColumnType<SendAs[], string | undefined, string>;
    sendAsReadAt: Date | null;
    sendAsDueAt: DefaultNow;
    /** Decimal string: Gmail's historyId is an unsigned 64-bit number. */
    cursor: string;
    connectedAt: Timestamp;
    disconnectedAt: Date | null;
    disconnectedCode: string | null;
    deletedAt: Date | null;
    lastMessageReceivedAt: Date | null;
    nextSyncAt: DefaultNow;
    syncFailures: Generated<number>;
    syncNotBefore: Date | null;
    syncRequested: Generated<boolean>;
    /** When a mailbox disconnected for a cause that may pass is tried again, and how often it was. */
    nextRetryAt: Date | null;
    retryCount: Generated<number>;
    watchExpiresAt: Date | null;
    watchRenewAt: DefaultNow;
    watchProblem: ProblemColumn;
    watchRenewedAt: Date | null;
    /** When all there was at Gmail had last been read. */
    syncedAt: Date | null;
    notifiedAt: Date | null;
    notificationMissedAt: Date | null;
    /** Until when Google lets it send nothing. */
    sendingLimitedUntil: Date | null;
    createdAt: DefaultNow;
  };
  notificationHealth: {
    onlyOne: Generated<boolean>;
    problem: ProblemColumn;
    changedAt: DefaultNow;
  };
  mailboxCheck: {
    instanceId: string;
    mailboxId: string;
    state: CheckState;
    startedAt: Date | null;
    finishedAt: Date | null;
    expected: Generated<number>;
    stored: Generated<number>;
    fetched: Generated<number>;
    missing: ColumnType<MissingMessage[], string | undefined, string>;
    problem: ProblemColumn;
    nextCheckAt: Timestamp;
  };
  mailboxGrant: {
    instanceId: string;
    mailboxId: string;
    refreshToken: string;
    accessToken: string | null;
    accessTokenExpiresAt: Date | null;
    scope: string;
    grantedAt: Timestamp;
    refreshedAt: Date | null;
    tokenIdentifierHashes: Generated<string[]>;
  };
  securityEvent: { jti: string; receivedAt: DefaultNow };
  notification: {
    instanceId: string;
    id: string;
    userId: string;
    kind: string;
    data: JSONColumnType<Record<string, string>>;
    createdAt: DefaultNow;
    readAt: Date | null;
    mailDueAt: Date | null;
    mailedAt: Date | null;
  };
  notificationPreference: {
    instanceId: string;
    userId: string;
    assigned: 'none' | 'here' | 'mail';
    unassigned: 'none' | 'here' | 'mail';
    mention: 'none' | 'here' | 'mail';
    mailbox: 'none' | 'here' | 'mail';
  };
  connection: {
    instanceId: string;
    id: string;
    userId: string;
    sessionId: string;
    mailboxId: string | null;
    stateHash: string;
    secrets: string;
    state: ConnectionState;
    problem: ProblemColumn;
    googleSub: string | null;
    address: string | null;
    googleName: string | null;
    sendAs: ColumnType<SendAs[], string | undefined, string>;
    tokens: string | null;
    createdAt: DefaultNow;
    expiresAt: Timestamp;
  };
  customer: {
    instanceId: string;
    id: string;
    name: string;
    /** Lower case, by which it is looked up: the whole name, and its last word. */
    nameKey: GeneratedAlways<string>;
    lastNameKey: GeneratedAlways<string>;
    createdAt: DefaultNow;
  };
  customerAddress: { instanceId: string; address: string; customerId: string; createdAt: DefaultNow };
  conversation: {
    instanceId: string;
    id: string;
    customerId: string;
    mailboxId: string;
    subject: string;
    status: Generated<ConversationStatus>;
    snoozedUntil: Date | null;
    assigneeId: string | null;
    snippet: Generated<string>;
    lastDirection: Generated<Direction>;
    lastMessageAt: Timestamp;
    lastInboundAt: Date | null;
    /** Set where it takes what this address writes beyond the limit of an hour. */
    quietFor: string | null;
    doneAt: Date | null;
    /** Counts people's changes, not what arrives. */
    version: Generated<number>;
    changedBy: string | null;
    createdAt: DefaultNow;
  };
  conversationEvent: {
    instanceId: string;
    id: string;
    conversationId: string;
    kind: ConversationEventKind;
    actorId: string | null;
    assigneeId: string | null;
    otherId: string | null;
    until: Date | null;
    tagId: string | null;
    /** As the tag was called then. */
    tagName: string | null;
    at: Timestamp;
  };
  mailboxEvent: {
    instanceId: string;
    id: string;
    mailboxId: string;
    kind: 'disconnected' | 'reconnected';
    at: Timestamp;
  };
  customerNote: {
    instanceId: string;
    id: string;
    customerId: string;
    authorId: string | null;
    body: string;
    createdAt: Timestamp;
  };
  customerMerge: {
    instanceId: string;
    id: string;
    intoId: string;
    formerId: string;
    formerName: string;
    formerCreatedAt: Timestamp;
    addresses: string[];
    conversationIds: string[];
    noteIds: string[];
    byId: string | null;
    at: Timestamp;
  };
  conversationMerge: {
    instanceId: string;
    id: string;
    intoId: string;
    formerId: string;
    customerId: string;
    mailboxId: string;
    assigneeId: string | null;
    status: ConversationStatus;
    createdAt: Timestamp;
    messageIds: string[];
    eventIds: string[];
    threads: Json<Array<{ mailboxId: string; gmailThreadId: string }>>;
    participants: string[];
    byId: string | null;
    at: Timestamp;
  };
  presence: { instanceId: string; conversationId: string; userId: string; seenAt: Timestamp };
  mention: {
    instanceId: string;
    userId: string;
    messageId: string;
    conversationId: string;
    at: Timestamp;
  };
  conversationRead: { instanceId: string; userId: string; conversationId: string; readAt: Timestamp };
  message: {
    instanceId: string;
    id: string;
    conversationId: string;
    mailboxId: string | null;
    direction: Direction;
    origin: 'postroom' | 'gmail';
    authorId: string | null;
    rfcMessageId: string | null;
    inReplyTo: string | null;
    references: Generated<string[]>;
    fromName: Generated<string>;
    fromAddress: Generated<string>;
    recipients: ColumnType<Recipients, string | undefined, string>;
    subject: Generated<string>;
    sentAt: Timestamp;
    bodyText: Generated<string>;
    bodyHtml: string | null;
    ownText: string | null;
    ownHtml: string | null;
    snippet: Generated<string>;
    unreadable: string | null;
    protection: Protection | null;
    invitation: ColumnType<Invitation | null, string | null | undefined, string | null>;
    kind: Generated<MessageKind>;
    /** Normalised; behind a Google Group, the person who wrote. */
    writerAddress: Generated<string>;
    fromNewParticipant: Generated<boolean>;
    forwardedId: string | null;
    /** When something was first taken out of it. */
    redactedAt: Date | null;
    deletedAt: Date | null;
    createdAt: DefaultNow;
  };
  redaction: {
    instanceId: string;
    id: string;
    messageId: string;
    kind: RedactionKind;
    actorId: string | null;
    actorName: Generated<string>;
    at: Timestamp;
  };
  participant: { instanceId: string; conversationId: string; address: string };
  tag: {
    instanceId: string;
    id: string;
    name: string;
    /** In lower case: a name is there once. */
    nameKey: GeneratedAlways<string>;
    color: TagColor;
    createdAt: DefaultNow;
  };
  conversationTag: { instanceId: string; conversationId: string; tagId: string; addedAt: DefaultNow };
  savedFilter: {
    instanceId: string;
    id: string;
    ownerId: string | null;
    shared: boolean;
    name: string;
    query: string;
    createdAt: DefaultNow;
  };
  deliveryReport: {
    instanceId: string;
    id: string;
    messageId: string;
    reportMessageId: string;
    kind: ReportKind;
    recipient: string;
    status: string;
    /** Why (mail/bounce-reasons.ts); empty for a complaint. */
    reason: Generated<string>;
    diagnostic: string;
    at: Timestamp;
  };
  unmatchedReport: {
    instanceId: string;
    rfcMessageId: string;
    reportMessageId: string;
    report: ColumnType<Report, string, string>;
  };
  instanceSetting: {
    instanceId: string;
    messagesPerHour: Generated<number>;
    newConversationAfterDays: number | null;
    redactCards: Generated<boolean>;
  };
  gmailMessage: {
    instanceId: string;
    mailboxId: string;
    gmailId: string;
    gmailThreadId: string;
    messageId: string | null;
    internalDate: Timestamp;
    storedAt: DefaultNow;
  };
  gmailThread: { instanceId: string; mailboxId: string; gmailThreadId: string; conversationId: string };
  rawMessage: { instanceId: string; messageId: string; size: number; zstd: Buffer };
  blob: { instanceId: string; sha256: Buffer; bytes: Buffer };
  attachment: {
    instanceId: string;
    id: string;
    /** null while it is a draft's. */
    messageId: string | null;
    draftId: string | null;
    position: number;
    filename: string;
    mediaType: string;
    size: number;
    contentId: string | null;
    inline: boolean;
    sha256: Buffer;
  };
  bulkMessage: {
    instanceId: string;
    id: string;
    authorId: string | null;
    mailboxId: string;
    subject: string;
    html: string;
    state: Generated<BulkState>;
    problem: ProblemColumn;
    nextSliceAt: DefaultNow;
    createdAt: DefaultNow;
    startedAt: Date | null;
    finishedAt: Date | null;
  };
  bulkRecipient: {
    instanceId: string;
    bulkId: string;
    position: number;
    address: string;
    name: string;
    fields: ColumnType<Record<string, string>, string | undefined, string>;
    state: Generated<'waiting' | 'written' | 'left-out'>;
    problem: ProblemColumn;
    messageId: string | null;
    token: string;
  };
  unsubscribed: { instanceId: string; address: string; at: DefaultNow };
  delivery: {
    instanceId: string;
    messageId: string;
    mailboxId: string;
    state: DeliveryState;
    attempts: Generated<number>;
    nextAttemptAt: Date | null;
    uncertainSince: Date | null;
    /** The From it was given for Gmail, at the attempt made last. */
    requestedFrom: ColumnType<NameAndAddress | null, string | null | undefined, string | null>;
    gmailId: string | null;
    problem: ProblemColumn;
    createdAt: DefaultNow;
    changedAt: DefaultNow;
    /** It leaves no earlier. */
    sendAfter: DefaultNow;
    /** Its time was chosen, not only delayed so that it can be undone. */
    scheduled: Generated<boolean>;
  };
  userSetting: {
    instanceId: string;
    userId: string;
    undoSeconds: Generated<number>;
    signatureHtml: Generated<string>;
  };
  draft: {
    instanceId: string;
    id: string;
    userId: string;
    conversationId: string | null;
    kind: DraftKind;
    version: Generated<number>;
    mailboxId: string | null;
    recipients: ColumnType<DraftRecipients, string | undefined, string>;
    subject: Generated<string>;
    html: Generated<string>;
    forwardedId: string | null;
    createdAt: DefaultNow;
    changedAt: DefaultNow;
  };
  savedReply: {
    instanceId: string;
    id: string;
    name: string;
    html: string;
    createdAt: DefaultNow;
    changedAt: DefaultNow;
  };
};
