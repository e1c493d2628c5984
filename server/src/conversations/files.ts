import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { InstanceTransaction } from '../database/bind.ts';

const decompress = promisify(zstdDecompress);

/** An attachment with its bytes; null where the instance has none of this id. */
export async function openAttachment(
  tx: InstanceTransaction,
  attachmentId: string,
): Promise<{ filename: string; mediaType: string; bytes: Buffer } | null> {
  const row = await tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .where('attachment.id', '=', attachmentId)
    .select(['filename', 'mediaType', 'bytes'])
    .executeTakeFirst();
  return row ?? null;
}

/** The raw message (RFC 5322) as Gmail gave it; null where there is none. */
export async function openRawMessage(tx: InstanceTransaction, messageId: string): Promise<Buffer | null> {
  const row = await tx.sql
    .selectFrom('rawMessage')
    .where('messageId', '=', messageId)
    .select('zstd')
    .executeTakeFirst();
  return row ? decompress(row.zstd) : null;
}
