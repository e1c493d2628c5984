import type { FetchedMessage } from './fetched-message.ts';
import type { ParsedMessage } from './parse-message.ts';

/** A message as it is stored; `zstd` its raw bytes, compressed. */
export type MessageToStore = {
  fetched: FetchedMessage;
  parsed: ParsedMessage;
  zstd: Uint8Array;
  /** Numbers of payment cards were taken out of it (redact-cards.ts). */
  cardsRedacted?: boolean;
};

/** What became of a message that was to be stored. */
export type StoreOutcome =
  | { kind: 'stored'; messageId: string; conversationId: string }
  /** Read before, or deleted here since: either way it stays as it is (R3). */
  | { kind: 'already-stored' }
  /** The Sent copy of a message written here. */
  | { kind: 'sent-copy'; messageId: string }
  /** A template's test, sent by an admin to themselves: its key is kept, and nothing else of it. */
  | { kind: 'test' }
  /** The copy another connected mailbox received of a message already in the timeline. */
  | { kind: 'other-copy'; messageId: string };
