import type { NameAndAddress } from '../database/column-types.ts';
import { chooseText } from '../mail/mime/choose-text.ts';
import { fileTypeOf } from '../mail/mime/file-type.ts';
import { parseMime } from '../mail/mime/parse-mime.ts';
import type { Protection } from '../mail/mime/protection.ts';
import { exceededLimits, openWorkerPool } from '../worker-pool.ts';

/** A message attached to another one, opened. */
export type AttachedMessage = {
  from: NameAndAddress | null;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  subject: string;
  date: Date | null;
  text: string;
  html: string | null;
  protection: Protection | null;
  attachments: Array<{
    filename: string;
    mediaType: string;
    size: number;
    contentId: string | null;
    inline: boolean;
  }>;
};
export type HeaderField = { name: string; value: string };
export type AttachedFile = { filename: string; mediaType: string; charset: string | null; bytes: Uint8Array };

/** Indexes of files: that of an attached message, then that of a file in it, and so on. */
export type FilePath = number[];

/** A message that is attached deeper is not opened; it can be downloaded. */
export const maxPathLength = 10;

/** Opens raw messages and those attached to them (message/rfc822) in worker threads, which the event loop does not wait for. */
export type AttachedMessageReader = {
  /** The header fields of a raw message in order, decoded; none if it cannot be parsed. */
  headers(raw: Buffer): Promise<HeaderField[]>;
  /** The message at a path in a raw message; the raw message itself for an empty one. Null if there is none or it cannot be parsed. */
  message(raw: Buffer, path: FilePath): Promise<AttachedMessage | null>;
  /** The file at a path in a raw message; null if there is none. */
  file(raw: Buffer, path: FilePath): Promise<AttachedFile | null>;
  close(): Promise<void>;
};

type Task = { raw: Uint8Array; path: FilePath; kind: 'message' | 'file' | 'headers' };
type Outcome = AttachedMessage | AttachedFile | HeaderField[] | null;

export function openAttachedMessageReader(): AttachedMessageReader {
  const pool = openWorkerPool<Task, Outcome>({
    filename: import.meta.url,
    name: readInAttachedMessage.name,
    deadlineMs: 20_000,
    memoryMb: 512,
    idleTimeoutMs: 30_000,
  });
  /** What takes too much is treated as what cannot be parsed. */
  const run = async (task: Task) => {
    try {
      return await pool.run(task);
    } catch (error) {
      if (exceededLimits(error)) return null;
      throw error;
    }
  };
  return {
    headers: async (raw) => ((await run({ raw, path: [], kind: 'headers' })) ?? []) as HeaderField[],
    message: (raw, path) => run({ raw, path, kind: 'message' }) as Promise<AttachedMessage | null>,
    file: (raw, path) => run({ raw, path, kind: 'file' }) as Promise<AttachedFile | null>,
    close: () => pool.close(),
  };
}

/** Follows a path in a raw message. */
export async function readInAttachedMessage({ raw, path, kind }: Task): Promise<Outcome> {
  const mail = await parseMime(raw);
  if (mail.kind === 'unreadable') return null;
  if (kind === 'headers') return mail.headers.map(({ name, value }) => ({ name, value }));
  const files = mail.attachments.map((file) => ({
    ...file,
    mediaType: fileTypeOf(file.mediaType, file.filename, file.bytes),
  }));
  const [index, ...rest] = path;
  if (index !== undefined) {
    const file = files[index];
    if (!file) return null;
    if (kind === 'file' && rest.length === 0) {
      const { filename, mediaType, charset, bytes } = file;
      return { filename, mediaType, charset, bytes };
    }
    return file.mediaType === 'message/rfc822'
      ? readInAttachedMessage({ raw: file.bytes, path: rest, kind })
      : null;
  }
  if (kind === 'file') return null;
  const { from, to, cc, subject, date, protection } = mail;
  const { text, html } = chooseText(mail.text ?? '', mail.html);
  return {
    ...{ from, to, cc, subject, date, text, html, protection },
    attachments: files.map(({ filename, mediaType, contentId, related, disposition, bytes }) => ({
      filename,
      mediaType,
      size: bytes.length,
      contentId,
      inline: contentId !== null && (related || disposition === 'inline'),
    })),
  };
}
