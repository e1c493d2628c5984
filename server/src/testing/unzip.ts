import { fromBufferPromise } from 'yauzl';

/** The files of a ZIP archive by name, read by a different library than the one that writes them. */
export async function unzip(archive: Buffer): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  const opened = await fromBufferPromise(archive);
  for await (const entry of opened.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await opened.openReadStreamPromise(entry)) chunks.push(chunk);
    found[entry.fileName] = Buffer.concat(chunks);
  }
  return found;
}
