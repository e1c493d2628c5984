import type { NameAndAddress } from '../database/column-types.ts';
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

export type ReadTask = { raw: Uint8Array; path: FilePath; kind: 'message' | 'file' | 'headers' };
export type ReadOutcome = AttachedMessage | AttachedFile | HeaderField[] | null;

export function openAttachedMessageReader(): AttachedMessageReader {
  const pool = openWorkerPool<ReadTask, ReadOutcome>({
    filename: new URL('./read-attached-message.ts', import.meta.url).href,
    name: 'readInAttachedMessage',
    deadlineMs: 20_000,
    memoryMb: 512,
    idleTimeoutMs: 30_000,
  });
  /** What takes too much is treated as what cannot be parsed. */
  const run = async (task: ReadTask) => {
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
