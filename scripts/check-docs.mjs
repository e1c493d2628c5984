import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, trackedFiles } from './setup.mjs';

// A check of `npm test`: the documents keep up with the code. Each source folder has a row in
// ARCHITECTURE.md, each source file that a document names exists, and each relative link leads somewhere.

const tracked = trackedFiles();
const faults = [];

const architecture = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
const rows = new Set();
for (const [, folder, contents] of architecture.matchAll(/^\|\s*`([^`]+)\/`\s*\|(.*)\|$/gm)) {
  rows.add(folder);
  // Files of the folder are named without their ending.
  for (const [, name] of contents.matchAll(/`([a-z][a-z-]+)`/g)) {
    if (!['.ts', '.tsx'].some((ending) => existsSync(path.join(root, folder, name + ending))))
      faults.push(`ARCHITECTURE.md: \`${folder}/${name}\` does not exist`);
  }
}
const folders = new Set(
  tracked
    .filter((file) => /^(server|web|google-simulator)\/src\/.*\.tsx?$/.test(file))
    .map((file) => path.dirname(file)),
);
for (const folder of folders) {
  if (!rows.has(folder)) faults.push(`ARCHITECTURE.md: no row for \`${folder}/\``);
}
for (const folder of rows) {
  if (!existsSync(path.join(root, folder))) faults.push(`ARCHITECTURE.md: \`${folder}/\` does not exist`);
}

// A path may be given from the root, or from a package's source folder.
const bases = ['', 'server/src/', 'web/src/', 'google-simulator/src/'];
for (const file of tracked.filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')) {
  const text = readFileSync(path.join(root, file), 'utf8');
  for (const [, named] of text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:tsx?|mjs|cjs|sql|css))`/g)) {
    if (![...bases, `${path.dirname(file)}/`].some((base) => existsSync(path.join(root, base + named))))
      faults.push(`${file}: \`${named}\` does not exist`);
  }
  for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
    if (!existsSync(path.join(root, path.dirname(file), target)))
      faults.push(`${file}: the link ${target} leads nowhere`);
  }
}

if (faults.length > 0) console.error(faults.join('\n'));
process.exitCode = faults.length > 0 ? 1 : 0;
