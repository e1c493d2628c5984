import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { OutgoingAttachment } from '../mail/compose/compose-mime.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { readPicture } from './picture-size.ts';

/** A picture that templates show as `cid:<id>@postroom`; `width` and `height` are its own, in pixels. */
export type TemplatePicture = { id: string; mediaType: string; width: number; height: number };

/** Every message of the template carries it. */
const maxPictureBytes = 200_000;
const maxPictures = 200;
/** A picture that no saved template has yet may belong to one that is being written. */
const unusedDays = 7;

/**
 * Stores a picture for templates. Throws a ProblemError if it is no PNG, JPEG or GIF, is too large, or if the
 * instance has too many.
 */
export async function storePicture(
  tx: InstanceTransaction,
  { filename, bytes }: { filename: string; bytes: Buffer },
): Promise<TemplatePicture> {
  if (bytes.length > maxPictureBytes) throw new ProblemError(tooLarge);
  const picture = readPicture(bytes);
  if (!picture) throw new ProblemError(noPicture);
  await deleteUnusedPictures(tx, new Date());
  const { count } = await tx.sql
    .selectFrom('templatePicture')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count >= maxPictures) throw new ProblemError(tooMany);
  const id = uuid();
  await tx.sql
    .insertInto('templatePicture')
    .values({ instanceId: tx.instanceId, id, filename, bytes, ...picture })
    .execute();
  return { id, ...picture };
}

/** A picture with its bytes; null if it does not exist. */
export async function findPicture(tx: InstanceTransaction, id: string) {
  const row = await tx.sql
    .selectFrom('templatePicture')
    .where('id', '=', id)
    .select(['mediaType', 'bytes'])
    .executeTakeFirst();
  return row ?? null;
}

const reference = /\bcid:([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})@postroom\b/gi;

/** The pictures that a template refers to, as the inline attachments of a message; none for Blank (null). */
export async function picturesOfTemplate(
  tx: InstanceTransaction,
  template: string | null,
): Promise<OutgoingAttachment[]> {
  const ids = new Set(Array.from(template?.matchAll(reference) ?? [], ([, id]) => id!.toLowerCase()));
  if (ids.size === 0) return [];
  const rows = await tx.sql
    .selectFrom('templatePicture')
    .where('id', 'in', [...ids])
    .select(['id', 'filename', 'mediaType', 'bytes'])
    .orderBy('id')
    .execute();
  return rows.map(({ id, ...picture }) => ({ ...picture, contentId: `${id}@postroom` }));
}

/** Deletes older pictures that no version of any template refers to. */
export async function deleteUnusedPictures(tx: InstanceTransaction, now: Date): Promise<void> {
  const before = new Date(now.getTime() - unusedDays * 86_400_000);
  const refers = sql`'%' || template_picture.id::text || '%'`;
  await tx.sql
    .deleteFrom('templatePicture')
    .where('createdAt', '<', before)
    .where(
      sql<boolean>`not exists (select from template t where t.instance_id = template_picture.instance_id
        and (t.html ilike ${refers} or t.form::text like ${refers}))`,
    )
    .where(
      sql<boolean>`not exists (select from template_version v where v.instance_id = template_picture.instance_id
        and (v.html ilike ${refers} or v.form::text like ${refers}))`,
    )
    .execute();
}

const noPicture = createProblem(400, 'template-picture-unreadable');
const tooLarge = createProblem(413, 'template-picture-too-large');
const tooMany = createProblem(409, 'too-many-template-pictures');
