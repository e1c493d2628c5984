import { execFileSync, execFile as execFileWithCallback } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../server/src/testing/http-fixture.ts';

const execFile = promisify(execFileWithCallback);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<(typeof fixture)['person']>>;
let instanceId: string;
let apiKey: string;
let client: typeof import('./index.ts');

/** The package as npm unpacks it in a program's folder, with what it depends on. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-client-test-'));
  execFileSync(process.execPath, ['scripts/pack-client.mjs', folder], { cwd: root, stdio: 'pipe' });
  const installed = path.join(folder, 'node_modules/@postroom/client');
  await mkdir(installed, { recursive: true });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
  execFileSync('tar', ['-xzf', archive, '-C', installed, '--strip-components=1'], { cwd: folder });
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
    await symlink(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
  client = await import(pathToFileURL(path.join(installed, 'dist/index.js')).href);

  fixture = await createHttpFixture();
  ({ instanceId } = await fixture.admin());
  admin = await fixture.person(instanceId, 'admin');
  const scopes = ['conversations:read', 'conversations:write', 'templates:read', 'templates:write'];
  scopes.push('webhooks:write');
  const created = await admin.call('POST', '/api-keys', { name: 'Shop', scopes, expiresAt: null });
  apiKey = created.body.key;
}, 180_000);
afterAll(async () => {
  await fixture?.close();
  await rm(folder, { recursive: true, force: true });
});

const connect = (fetch?: (request: Request) => Promise<Response>) =>
  client.createPostroom({ url: `${fixture.address}/`, apiKey, ...(fetch && { fetch }) });

test('the package has its code, its types, its licence and a README, and no source', async () => {
  const files = await readdir(path.join(folder, 'node_modules/@postroom/client'), { recursive: true });
  expect(files.toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'dist',
    'dist/generated',
    'dist/generated/schema.d.ts',
    'dist/generated/schema.js',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/pages.d.ts',
    'dist/pages.js',
    'dist/send-once.d.ts',
    'dist/send-once.js',
    'package.json',
  ]);
});

test('the example of the README is valid TypeScript, and runs against a server', async () => {
  const readme = await readFile(path.join(root, 'client/README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  await writeFile(path.join(folder, 'example.ts'), example);
  // Fails to compile unless paths have types.
  const wrong = `import { createPostroom } from '@postroom/client';
// @ts-expect-error there is no such path
void createPostroom({ url: '', apiKey: '' }).GET('/api/none');\n`;
  await writeFile(path.join(folder, 'wrong.ts'), wrong);
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  const types = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck'];
  const known = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules/@types')];
  execFileSync(
    process.execPath,
    [path.join(root, 'node_modules/typescript/bin/tsc'), ...types, ...known, 'example.ts', 'wrong.ts'],
    { cwd: folder, encoding: 'utf8' },
  );
  // The server is in this process, which must not wait for the program.
  const { stdout } = await execFile(process.execPath, ['example.ts'], {
    cwd: folder,
    env: { POSTROOM_URL: fixture.address, POSTROOM_KEY: apiKey },
  });
  expect(stdout).toContain('Shop may conversations:read, conversations:write');
  expect(stdout).toContain('https://shop.acme.example/hooks is notified');
}, 180_000);

test('pages of a list follow each other, and all pages together are the whole list', async () => {
  const postroom = connect();
  for (let number = 0; number < 5; number++) {
    const body = { name: `Template ${number}`, html: '<p>{{{draft.htmlBody}}}</p>' };
    await client.dataOf(
      postroom.POST('/api/instances/{instanceId}/templates', { params: { path: { instanceId } }, body }),
    );
  }
  const list = (after: string | undefined) =>
    client.dataOf(
      postroom.GET('/api/instances/{instanceId}/templates', {
        params: { path: { instanceId }, query: { limit: 2, after } },
      }),
    );
  const sizes: number[] = [];
  for await (const { templates } of client.pages(list)) sizes.push(templates.length);
  expect(sizes).toEqual([2, 2, 1]);
  const { templates, next } = await client.allPages(list);
  expect(templates.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4].map((number) => `Template ${number}`));
  expect(next).toBeNull();
});

test('a request whose answers are lost is carried out once', async () => {
  let lost = 2;
  const postroom = connect(async (request) => {
    const response = await fetch(request);
    if (lost-- > 0) throw new TypeError('fetch failed');
    return response;
  });
  const name = `Once ${randomUUID()}`;
  const created = await client.dataOf(
    client.sendOnce((header) =>
      postroom.POST('/api/instances/{instanceId}/templates', {
        params: { path: { instanceId }, header },
        body: { name, html: '<p>{{{draft.htmlBody}}}</p>' },
      }),
    ),
  );
  expect(lost).toBe(-1);
  const { body } = await admin.call('GET', '/templates');
  const found = body.templates.filter((one: { name: string }) => one.name === name);
  expect(found).toMatchObject([{ id: created.template.id }]);
});

test('a refusal is thrown with its code, and is not repeated', async () => {
  let requests = 0;
  const postroom = connect((request) => {
    requests += 1;
    return fetch(request);
  });
  const refused = client.dataOf(
    client.sendOnce((header) =>
      postroom.POST('/api/instances/{instanceId}/bulk-messages/{bulkId}/start', {
        params: { path: { instanceId, bulkId: randomUUID() }, header },
      }),
    ),
  );
  await expect(refused).rejects.toMatchObject({
    name: 'ProblemError',
    status: 403,
    code: 'api-key-scope-missing',
  });
  expect(requests).toBe(1);
});
