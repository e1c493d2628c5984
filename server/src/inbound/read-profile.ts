import type { Database } from '../database/instance-transaction.ts';
import type { GoogleResult } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getProfile, type Profile } from '../google/profile.ts';
import { followRename } from '../mailboxes/follow-rename.ts';

/** How often a mailbox's address and history id are compared with Gmail's (ms); costs one quota unit. */
const intervalMs = 5 * 60_000;

/** Reads the mailbox's profile at Gmail, and follows a renamed account. */
export async function readProfile(
  { database, gmail }: { database: Database; gmail: Gmail },
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
): Promise<GoogleResult<Profile>> {
  const answer = await getProfile(gmail);
  if (answer.kind !== 'ok') return answer;
  const now = new Date();
  await database.inInstance(instanceId, async (tx) => {
    await followRename(tx, mailboxId, answer.value.address, now);
    await tx.sql
      .updateTable('mailbox')
      .set({ profileCheckAt: new Date(now.getTime() + intervalMs) })
      .where('id', '=', mailboxId)
      .execute();
  });
  return answer;
}
