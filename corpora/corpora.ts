import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

/** The folder of real mail: `POSTROOM_CORPORA`, else `../shared/corpora` beside the repository. */
export const folder = path.resolve(
  process.env.POSTROOM_CORPORA || fileURLToPath(new URL('../../shared/corpora', import.meta.url)),
);

/** Messages that were handled wrongly, in the folder beside. */
export const casesFolder = path.join(folder, '..', 'cases');

/** False in a clone without that folder: then every test of this suite is skipped. */
export const available = existsSync(folder);

export const testWithCorpora = test.skipIf(!available);

/** The files of one corpus, sorted by name. */
export function corpus(name: string): { names: string[]; read: (file: string) => Buffer } {
  return {
    names: readdirSync(path.join(folder, name)).sort(),
    read: (file) => readFileSync(path.join(folder, name, file)),
  };
}

/** A file of the corpora, parsed as JSON. */
export function corpusJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
}
