import { sql } from 'kysely';
import type { BulkState } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { ProblemError, type StoredProblem } from '../problems.ts';
import { noSuchBulk } from './bulk-drafts.ts';
import type { ListedRecipient } from './parse-recipient-list.ts';

/** The number of recipients in each state. */
export type BulkCounts = {
  total: number;
  waiting: number;
  skipped: number;
  sending: number;
  sent: number;
  bounced: number;
  failed: number;
};

export type BulkView = {
  id: string;
  mailboxId: string;
  /** That of the mailbox. */
  address: string;
  /** The send-as address it is sent from instead; null: none. */
  alias: string | null;
  subject: string;
  html: string;
  state: BulkState;
  problem: StoredProblem | null;
  author: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  counts: BulkCounts;
};

export type RecipientState = 'waiting' | 'skipped' | 'sending' | 'sent' | 'bounced' | 'failed';
/** One recipient of a bulk message and the state of the delivery. */
export type RecipientView = {
  position: number;
  address: string;
  name: string;
  state: RecipientState;
  /** Why it was not sent. */
  problem: StoredProblem | null;
  /** What the recipient's server said when it came back. */
  diagnostic: string | null;
  changedAt: Date | null;
  conversationId: string | null;
};

/** A page of the bulk messages, newest first. */
export function bulkMessages(tx: InstanceTransaction, page: PageRequest): Promise<Page<BulkView>> {
  return selectBulkMessages(tx, null, page);
}

/** One bulk message. Throws a ProblemError if it does not exist. */
export async function bulkMessage(tx: InstanceTransaction, id: string): Promise<BulkView> {
  const { rows } = await selectBulkMessages(tx, id, { limit: 1 });
  const [one] = rows;
  if (!one) throw new ProblemError(noSuchBulk);
  return one;
}

/** The state of a recipient, from the delivery and the reports about it. What is our own fault is no bounce. */
const state = sql<RecipientState>`case
  when bulk_recipient.state <> 'written' then bulk_recipient.state
  when exists (select from delivery_report r where r.message_id = bulk_recipient.message_id and r.kind = 'failed'
    and r.reason in ('own-limit', 'blocked-file')) then 'failed'
  when exists (select from delivery_report r where r.message_id = bulk_recipient.message_id and r.kind = 'failed') then 'bounced'
  when delivery.state = 'sent' then 'sent'
  when delivery.state in ('failed', 'cancelled') or delivery.state is null then 'failed'
  else 'sending' end`;

async function selectBulkMessages(
  tx: InstanceTransaction,
  id: string | null,
  page: PageRequest,
): Promise<Page<BulkView>> {
  let query = tx.sql
    .selectFrom('bulkMessage')
    .innerJoin('mailbox', 'mailbox.id', 'bulkMessage.mailboxId')
    .leftJoin('users', 'users.id', 'bulkMessage.authorId')
    .select([
      'bulkMessage.id',
      'bulkMessage.mailboxId',
      'mailbox.address',
      'bulkMessage.alias',
      'bulkMessage.subject',
      'bulkMessage.html',
      'bulkMessage.state',
      'bulkMessage.problem',
      'users.name as author',
      'bulkMessage.createdAt',
      'bulkMessage.startedAt',
      'bulkMessage.finishedAt',
    ]);
  if (id) query = query.where('bulkMessage.id', '=', id);
  const { rows, next } = await selectPage(query, byColumn('bulkMessage.createdAt', 'time', 'desc'), page);
  if (rows.length === 0) return { rows: [], next };
  const counted = await tx.sql
    .selectFrom('bulkRecipient')
    .leftJoin('delivery', 'delivery.messageId', 'bulkRecipient.messageId')
    .where(
      'bulkId',
      'in',
      rows.map((row) => row.id),
    )
    .select((eb) => ['bulkId', state.as('state'), eb.fn.countAll<number>().as('count')])
    .groupBy(['bulkId', state])
    .execute();
  const views = rows.map((row) => {
    const countOf = (wanted: RecipientState) =>
      counted.find(({ bulkId, state }) => bulkId === row.id && state === wanted)?.count ?? 0;
    const counts = {
      waiting: countOf('waiting'),
      skipped: countOf('skipped'),
      sending: countOf('sending'),
      sent: countOf('sent'),
      bounced: countOf('bounced'),
      failed: countOf('failed'),
    };
    return { ...row, counts: { ...counts, total: Object.values(counts).reduce((sum, one) => sum + one, 0) } };
  });
  return { rows: views, next };
}

/** A page of the recipients of a bulk message, in order. */
export async function recipients(
  tx: InstanceTransaction,
  bulkId: string,
  page: PageRequest,
): Promise<Page<RecipientView>> {
  const query = tx.sql
    .selectFrom('bulkRecipient')
    .leftJoin('delivery', 'delivery.messageId', 'bulkRecipient.messageId')
    .leftJoin('message', 'message.id', 'bulkRecipient.messageId')
    .where('bulkId', '=', bulkId)
    .select((eb) => [
      'position',
      'bulkRecipient.address',
      'name',
      state.as('state'),
      'bulkRecipient.problem',
      'delivery.problem as deliveryProblem',
      'delivery.changedAt',
      'message.conversationId',
      eb
        .selectFrom('deliveryReport')
        .whereRef('deliveryReport.messageId', '=', 'bulkRecipient.messageId')
        .where('deliveryReport.kind', '=', 'failed')
        .select('diagnostic')
        .limit(1)
        .as('diagnostic'),
    ]);
  const { rows, next } = await selectPage(query, { by: [['position', 'integer']], direction: 'asc' }, page);
  const views = rows.map(({ problem, deliveryProblem, ...row }) => ({
    ...row,
    problem: problem ?? (row.state === 'sent' ? null : deliveryProblem),
  }));
  return { rows: views, next };
}

/** The recipient at a position in the list, counted from 1; undefined if the list is shorter. */
export function recipientAt(
  tx: InstanceTransaction,
  bulkId: string,
  position: number,
): Promise<(ListedRecipient & { position: number }) | undefined> {
  return tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', bulkId)
    .select(['position', 'address', 'name', 'fields'])
    .orderBy('position')
    .offset(Math.max(0, position - 1))
    .limit(1)
    .executeTakeFirst();
}
