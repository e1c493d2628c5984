import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import type { StoredFile } from '../stores/file-stores.ts';
import type { AttachedFile, AttachedMessageReader, FilePath, HeaderField } from './attached-message.ts';
import type { ZipEntry } from './zip.ts';

/** How much of the source is shown; all of it can be downloaded. */
const maxSourceBytes = 256 * 1024;

const decompress = promisify(zstdDecompress);

type Attachment = { filename: string; mediaType: string; charset: string | null; bytes: Buffer };

/**
 * An attachment of a message with its bytes, or of a draft that `readerId` writes: nobody else may read it. Null
 * if it does not exist. Throws a StoreError if its bytes cannot be had.
 */
export async function openAttachment(
  database: Database,
  instanceId: string,
  attachmentId: string,
  readerId: string | null = null,
): Promise<Attachment | null> {
  const row = await database.inInstance(instanceId, (tx) => findAttachment(tx, attachmentId, readerId));
  if (!row) return null;
  const { location, ...attachment } = row;
  return { ...attachment, bytes: await database.files.read(row) };
}

/** The row of an attachment, and that of its bytes, which may be in a store. */
export function findAttachment(
  tx: InstanceTransaction,
  attachmentId: string,
  readerId: string | null = null,
): Promise<(Attachment & StoredFile) | undefined> {
  return tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .where('attachment.id', '=', attachmentId)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('attachment.messageId', 'is not', null),
        exists(
          selectFrom('draft')
            .whereRef('draft.id', '=', 'attachment.draftId')
            .where('draft.userId', '=', readerId)
            .select('draft.id'),
        ),
      ]),
    )
    .select(['filename', 'mediaType', 'charset', 'bytes', 'location'])
    .executeTakeFirst();
}

/** An attachment that a user may read, or a file at a path in it, if it is an attached message; null if there is none. */
export async function openFileAt(
  { database, attachedMessages }: { database: Database; attachedMessages: AttachedMessageReader },
  { instanceId, user }: { instanceId: string; user: { id: string } },
  attachmentId: string,
  path: FilePath,
): Promise<AttachedFile | null> {
  const attachment = await openAttachment(database, instanceId, attachmentId, user.id);
  if (!attachment || path.length === 0) return attachment;
  return attachment.mediaType === 'message/rfc822' ? attachedMessages.file(attachment.bytes, path) : null;
}

/**
 * The raw message (RFC 5322) as received from Gmail; null if there is none. Throws a StoreError if it cannot be had.
 */
export async function openRawMessage(
  database: Database,
  instanceId: string,
  messageId: string,
): Promise<Buffer | null> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('rawMessage')
      .where('messageId', '=', messageId)
      .select(['zstd as bytes', 'location'])
      .executeTakeFirst(),
  );
  return row ? decompress(await database.files.read(row)) : null;
}

export type MessageSource = {
  headers: HeaderField[];
  /** The raw message, at most 256 kB. */
  source: string;
  truncated: boolean;
};

/** The header fields and the beginning of the raw message; null if there is none. */
export async function openSource(
  { database, attachedMessages }: { database: Database; attachedMessages: AttachedMessageReader },
  instanceId: string,
  messageId: string,
): Promise<MessageSource | null> {
  const raw = await openRawMessage(database, instanceId, messageId);
  if (!raw) return null;
  return {
    headers: await attachedMessages.headers(raw),
    source: raw.subarray(0, maxSourceBytes).toString('utf8').toWellFormed(),
    truncated: raw.length > maxSourceBytes,
  };
}

/** The ids and names of the attachments of a message, in order; null if it does not exist. */
export async function filesOfMessage(
  tx: InstanceTransaction,
  messageId: string,
): Promise<Array<{ id: string; filename: string }> | null> {
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .select('id')
    .executeTakeFirst();
  if (!message) return null;
  return tx.sql
    .selectFrom('attachment')
    .where('messageId', '=', messageId)
    .select(['id', 'filename'])
    .orderBy('position')
    .execute();
}

/** Reads files one after the other, because all of them may not fit into memory. */
export async function* readFiles(
  open: (attachmentId: string) => Promise<{ filename: string; bytes: Buffer } | null>,
  files: Array<{ id: string; filename: string }>,
): AsyncGenerator<ZipEntry> {
  for (const { id, filename } of files) {
    const file = await open(id);
    if (file) yield { name: filename, bytes: file.bytes };
  }
}

/** Whether the HTML of a message contains a URL: only images of such URLs are fetched. */
export async function referencesUrl(
  tx: InstanceTransaction,
  messageId: string,
  address: string,
): Promise<boolean> {
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .select('bodyHtml')
    .executeTakeFirst();
  const html = message?.bodyHtml ?? '';
  return [address, address.replaceAll('&', '&amp;')].some((form) => html.includes(form));
}
