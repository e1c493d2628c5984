// Written by npm run database-types from the migrations. Do not edit.
import type { Generated, GeneratedAlways } from 'kysely';
import type { Json, JsonColumns, JsonWithDefault } from '../column-types.ts';

export type Schema = {
  accountMail: {
    instanceId: string;
    id: string;
    createdAt: Generated<Date>;
  };
  apiKey: {
    instanceId: string;
    id: string;
    userId: string;
    name: string;
    /** The beginning of the key, by which people recognise it. */
    prefix: string;
    /** SHA-256 of the whole key, in hexadecimal. */
    tokenHash: string;
    scopes: string[];
    createdBy: string | null;
    createdAt: Generated<Date>;
    expiresAt: Date | null;
    lastUsedAt: Date | null;
    lastUsedIp: string | null;
    /** The row stays, because messages and changes carry the name of the key. */
    revokedAt: Date | null;
  };
  attachment: {
    instanceId: string;
    id: string;
    /** Null while it belongs to a draft. */
    messageId: string | null;
    position: number;
    filename: string;
    mediaType: string;
    size: number;
    contentId: string | null;
    inline: boolean;
    sha256: Buffer;
    draftId: string | null;
    charset: string | null;
  };
  attempt: {
    key: string;
    count: number;
    resetsAt: Date;
  };
  auditEntry: {
    instanceId: string;
    id: string;
    at: Generated<Date>;
    actorId: string | null;
    actorName: string;
    action: string;
    subject: string;
    before: Json<JsonColumns['auditEntry']['before']> | null;
    after: Json<JsonColumns['auditEntry']['after']> | null;
    ipAddress: string | null;
  };
  awaitedMessage: {
    instanceId: string;
    rfcMessageId: string;
    conversationId: string;
    until: Date;
    sought: Generated<boolean>;
  };
  blob: {
    instanceId: string;
    sha256: Buffer;
    bytes: Buffer;
    /** Where the bytes are, if not here: the name of a store and a key. */
    location: string | null;
  };
  bulkMessage: {
    instanceId: string;
    id: string;
    authorId: string | null;
    mailboxId: string;
    subject: string;
    html: string;
    state: Generated<'draft' | 'sending' | 'paused' | 'stopped' | 'cancelled' | 'done'>;
    problem: Json<JsonColumns['bulkMessage']['problem']> | null;
    nextSliceAt: Generated<Date>;
    createdAt: Generated<Date>;
    startedAt: Date | null;
    finishedAt: Date | null;
    alias: string | null;
    /** When the last change of its text was put into the audit log. */
    changeNotedAt: Date | null;
    /** Whose change that was. */
    changeNotedFor: string | null;
  };
  bulkRecipient: {
    instanceId: string;
    bulkId: string;
    position: number;
    address: string;
    name: string;
    fields: JsonWithDefault<JsonColumns['bulkRecipient']['fields']>;
    state: Generated<'waiting' | 'written' | 'skipped'>;
    messageId: string | null;
    token: string;
    problem: Json<JsonColumns['bulkRecipient']['problem']> | null;
  };
  bulkTest: {
    instanceId: string;
    messageId: string;
    bulkId: string;
    position: number;
    token: string;
  };
  connection: {
    instanceId: string;
    id: string;
    userId: string;
    sessionId: string;
    mailboxId: string | null;
    stateHash: string;
    secrets: string;
    state: 'waiting' | 'authorised' | 'refused' | 'saved' | 'cancelled' | 'expired';
    problem: Json<JsonColumns['connection']['problem']> | null;
    googleSub: string | null;
    address: string | null;
    googleName: string | null;
    tokens: string | null;
    createdAt: Generated<Date>;
    expiresAt: Date;
    sendAs: JsonWithDefault<JsonColumns['connection']['sendAs']>;
    /** Asks for the permission of two-way sync; nothing else of the mailbox changes. */
    twoWay: Generated<boolean>;
  };
  conversation: {
    instanceId: string;
    id: string;
    customerId: string;
    mailboxId: string;
    subject: string;
    status: Generated<'open' | 'snoozed' | 'done'>;
    snoozedUntil: Date | null;
    assigneeId: string | null;
    snippet: Generated<string>;
    lastDirection: Generated<'inbound' | 'outbound' | 'note'>;
    lastMessageAt: Date;
    lastInboundAt: Date | null;
    createdAt: Generated<Date>;
    /** Set where the conversation takes what this address writes beyond the hourly limit. */
    quietFor: string | null;
    doneAt: Date | null;
    /** Counts changes made by people, not incoming messages. */
    version: Generated<number>;
    changedBy: string | null;
    otherMailboxIds: Generated<string[]>;
    answerAddress: string | null;
    answerAddressSince: Date | null;
  };
  conversationEvent: {
    instanceId: string;
    id: string;
    conversationId: string;
    kind: 'done' | 'reopened' | 'snoozed' | 'unsnoozed' | 'assigned' | 'unassigned' | 'merged' | 'unmerged' | 'split' | 'moved' | 'tagged' | 'untagged';
    actorId: string | null;
    assigneeId: string | null;
    otherId: string | null;
    until: Date | null;
    at: Date;
    tagId: string | null;
    /** The name of the tag at that time. */
    tagName: string | null;
    /** gmail: archived, or moved to the inbox, in Gmail; gmail-spam: moved to spam in Gmail; spam: moved to spam here. */
    via: 'gmail' | 'gmail-spam' | 'spam' | null;
  };
  conversationMerge: {
    instanceId: string;
    id: string;
    intoId: string;
    formerId: string;
    customerId: string;
    mailboxId: string;
    assigneeId: string | null;
    status: 'open' | 'snoozed' | 'done';
    createdAt: Date;
    messageIds: string[];
    eventIds: string[];
    threads: Json<JsonColumns['conversationMerge']['threads']>;
    participants: string[];
    byId: string | null;
    at: Date;
  };
  conversationRead: {
    instanceId: string;
    userId: string;
    conversationId: string;
    readAt: Date;
  };
  conversationTag: {
    instanceId: string;
    conversationId: string;
    tagId: string;
    addedAt: Generated<Date>;
  };
  credential: {
    id: string;
    userId: string;
    accountId: string;
    providerId: string;
    password: string | null;
    accessToken: string | null;
    refreshToken: string | null;
    idToken: string | null;
    accessTokenExpiresAt: Date | null;
    refreshTokenExpiresAt: Date | null;
    scope: string | null;
    createdAt: Generated<Date>;
    updatedAt: Date;
  };
  customer: {
    instanceId: string;
    id: string;
    name: string;
    createdAt: Generated<Date>;
    nameKey: GeneratedAlways<string>;
    lastNameKey: GeneratedAlways<string>;
    spelledNameKey: GeneratedAlways<string>;
    spelledLastNameKey: GeneratedAlways<string>;
  };
  customerAddress: {
    instanceId: string;
    address: string;
    customerId: string;
    createdAt: Generated<Date>;
  };
  customerMerge: {
    instanceId: string;
    id: string;
    intoId: string;
    formerId: string;
    formerName: string;
    formerCreatedAt: Date;
    addresses: string[];
    conversationIds: string[];
    noteIds: string[];
    byId: string | null;
    at: Date;
  };
  customerNote: {
    instanceId: string;
    id: string;
    customerId: string;
    authorId: string | null;
    body: string;
    createdAt: Date;
  };
  deletedMailKey: {
    instanceId: string;
    /** SHA-256 of an address of theirs, or of the Message-ID of a message that was deleted with them; never the words. */
    key: Buffer;
    /** When they were deleted: what Gmail accepted later is new. */
    at: Date;
  };
  delivery: {
    instanceId: string;
    messageId: string;
    mailboxId: string;
    state: 'queued' | 'sending' | 'sent' | 'failed' | 'held' | 'cancelled';
    attempts: Generated<number>;
    nextAttemptAt: Date | null;
    uncertainSince: Date | null;
    gmailId: string | null;
    createdAt: Generated<Date>;
    changedAt: Generated<Date>;
    /** The message is not sent before this time. */
    sendAfter: Generated<Date>;
    /** True if a person chose the time; false if sending is only delayed so that it can be undone. */
    scheduled: Generated<boolean>;
    /** The From that the last attempt passed to Gmail. */
    requestedFrom: Json<JsonColumns['delivery']['requestedFrom']> | null;
    problem: Json<JsonColumns['delivery']['problem']> | null;
    alias: string | null;
  };
  deliveryReport: {
    instanceId: string;
    id: string;
    messageId: string;
    reportMessageId: string;
    kind: 'failed' | 'delayed' | 'complaint';
    recipient: string;
    status: string;
    diagnostic: string;
    at: Date;
    /** One of mail/reports/bounce-reasons.ts; empty for a complaint. */
    reason: Generated<string>;
  };
  draft: {
    instanceId: string;
    id: string;
    userId: string;
    conversationId: string | null;
    kind: 'reply' | 'forward' | 'note' | 'new';
    version: Generated<number>;
    mailboxId: string | null;
    recipients: JsonWithDefault<JsonColumns['draft']['recipients']>;
    subject: Generated<string>;
    html: Generated<string>;
    forwardedId: string | null;
    createdAt: Generated<Date>;
    changedAt: Generated<Date>;
    quoting: JsonWithDefault<JsonColumns['draft']['quoting']>;
    alias: string | null;
  };
  event: {
    instanceId: string;
    seq: number;
    type: string;
    data: Json<JsonColumns['event']['data']>;
    actorId: string | null;
    at: Generated<Date>;
  };
  eventSequence: {
    instanceId: string;
    lastSeq: Generated<number>;
  };
  gmailMessage: {
    instanceId: string;
    mailboxId: string;
    gmailId: string;
    gmailThreadId: string;
    messageId: string | null;
    internalDate: Date;
    storedAt: Generated<Date>;
    importId: string | null;
  };
  gmailPlace: {
    instanceId: string;
    conversationId: string;
    mailboxId: string;
    /** The last place that Postroom set or saw; null: none yet. */
    knownPlace: 'inbox' | 'archive' | 'spam' | 'trash' | null;
    /** Null: Gmail has what is wanted. */
    wantedPlace: 'inbox' | 'archive' | 'spam' | null;
    knownReadUntil: Date | null;
    wantedReadUntil: Date | null;
    /** Grows with each wanted state: one that changed while it was applied is applied again. */
    version: Generated<number>;
    attempts: Generated<number>;
    /** Older mail that is imported into the conversation after this stays as it is in Gmail. */
    wantedAt: Date | null;
    /** Null when nothing is wanted. */
    dueAt: Date | null;
  };
  gmailThread: {
    instanceId: string;
    mailboxId: string;
    gmailThreadId: string;
    conversationId: string;
  };
  idempotencyKey: {
    instanceId: string | null;
    userId: string;
    key: string;
    /** SHA-256 of the method, the path and the body. */
    fingerprint: string;
    createdAt: Generated<Date>;
    /** When the process that handles the request began. */
    startedAt: Generated<Date>;
    /** The request has changed something: set in the transaction of the change. */
    committed: Generated<boolean>;
    /** The HTTP status of the answer; null until there is one. */
    status: number | null;
    mediaType: string | null;
    body: string | null;
    /** False: the body holds a secret that is shown once, or something was redacted since, so it is not stored. */
    bodyKept: Generated<boolean>;
  };
  instance: {
    id: string;
    slug: string;
    name: string;
    kind: 'production' | 'sandbox';
    createdAt: Generated<Date>;
    deletedAt: Date | null;
  };
  instanceSetting: {
    instanceId: string;
    messagesPerHour: Generated<number>;
    newConversationAfterDays: number | null;
    redactCards: Generated<boolean>;
    formMessagesPerHour: Generated<number>;
    retentionDays: number | null;
    requiredSignIn: 'google' | 'oidc' | null;
    signInDomains: Generated<string[]>;
  };
  invitation: {
    instanceId: string;
    id: string;
    email: string;
    role: 'admin' | 'agent';
    tokenHash: string;
    invitedBy: string | null;
    sentFrom: string | null;
    createdAt: Generated<Date>;
    expiresAt: Date;
    acceptedAt: Date | null;
    revokedAt: Date | null;
  };
  invitationAnswer: {
    instanceId: string;
    messageId: string;
    uid: string;
    recurrenceId: Generated<string>;
    sequence: number;
    attendee: string;
    participation: 'accepted' | 'tentative' | 'declined';
    calendar: string;
    createdAt: Generated<Date>;
  };
  mailbox: {
    instanceId: string;
    id: string;
    googleSub: string;
    address: string;
    displayName: string;
    templateId: string | null;
    dynamicAliasName: Generated<boolean>;
    threading: Generated<'single' | 'history'>;
    sendAs: JsonWithDefault<JsonColumns['mailbox']['sendAs']>;
    /** Gmail's historyId, an unsigned 64-bit number, as a decimal string. */
    cursor: string;
    connectedAt: Date;
    disconnectedAt: Date | null;
    disconnectedCode: string | null;
    deletedAt: Date | null;
    lastMessageReceivedAt: Date | null;
    nextSyncAt: Generated<Date>;
    syncFailures: Generated<number>;
    syncNotBefore: Date | null;
    syncRequested: Generated<boolean>;
    createdAt: Generated<Date>;
    watchExpiresAt: Date | null;
    watchRenewAt: Generated<Date>;
    watchProblem: Json<JsonColumns['mailbox']['watchProblem']> | null;
    notifiedAt: Date | null;
    notificationMissedAt: Date | null;
    /** Set while the mailbox is disconnected for a cause that may pass. */
    nextRetryAt: Date | null;
    retryCount: Generated<number>;
    /** Google accepts no message before this time. */
    sendingLimitedUntil: Date | null;
    sendAsReadAt: Date | null;
    sendAsDueAt: Generated<Date>;
    /** When the last sync that read everything at Gmail ended. */
    syncedAt: Date | null;
    watchRenewedAt: Date | null;
    /** All requests of its syncs have failed since then. */
    failingSince: Date | null;
    /** What the last of these failures was. */
    failingProblem: Json<JsonColumns['mailbox']['failingProblem']> | null;
    /** Set when it has been failing for long enough to be shown. */
    troubleSince: Date | null;
    /** When admins were notified of it. */
    troubleNotifiedAt: Date | null;
    /** When its address and history id are next compared with Gmail's. */
    profileCheckAt: Generated<Date>;
    /** An admin wants changes to go both ways between Postroom and Gmail. */
    twoWay: Generated<boolean>;
    /** Why it has stopped although it is wanted: Google no longer allows it. */
    twoWayProblem: Json<JsonColumns['mailbox']['twoWayProblem']> | null;
    unreadSince: Date | null;
  };
  mailboxAlias: {
    instanceId: string;
    mailboxId: string;
    address: string;
    displayName: Generated<string>;
    ownTemplate: Generated<boolean>;
    templateId: string | null;
  };
  mailboxCheck: {
    instanceId: string;
    mailboxId: string;
    state: 'waiting' | 'listing' | 'fetching' | 'done' | 'failed';
    startedAt: Date | null;
    finishedAt: Date | null;
    expected: Generated<number>;
    stored: Generated<number>;
    fetched: Generated<number>;
    missing: JsonWithDefault<JsonColumns['mailboxCheck']['missing']>;
    nextCheckAt: Date;
    problem: Json<JsonColumns['mailboxCheck']['problem']> | null;
  };
  mailboxEvent: {
    instanceId: string;
    id: string;
    mailboxId: string;
    kind: 'disconnected' | 'reconnected';
    at: Date;
  };
  mailboxGrant: {
    instanceId: string;
    mailboxId: string;
    refreshToken: string;
    accessToken: string | null;
    accessTokenExpiresAt: Date | null;
    scope: string;
    grantedAt: Date;
    refreshedAt: Date | null;
    tokenIdentifierHashes: Generated<string[]>;
  };
  mailboxImport: {
    instanceId: string;
    id: string;
    mailboxId: string;
    requestedById: string | null;
    createdAt: Generated<Date>;
    /** The last days, which begin at "since"; null for a search. */
    days: number | null;
    since: Date | null;
    /** A search as Gmail takes it; empty for the last days. */
    query: Generated<string>;
    state: Generated<'running' | 'paused' | 'done' | 'cancelled' | 'removing' | 'removed'>;
    pageToken: string | null;
    /** When all messages were listed; null while page_token is the next page. */
    listedAt: Date | null;
    listed: Generated<number>;
    imported: Generated<number>;
    alreadyStored: Generated<number>;
    leftOut: Generated<number>;
    setAside: Generated<number>;
    problem: Json<JsonColumns['mailboxImport']['problem']> | null;
    failures: Generated<number>;
    nextRunAt: Generated<Date>;
    finishedAt: Date | null;
    /** The last conversation that its removal has looked at. */
    removedUpTo: string | null;
    removedMessages: Generated<number>;
    removedConversations: Generated<number>;
    keptAnswered: Generated<number>;
    keptJoined: Generated<number>;
    keptUsed: Generated<number>;
    keptRedacted: Generated<number>;
  };
  mailboxImportMessage: {
    instanceId: string;
    importId: string;
    gmailId: string;
    /** In the order of Gmail's list, newest first. */
    position: number;
  };
  membership: {
    instanceId: string;
    userId: string;
    role: 'admin' | 'agent';
    createdAt: Generated<Date>;
    deactivatedAt: Date | null;
  };
  mention: {
    instanceId: string;
    userId: string;
    messageId: string;
    conversationId: string;
    at: Date;
  };
  message: {
    instanceId: string;
    id: string;
    conversationId: string;
    mailboxId: string | null;
    direction: 'inbound' | 'outbound' | 'note';
    origin: 'postroom' | 'gmail';
    authorId: string | null;
    rfcMessageId: string | null;
    inReplyTo: string | null;
    references: Generated<string[]>;
    fromName: Generated<string>;
    fromAddress: Generated<string>;
    recipients: JsonWithDefault<JsonColumns['message']['recipients']>;
    subject: Generated<string>;
    sentAt: Date;
    bodyText: Generated<string>;
    bodyHtml: string | null;
    ownText: string | null;
    ownHtml: string | null;
    snippet: Generated<string>;
    unreadable: string | null;
    createdAt: Generated<Date>;
    kind: Generated<'ordinary' | 'list' | 'auto-reply' | 'bounce' | 'complaint'>;
    /** Normalized; for mail through a Google Group, the person who wrote. */
    writerAddress: Generated<string>;
    fromNewParticipant: Generated<boolean>;
    forwardedId: string | null;
    protection: 'pgp-signed' | 'pgp-encrypted' | 'smime-signed' | 'smime-encrypted' | null;
    invitation: Json<JsonColumns['message']['invitation']> | null;
    /** When something was first removed from the message. */
    redactedAt: Date | null;
    deletedAt: Date | null;
    /** Who wrote a received message and who is answered (R9); null for other messages. */
    sender: Json<JsonColumns['message']['sender']> | null;
    /** The addresses it was delivered to, by its headers; normalised. */
    deliveredTo: Generated<string[]>;
    /** Whom a form names in Reply-To that is not verified (R9); normalised. */
    formReplyTo: string | null;
    countedWriter: Generated<string>;
    countedMachine: Generated<string>;
    /** Null where the author decided nothing. */
    quoting: Json<JsonColumns['message']['quoting']> | null;
    threadIndex: string | null;
    /** The emoji of a reaction to an earlier message; null for other mail. */
    reaction: string | null;
    utcOffset: number | null;
    byProgram: Generated<boolean>;
    /** Older mail, stored by an import (G1) and not by itself; reports do not count it. */
    imported: Generated<boolean>;
  };
  messageSearch: {
    instanceId: string;
    messageId: string;
    conversationId: string;
    sentAt: Date;
    seq: number;
    words: string;
  };
  notification: {
    instanceId: string;
    id: string;
    userId: string;
    kind: string;
    data: Json<JsonColumns['notification']['data']>;
    createdAt: Generated<Date>;
    readAt: Date | null;
    mailDueAt: Date | null;
    mailedAt: Date | null;
  };
  notificationHealth: {
    onlyOne: Generated<boolean>;
    problem: Json<JsonColumns['notificationHealth']['problem']> | null;
    changedAt: Generated<Date>;
    connectedMailboxes: Generated<number>;
  };
  notificationPreference: {
    instanceId: string;
    userId: string;
    assigned: 'none' | 'app' | 'email';
    unassigned: 'none' | 'app' | 'email';
    mention: 'none' | 'app' | 'email';
    mailbox: 'none' | 'app' | 'email';
  };
  objectRemoval: {
    location: string;
    dueAt: Generated<Date>;
  };
  openingHours: {
    instanceId: string;
    timeZone: string;
    week: Json<JsonColumns['openingHours']['week']>;
    holidays: Json<JsonColumns['openingHours']['holidays']>;
  };
  ownAddress: {
    instanceId: string;
    /** Normalised. `@domain`: every address of ours exists in that domain too. */
    address: string;
    /** Named by an admin, or the address of a mailbox before its account was renamed. */
    kind: 'named' | 'former';
    addedAt: Generated<Date>;
  };
  participant: {
    instanceId: string;
    conversationId: string;
    address: string;
  };
  passwordLink: {
    tokenHash: string;
    userId: string;
    createdAt: Generated<Date>;
    expiresAt: Date;
  };
  pause: {
    onlyRow: Generated<boolean>;
    pausedAt: Generated<Date>;
    /** When the backup was made: what happened at the original since is not known here. */
    backupAt: Date;
    resumedAt: Date | null;
    /** The name of the admin, or null: the command resume. */
    resumedBy: string | null;
  };
  presence: {
    instanceId: string;
    conversationId: string;
    userId: string;
    seenAt: Date;
  };
  processReport: {
    id: string;
    role: string;
    /** The process id of its log lines. */
    pid: number;
    startedAt: Date;
    reportedAt: Date;
    figures: Json<JsonColumns['processReport']['figures']>;
  };
  pushDelivery: {
    instanceId: string;
    notificationId: string;
    subscriptionId: string;
    attempts: Generated<number>;
    /** While it is being sent, when another process may take it. */
    dueAt: Date;
  };
  pushKey: {
    one: Generated<boolean>;
    publicKey: string;
    sealedPrivateKey: string;
  };
  pushSubscription: {
    instanceId: string;
    id: string;
    userId: string;
    sessionId: string;
    /** SHA-256 of the endpoint, base64url. */
    endpointHash: string;
    /** The endpoint and the keys of the browser as JSON, encrypted (google/seal.ts). */
    sealed: string;
    createdAt: Generated<Date>;
  };
  rawMessage: {
    instanceId: string;
    messageId: string;
    size: number;
    zstd: Buffer;
    /** Where the bytes are, if not here: the name of a store and a key. */
    location: string | null;
  };
  redaction: {
    instanceId: string;
    id: string;
    messageId: string;
    kind: 'passage' | 'attachment' | 'message' | 'cards';
    actorId: string | null;
    actorName: Generated<string>;
    at: Date;
  };
  reportFact: {
    instanceId: string;
    itemId: string;
    conversationId: string;
    kind: 'arrival' | 'sent' | 'done';
    mailboxId: string | null;
    userId: string | null;
    at: Date;
    /** When the wait began that this message or event ended; null if the customer was not waiting. */
    waitingSince: Date | null;
    firstResponse: Generated<boolean>;
    seconds: number | null;
    place: number | null;
  };
  savedFilter: {
    instanceId: string;
    id: string;
    ownerId: string | null;
    shared: boolean;
    name: string;
    query: string;
    createdAt: Generated<Date>;
  };
  savedReply: {
    instanceId: string;
    id: string;
    name: string;
    html: string;
    createdAt: Generated<Date>;
    changedAt: Generated<Date>;
  };
  searchRebuild: {
    instanceId: string;
    /** Messages sent before this time are still to be indexed. */
    before: Generated<Date>;
  };
  securityEvent: {
    jti: string;
    receivedAt: Generated<Date>;
  };
  securityEventStream: {
    onlyRow: Generated<boolean>;
    url: string;
    registeredAt: Date;
    /** What the test event carries; null: none could be asked for. */
    testState: string | null;
    testArrivedAt: Date | null;
  };
  session: {
    id: string;
    userId: string;
    token: string;
    expiresAt: Date;
    ipAddress: string | null;
    userAgent: string | null;
    createdAt: Generated<Date>;
    updatedAt: Date;
    identityId: string | null;
  };
  signInIdentity: {
    id: string;
    userId: string;
    provider: 'google' | 'oidc';
    issuer: string;
    /** The sub of id_tokens: it never changes and is never given to another person; the address may be. */
    subject: string;
    email: string | null;
    /** The Google Workspace domain (hd) at the last sign-in; null for a consumer account and other providers. */
    hostedDomain: string | null;
    linkedAt: Generated<Date>;
    usedAt: Generated<Date>;
    /** When a mailbox of this Google account was deleted here, which revokes every grant of the account to this project. */
    revokedByUsAt: Date | null;
  };
  tag: {
    instanceId: string;
    id: string;
    name: string;
    /** The name in lower case, which is unique. */
    nameKey: GeneratedAlways<string>;
    color: 'gray' | 'red' | 'orange' | 'yellow' | 'green' | 'teal' | 'blue' | 'violet' | 'pink';
    createdAt: Generated<Date>;
  };
  template: {
    instanceId: string;
    id: string;
    name: string;
    html: string;
    createdAt: Generated<Date>;
    updatedAt: Generated<Date>;
    version: Generated<number>;
    /** The values of the form (TemplateForm); null: the HTML was written by hand. */
    form: Json<JsonColumns['template']['form']> | null;
  };
  templatePicture: {
    instanceId: string;
    id: string;
    filename: string;
    mediaType: string;
    width: number;
    height: number;
    bytes: Buffer;
    createdAt: Generated<Date>;
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
    createdAt: Generated<Date>;
    form: Json<JsonColumns['templateVersion']['form']> | null;
  };
  twoFactor: {
    id: string;
    userId: string;
    secret: string;
    backupCodes: string;
    verified: Generated<boolean>;
    failedVerificationCount: Generated<number>;
    lockedUntil: Date | null;
  };
  unfetchedMessage: {
    instanceId: string;
    mailboxId: string;
    gmailId: string;
    /** History reported it as new, so it belongs here whatever its date. */
    arrived: boolean;
    problem: Json<JsonColumns['unfetchedMessage']['problem']>;
    attempts: Generated<number>;
    firstFailedAt: Date;
    lastFailedAt: Date;
    /** Null while the cursor still waits for it. */
    setAsideAt: Date | null;
    /** Null when it is no longer tried by itself. */
    nextAttemptAt: Date | null;
    /** Null, like the other columns of its headers, if Gmail does not return those either. */
    subject: string | null;
    sender: string | null;
    internalDate: Date | null;
    gmailThreadId: string | null;
    importId: string | null;
  };
  unmatchedReport: {
    instanceId: string;
    rfcMessageId: string;
    reportMessageId: string;
    report: Json<JsonColumns['unmatchedReport']['report']>;
    sought: Generated<boolean>;
  };
  unsubscribed: {
    instanceId: string;
    address: string;
    at: Generated<Date>;
  };
  userSetting: {
    instanceId: string;
    userId: string;
    undoSeconds: Generated<number>;
    signatureHtml: Generated<string>;
    afterDone: Generated<'next' | 'list' | 'stay'>;
    takeUnassigned: Generated<boolean>;
  };
  users: {
    id: string;
    name: string;
    email: string;
    emailVerified: boolean;
    image: string | null;
    createdAt: Generated<Date>;
    updatedAt: Generated<Date>;
    twoFactorEnabled: Generated<boolean>;
    language: string | null;
  };
  verification: {
    id: string;
    identifier: string;
    value: string;
    expiresAt: Date;
    createdAt: Generated<Date>;
    updatedAt: Generated<Date>;
  };
  webhook: {
    instanceId: string;
    id: string;
    url: string;
    description: string;
    eventTypes: string[];
    /** Signs what is sent; encrypted. */
    secret: string;
    /** After a rotation it signs as well, until former_secret_until. */
    formerSecret: string | null;
    formerSecretUntil: Date | null;
    /** paused: by an admin; disabled: by Postroom, after days of failure. */
    state: Generated<'active' | 'paused' | 'disabled'>;
    /** The last event whose delivery was written: the event log is the outbox. */
    lastSeq: number;
    /** The first failure since the last success. */
    failingSince: Date | null;
    createdBy: string | null;
    createdAt: Generated<Date>;
  };
  webhookDelivery: {
    instanceId: string;
    id: string;
    webhookId: string;
    /** The event; null for a test. */
    seq: number | null;
    type: string;
    /** Ids, no content. */
    data: Json<JsonColumns['webhookDelivery']['data']>;
    occurredAt: Date;
    createdAt: Generated<Date>;
    state: Generated<'pending' | 'delivered' | 'failed'>;
    attempts: Generated<number>;
    nextAttemptAt: Generated<Date | null>;
    /** A process is delivering it; afterwards another one may. */
    leasedUntil: Date | null;
    lastAttemptAt: Date | null;
    lastMs: number | null;
    lastStatus: number | null;
    problem: Json<JsonColumns['webhookDelivery']['problem']> | null;
    /** The beginning of an answer that refused it; deleted when what the event is about is redacted or deleted. */
    response: string | null;
  };
};
