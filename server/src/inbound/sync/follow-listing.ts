import { sql } from 'kysely';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { getLabels } from '../../google/labels.ts';
import { listMessages } from '../../google/messages.ts';
import { copyPlace, type Moved, placeOf } from './follow-gmail.ts';
import type { SyncedMailbox } from './sync-state.ts';

/**
 * Two-way sync (G2) where Gmail no longer has the history: follows what was archived or moved to the inbox since. The
 * inbox is listed, and a conversation whose newest message is in it, or is not, against what was last known, is asked
 * about. Where nothing was known, as for mail that a filter of Gmail's archives at once, nothing is followed. Returns
 * the failure of Google's, if there was one.
 */
export async function followListing(
  { database, gmail }: { database: Database; gmail: Gmail },
  mailbox: SyncedMailbox,
): Promise<GoogleFailure | null> {
  if (!mailbox.twoWay) return null;
  const inbox: string[] = [];
  let pageToken: string | null = null;
  do {
    const page = await listMessages(gmail, { labels: ['INBOX'], pageToken });
    if (page.kind !== 'ok') return page;
    inbox.push(...page.value.messages.map(({ id }) => id));
    pageToken = page.value.nextPageToken;
  } while (pageToken);
  const { instanceId, mailboxId } = mailbox;
  for (const moved of await database.inInstance(instanceId, (tx) => findMoved(tx, mailboxId, inbox))) {
    const answer = await getLabels(gmail, moved.gmailId);
    if (answer.kind === 'not-found') continue;
    if (answer.kind !== 'ok') return answer;
    const place = placeOf(answer.value);
    await database.inInstance(instanceId, (tx) => copyPlace(tx, mailboxId, { ...moved, place }));
  }
  return null;
}

/** The conversations whose newest received message is not where it was last known, unless Postroom wants it elsewhere. */
async function findMoved(tx: InstanceTransaction, mailboxId: string, inbox: string[]): Promise<Moved[]> {
  const { rows } = await sql<Moved>`
    select * from (
      select distinct on (m.conversation_id) m.conversation_id as "conversationId", g.gmail_id as "gmailId",
        place.known_place as "knownPlace"
      from gmail_place place
      join message m on m.instance_id = place.instance_id and m.conversation_id = place.conversation_id
      join gmail_message g on g.instance_id = m.instance_id and g.message_id = m.id and g.mailbox_id = place.mailbox_id
      where place.mailbox_id = ${mailboxId} and place.known_place is not null and place.wanted_place is null
        and m.direction = 'inbound'
      order by m.conversation_id, g.internal_date desc, g.gmail_id desc
    ) newest
    where ("knownPlace" = 'inbox') <> ("gmailId" = any (${inbox}::text[]))`.execute(tx.sql);
  return rows;
}
