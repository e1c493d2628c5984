import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import type { StoredMessage } from '../decide/changes.ts';

/** Two-way sync (G2): notes that these messages are in Gmail's inbox, so that it is noticed when they leave it. */
export async function noteInInbox(
  { instanceId, sql: db }: InstanceTransaction,
  mailboxId: string,
  arrivals: readonly StoredMessage[],
): Promise<void> {
  const inInbox = arrivals.filter(
    ({ direction, message }) => direction === 'inbound' && message.fetched.labels.includes('INBOX'),
  );
  if (inInbox.length === 0) return;
  await db
    .insertInto('gmailPlace')
    .values(
      [...new Set(inInbox.map(({ conversationId }) => conversationId))].map((conversationId) => ({
        instanceId,
        conversationId,
        mailboxId,
        knownPlace: 'inbox' as const,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['instanceId', 'conversationId', 'mailboxId'])
        .doUpdateSet({ knownPlace: 'inbox' })
        .where('gmailPlace.wantedPlace', 'is', null),
    )
    .execute();
}
