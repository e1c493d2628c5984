import type { ColumnType } from 'kysely';
import type { StoredProblem } from '../problems.ts';

// Hand-written companions of generated/schema.ts: the shapes of JSON columns, and names for the unions
// that it takes from check constraints (the compiler reports where the two differ).

/** A JSON column: read as `Shape`, written as JSON text. */
export type Json<Shape> = ColumnType<Shape, string, string>;
/** A JSON column with a default value: an insert may leave it out. */
export type JsonWithDefault<Shape> = ColumnType<Shape, string | undefined, string>;

/** The shape of each JSON column. The generated schema does not compile while one is missing here. */
export type JsonColumns = {
  auditEntry: { before: unknown; after: unknown };
  bulkMessage: { problem: StoredProblem };
  bulkRecipient: { fields: Record<string, string>; problem: StoredProblem };
  connection: { problem: StoredProblem; sendAs: SendAs[] };
  conversationMerge: { threads: Array<{ mailboxId: string; gmailThreadId: string }> };
  delivery: { problem: StoredProblem; requestedFrom: NameAndAddress };
  draft: { recipients: DraftRecipients; quoting: Quoting };
  event: { data: Record<string, string> };
  mailboxImport: { problem: StoredProblem };
  mailbox: {
    sendAs: SendAs[];
    watchProblem: StoredProblem;
    failingProblem: StoredProblem;
    twoWayProblem: StoredProblem;
  };
  mailboxCheck: { missing: MissingMessage[]; problem: StoredProblem };
  message: { recipients: Recipients; invitation: Invitation; quoting: Quoting; sender: Sender };
  notification: { data: Record<string, string> };
  notificationHealth: { problem: StoredProblem };
  openingHours: { week: OpeningTime[]; holidays: Holiday[] };
  processReport: { figures: ProcessFigures };
  template: { form: TemplateForm };
  templateVersion: { form: TemplateForm };
  unfetchedMessage: { problem: StoredProblem };
  unmatchedReport: { report: Report };
  webhookDelivery: { data: Record<string, string>; problem: StoredProblem };
};

/** The mail-safe fonts: those that Windows, macOS, iOS and Android have, or a metric-compatible one. */
export const mailFonts = ['arial', 'verdana', 'tahoma', 'trebuchet', 'georgia', 'times', 'courier'] as const;

/** What an admin chose in the form of a template. Texts are plain; they may name data, such as `{{user.name}}`. */
export type TemplateForm = {
  /** Of this shape; another shape gets another number. */
  version: 1;
  /** The HTML was changed by hand since it was made from these values. */
  edited: boolean;
  /** A picture of `template_picture`, shown with this width in pixels. */
  logo: { pictureId: string; width: number; height: number; alt: string } | null;
  header: { text: string /** A band in the brand color. */; band: boolean };
  /** Hexadecimal, `#0f6b63`; `page` is around the message, `card` behind it. */
  colors: { brand: string; page: string; card: string; text: string };
  font: (typeof mailFonts)[number];
  /** In pixels. */
  width: number;
  /** Of the header and the footer. */
  align: 'start' | 'center';
  footer: {
    text: string;
    links: Array<{ label: string; url: string }> /** Links as buttons. */;
    buttons: boolean;
  };
  /** Whether a line separates the signature from the message. */
  signatureLine: boolean;
};

/** The figures of one process that the page Health needs of all. They name no organization. */
export type ProcessFigures = {
  /** The ids of the keys with which it opens what is sealed. */
  sealKeys: string[];
  /** The address at which people open it; null for a worker. */
  url: string | null;
  /** Loops of recurring work, by their names in `/metrics`: those whose last turns failed, and those without a turn for long. */
  failingLoops: string[];
  stoppedLoops: string[];
  streams: number;
  /** From an event to its writing on a live stream, on average over the last minutes (ms); null without any. */
  eventLagMs: number | null;
  connectionsUsed: number;
  connectionsWaiting: number;
  /** Refreshes of access tokens since the process began, and those of them that failed. */
  refreshes: number;
  refreshesFailed: number;
  /** Of the mailbox with the least: 1 to 0. */
  quotaLeft: number;
};

/** When an organization opens and closes on a day of each week: 1 is Monday; times as `09:00`, until `24:00`. */
export type OpeningTime = { day: number; from: string; to: string };

/** A day on which an organization is closed, `2026-12-25`. */
export type Holiday = { date: string; name: string };

