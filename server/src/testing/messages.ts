import { readdirSync, readFileSync } from 'node:fs';

/**
 * Messages written for these tests, one kind each, byte for byte as they would arrive. `mime/NAME.eml` has its
 * expectation in `mime/NAME.json`; what is expected of the others stands in the tests that read them.
 */
type Folder = 'mime' | 'quotes' | 'reports';

const folderOf = (folder: Folder) => new URL(`./messages/${folder}/`, import.meta.url);

/** The names in a folder, without `.eml`. */
export function messageNames(folder: Folder): string[] {
  return readdirSync(folderOf(folder))
    .filter((file) => file.endsWith('.eml'))
    .map((file) => file.replace('.eml', ''))
    .sort();
}

export function readMessage(folder: Folder, name: string): Buffer {
  return readFileSync(new URL(`${name}.eml`, folderOf(folder)));
}

export function readExpectation<Expectation>(folder: Folder, name: string): Expectation {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folderOf(folder)), 'utf8'));
}
