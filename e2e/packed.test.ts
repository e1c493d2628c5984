import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from './environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = path.join(root, 'node_modules', '.bin', 'node');

test('the packed program starts, serves the page, runs a command and stops', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postroom-packed-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  execFileSync(node, ['scripts/pack.mjs', folder], { cwd: root, stdio: 'pipe' });
  const program = await installPacked(folder);
  const port = await freePort();
  const child = spawn(node, [path.join(program, 'scripts/cli.mjs')], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  await expect.poll(() => output, { timeout: 120_000 }).toContain('Ctrl-C stops it.');
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(await page.text()).toContain('<title>Postroom</title>');
  // Its data is where the command was typed.
  expect(await readdir(path.join(folder, 'data'))).toContain('postgres');
  child.kill('SIGTERM');
  await ended;
  const usage = spawnSync(node, [path.join(program, 'scripts/cli.mjs'), 'help'], { cwd: folder });
  expect(String(usage.stderr)).toContain('admin reset');
  // Texts name the command as it was typed.
  expect(String(usage.stderr)).toContain(`Usage: ${path.join(program, 'scripts/cli.mjs')} COMMAND`);
});

/** Unpacks the package as npm does, with the packages it depends on as links to this checkout's. */
async function installPacked(folder: string): Promise<string> {
  const modules = path.join(folder, 'node_modules');
  await mkdir(modules);
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
  execFileSync('tar', ['-xzf', archive, '-C', modules], { cwd: folder });
  const program = path.join(modules, 'package');
  const { dependencies } = JSON.parse(await readFile(path.join(program, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const own = ['', 'server', 'google-simulator'].map((one) => path.join(root, one, 'node_modules', name));
    const found = [];
    for (const one of own) if ((await readdir(one).catch(() => [])).length > 0) found.push(one);
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(found.at(-1)!, path.join(modules, name));
  }
  return program;
}
