import type { Database } from '../../database/instance-transaction.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import type { Parser } from '../parse/parser.ts';
import { ImportStopped } from '../store/import-stopped.ts';
import { receive } from './receive.ts';
import { type Candidate, postponeUnfetched } from './unfetched-messages.ts';

/** How long nothing is tried while Gmail fails for the whole mailbox; that counts against no message (ms). */
const outagePauseMs = 60_000;

/**
 * Tries again to fetch messages of a mailbox that were set aside. What is read is stored, and takes its place in
 * the timeline by when Gmail accepted it.
 */
export async function retryUnfetched(
  { database, gmail, parser }: { database: Database; gmail: GmailAccess; parser: Parser },
  {
    candidates,
    ...mailboxRef
  }: { instanceId: string; mailboxId: string; importId: string | null; candidates: Candidate[] },
  signal: AbortSignal,
): Promise<void> {
  const mailbox = await database.inInstance(mailboxRef.instanceId, (tx) =>
    tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxRef.mailboxId)
      .where('deletedAt', 'is', null)
      .where('disconnectedAt', 'is', null)
      .select(['connectedAt', 'failingSince'])
      .executeTakeFirst(),
  );
  if (!mailbox) return;
  const deps = { database, parser, gmail: gmail(mailboxRef, { priority: 'backlog', signal }), signal };
  const outcome = await receive(deps, { ...mailboxRef, ...mailbox }, candidates, { retrying: true }).catch(
    (error) => {
      if (error instanceof ImportStopped) return null;
      throw error;
    },
  );
  if (!outcome || outcome.kind === 'ok' || outcome.held || signal.aborted) return;
  const gmailIds = candidates.map(({ gmailId }) => gmailId);
  await postponeUnfetched(database, mailboxRef, gmailIds, new Date(Date.now() + outagePauseMs));
}