/** A name and an address as a mail header carries them (RFC 5322 §3.4). */
export type NameAndAddress = { name: string; address: string };

/** The recipients of a message, by header field. */
export type Recipients = {
  to: NameAndAddress[];
  cc: NameAndAddress[];
  bcc: NameAndAddress[];
  replyTo: NameAndAddress[];
};

/** Who a received message is from (R9). */
export type Sender = {
  /** The person who wrote: not From where a program or a list sent it. The address is empty if it is unknown or ours. */
  writer: NameAndAddress;
  /** The authors in From after the first. */
  otherAuthors: NameAndAddress[];
  /** Who is answered. */
  answerTo: NameAndAddress[];
  /** Who is not answered although Reply-To asks for it, because From is not verified. */
  ignoredReplyTo: NameAndAddress[];
  /** The groups in our domains that forwarded it: what is sent there comes back to us. Normalised. */
  ownGroups: string[];
  /** Whether Gmail found From to be true: by DMARC or an aligned DKIM signature. */
  verification: Verification;
};
export type Verification = 'passed' | 'failed' | 'unknown';

/** A send-as address as Gmail lists it (users.settings.sendAs). */
export type SendAs = { address: string; name: string; accepted: boolean; isPrimary: boolean };

export type ConversationStatus = 'open' | 'snoozed' | 'done';
export type Direction = 'inbound' | 'outbound' | 'note';
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'failed' | 'held' | 'cancelled';
/** The class of a message (mail/reports/classify.ts). */
export type MessageKind = 'ordinary' | 'list' | 'auto-reply' | 'bounce' | 'complaint';
/** How a message is signed or encrypted (mail/mime/protection.ts). */
export type Protection = 'pgp-signed' | 'pgp-encrypted' | 'smime-signed' | 'smime-encrypted';
/** The calendar event of a message (RFC 5545, RFC 5546). */
export type Invitation = {
  method: 'request' | 'cancel' | 'reply' | 'publish' | 'counter';
  summary: string;
  location: string;
  organizer: NameAndAddress | null;
  start: string | null;
  end: string | null;
  timeZone: string | null;
  repeats: boolean;
  uid?: string;
};
/** A change of a conversation shown in its timeline; `unsnoozed`: its snooze ended. */
export type ConversationEventKind =
  | 'done'
  | 'reopened'
  | 'snoozed'
  | 'unsnoozed'
  | 'assigned'
  | 'unassigned'
  | 'merged'
  | 'unmerged'
  | 'split'
  | 'moved'
  | 'tagged'
  | 'untagged';
/** What was removed from a message; `cards`: card numbers, by the instance's setting. */
export type RedactionKind = 'passage' | 'attachment' | 'message' | 'cards';
/** A delivery report: given up, still being tried, or a complaint of the recipient. */
export type ReportKind = 'failed' | 'delayed' | 'complaint';
/** A parsed delivery report (RFC 3464) or complaint (RFC 5965): the message it is about and the recipients. */
export type Report = {
  deliveryId: string | null;
  originalMessageId: string | null;
  recipients: Array<{
    kind: ReportKind;
    /** The failed address and, where different, the address written to. Normalized. */
    addresses: string[];
    /** RFC 3463; empty for a complaint. */
    status: string;
    /** One of mail/reports/bounce-reasons.ts; empty for a complaint, absent in old rows. */
    reason?: string;
    /** The diagnostic text of the receiving server; for a complaint its type (RFC 5965). */
    diagnostic: string;
  }>;
};
/** The progress of a mailbox's completeness check. */
export type CheckState = 'waiting' | 'listing' | 'fetching' | 'done' | 'failed';
/**
 * A message found at Gmail that was not stored; `date` in ISO 8601. `unreadable`: Gmail does not return it; its
 * headers are empty and its date null where Gmail does not return those either.
 */
export type MissingMessage = {
  gmailId: string;
  subject: string;
  from: string;
  date: string | null;
  unreadable?: true;
};
/** The kind of a draft; a reply to all is a reply. */
export type DraftKind = 'reply' | 'forward' | 'note' | 'new';
/** Recipients as typed, validated when the message is sent. */
export type DraftRecipients = { to: string[]; cc: string[]; bcc: string[] };
/**
 * What the author of a reply decided about the earlier messages it quotes: those left out, and those added
 * although these recipients (normalized addresses) have not received them. Ids of messages.
 */
export type Quoting = { omitted: string[]; added: Array<{ messageId: string; readers: string[] }> };
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
