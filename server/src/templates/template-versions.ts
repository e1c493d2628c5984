import type { Actor } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { noSuchTemplate, saveTemplate, template } from './templates.ts';

/** A template after one change. `author` is empty if it was not recorded. */
export type VersionView = {
  version: number;
  name: string;
  author: string;
  createdAt: Date;
  /** The earlier version whose content this is. */
  restoredFrom: number | null;
};

/** A page of the versions of a template, newest first. Throws a ProblemError if there is no such template. */
export async function versions(
  tx: InstanceTransaction,
  templateId: string,
  page: PageRequest,
): Promise<Page<VersionView>> {
  if (!(await template(tx, templateId))) throw new ProblemError(noSuchTemplate);
  const query = tx.sql
    .selectFrom('templateVersion')
    .where('templateId', '=', templateId)
    .select(['version', 'name', 'authorName as author', 'createdAt', 'restoredFrom']);
  return selectPage(query, { by: [['version', 'integer']], direction: 'desc' }, page);
}

/** One version with its content. Throws a ProblemError if there is none. */
export async function version(tx: InstanceTransaction, templateId: string, number: number) {
  const row = await tx.sql
    .selectFrom('templateVersion')
    .where('templateId', '=', templateId)
    .where('version', '=', number)
    .select(['version', 'name', 'html', 'form', 'authorName as author', 'createdAt', 'restoredFrom'])
    .executeTakeFirst();
  if (!row) throw new ProblemError(noSuchVersion);
  return row;
}

/** Restores the content of an earlier version, as a new version. The caller has checked it. */
export async function restoreVersion(
  tx: InstanceTransaction,
  templateId: string,
  number: number,
  actor: Actor,
): Promise<void> {
  const { name, html, form } = await version(tx, templateId, number);
  await saveTemplate(tx, templateId, { name, html, form, restoredFrom: number }, actor);
}

const noSuchVersion = createProblem(404, 'no-such-version');
