import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { TemplateForm } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { templateHtml } from './form/template-html.ts';
import { deleteUnusedPictures } from './template-pictures.ts';

/** A layout into which outbound messages are rendered. `usedBy`: the addresses of the mailboxes that use it. */
export type TemplateView = {
  id: string;
  name: string;
  html: string;
  /** The values of the form that the HTML was made from; null: there was no form. */
  form: TemplateForm | null;
  /** Counts the changes. */
  version: number;
  updatedAt: Date;
  /** The author of this version; empty if it was not recorded. */
  changedBy: string;
  usedBy: string[];
};

/** One template; null if the instance does not have it. */
export async function template(tx: InstanceTransaction, id: string): Promise<TemplateView | null> {
  const { rows } = await select(tx, id, { limit: 1 });
  return rows[0] ?? null;
}

/** A page of the templates, by name. The built-in template Blank is not among them. */
export function templates(tx: InstanceTransaction, page: PageRequest): Promise<Page<TemplateView>> {
  return select(tx, null, page);
}

export type Change = {
  name: string;
  html: string;
  /** Its HTML takes the place of `html`, unless it was edited by hand. If left out, the former form stays, as edited. */
  form?: TemplateForm | null | undefined;
  /** The version the editor read: a later one is not overwritten. If left out, it is. */
  version?: number | undefined;
  /** The earlier version whose content this is. */
  restoredFrom?: number;
};

/**
 * Creates a template, or changes the one with this id. Each change is a new version; saving the same
 * content changes nothing. The caller has checked the HTML (check-template.ts). Returns the template's id.
 * Throws a ProblemError if the template is gone or was changed in the meantime.
 */
export async function saveTemplate(
  tx: InstanceTransaction,
  id: string | null,
  change: Change,
  actor: Actor,
): Promise<string> {
  const { instanceId } = tx;
  const { name, version, restoredFrom } = change;
  const before = id ? await lockTemplate(tx, id) : null;
  const { html, form } = contentOf(change, before);
  if (before && version !== undefined && version !== before.version) {
    throw new ProblemError(savedMeanwhile((await template(tx, before.id))!));
  }
  if (before && before.name === name && before.html === html && isDeepStrictEqual(before.form, form))
    return before.id;
  const templateId = id ?? uuid();
  const next = (before?.version ?? 0) + 1;
  const now = new Date();
  if (before) {
    await keepVersion(tx, before);
    await tx.sql
      .updateTable('template')
      .set({ name, html, form: form && JSON.stringify(form), version: next, updatedAt: now })
      .where('id', '=', templateId)
      .execute();
  } else {
    await tx.sql
      .insertInto('template')
      .values({ instanceId, id: templateId, name, html, form: form && JSON.stringify(form) })
      .execute();
  }
  await tx.sql
    .insertInto('templateVersion')
    .values({
      instanceId,
      templateId,
      version: next,
      name,
      html,
      form: form && JSON.stringify(form),
      authorId: actor.id,
      authorName: actor.name,
      restoredFrom: restoredFrom ?? null,
      createdAt: now,
    })
    .execute();
  await audit(tx, actor, {
    action: restoredFrom ? 'template.restored' : before ? 'template.changed' : 'template.created',
    subject: name,
    ...(before && { before: { name: before.name, html: before.html } }),
    after: { name, html, ...(restoredFrom && { restoredFrom }) },
  });
  await deleteUnusedPictures(tx, now);
  recordEvent(tx, { type: 'template.changed', data: { templateId } }, actor.id);
  return templateId;
}

/** The HTML of a template: that of its form, unless it was edited by hand. */
export function htmlOf({ html, form }: Pick<Change, 'html' | 'form'>): string {
  return form && !form.edited ? templateHtml(form) : html;
}

/** What is stored. A version is restored as it was, also if the form makes other HTML now. */
function contentOf(change: Change, before: { html: string; form: TemplateForm | null } | null) {
  const { html, form, restoredFrom } = change;
  if (form !== undefined) return { html: restoredFrom ? html : htmlOf(change), form };
  const former = before?.form ?? null;
  return { html, form: former && { ...former, edited: former.edited || html !== before?.html } };
}

