import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildWeb, exitWithError, root, run, trackedFiles } from './setup.mjs';

// `npm run package -- [FOLDER]`: packs what runs Postroom, without tests and tools, as postroom-VERSION.tgz, which
// `npx` and `npm install` take. Node strips no types below node_modules, so the files are JavaScript there; the folders
// are the same as in a checkout.

const folder = path.resolve(process.argv[2] ?? '.');
const scripts = ['cli', 'start', 'postroom', 'setup', 'start-server', 'start-simulator', 'stop-with-npm'];
const packed = [
  /^server\/src\/(?!testing\/).+(?<!\.test)\.(ts|sql|json)$/,
  /^google-simulator\/src\/.+(?<!\.test)\.(ts|js|json|html|css|svg)$/,
  /^server\/package\.json$/,
  /^locales\/.+(?<!\.test)\.(ts|json)$/,
  new RegExp(`^scripts/(${scripts.join('|')})\\.mjs$`),
  /^(README|CHANGELOG|SECURITY)\.md$|^LICENSE$|^docs\/.+\.(md|png|webp)$/,
];

buildWeb();
const work = mkdtempSync(path.join(tmpdir(), 'postroom-package-'));
try {
  for (const file of [...trackedFiles().filter(isPacked), ...webFiles()]) writePacked(file);
  writeFileSync(path.join(work, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`);
  mkdirSync(folder, { recursive: true });
  if (!run('npm', ['pack', work, '--pack-destination', folder, '--ignore-scripts', '--silent']))
    exitWithError('npm could not pack it, for the reason above.');
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The files of the built web page, which git does not track. */
function webFiles() {
  return readdirSync(path.join(root, 'web/dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

function isPacked(file) {
  return packed.some((pattern) => pattern.test(file));
}

/** Copies a file; TypeScript becomes JavaScript, and what names a TypeScript file names that. */
function writePacked(file) {
  const isCode = /\.(ts|mjs)$/.test(file);
  const target = path.join(work, file.replace(/\.ts$/, '.js'));
  mkdirSync(path.dirname(target), { recursive: true });
  const content = readFileSync(path.join(root, file));
  if (!isCode) return writeFileSync(target, content);
  const code = file.endsWith('.ts') ? stripTypeScriptTypes(String(content)) : String(content);
  writeFileSync(target, code.replace(/(?<=['"`][\w./-]+)\.ts(?=['"`])/g, '.js'));
}

/** One package of the program and its simulator, with the dependencies of both and Node itself. */
function packageJson() {
  const [own, server, simulator] = ['.', 'server', 'google-simulator'].map((one) =>
    JSON.parse(readFileSync(path.join(root, one, 'package.json'), 'utf8')),
  );
  const { version, description, license, overrides } = own;
  const dependencies = { ...own.dependencies, ...server.dependencies, ...simulator.dependencies };
  return {
    name: 'postroom',
    version,
    description,
    license,
    type: 'module',
    bin: { postroom: 'scripts/cli.mjs' },
    engines: { node: '>=20' },
    dependencies: Object.fromEntries(
      Object.entries(dependencies).sort(([one], [other]) => one.localeCompare(other)),
    ),
    overrides,
  };
}
