import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupError } from './problems.ts';

/** What secrets are derived from: the current one, and former ones that still open what was sealed with them. */
export type Secrets = [current: string, ...former: string[]];

const fileOf = (dataDirectory: string) => path.join(dataDirectory, 'secret');
const createSecret = () => randomBytes(48).toString('base64url');

/**
 * The secrets of a data directory, one a line, the current one first: created on first use, readable by their owner
 * alone. Throws a StartupError if the directory cannot be written.
 */
export async function readOrCreateSecrets(dataDirectory: string): Promise<Secrets> {
  try {
    await mkdir(dataDirectory, { recursive: true });
    const draft = await writeDraft(dataDirectory, createSecret());
    // link is all or nothing: of several processes that start together, one creates the secret.
    await link(draft, fileOf(dataDirectory)).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await unlink(draft);
    return (await readSecrets(dataDirectory)) as Secrets;
  } catch (error) {
    throw cannotWrite(dataDirectory, error as Error);
  }
}

export function cannotWrite(dataDirectory: string, { code, message }: NodeJS.ErrnoException): StartupError {
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new StartupError(
    `Postroom cannot write to its data directory ${dataDirectory}: ${message}\n` +
      (isFull
        ? '  Free space on its disk.'
        : '  Give this user the right to write there, or set POSTROOM_DATA_DIR to another directory.'),
  );
}

/** Makes a secret the current one of a data directory, by default a new one. The others are kept as former ones. */
export async function putSecretFirst(dataDirectory: string, secret = createSecret()): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  const others = (await readSecrets(dataDirectory)).filter((other) => other !== secret);
  await replace(dataDirectory, [secret, ...others]);
}

/** Removes the former secrets of a data directory: nothing may be sealed with them any more. */
export async function forgetFormerSecrets(dataDirectory: string): Promise<void> {
  await replace(dataDirectory, (await readSecrets(dataDirectory)).slice(0, 1));
}

async function readSecrets(dataDirectory: string): Promise<string[]> {
  const text = await readFile(fileOf(dataDirectory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => line.trim() || []);
}

async function replace(dataDirectory: string, secrets: string[]): Promise<void> {
  await rename(await writeDraft(dataDirectory, secrets.join('\n')), fileOf(dataDirectory));
}

async function writeDraft(dataDirectory: string, text: string): Promise<string> {
  const draft = `${fileOf(dataDirectory)}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  return draft;
}
