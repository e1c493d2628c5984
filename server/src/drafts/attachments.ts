import { createHash } from 'node:crypto';
import { takeAdvisoryLocks } from '../database/advisory-locks.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { findBlockedFile } from '../mail/compose/blocked-files.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { deleteUnusedBlobs } from './blobs.ts';
import { assertRoomForFiles, draftFileLimits } from './draft-file-limits.ts';
import { type DraftAttachment, noSuchDraft } from './draft-views.ts';

/** Gmail sends up to 25 MB of attachments, before encoding (support.google.com/mail/answer/6584). */
export const maxAttachmentBytes = 25 * 1024 * 1024;

/**
 * Attaches a file to a draft. Its bytes are stored once for each content, as those of received mail are. An
 * image in the text (`inline`) gets a content id for `cid:`. A repeated id changes nothing. Throws a
 * ProblemError if the attachments together are too large, also those of all drafts, or if Gmail would send the file
 * to nobody.
 */
export async function attach(
  tx: InstanceTransaction,
  { draftId, userId }: { draftId: string; userId: string },
  file: { id: string; filename: string; mediaType: string; inline: boolean; bytes: Buffer },
  limits = draftFileLimits,
): Promise<DraftAttachment> {
  const { instanceId } = tx;
  const { id, filename, mediaType, inline, bytes } = file;
  // Locked, so that of two simultaneous uploads the second counts the first.
  const draft = await tx.sql
    .selectFrom('draft')
    .where('id', '=', draftId)
    .where('userId', '=', userId)
    .select(['id', 'kind'])
    .forUpdate()
    .executeTakeFirst();
  if (!draft) throw new ProblemError(noSuchDraft);
  // A note is not sent.
  if (draft.kind !== 'note') await assertNotBlocked(file);
  const others = await tx.sql
    .selectFrom('attachment')
    .where('draftId', '=', draftId)
    .select(['id', 'filename', 'mediaType', 'size', 'contentId', 'position'])
    .execute();
  const existing = others.find((other) => other.id === id);
  if (existing) {
    const { position: _position, ...attachment } = existing;
    return attachment;
  }
  if (bytes.length + others.reduce((sum, { size }) => sum + size, 0) > maxAttachmentBytes) {
    throw new ProblemError(tooLarge);
  }
  // Two uploads to different drafts count one after the other.
  await takeAdvisoryLocks(tx, ['draft files']);
  await assertRoomForFiles(tx, userId, { files: 1, bytes: bytes.length }, limits);
  const sha256 = createHash('sha256').update(bytes).digest();
  await tx.sql
    .insertInto('blob')
    .values({ instanceId, sha256, bytes })
    // The update locks an existing row, so that it is not deleted as unused before it is referenced.
    .onConflict((oc) => oc.columns(['instanceId', 'sha256']).doUpdateSet({ sha256 }))
    .execute();
  const contentId = inline ? `${id}@postroom` : null;
  const attachment = { id, filename, mediaType, size: bytes.length, contentId };
  await tx.sql
    .insertInto('attachment')
    .values({
      instanceId,
      ...attachment,
      draftId,
      position: Math.max(-1, ...others.map(({ position }) => position)) + 1,
      inline,
      sha256,
    })
    .execute();
  return attachment;
}

/** Removes a file from a draft. Does nothing if it does not exist any more. */
export async function detach(
  tx: InstanceTransaction,
  { draftId, userId, attachmentId }: { draftId: string; userId: string; attachmentId: string },
): Promise<void> {
  const deleted = await tx.sql
    .deleteFrom('attachment')
    .where('id', '=', attachmentId)
    .where('draftId', '=', draftId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('draft')
          .where('draft.id', '=', draftId)
          .where('draft.userId', '=', userId)
          .select('draft.id'),
      ),
    )
    .returning('sha256')
    .executeTakeFirst();
  if (deleted) await deleteUnusedBlobs(tx, [deleted.sha256]);
}

/** Throws a ProblemError if Gmail would return a message with one of the draft's files. */
export async function assertNoBlockedFile(tx: InstanceTransaction, draftId: string): Promise<void> {
  const files = await tx.sql
    .selectFrom('attachment')
    .where('draftId', '=', draftId)
    .select(['filename', 'sha256'])
    .execute();
  for (const { filename, sha256 } of files) {
    // Only of an archive are the bytes needed.
    const blob = /\.zip$/i.test(filename)
      ? await tx.sql
          .selectFrom('blob')
          .where('sha256', '=', sha256)
          .select(['bytes', 'location'])
          .executeTakeFirst()
      : undefined;
    await assertNotBlocked({ filename, bytes: blob ? await tx.files.read(blob) : Buffer.alloc(0) });
  }
}

async function assertNotBlocked({ filename, bytes }: { filename: string; bytes: Buffer }): Promise<void> {
  const blocked = await findBlockedFile(filename, bytes);
  if (!blocked) return;
  const { name, archive } = blocked;
  throw new ProblemError(
    archive === null
      ? createProblem(400, 'attachment-blocked', { name })
      : createProblem(400, 'attachment-blocked-inside', { name, archive }),
  );
}

export const tooLarge = createProblem(413, 'attachments-too-large');
