import { type Actor, audit } from '../audit/record.ts';
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
  { actor, now }: { actor: Actor; now: Date },
): Promise<Shortcut> {
  const taken = await tx.sql
    .selectFrom('shortcut')
    .where('name', '=', name)
    .where('id', '!=', id)
    .select('id')
    .executeTakeFirst();
  if (taken) throw new Refused(nameTaken(name));
  const before = await tx.sql
    .selectFrom('shortcut')
    .where('id', '=', id)
    .select(['name', 'html'])
    .forUpdate()
    .executeTakeFirst();
  const values = { name, html: cleanHtml(html), changedAt: now };
  const saved = await tx.sql
    .insertInto('shortcut')
    .values({ instanceId: tx.instanceId, id, ...values })
    .onConflict((there) => there.columns(['instanceId', 'id']).doUpdateSet(values))
    .returning(['id', 'name', 'html'])
    .executeTakeFirstOrThrow();
  const after = { name: saved.name, html: saved.html };
  if (before?.name !== after.name || before.html !== after.html) {
    await audit(tx, actor, {
      action: before ? 'shortcut.changed' : 'shortcut.created',
      subject: name,
      ...(before && { before }),
      after,
    });
  }
  record(tx, { type: 'shortcut.changed', data: { shortcutId: id } }, actor.id);
  return saved;
}

/** Deletes a canned answer. One that is not there any more is as wanted. */
export async function deleteShortcut(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const before = await tx.sql
    .deleteFrom('shortcut')
    .where('id', '=', id)
    .returning(['name', 'html'])
    .executeTakeFirst();
  if (!before) return;
  await audit(tx, actor, { action: 'shortcut.deleted', subject: before.name, before });
  record(tx, { type: 'shortcut.changed', data: { shortcutId: id } }, actor.id);
}

const nameTaken = (name: string) =>
  refusal(
    409,
    'name-taken',
    `There is a shortcut “${name}” already.`,
    'Choose another name, or change that one.',
  );
