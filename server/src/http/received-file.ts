import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { v4 as uuid } from 'uuid';

/** A body on disk; `close` gives its space back. */
export type ReceivedFile = { size: number; read(): Promise<Buffer>; close(): Promise<void> };

/**
 * Writes a body to a temporary file as it arrives, so that slow or parallel uploads need no memory. The file has
 * no name once it is open: nothing is left of it, however the process ends. Returns null if the body is larger
 * than `maxBytes`, without reading the rest. Throws if the client goes away or the disk is full.
 */
export async function receiveFile(body: Readable, maxBytes: number): Promise<ReceivedFile | null> {
  const name = path.join(tmpdir(), `postroom-upload-${uuid()}`);
  const file = await open(name, 'wx+', 0o600);
  let size = 0;
  try {
    await unlink(name);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) {
        await file.close();
        return null;
      }
      await file.appendFile(chunk);
    }
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
  return {
    size,
    async read() {
      const bytes = Buffer.allocUnsafe(size);
      let at = 0;
      while (at < size) {
        const { bytesRead } = await file.read(bytes, at, size - at, at);
        if (bytesRead === 0) throw new Error('A file being uploaded became shorter');
        at += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}
