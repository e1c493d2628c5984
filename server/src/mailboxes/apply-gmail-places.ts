import { sql } from 'kysely';
import { backoff } from '../backoff.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { type LabelChange, maxBatchModify, modifyLabels } from '../google/labels.ts';
import { allowsModify } from '../google/scopes.ts';
import { markDisconnected } from './connection-state.ts';
import type { GmailAccess } from './gmail-access.ts';
import { changesOf, type WantedPlace } from './gmail-place-changes.ts';
import type { MailboxRef } from './mailbox-ref.ts';
import { stopTwoWay } from './two-way.ts';

type ApplyDeps = { database: Database; locks: Locks; gmail: GmailAccess };

/** How many conversations are changed together. */
const perSlice = 100;

/** The connected mailboxes with two-way sync (G2) for which something is wanted in Gmail now. */
export async function dueGmailPlaces(
  deployment: Deployment,
  now: Date,
  limit: number,
): Promise<MailboxRef[]> {
  return deployment.sql
    .selectFrom('gmailPlace')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'gmailPlace.instanceId')
        .onRef('mailbox.id', '=', 'gmailPlace.mailboxId'),
    )
    .where('gmailPlace.dueAt', '<=', now)
    .where('mailbox.twoWay', '=', true)
    .where('mailbox.twoWayProblem', 'is', null)
    .where('mailbox.disconnectedAt', 'is', null)
    .where('mailbox.deletedAt', 'is', null)
    .select(['gmailPlace.instanceId', 'gmailPlace.mailboxId'])
    .distinct()
    .limit(limit)
    .execute();
}

/**
 * Brings one mailbox's labels in Gmail to what is wanted, in one process at a time and after sends and receiving. A
 * change that was made and not noted, after a crash, is made again, which does no harm. If Gmail fails, what is due
 * waits with growing delay; a missing permission stops two-way sync and nothing else.
 */
export async function applyGmailPlaces(deps: ApplyDeps, ref: MailboxRef, signal: AbortSignal): Promise<void> {
  await deps.locks.tryLock(`labels ${ref.mailboxId}`, async (lockLost) => {
    const either = AbortSignal.any([signal, lockLost]);
    const gmail = deps.gmail(ref, { priority: 'backlog', signal: either });
    for (let more = true; more && !either.aborted; ) more = await applySlice({ ...deps, gmail }, ref);
  });
}

/** Returns whether there may be more to do at once. */
async function applySlice(
  { database, gmail }: { database: Database; gmail: Gmail },
  ref: MailboxRef,
): Promise<boolean> {
  const startedAt = new Date();
  const wanted = await loadWanted(database, ref, startedAt);
  if (wanted === 'not-allowed') {
    await database.inInstance(ref.instanceId, (tx) => stopTwoWay(tx, ref.mailboxId));
    return false;
  }
  if (wanted.length === 0) return false;
  const changes = await changesOf(gmail, wanted);
  const failure = changes.kind === 'ok' ? await modifyAll(gmail, changes.value) : changes;
  if (failure) {
    if (!(failure.kind === 'retry' && failure.cause === 'stopped'))
      await recordFailure(database, ref, failure, startedAt);
    return false;
  }
  await database.inInstance(ref.instanceId, async (tx) => {
    for (const one of wanted) {
      await sql`
        update gmail_place set
          known_place = coalesce(${one.place}, known_place),
          known_read_until = greatest(known_read_until, ${one.readUntil}::timestamptz),
          wanted_place = case when version = ${one.version} then null else wanted_place end,
          wanted_read_until = case when version = ${one.version} then null else wanted_read_until end,
          due_at = case when version = ${one.version} then null else due_at end,
          attempts = 0
        where mailbox_id = ${ref.mailboxId} and conversation_id = ${one.conversationId}`.execute(tx.sql);
    }
  });
  return wanted.length === perSlice;
}

