import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

test('data of another major version is refused with what to do, and not changed', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-version-'));
  const cluster = path.join(directory, 'postgres');
  await mkdir(cluster);
  await writeFile(path.join(cluster, 'PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres(directory)).rejects.toThrow(
    /made by Postgres 17, and this Postroom brings Postgres 18.*docs\/backup\.md/s,
  );
  expect(await readdir(cluster)).toEqual(['PG_VERSION']);
  await rm(directory, { recursive: true });
});