/** Keeps the content before the change: older templates have no version of it yet. */
async function keepVersion(
  { sql, instanceId }: InstanceTransaction,
  before: {
    id: string;
    name: string;
    html: string;
    form: TemplateForm | null;
    version: number;
    updatedAt: Date;
  },
): Promise<void> {
  const { id: templateId, name, html, form, version, updatedAt: createdAt } = before;
  await sql
    .insertInto('templateVersion')
    .values({
      instanceId,
      templateId,
      version,
      name,
      html,
      form: form && JSON.stringify(form),
      authorName: '',
      createdAt,
    })
    .onConflict((oc) => oc.doNothing())
    .execute();
}

async function lockTemplate(tx: InstanceTransaction, id: string) {
  const row = await tx.sql
    .selectFrom('template')
    .where('id', '=', id)
    .select(['id', 'name', 'html', 'form', 'version', 'updatedAt'])
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new ProblemError(noSuchTemplate);
  return row;
}

/**
 * Deletes a template. Mailboxes and aliases that use it get the template `replacement` (null: Blank); if there are any,
 * it must be given. Throws a ProblemError.
 */
export async function deleteTemplate(
  tx: InstanceTransaction,
  id: string,
  replacement: string | null | undefined,
  actor: Actor,
): Promise<void> {
  const before = await template(tx, id);
  if (!before) throw new ProblemError(noSuchTemplate);
  if (before.usedBy.length > 0) {
    if (replacement === undefined || replacement === id) throw new ProblemError(inUse(before.usedBy));
    if (replacement && !(await template(tx, replacement))) throw new ProblemError(noSuchTemplate);
    await tx.sql
      .updateTable('mailbox')
      .set({ templateId: replacement })
      .where('templateId', '=', id)
      .execute();
    await tx.sql
      .updateTable('mailboxAlias')
      .set({ templateId: replacement })
      .where('templateId', '=', id)
      .execute();
  } else {
    // Deleted mailboxes and their aliases may still refer to it.
    await tx.sql.updateTable('mailbox').set({ templateId: null }).where('templateId', '=', id).execute();
    await tx.sql.updateTable('mailboxAlias').set({ templateId: null }).where('templateId', '=', id).execute();
  }
  await tx.sql.deleteFrom('template').where('id', '=', id).execute();
  await deleteUnusedPictures(tx, new Date());
  await audit(tx, actor, {
    action: 'template.deleted',
    subject: before.name,
    before: { name: before.name, html: before.html },
  });
  recordEvent(tx, { type: 'template.changed', data: { templateId: id } }, actor.id);
}

async function select(
  tx: InstanceTransaction,
  id: string | null,
  page: PageRequest,
): Promise<Page<TemplateView>> {
  let query = tx.sql
    .selectFrom('template')
    .leftJoin('templateVersion', (join) =>
      join
        .onRef('templateVersion.instanceId', '=', 'template.instanceId')
        .onRef('templateVersion.templateId', '=', 'template.id')
        .onRef('templateVersion.version', '=', 'template.version'),
    )
    .select((eb) => [
      'template.id',
      'template.name',
      'template.html',
      'template.form',
      'template.version',
      'template.updatedAt',
      eb.fn.coalesce('templateVersion.authorName', eb.val('')).as('changedBy'),
    ]);
  if (id) query = query.where('template.id', '=', id);
  const { rows, next } = await selectPage(query, byColumn('template.name', 'text', 'asc'), page);
  const users = await tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .where('templateId', 'is not', null)
    .select(['templateId', 'address'])
    .union((eb) =>
      eb
        .selectFrom('mailboxAlias')
        .innerJoin('mailbox', (join) =>
          join
            .onRef('mailbox.instanceId', '=', 'mailboxAlias.instanceId')
            .onRef('mailbox.id', '=', 'mailboxAlias.mailboxId'),
        )
        .where('mailbox.deletedAt', 'is', null)
        .where('mailboxAlias.templateId', 'is not', null)
        .select(['mailboxAlias.templateId', 'mailboxAlias.address']),
    )
    .orderBy('address')
    .execute();
  const used = (id: string) =>
    users.filter(({ templateId }) => templateId === id).map(({ address }) => address);
  return { rows: rows.map((row) => ({ ...row, usedBy: used(row.id) })), next };
}

export const noSuchTemplate = createProblem(404, 'no-such-template');

const savedMeanwhile = ({ name, changedBy }: TemplateView) =>
  createProblem(409, 'template-conflict', { name: changedBy || { code: 'somebody' }, template: name });

const inUse = (addresses: string[]) =>
  createProblem(409, 'template-in-use', { addresses: addresses.join(', ') });
