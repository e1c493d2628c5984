import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { createProblem, ProblemError } from '../problems.ts';

export type SavedReply = { id: string; name: string; html: string };

/** A page of the saved replies of the instance, by name. */
export function listSavedReplies(tx: InstanceTransaction, page: PageRequest): Promise<Page<SavedReply>> {
  const query = tx.sql.selectFrom('savedReply').select(['id', 'name', 'html']);
  return selectPage(query, byColumn('name', 'text', 'asc'), page);
}

/** Creates or changes a saved reply. Throws a ProblemError if another one has this name. */
export async function saveSavedReply(
  tx: InstanceTransaction,
  { id, name, html }: SavedReply,
  { actor, now }: { actor: Actor; now: Date },
): Promise<SavedReply> {
  const sameName = await tx.sql
    .selectFrom('savedReply')
    .where('name', '=', name)
    .where('id', '!=', id)
    .select('id')
    .executeTakeFirst();
  if (sameName) throw new ProblemError(nameTaken(name));
  const before = await tx.sql
    .selectFrom('savedReply')
    .where('id', '=', id)
    .select(['name', 'html'])
    .forUpdate()
    .executeTakeFirst();
  const values = { name, html: cleanHtml(html), changedAt: now };
  const saved = await tx.sql
    .insertInto('savedReply')
    .values({ instanceId: tx.instanceId, id, ...values })
    .onConflict((oc) => oc.columns(['instanceId', 'id']).doUpdateSet(values))
    .returning(['id', 'name', 'html'])
    .executeTakeFirstOrThrow();
  const after = { name: saved.name, html: saved.html };
  if (before?.name !== after.name || before.html !== after.html) {
    await audit(tx, actor, {
      action: before ? 'saved-reply.changed' : 'saved-reply.created',
      subject: name,
      ...(before && { before }),
      after,
    });
  }
  recordEvent(tx, { type: 'saved-reply.changed', data: { savedReplyId: id } }, actor.id);
  return saved;
}

/** Deletes a saved reply. Does nothing if it does not exist any more. */
export async function deleteSavedReply(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const before = await tx.sql
    .deleteFrom('savedReply')
    .where('id', '=', id)
    .returning(['name', 'html'])
    .executeTakeFirst();
  if (!before) return;
  await audit(tx, actor, { action: 'saved-reply.deleted', subject: before.name, before });
  recordEvent(tx, { type: 'saved-reply.changed', data: { savedReplyId: id } }, actor.id);
}

const nameTaken = (name: string) => createProblem(409, 'saved-reply-name-taken', { name });
