import { Readable, Writable } from 'node:stream';
import type { S3mini } from 's3mini';
import { type Bucket, describeS3Failure, openBucket, type S3Settings } from '../stores/s3.ts';
import { BackupError, checksumsFile } from './format.ts';
import { type BackupStore, missing } from './store.ts';

/** A part of an upload: at least 5 MiB, and at most 10,000 parts (docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
const partBytes = 8 * 1024 * 1024;
/** Larger parts later: files of 600 GB have room, and small ones take little memory. */
const partsBeforeLarger = 1_000;
const largerPartBytes = 64 * 1024 * 1024;
/** A part that is not stored by then is tried again (ms). */
const partTimeoutMs = 300_000;
const attempts = 3;

/** A backup below a prefix of a bucket. Each file is uploaded in parts as it is made; memory is bounded by a part. */
export function s3Store(settings: S3Settings, { name, prefix }: Bucket): BackupStore {
  // A stream that is read has no limit of time: a table is loaded as it arrives.
  const [streams, requests] = [openBucket(settings, name), openBucket(settings, name, partTimeoutMs)];
  const place = `s3://${name}/${prefix}`.replace(/\/$/, '');
  const failed = (what: string, error: unknown) =>
    new BackupError(`The backup cannot be ${what}: ${describeS3Failure(error, name).message}`);
  return {
    place,
    async isEmpty() {
      try {
        // Each backup has a prefix of its own, named after the time.
        if (await requests.objectExists(prefix + checksumsFile)) return false;
        if (!(await requests.bucketExists())) throw new BackupError(`There is no bucket ${name}.`);
        return true;
      } catch (error) {
        throw error instanceof BackupError ? error : failed('written', error);
      }
    },
    async write(file) {
      return uploadStream(requests, prefix + file, (error) => failed('written', error));
    },
    async read(file) {
      const response = await streams.getObjectResponse(prefix + file).catch((error) => {
        throw failed('read', error);
      });
      if (!response?.body) throw new BackupError(missing(place, file));
      return Readable.fromWeb(response.body as never);
    },
  };
}

/** A stream into one object, which exists once the stream has closed without an error. */
function uploadStream(client: S3mini, key: string, describe: (error: unknown) => Error): Writable {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let uploadId: string | null = null;
  const parts: Array<{ partNumber: number; etag: string }> = [];

  async function uploadWaiting(): Promise<void> {
    const content = Buffer.concat(waiting);
    [waiting, waitingBytes] = [[], 0];
    uploadId ??= await client.getMultipartUploadId(key);
    const part = await repeated(() => client.uploadPart(key, uploadId!, content, parts.length + 1));
    parts.push(part);
  }

  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < (parts.length < partsBeforeLarger ? partBytes : largerPartBytes)) return done();
      uploadWaiting().then(
        () => done(),
        (error) => done(describe(error)),
      );
    },
    final(done) {
      const end = async () => {
        if (!uploadId) await repeated(() => client.putObject(key, Buffer.concat(waiting)));
        else {
          if (waitingBytes > 0) await uploadWaiting();
          await client.completeMultipartUpload(key, uploadId, parts);
        }
        uploadId = null;
      };
      end().then(
        () => done(),
        (error) => done(describe(error)),
      );
    },
    // Parts of an upload that was not completed would be kept, and paid for.
    destroy(error, done) {
      if (!uploadId) return done(error);
      client.abortMultipartUpload(key, uploadId).then(
        () => done(error),
        () => done(error),
      );
    },
  });
}

async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
