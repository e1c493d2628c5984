import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleResult } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { getProfile, type Profile } from '../../google/profile.ts';
import { followRename } from '../../mailboxes/follow-rename.ts';

/** Reads the mailbox's profile at Gmail, for one quota unit, and follows a renamed account. */
export async function readProfile(
  { database, gmail }: { database: Database; gmail: Gmail },
  { instanceId, mailboxId, address }: { instanceId: string; mailboxId: string; address: string },
): Promise<GoogleResult<Profile>> {
  const answer = await getProfile(gmail);
  if (answer.kind !== 'ok' || answer.value.address.toLowerCase() === address.toLowerCase()) return answer;
  await database.inInstance(instanceId, (tx) =>
    followRename(tx, mailboxId, answer.value.address, new Date()),
  );
  return answer;
}
