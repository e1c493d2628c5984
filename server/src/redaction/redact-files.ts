import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { type Finder, redactHtml, redactText } from '../mail/redaction/redact.ts';
import { containsMatch, redactRaw } from '../mail/redaction/redact-raw.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Of which the words can be changed; a larger one goes as a whole. */
const maxTextBytes = 2 * 1024 * 1024;

type Owner = { messageId: string } | { draftId: string };

/** The files of a message or draft in which something is found, by name or content. */
export async function filesContaining(tx: InstanceTransaction, owner: Owner, find: Finder) {
  const files = await filesOf(tx, owner);
  return files.filter(({ filename, bytes }) => find(filename).length > 0 || fileContains(bytes, find));
}

/**
 * Takes what is found out of the files of a message or draft: text and HTML lose the words, a message
 * within the message all but its words; any other that holds them goes as a whole. Names lose it too.
 * Answers how many files changed.
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

/** Takes what is found out of the raw copy of a message; `always`: leaves its files out even so. */
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

/** A file's bytes without what is found; null where it has to go as a whole. */
export async function redactFile(mediaType: string, bytes: Buffer, find: Finder): Promise<Buffer | null> {
  if (mediaType === 'message/rfc822') {
    const clean = await redactRaw(bytes, find, { force: true });
    return clean && clean.length > 0 && !containsMatch(clean, find) ? clean : null;
  }
  if (!isText(mediaType) || bytes.length > maxTextBytes) return null;
  const utf8 = bytes.toString('utf8');
  const text = utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8;
  const redactedText = /html/.test(mediaType) ? redactHtml(text, find).html : redactText(text, find);
  if (redactedText === null || find(redactedText).length > 0) return null;
  return Buffer.from(redactedText);
}

/** Whether its words can be read and changed. */
export function isText(mediaType: string): boolean {
  return /^text\/|^application\/(json|xml|xhtml\+xml|ics|csv|x-ndjson|sql)$/.test(mediaType);
}

/** UTF-16 is what Windows calls Unicode. */
function fileContains(bytes: Buffer, find: Finder): boolean {
  if (containsMatch(bytes, find)) return true;
  if (bytes.length > maxTextBytes) return false;
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return find(bytes.toString('utf16le')).length > 0;
  if (first === 0xfe && second === 0xff) {
    return (
      find(
        Buffer.from(bytes.subarray(0, bytes.length & ~1))
          .swap16()
          .toString('utf16le'),
      ).length > 0
    );
  }
  return false;
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
