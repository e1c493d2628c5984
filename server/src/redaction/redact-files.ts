import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { attachesAny } from '../mail/redaction/attached-files.ts';
import { fileContains } from '../mail/redaction/find-in-file.ts';
import { redactFile } from '../mail/redaction/redact-file.ts';
import { redactRaw } from '../mail/redaction/redact-raw.ts';
import { type Finder, redactText } from '../mail/redaction/redact-text.ts';
import { readAll } from '../stores/file-stores.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

type Owner = { messageId: string } | { draftId: string };

/** The files of a message or draft that contain a match in their name or content. */
export async function filesContaining(tx: InstanceTransaction, owner: Owner, find: Finder) {
  const found: Awaited<ReturnType<typeof filesOf>> = [];
  for (const file of await filesOf(tx, owner)) {
    if (find(file.filename).length > 0 || (await fileContains(file, find))) found.push(file);
  }
  return found;
}

/**
 * Redacts the files of a message or draft, contents (see redact-file.ts) and names. A file whose contents
 * cannot be redacted is deleted. Returns how many files changed.
 */
export async function redactFiles(tx: InstanceTransaction, owner: Owner, find: Finder): Promise<number> {
  const files = await filesContaining(tx, owner, find);
  for (const file of files) {
    const { id, filename, bytes, sha256 } = file;
    const hasMatch = await fileContains(file, find);
    const clean = hasMatch ? await redactFile(file, find) : bytes;
    if (!clean) await tx.sql.deleteFrom('attachment').where('id', '=', id).execute();
    else {
      await replaceBytes(tx, id, clean);
      const renamed = { filename: redactText(filename, find), ...(hasMatch && { charset: null }) };
      await tx.sql.updateTable('attachment').set(renamed).where('id', '=', id).execute();
    }
    await deleteUnusedBlobs(tx, [sha256]);
  }
  return files.length;
}

async function replaceBytes(tx: InstanceTransaction, attachmentId: string, bytes: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest();
  await tx.sql
    .insertInto('blob')
    .values({ instanceId: tx.instanceId, sha256, bytes })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx.sql
    .updateTable('attachment')
    .set({ sha256, size: bytes.length })
    .where('id', '=', attachmentId)
    .execute();
}

/**
 * Removes files, by the hashes of their bytes, from the messages attached to a message or draft: an attached message
 * that has one of them keeps its text and loses its files.
 */
export async function removeFromAttachedMessages(
  tx: InstanceTransaction,
  owner: Owner,
  hashes: Buffer[],
): Promise<void> {
  for (const { id, mediaType, bytes, sha256 } of await filesOf(tx, owner)) {
    if (mediaType !== 'message/rfc822' || !(await attachesAny(bytes, hashes))) continue;
    const clean = await redactRaw(bytes, () => [], { force: true });
    if (clean && clean.length > 0) await replaceBytes(tx, id, clean);
    else await tx.sql.deleteFrom('attachment').where('id', '=', id).execute();
    await deleteUnusedBlobs(tx, [sha256]);
  }
}

/**
 * Redacts the raw copy of a message; with `force` its attachments are removed even if nothing matches.
 * Returns whether it changed.
 */
export async function redactRawCopy(
  tx: InstanceTransaction,
  messageId: string,
  find: Finder,
  options: { force?: boolean } = {},
): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('rawMessage')
    .where('messageId', '=', messageId)
    .select(['zstd as bytes', 'location'])
    .executeTakeFirst();
  if (!row) return false;
  const clean = await redactRaw(await decompress(await tx.files.read(row)), find, options);
  if (!clean) return false;
  if (clean.length === 0) {
    await tx.sql.deleteFrom('rawMessage').where('messageId', '=', messageId).execute();
  } else {
    await tx.sql
      .updateTable('rawMessage')
      .set({ zstd: await compress(clean), location: null, size: clean.length })
      .where('messageId', '=', messageId)
      .execute();
  }
  return true;
}

async function filesOf(tx: InstanceTransaction, owner: Owner) {
  const files = tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .select([
      'attachment.id',
      'attachment.filename',
      'attachment.mediaType',
      'attachment.charset',
      'attachment.sha256',
      'blob.bytes',
      'blob.location',
    ])
    .orderBy('attachment.position');
  const rows = await ('messageId' in owner
    ? files.where('attachment.messageId', '=', owner.messageId)
    : files.where('attachment.draftId', '=', owner.draftId)
  ).execute();
  return readAll(tx.files, rows);
}