/** What is due, with the Gmail messages of each conversation; `not-allowed` if Google lets Postroom change no labels. */
function loadWanted(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  now: Date,
): Promise<WantedPlace[] | 'not-allowed'> {
  return database.inInstance(instanceId, async (tx) => {
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .innerJoin('mailboxGrant', 'mailboxGrant.mailboxId', 'mailbox.id')
      .where('mailbox.id', '=', mailboxId)
      .where('mailbox.twoWay', '=', true)
      .where('mailbox.twoWayProblem', 'is', null)
      .select('mailboxGrant.scope')
      .executeTakeFirst();
    if (!mailbox) return [];
    if (!allowsModify(mailbox.scope)) return 'not-allowed';
    const places = await tx.sql
      .selectFrom('gmailPlace')
      .where('mailboxId', '=', mailboxId)
      .where('dueAt', '<=', now)
      .select(['conversationId', 'wantedPlace as place', 'wantedReadUntil as readUntil', 'version'])
      .orderBy('dueAt')
      .limit(perSlice)
      .execute();
    if (places.length === 0) return [];
    const ids = places.map(({ conversationId }) => conversationId);
    const copies = await tx.sql
      .selectFrom('gmailMessage')
      .innerJoin('message', (join) =>
        join
          .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
          .onRef('message.id', '=', 'gmailMessage.messageId'),
      )
      .innerJoin('gmailPlace', (join) =>
        join
          .onRef('gmailPlace.instanceId', '=', 'message.instanceId')
          .onRef('gmailPlace.conversationId', '=', 'message.conversationId')
          .onRef('gmailPlace.mailboxId', '=', 'gmailMessage.mailboxId'),
      )
      .where('gmailMessage.mailboxId', '=', mailboxId)
      .where('message.conversationId', 'in', ids)
      // Older mail that was imported since (G1) is not what was done or read.
      .where((eb) =>
        eb.or([
          eb('gmailMessage.importId', 'is', null),
          eb('message.createdAt', '<=', eb.ref('gmailPlace.wantedAt')),
        ]),
      )
      .select([
        'message.conversationId',
        'message.direction',
        'gmailMessage.gmailId',
        'gmailMessage.gmailThreadId',
        'gmailMessage.internalDate',
      ])
      .orderBy('gmailMessage.internalDate')
      .execute();
    const byConversation = Map.groupBy(copies, ({ conversationId }) => conversationId);
    return places.map((place) => ({ ...place, copies: byConversation.get(place.conversationId) ?? [] }));
  });
}

/** Makes all changes. Returns the first failure after which the rest has to wait; null if there was none. */
async function modifyAll(
  gmail: Gmail,
  changes: Array<LabelChange & { ids: string[] }>,
): Promise<GoogleFailure | null> {
  for (const { ids, ...change } of changes) {
    for (let from = 0; from < ids.length; from += maxBatchModify) {
      const some = ids.slice(from, from + maxBatchModify);
      const answer = await modifyLabels(gmail, some, change);
      if (answer.kind === 'ok' || isOfMessage(answer) === false) {
        if (answer.kind !== 'ok') return answer;
        continue;
      }
      // One of them may be deleted in Gmail: whether that fails the others is not documented.
      for (const id of some.length > 1 ? some : []) {
        const single = await modifyLabels(gmail, [id], change);
        if (single.kind !== 'ok' && !isOfMessage(single)) return single;
      }
    }
  }
  return null;
}

/** Whether Gmail refuses the message, and not the access. */
function isOfMessage(failure: GoogleFailure): boolean {
  return failure.kind === 'not-found' || (failure.kind === 'refused' && !failure.forbidden);
}

async function recordFailure(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  failure: GoogleFailure,
  startedAt: Date,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    if (failure.kind === 'disconnected' && failure.code === 'scope-missing') {
      await stopTwoWay(tx, mailboxId);
    } else if (failure.kind === 'disconnected') {
      await markDisconnected(tx, mailboxId, { code: failure.code, startedAt, now: new Date() });
    } else {
      const due = tx.sql
        .selectFrom('gmailPlace')
        .where('mailboxId', '=', mailboxId)
        .where('dueAt', '<=', startedAt);
      const { most } = await due.select((eb) => eb.fn.max('attempts').as('most')).executeTakeFirstOrThrow();
      const dueAt = new Date(Date.now() + backoff(most ?? 0, 'after' in failure ? failure.after : null));
      // All that is wanted waits: the failure is the mailbox's.
      await tx.sql
        .updateTable('gmailPlace')
        .set((eb) => ({ dueAt, attempts: eb('attempts', '+', 1) }))
        .where('mailboxId', '=', mailboxId)
        .where('dueAt', '<', dueAt)
        .execute();
    }
  });
}
