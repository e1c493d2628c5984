import type { InstanceTransaction } from '../database/bind.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import { cleanHtml } from '../mail/clean-html.ts';

export type Shortcut = { id: string; name: string; html: string };

/** The canned answers of the instance, by name. */
export async function listShortcuts(tx: InstanceTransaction): Promise<Shortcut[]> {
  return tx.sql.selectFrom('shortcut').select(['id', 'name', 'html']).orderBy('name').execute();
}

/** Makes or changes a canned answer. Throws Refused where another has this name. */
export async function saveShortcut(
  tx: InstanceTransaction,
  { id, name, html }: Shortcut,
  { actorId, now }: { actorId: string; now: Date },
): Promise<Shortcut> {
  const taken = await tx.sql
    .selectFrom('shortcut')
    .where('name', '=', name)
    .where('id', '!=', id)
    .select('id')
    .executeTakeFirst();
  if (taken) throw new Refused(nameTaken(name));
  const values = { name, html: cleanHtml(html), changedAt: now };
  const saved = await tx.sql
    .insertInto('shortcut')
    .values({ instanceId: tx.instanceId, id, ...values })
    .onConflict((there) => there.columns(['instanceId', 'id']).doUpdateSet(values))
    .returning(['id', 'name', 'html'])
    .executeTakeFirstOrThrow();
  record(tx, { type: 'shortcut.changed', data: { shortcutId: id } }, actorId);
  return saved;
}

/** Deletes a canned answer. One that is not there any more is as wanted. */
export async function deleteShortcut(tx: InstanceTransaction, id: string, actorId: string): Promise<void> {
  await tx.sql.deleteFrom('shortcut').where('id', '=', id).execute();
  record(tx, { type: 'shortcut.changed', data: { shortcutId: id } }, actorId);
}

const nameTaken = (name: string) =>
  refusal(
    409,
    'name-taken',
    `There is a shortcut “${name}” already.`,
    'Choose another name, or change that one.',
  );
