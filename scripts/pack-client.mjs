import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitWithError, node, root, run } from './setup.mjs';

// `npm run package:client -- [FOLDER]`: compiles the client of the API and packs it as postroom-client-VERSION.tgz, as
// npm publishes it.

const folder = path.resolve(process.argv[2] ?? '.');
const work = mkdtempSync(path.join(tmpdir(), 'postroom-client-'));
try {
  const dist = path.join(work, 'dist');
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  if (!run(node, [compiler, '-p', path.join(root, 'client'), '--outDir', dist]))
    exitWithError('The client could not be compiled, for the reason above.');
  // The compiler leaves the endings of imports in declarations as they are.
  for (const name of readdirSync(dist).filter((one) => one.endsWith('.d.ts'))) {
    const file = path.join(dist, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<=from '\.[\w./-]+)\.ts(?=')/g, '.js'));
  }
  for (const name of ['package.json', 'README.md'])
    cpSync(path.join(root, 'client', name), path.join(work, name));
  cpSync(path.join(root, 'LICENSE'), path.join(work, 'LICENSE'));
  mkdirSync(folder, { recursive: true });
  if (!run('npm', ['pack', work, '--pack-destination', folder, '--ignore-scripts', '--silent']))
    exitWithError('npm could not pack it, for the reason above.');
} finally {
  rmSync(work, { recursive: true, force: true });
}
