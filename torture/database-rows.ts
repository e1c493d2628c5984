import type { DatabaseAccess } from './database-access.ts';

/** A Gmail message as it is stored, with the message it became. */
export type StoredCopy = {
  instanceId: string;
  mailboxId: string;
  gmailId: string;
  gmailThreadId: string;
  internalDate: Date;
  messageId: string | null;
  conversationId: string | null;
  origin: 'postroom' | 'gmail' | null;
  sentAt: Date | null;
  rfcMessageId: string | null;
  subject: string | null;
  hasRaw: boolean;
};

/** Every Gmail message stored in the deployment. */
export async function storedCopies(pool: DatabaseAccess): Promise<StoredCopy[]> {
  const { rows } = await pool.query(
    `select g.instance_id as "instanceId", g.mailbox_id as "mailboxId", g.gmail_id as "gmailId",
       g.gmail_thread_id as "gmailThreadId", g.internal_date as "internalDate", g.message_id as "messageId",
       m.conversation_id as "conversationId", m.origin, m.sent_at as "sentAt",
       m.rfc_message_id as "rfcMessageId", m.subject, r.message_id is not null as "hasRaw"
     from gmail_message g
     left join message m on m.instance_id = g.instance_id and m.id = g.message_id
     left join raw_message r on r.instance_id = g.instance_id and r.message_id = g.message_id`,
  );
  return rows;
}

/** The messages that are set aside because Gmail does not return them, as `mailbox id, space, Gmail id`. */
export async function setAside(pool: DatabaseAccess): Promise<Set<string>> {
  const { rows } = await pool.query(
    `select mailbox_id || ' ' || gmail_id as key from unfetched_message where set_aside_at is not null`,
  );
  return new Set(rows.map(({ key }) => key));
}

/** The delivery of an answer. */
export type DeliveryRow = {
  messageId: string;
  state: string;
  gmailId: string | null;
  attempts: number;
  problem: { code: string } | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
  mailboxId: string;
};

/** Every delivery of the deployment. */
export async function deliveries(pool: DatabaseAccess): Promise<DeliveryRow[]> {
  const { rows } = await pool.query(
    `select message_id as "messageId", state, gmail_id as "gmailId", attempts, problem,
       next_attempt_at as "nextAttemptAt", created_at as "createdAt",
       mailbox_id as "mailboxId"
     from delivery`,
  );
  return rows;
}

/** What a message is stored with. `zstd`: its source, of a received one. */
export type StoredContent = {
  recipients: Record<string, Array<{ address: string }>>;
  subject: string;
  text: string;
  files: Array<{ filename: string; sha256: string }>;
  zstd: Buffer | null;
};

export async function storedContents(pool: DatabaseAccess, messageId: string): Promise<StoredContent> {
  const { rows } = await pool.query(
    `select m.recipients, m.subject, coalesce(m.body_text, '') as text, r.zstd,
       coalesce((select json_agg(json_build_object('filename', a.filename, 'sha256', encode(a.sha256, 'hex')))
         from attachment a where a.message_id = m.id), '[]') as files
     from message m left join raw_message r on r.message_id = m.id where m.id = $1`,
    [messageId],
  );
  return rows[0];
}
