import type { S3mini } from 's3mini';
import { loadLater } from '../load-later.ts';
import { type ObjectStore, StoreError } from './object-store.ts';

const library = loadLater<typeof import('s3mini')>('s3mini');

/** How a server that speaks the S3 API is reached; buckets are in the path (https://docs.aws.amazon.com/AmazonS3/latest/API). */
export type S3Settings = { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string };

/** A bucket, and the beginning of the keys in it: empty, or with a slash at the end. */
export type Bucket = { name: string; prefix: string };

/** After so long a request for one object fails (ms); the largest are files of 35 MB. */
const requestTimeoutMs = 30_000;

/** Reads `s3://bucket/prefix`; null if it is something else. */
export function parseBucket(place: string): Bucket | null {
  const [, name, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?$/.exec(place) ?? [];
  if (!name) return null;
  const prefix = path.split('/').filter(Boolean).join('/');
  return { name, prefix: prefix && `${prefix}/` };
}

/** A client for one bucket. `timeoutMs`: of a request with all its bytes; without it a stream takes as long as it takes. */
export function openBucket(settings: S3Settings, bucket: string, timeoutMs?: number): S3mini {
  const { endpoint, ...others } = settings;
  return new (library().S3mini)({
    ...others,
    endpoint: `${endpoint.replace(/(?<!\/)\/+$/, '')}/${bucket}`,
    ...(timeoutMs && { requestAbortTimeout: timeoutMs }),
  });
}

/** Objects in a bucket below a prefix. */
export function openS3Store(settings: S3Settings, { name, prefix }: Bucket): ObjectStore {
  const client = openBucket(settings, name, requestTimeoutMs);
  const attempt = <T>(work: () => Promise<T>) => retryOnce(work, name);
  return {
    name: `s3://${name}/${prefix.slice(0, -1)}`.replace(/\/$/, ''),
    put: (key, bytes) =>
      attempt(async () => {
        await client.putObject(prefix + key, bytes);
      }),
    get: (key) =>
      attempt(async () => {
        const content = await client.getObjectArrayBuffer(prefix + key);
        return content && Buffer.from(content);
      }),
    remove: (key) =>
      attempt(async () => {
        await client.deleteObject(prefix + key);
      }),
  };
}

/** A request is repeated once where the network, or the server, may do better: it changes nothing a second time. */
async function retryOnce<T>(work: () => Promise<T>, bucket: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof library().S3ServiceError && error.status < 500 && error.status !== 429) {
      throw describeS3Failure(error, bucket);
    }
    return work().catch((again) => {
      throw describeS3Failure(again, bucket);
    });
  }
}

/** What went wrong, in one line without the request. */
export function describeS3Failure(error: unknown, bucket: string): StoreError {
  if (error instanceof library().S3ServiceError) {
    const answer = [`status ${error.status}`, error.serviceCode ?? error.code].filter(Boolean).join(', ');
    return new StoreError(`The bucket ${bucket} refused a request: ${answer}.`, { cause: error });
  }
  let reason = error as NodeJS.ErrnoException;
  while (reason.cause instanceof Error) reason = reason.cause;
  return new StoreError(`The bucket ${bucket} cannot be reached: ${reason.message || reason.code}.`, {
    cause: error,
  });
}
