import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';

/** A layout outbound messages are rendered into. `usedBy`: the addresses that use it. */
export type TemplateView = { id: string; name: string; html: string; updatedAt: Date; usedBy: string[] };

/** One template; null where the instance has no such. */
export async function template(tx: InstanceTransaction, id: string): Promise<TemplateView | null> {
  const [one] = await select(tx, id);
  return one ?? null;
}

/** All of them, by name. Blank is built in and is none of them. */
export function templates(tx: InstanceTransaction): Promise<TemplateView[]> {
  return select(tx, null);
}

/** Makes a template, or changes one (`id`). The caller has checked the HTML (check.ts). */
export async function saveTemplate(
  tx: InstanceTransaction,
  id: string | null,
  content: { name: string; html: string },
  actor: Actor,
): Promise<string> {
  const before = id ? await template(tx, id) : null;
  if (id && !before) throw new Refused(noSuchTemplate);
  const templateId = id ?? uuid();
  if (before) {
    await tx.sql
      .updateTable('template')
      .set({ ...content, updatedAt: new Date() })
      .where('id', '=', templateId)
      .execute();
  } else {
    await tx.sql
      .insertInto('template')
      .values({ instanceId: tx.instanceId, id: templateId, ...content })
      .execute();
  }
  await audit(tx, actor, {
    action: before ? 'template.changed' : 'template.created',
    subject: content.name,
    ...(before && { before: { name: before.name, html: before.html } }),
    after: content,
  });
  record(tx, { type: 'template.changed', data: { templateId } }, actor.id);
  return templateId;
}

/** Deletes a template; addresses that use it take `replacement` (null: Blank), which must be said. */
export async function deleteTemplate(
  tx: InstanceTransaction,
  id: string,
  replacement: string | null | undefined,
  actor: Actor,
): Promise<void> {
  const before = await template(tx, id);
  if (!before) throw new Refused(noSuchTemplate);
  if (before.usedBy.length > 0) {
    if (replacement === undefined || replacement === id) throw new Refused(inUse(before.usedBy));
    if (replacement && !(await template(tx, replacement))) throw new Refused(noSuchTemplate);
    await tx.sql
      .updateTable('mailbox')
      .set({ templateId: replacement })
      .where('templateId', '=', id)
      .execute();
  } else {
    // Deleted addresses may still name it.
    await tx.sql.updateTable('mailbox').set({ templateId: null }).where('templateId', '=', id).execute();
  }
  await tx.sql.deleteFrom('template').where('id', '=', id).execute();
  await audit(tx, actor, {
    action: 'template.deleted',
    subject: before.name,
    before: { name: before.name, html: before.html },
  });
  record(tx, { type: 'template.changed', data: { templateId: id } }, actor.id);
}

async function select(tx: InstanceTransaction, id: string | null): Promise<TemplateView[]> {
  let query = tx.sql.selectFrom('template').select(['id', 'name', 'html', 'updatedAt']);
  if (id) query = query.where('id', '=', id);
  const rows = await query.orderBy('name').orderBy('id').execute();
  const users = await tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .where('templateId', 'is not', null)
    .select(['templateId', 'address'])
    .orderBy('address')
    .execute();
  return rows.map((row) => ({
    ...row,
    usedBy: users.filter(({ templateId }) => templateId === row.id).map(({ address }) => address),
  }));
}

export const noSuchTemplate = refusal(
  404,
  'no-such-template',
  'This template does not exist any more.',
  'Choose another one.',
);

const inUse = (addresses: string[]) =>
  refusal(
    409,
    'template-in-use',
    `This template is used by ${addresses.join(', ')}.`,
    'Choose the template that takes its place.',
  );
