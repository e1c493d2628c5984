import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const corpora = fileURLToPath(new URL('../../../../shared/corpora/', import.meta.url));

/** Real mail to test with, from outside the repository. */
export function corpus(name: string): { names: string[]; read: (file: string) => Buffer } {
  const folder = `${corpora}${name}/`;
  if (!existsSync(folder))
    throw new Error(`These tests need the mail in ../shared/corpora/${name} beside the repository.`);
  return { names: readdirSync(folder).sort(), read: (file) => readFileSync(folder + file) };
}

/** A file of the corpora, parsed as JSON. */
export function corpusJson(file: string): unknown {
  return JSON.parse(readFileSync(corpora + file, 'utf8'));
}
