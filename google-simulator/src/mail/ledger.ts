import type { Simulator } from '../simulator.ts';
import { type Header, headerOf, idsIn } from './headers.ts';

/** An event: a send was accepted, or a message was delivered to a mailbox or to an outside domain. */
export type LedgerEntry = {
  seq: number;
  kind: 'accepted' | 'delivered' | 'outside';
  account: string | null;
  recipient: string | null;
  gmailId: string | null;
  threadId: string | null;
  rfcMessageId: string | null;
  subject: string;
  /** The X-Postroom-Delivery header. */
  delivery: string | null;
  at: number;
};

/** Adds an entry to the ledger. */
export function writeLedger(
  { store, clock }: Simulator,
  kind: LedgerEntry['kind'],
  headers: Header[],
  at: { account?: string; recipient?: string; gmailId?: string; threadId?: string },
): void {
  store.run(
    `INSERT INTO ledger (kind, account, recipient, gmail_id, thread_id, rfc_message_id, subject, delivery, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    kind,
    at.account ?? null,
    at.recipient ?? null,
    at.gmailId ?? null,
    at.threadId ?? null,
    idsIn(headerOf(headers, 'Message-ID'))[0] ?? null,
    headerOf(headers, 'Subject'),
    headerOf(headers, 'X-Postroom-Delivery') || null,
    clock.now(),
  );
}

/** The entries after `seq`, oldest first. */
export function readLedger({ store }: Simulator, after = 0): LedgerEntry[] {
  return store
    .all<Record<string, never>>('SELECT * FROM ledger WHERE seq > ? ORDER BY seq', after)
    .map((row: Record<string, unknown>) => ({
      seq: row.seq as number,
      kind: row.kind as LedgerEntry['kind'],
      account: row.account as string | null,
      recipient: row.recipient as string | null,
      gmailId: row.gmail_id as string | null,
      threadId: row.thread_id as string | null,
      rfcMessageId: row.rfc_message_id as string | null,
      subject: row.subject as string,
      delivery: row.delivery as string | null,
      at: row.at as number,
    }));
}
