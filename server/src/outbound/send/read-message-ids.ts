import { sql } from 'kysely';
import type { Report } from '../../database/column-types.ts';
import type { Deployment } from '../../database/connect.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import type { Locks } from '../../database/session-locks.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import type { UnreadCopy } from '../render/load-send-data.ts';
import { readBack } from './confirm-sent.ts';

export type ReadIdsDeps = { deployment: Deployment; database: Database; locks: Locks; gmail: GmailAccess };

/** What was received and may be about a sent message whose Message-ID is not known. */
type Seeking = { instanceId: string } & ({ conversationId: string } | { reportId: string });

const maxSeekingAtOnce = 50;
/** The newest of what was sent to the same people, and no older than this, is read: 20 units each. */
const maxCopies = 10;
const maxAgeDays = 90;

/**
 * Reads back the Message-IDs of sent messages (docs/gmail.md, trap 1) to which something may refer that was received:
 * the first message of a conversation that cites unknown messages, or a report about one. What is found joins its
 * conversation. In one process at a time; what Google does not answer is asked again at the next call.
 */
export async function readAwaitedIds(deps: ReadIdsDeps, signal: AbortSignal): Promise<void> {
  const seeking = await findSeeking(deps.deployment);
  if (seeking.length === 0) return;
  await deps.locks.tryLock('read message ids', async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    for (const each of seeking) {
      if (stop.aborted) return;
      await readCopiesFor(deps, each, stop);
    }
  });
}

async function findSeeking({ sql: db }: Deployment): Promise<Seeking[]> {
  const conversations = await db
    .selectFrom('awaitedMessage')
    .where('sought', '=', false)
    .select(['instanceId', 'conversationId'])
    .distinct()
    .limit(maxSeekingAtOnce)
    .execute();
  const reports = await db
    .selectFrom('unmatchedReport')
    .where('sought', '=', false)
    .select(['instanceId', 'reportMessageId as reportId'])
    .distinct()
    .limit(maxSeekingAtOnce)
    .execute();
  return [...conversations, ...reports];
}

async function readCopiesFor(
  { database, gmail }: ReadIdsDeps,
  seeking: Seeking,
  signal: AbortSignal,
): Promise<void> {
  const { instanceId } = seeking;
  const copies = await database.inInstance(instanceId, async (tx) =>
    unreadCopiesTo(tx, await peopleIn(tx, seeking)),
  );
  let answered = true;
  for (const copy of copies) {
    const ref = { instanceId, ...copy };
    if (!(await readBack({ database }, gmail(ref, { priority: 'backlog', signal }), ref))) answered = false;
  }
  if (answered) await database.inInstance(instanceId, (tx) => markSought(tx, seeking));
}

/** The normalised addresses of those who wrote or received it, or to whom a report says a message was not delivered. */
async function peopleIn(tx: InstanceTransaction, seeking: Seeking): Promise<string[]> {
  const rows =
    'reportId' in seeking
      ? await reportsIn(tx, seeking.reportId)
      : await tx.sql
          .selectFrom('message')
          .where('conversationId', '=', seeking.conversationId)
          .select(['fromAddress', 'writerAddress', 'recipients'])
          .limit(20)
          .execute();
  const addresses = rows.flatMap((row) =>
    'report' in row
      ? row.report.recipients.flatMap((recipient) => recipient.addresses)
      : [
          row.fromAddress,
          row.writerAddress,
          ...[...row.recipients.to, ...row.recipients.cc].map(({ address }) => address),
        ],
  );
  return [...new Set(addresses.filter((address) => address !== '').map(normalizeAddress))];
}

function reportsIn({ sql: db }: InstanceTransaction, id: string): Promise<Array<{ report: Report }>> {
  return db
    .selectFrom('unmatchedReport')
    .where('reportMessageId', '=', id)
    .select('report')
    .limit(1)
    .execute();
}

/** What was sent in the conversations of these people and not read back, the newest first. */
async function unreadCopiesTo(tx: InstanceTransaction, addresses: string[]): Promise<UnreadCopy[]> {
  const { rows } = await sql<UnreadCopy>`
    select d.message_id as "messageId", d.mailbox_id as "mailboxId", d.gmail_id as "gmailId"
    from customer_address known
    join conversation c on c.instance_id = known.instance_id and c.customer_id = known.customer_id
    join message m on m.instance_id = c.instance_id and m.conversation_id = c.id
      and m.sent_at > now() - make_interval(days => ${maxAgeDays})
    join delivery d on d.instance_id = m.instance_id and d.message_id = m.id
    where known.address = any(${addresses}::text[]) and m.rfc_message_id is null and d.gmail_id is not null
    order by m.sent_at desc limit ${maxCopies}`.execute(tx.sql);
  return rows;
}

async function markSought(tx: InstanceTransaction, seeking: Seeking): Promise<void> {
  if ('reportId' in seeking) {
    const { reportId } = seeking;
    await tx.sql
      .updateTable('unmatchedReport')
      .set({ sought: true })
      .where('reportMessageId', '=', reportId)
      .execute();
    return;
  }
  const { conversationId } = seeking;
  await tx.sql
    .updateTable('awaitedMessage')
    .set({ sought: true })
    .where('conversationId', '=', conversationId)
    .execute();
}
