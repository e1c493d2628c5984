import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, or that of the installed package. */
export const root = fileURLToPath(new URL('..', import.meta.url));
/** Whether this is a checkout; npm packs no package-lock.json (pack.mjs). */
const isCheckout = existsSync(path.join(root, 'package-lock.json'));
/** Where `.env` and `data` are: in the checkout, or where the installed command was typed. */
export const home = isCheckout ? root : process.cwd();
/** The project's Node (the npm package `node`); a script of a checkout may run on another version. */
export const node = isCheckout ? path.join(root, 'node_modules', '.bin', 'node') : process.execPath;
/** Hashes of the sources last installed and built; deleted with node_modules. */
const hashDirectory = path.join(root, 'node_modules', '.postroom');

/**
 * The environment variables, with the project's commands first in PATH. Programs that Node has compiled once start in
 * half the processor time.
 */
export function environment(extra = {}) {
  const compiled = isCheckout && { NODE_COMPILE_CACHE: path.join(hashDirectory, 'compiled') };
  const paths = `${path.dirname(node)}${path.delimiter}${process.env.PATH}`;
  return { ...compiled, ...process.env, PATH: paths, ...extra };
}

export function print(text) {
  process.stdout.write(`${text}\n`);
}

/** Exits with status 1 after a message: what is wrong and what to do. */
export function exitWithError(text) {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

/** Runs a command; returns whether it succeeded. `quiet`: prints its output only when it failed; `toErrors`: as errors. */
export function run(command, args, { quiet = false, toErrors = false, env = environment() } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: quiet ? 'pipe' : ['inherit', toErrors ? 2 : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const ok = status === 0;
  if (!ok && quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? error.message : ''}\n`);
  return ok;
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(file) : [file];
    })
    .sort();
}

/** Runs `work` unless it was done for the same hash and `output`, a file that it creates, exists. */
function runUnlessDone(name, hash, output, message, work) {
  const file = path.join(hashDirectory, name);
  if (existsSync(output) && existsSync(file) && readFileSync(file, 'utf8') === hash) return;
  const began = Date.now();
  // The output of a command may be written to a file, as a key of backups is.
  console.error(message);
  work();
  mkdirSync(hashDirectory, { recursive: true });
  writeFileSync(file, hash);
  console.error(`  done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Installs the packages of package-lock.json unless they are installed. */
export function install() {
  if (!isCheckout) return;
  if (Number(process.versions.node.split('.')[0]) < 20) {
    exitWithError(
      `Postroom needs Node 20 or newer to set itself up; this is ${process.version}.\nInstall a newer one from https://nodejs.org and try again.`,
    );
  }
  const files = [
    'package-lock.json',
    'package.json',
    ...['server', 'web', 'google-simulator'].map((one) => `${one}/package.json`),
  ];
  runUnlessDone(
    'installed',
    hashOf(files),
    node,
    'Installing what Postroom needs (once, a minute or so) …',
    () => {
      // npm warns when its own Node is older than some packages need; they run on the project's Node.
      // `npm ci` fails when the lock file lacks optional packages of other platforms; `npm install` does not.
      const args = ['install', '--no-save', '--loglevel=error', '--no-audit', '--no-fund'];
      const npm = process.env.npm_execpath;
      const installed = npm
        ? run(process.execPath, [npm, ...args], { toErrors: true })
        : run('npm', args, { toErrors: true });
      if (!installed)
        exitWithError(
          'Installing failed, for the reason above. Check the network and run the same command again.',
        );
    },
  );
}

/** Builds the web app if its sources have changed. */
export function buildWeb() {
  if (!isCheckout) return;
  const sources = [...filesBelow('web'), 'package-lock.json', 'tsconfig.json'];
  const page = path.join(root, 'web', 'dist', 'index.html');
  runUnlessDone('web', hashOf(sources), page, 'Building the web page …', () => {
    if (!run('npm', ['run', 'build', '-w', 'web'], { quiet: true })) {
      exitWithError('The web page could not be built, for the reason above.');
    }
  });
}

/** The files of the project, from the root: those git tracks, and new ones that it does not ignore. */
export function trackedFiles() {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file && existsSync(path.join(root, file)));
}
