import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from '@20minutes/s3rver';
import type { S3Settings } from '../stores/s3.ts';

/** A server of the S3 API over HTTP, with one bucket. */
export async function startS3Server(bucket = 'postroom') {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-s3-'));
  const options = {
    ...{ address: '127.0.0.1', silent: true, directory, vhostBuckets: false },
    configureBuckets: [{ name: bucket }],
  };
  let server = new S3rver({ ...options, port: 0 });
  const { port } = await server.run();
  const settings: S3Settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  };
  return {
    settings,
    bucket,
    /** The bytes of the objects below a prefix of the bucket. */
    async objects(prefix: string): Promise<Buffer[]> {
      const options = { recursive: true, withFileTypes: true } as const;
      const entries = await readdir(path.join(directory, bucket, prefix), options).catch(() => []);
      const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('._S3rver_object'));
      return Promise.all(files.map((entry) => readFile(path.join(entry.parentPath, entry.name))));
    },
    /** The ids of uploads in parts that were neither completed nor aborted. */
    openUploads: () => readdir(path.join(directory, bucket, '._S3rver_uploads')).catch(() => []),
    /** Until `comeBack` nothing listens. */
    goAway: () => server.close(),
    async comeBack() {
      server = new S3rver({ ...options, port });
      await server.run();
    },
    async close() {
      await server.close().catch(() => {});
      await rm(directory, { recursive: true, force: true });
    },
  };
}
