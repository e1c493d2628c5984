import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { chunks } from '../database/chunks.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Changes } from './changes.ts';

/** Stores the files of new messages; each content once, by its hash. */
export async function writeAttachments(
  { instanceId, sql: db }: InstanceTransaction,
  changes: Changes,
): Promise<void> {
  const attachments = changes.messages.flatMap(({ id: messageId, message: { parsed } }) =>
    parsed.attachments.map(({ bytes, ...attachment }, position) => ({
      bytes,
      row: {
        instanceId,
        id: uuid(),
        messageId,
        position,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest(),
        ...attachment,
      },
    })),
  );
  // In the order of their hashes, so that two transactions with the same files cannot deadlock.
  const blobs = attachments.toSorted((a, b) => a.row.sha256.compare(b.row.sha256));
  for (const chunk of chunks(blobs)) {
    await db
      .insertInto('blob')
      .values(chunk.map(({ bytes, row: { sha256 } }) => ({ instanceId, sha256, bytes: Buffer.from(bytes) })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const chunk of chunks(attachments)) {
    await db
      .insertInto('attachment')
      .values(chunk.map(({ row }) => row))
      .execute();
  }
}
