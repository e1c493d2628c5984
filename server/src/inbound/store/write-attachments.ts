import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { insertRows } from '../../database/insert-rows.ts';
import { type PackedBytes, packBytes } from '../../database/pack-bytes.ts';
import { prepared, type Statement } from '../../database/prepared-statements.ts';
import type { Changes } from '../decide/changes.ts';

/**
 * The files of new messages; each content once, by its hash. They are written before the messages, so that search takes
 * the words of a message once, with the names of its files.
 */
export function writeAttachments(instanceId: string, { messages }: Changes): Statement[] {
  const attachments = messages.flatMap(({ id: messageId, message: { parsed } }) =>
    parsed.attachments.map(({ bytes, ...attachment }, position) => ({
      bytes,
      sha256: createHash('sha256').update(bytes).digest(),
      row: { instanceId, id: uuid(), messageId, position, size: bytes.length, ...attachment },
    })),
  );
  if (attachments.length === 0) return [];
  // In the order of their hashes, so that two transactions with the same files cannot deadlock.
  const blobs = attachments.toSorted((a, b) => a.sha256.compare(b.sha256));
  return [
    messagesFollow.with({}),
    insertBlobs.with({
      instanceId,
      hashes: blobs.map(({ sha256 }) => sha256.toString('hex')),
      ...packBytes(blobs.map(({ bytes }) => bytes)),
    }),
    insertAttachments(
      // In JSON, bytes have Postgres's hexadecimal form.
      attachments.map(({ row, sha256 }) => ({ ...row, sha256: `\\x${sha256.toString('hex')}` })),
    ),
  ];
}

const messagesFollow = prepared(() => sql`set constraints attachment_instance_id_message_id_fkey deferred`);

type PackedBlobs = PackedBytes & { instanceId: string; hashes: string[] };

const insertBlobs = prepared(
  (_, { instanceId, hashes, bytes, starts, sizes }: PackedBlobs) => sql`
    insert into blob (instance_id, sha256, bytes)
    select ${instanceId}::uuid, decode(hash, 'hex'), substring(${bytes}::bytea from start for size)
    from unnest(${hashes}::text[], ${starts}::int[], ${sizes}::int[]) as one (hash, start, size)
    on conflict do nothing`,
);

const insertAttachments = insertRows('attachment', [
  'instanceId',
  'id',
  'messageId',
  'position',
  'size',
  'sha256',
  'filename',
  'mediaType',
  'charset',
  'contentId',
  'inline',
]);
