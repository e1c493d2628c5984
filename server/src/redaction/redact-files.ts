import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { fileContains, redactFile } from '../mail/redaction/redact-file.ts';
import { redactRaw } from '../mail/redaction/redact-raw.ts';
import { type Finder, redactText } from '../mail/redaction/redact-text.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

type Owner = { messageId: string } | { draftId: string };

/** The files of a message or draft that contain a match in their name or content. */
export async function filesContaining(tx: InstanceTransaction, owner: Owner, find: Finder) {
  const files = await filesOf(tx, owner);
  return files.filter(({ filename, bytes }) => find(filename).length > 0 || fileContains(bytes, find));
}

/**
 * Redacts the files of a message or draft, contents (see redact-file.ts) and names. A file whose contents
 * cannot be redacted is deleted. Returns how many files changed.
 */
export async function redactFiles(tx: InstanceTransaction, owner: Owner, find: Finder): Promise<number> {
  const files = await filesContaining(tx, owner, find);
  for (const { id, filename, mediaType, bytes, sha256 } of files) {
    const clean = fileContains(bytes, find) ? await redactFile(mediaType, bytes, find) : bytes;
    if (!clean) await tx.sql.deleteFrom('attachment').where('id', '=', id).execute();
    else {
      const newHash = createHash('sha256').update(clean).digest();
      await tx.sql
        .insertInto('blob')
        .values({ instanceId: tx.instanceId, sha256: newHash, bytes: clean })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await tx.sql
        .updateTable('attachment')
        .set({ filename: redactText(filename, find), sha256: newHash, size: clean.length })
        .where('id', '=', id)
        .execute();
    }
    await deleteUnusedBlobs(tx, [sha256]);
  }
  return files.length;
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
    .select('zstd')
    .executeTakeFirst();
  if (!row) return false;
  const clean = await redactRaw(await decompress(row.zstd), find, options);
  if (!clean) return false;
  if (clean.length === 0) {
    await tx.sql.deleteFrom('rawMessage').where('messageId', '=', messageId).execute();
  } else {
    await tx.sql
      .updateTable('rawMessage')
      .set({ zstd: await compress(clean), size: clean.length })
      .where('messageId', '=', messageId)
      .execute();
  }
  return true;
}

function filesOf(tx: InstanceTransaction, owner: Owner) {
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
      'attachment.sha256',
      'blob.bytes',
    ])
    .orderBy('attachment.position');
  return (
    'messageId' in owner
      ? files.where('attachment.messageId', '=', owner.messageId)
      : files.where('attachment.draftId', '=', owner.draftId)
  ).execute();
}
