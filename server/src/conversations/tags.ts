import { type Actor, audit } from '../audit/record-audit-entry.ts';
import { type TagColor, tagColors } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';

export type Tag = { id: string; name: string; color: TagColor };

const maxTags = 500;

/** All tags of the instance, by name. */
export async function listTags(tx: InstanceTransaction): Promise<Tag[]> {
  return tx.sql.selectFrom('tag').select(['id', 'name', 'color']).orderBy('nameKey').execute();
}

/** All tags with the number of conversations of each. */
export async function countTags(tx: InstanceTransaction): Promise<Array<Tag & { conversations: number }>> {
  return tx.sql
    .selectFrom('tag')
    .select((eb) => [
      'tag.id',
      'tag.name',
      'tag.color',
      eb
        .selectFrom('conversationTag')
        .whereRef('conversationTag.tagId', '=', 'tag.id')
        .select((count) => count.fn.countAll<number>().as('conversations'))
        .$asScalar()
        .$notNull()
        .as('conversations'),
    ])
    .orderBy('nameKey')
    .execute();
}

/**
 * Creates a tag, or returns the existing one of the same name. The default colour is the one used least.
 * Throws a ProblemError if there are too many.
 */
export async function createTag(
  tx: InstanceTransaction,
  { id, name, color }: { id: string; name: string; color?: TagColor | undefined },
  actor: Actor,
): Promise<Tag> {
  const tags = await listTags(tx);
  const existing = tags.find((tag) => tag.name.toLowerCase() === name.toLowerCase());
  if (existing) return existing;
  if (tags.length >= maxTags) throw new ProblemError(tooMany);
  const uses = (one: TagColor) => tags.filter((tag) => tag.color === one).length;
  const values = { name, color: color ?? tagColors.toSorted((a, b) => uses(a) - uses(b))[0]! };
  const saved = await tx.sql
    .insertInto('tag')
    .values({ instanceId: tx.instanceId, id, ...values })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'name', 'color'])
    .executeTakeFirst();
  if (!saved) throw new ProblemError(nameTaken(name));
  await audit(tx, actor, { action: 'tag.created', subject: name, after: values });
  recordEvent(tx, { type: 'tag.changed', data: { tagId: id } }, actor.id);
  return saved;
}

/** Changes the name or colour of a tag. Throws a ProblemError if another tag has the name. */
export async function changeTag(
  tx: InstanceTransaction,
  id: string,
  change: { name?: string | undefined; color?: TagColor | undefined },
  actor: Actor,
): Promise<Tag> {
  const before = await tx.sql
    .selectFrom('tag')
    .where('id', '=', id)
    .select(['name', 'color'])
    .forUpdate()
    .executeTakeFirst();
  if (!before) throw new ProblemError(noSuchTag);
  const after = { name: change.name ?? before.name, color: change.color ?? before.color };
  const taken = await tx.sql
    .selectFrom('tag')
    .where('nameKey', '=', after.name.toLowerCase())
    .where('id', '!=', id)
    .select('id')
    .executeTakeFirst();
  if (taken) throw new ProblemError(nameTaken(after.name));
  await tx.sql.updateTable('tag').set(after).where('id', '=', id).execute();
  await audit(tx, actor, { action: 'tag.changed', subject: after.name, before, after });
  recordEvent(tx, { type: 'tag.changed', data: { tagId: id } }, actor.id);
  return { id, ...after };
}

/** Deletes a tag, also from all conversations; does nothing if it does not exist. */
export async function deleteTag(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const before = await tx.sql
    .deleteFrom('tag')
    .where('id', '=', id)
    .returning(['name', 'color'])
    .executeTakeFirst();
  if (!before) return;
  await audit(tx, actor, { action: 'tag.deleted', subject: before.name, before });
  recordEvent(tx, { type: 'tag.changed', data: { tagId: id } }, actor.id);
}

export const noSuchTag = createProblem(404, 'no-such-tag');
const nameTaken = (name: string) => createProblem(409, 'tag-name-taken', { name });
const tooMany = createProblem(409, 'too-many-tags', { limit: maxTags });
