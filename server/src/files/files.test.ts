import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { moveFilesToPlace } from '../commands/files.ts';
import { openAttachment, openRawMessage } from '../conversations/files.ts';
import { bindToInstances } from '../database/instance-transaction.ts';
import { sweepBlobs } from '../drafts/blobs.ts';
import { deleteMessage } from '../redaction/delete-message.ts';
import { redactPassage } from '../redaction/redact-passage.ts';
import { createFileStores, type FilePlaces, type FileStores, openFileStores } from '../stores/file-stores.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import { createMailFlowFixture, only } from '../testing/mail-flow-fixture.ts';
import { startS3Server } from '../testing/s3-server.ts';
import { moveNewFiles } from './move-files.ts';
import { keepObjects, removeObjects } from './remove-objects.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let s3: Awaited<ReturnType<typeof startS3Server>>;
let folder: string;
let inS3: FileStores;
let messageId: string;
let count = 0;
const running = new AbortController().signal;
let bucket: string;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  s3 = await startS3Server();
});
afterAll(async () => {
  await fixture?.close();
  await s3?.close();
});

/** One message with a file is stored, and nothing else has files. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-files-'));
  const { pool } = fixture.needs.deployment;
  await pool.query(
    'delete from attachment; delete from raw_message; delete from blob; delete from object_removal',
  );
  count += 1;
  bucket = `s3://postroom/mail-${count}`;
  inS3 = openPlaces(bucket);
  arriveWithFile(`Message ${count}`);
  await fixture.sync();
  const { rows } = await pool.query<{ message_id: string }>('select message_id from raw_message');
  messageId = only(rows).message_id;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function openPlaces(current: string, ...former: string[]): FileStores {
  const places: FilePlaces = { current, former, s3: s3.settings };
  return openFileStores(places, folder);
}

function arriveWithFile(subject: string): void {
  const type = 'multipart/mixed; boundary="b"';
  fixture.arrive(
    { Subject: subject, 'Content-Type': type },
    `--b\r\n\r\nMy number is 4711.\r\n--b\r\nContent-Type: text/plain; name="note.txt"\r\nContent-Disposition: attachment; filename="note.txt"\r\n\r\nWritten: 4711.\r\n--b--`,
  );
}

const objects = () => s3.objects(`mail-${count}`);

const moveAll = async (files: FileStores) => {
  while ((await moveNewFiles(fixture.needs.deployment.pool, files, running)) > 0) {}
};

async function removeAll(files: FileStores) {
  const { pool } = fixture.needs.deployment;
  await pool.query('update object_removal set due_at = now()');
  while (await removeObjects(pool, files)) {}
}

/** The raw message and the file as people open them, and where they are. */
async function opened(files: FileStores) {
  const { deployment } = fixture.needs;
  const database = bindToInstances(deployment, files);
  const { rows } = await deployment.pool.query<{ id: string }>(
    'select id from attachment where message_id = $1',
    [messageId],
  );
  const raw = await openRawMessage(database, fixture.instanceId, messageId);
  const file = rows[0] && (await openAttachment(database, fixture.instanceId, rows[0].id));
  return { raw: raw?.toString() ?? null, file: file?.bytes.toString() ?? null };
}

async function places() {
  const { rows } = await fixture.needs.deployment.pool.query<{ location: string | null }>(
    'select location from raw_message union all select location from blob',
  );
  return rows.map(({ location }) => location?.replace(/\/[^/]+\/[^/]+$/, ''));
}

/** A store in front of the bucket that does something at a moment. */
function disturbed(change: Partial<ObjectStore>): FileStores {
  const target = { ...inS3.target!, ...change };
  return createFileStores(target, [target]);
}

test('files are moved to the bucket and open as before, without bytes in the database', async () => {
  const before = await opened(inS3);
  expect(before.raw).toContain('My number is 4711.');
  expect(before.file).toBe('Written: 4711.');
  await moveAll(inS3);
  expect(await places()).toEqual([bucket, bucket]);
  expect(await opened(inS3)).toEqual(before);
  const { rows } = await fixture.needs.deployment.pool.query(
    'select sum(length(zstd)) + (select sum(length(bytes)) from blob) as bytes from raw_message',
  );
  expect(Number(rows[0].bytes)).toBe(0);
  expect((await objects()).length).toBe(2);
});

test('a redacted passage and a deleted message are gone from the bucket', async () => {
  await moveAll(inS3);
  const database = bindToInstances(fixture.needs.deployment, inS3);
  const { actor } = fixture.admin;
  await database.inInstance(fixture.instanceId, (tx) =>
    redactPassage(tx, { messageId, passage: '4711', everywhere: false }, actor, new Date()),
  );
  const redacted = await opened(inS3);
  expect(JSON.stringify(redacted)).not.toContain('4711');
  expect(redacted.file).toMatch(/^Written: /);
  await sweepBlobs(fixture.needs.deployment);
  await removeAll(inS3);
  expect(await objects()).toEqual([]);
  await moveAll(inS3);
  expect((await objects()).length).toBe(2);
  await database.inInstance(fixture.instanceId, (tx) => deleteMessage(tx, messageId, actor, new Date()));
  await sweepBlobs(fixture.needs.deployment);
  await removeAll(inS3);
  expect(await objects()).toEqual([]);
});

test('a message that is redacted while it is moved keeps the redaction, and the copy is deleted', async () => {
  const { pool } = fixture.needs.deployment;
  const changed = Promise.withResolvers<void>();
  let copies = 0;
  const files = disturbed({
    async put(key, bytes) {
      await inS3.target!.put(key, bytes);
      copies += 1;
      // Both files were read before they change.
      if (copies === 2) {
        await pool.query(`update raw_message set zstd = 'other'; delete from attachment`);
        await sweepBlobs(fixture.needs.deployment);
        changed.resolve();
      }
      await changed.promise;
    },
  });
  await moveNewFiles(pool, files, running);
  expect(await places()).toEqual([undefined]);
  await removeObjects(pool, files);
  expect(await objects()).toEqual([]);
});

test('an upload that was cut off leaves no object, and is made again', async () => {
  const { pool } = fixture.needs.deployment;
  const files = disturbed({ get: () => Promise.reject(new Error('The process was killed')) });
  await expect(moveNewFiles(pool, files, running)).rejects.toThrow('killed');
  expect((await objects()).length).toBe(2);
  expect(await places()).toEqual([undefined, undefined]);
  await removeAll(inS3);
  expect(await objects()).toEqual([]);
  await moveAll(inS3);
  expect((await opened(inS3)).raw).toContain('4711');
});

test('an object that was given up is not referred to', async () => {
  const { pool } = fixture.needs.deployment;
  const files = disturbed({
    async put(key, bytes) {
      await inS3.target!.put(key, bytes);
      await pool.query('delete from object_removal');
    },
  });
  await expect(moveNewFiles(pool, files, running)).rejects.toThrow('given up');
  expect(await places()).toEqual([undefined, undefined]);
});

test('while the bucket is away mail is stored and read, and is moved later', async () => {
  await moveAll(inS3);
  await s3.goAway();
  arriveWithFile('While it is away');
  await fixture.sync();
  expect((await places()).filter((place) => !place).length).toBe(1);
  await expect(moveNewFiles(fixture.needs.deployment.pool, inS3, running)).rejects.toThrow(
    /^The bucket postroom cannot be reached: .*ECONNREFUSED/,
  );
  await expect(opened(inS3)).rejects.toThrow(/^The bucket postroom cannot be reached/);
  await s3.comeBack();
  await moveAll(inS3);
  expect((await places()).filter((place) => !place)).toEqual([]);
  expect((await opened(inS3)).raw).toContain('4711');
});

test('a refused key, a missing object and a damaged one are said plainly', async () => {
  const wrong = openFileStores(
    { current: bucket, former: [], s3: { ...s3.settings, secretAccessKey: 'wrong' } },
    folder,
  );
  await expect(moveNewFiles(fixture.needs.deployment.pool, wrong, running)).rejects.toThrow(
    'The bucket postroom refused a request: status 403, SignatureDoesNotMatch.',
  );
  await moveAll(inS3);
  const { rows } = await fixture.needs.deployment.pool.query<{ location: string }>(
    'select location from raw_message',
  );
  const { store, key } = inS3.find(rows[0]!.location)!;
  await store.put(key, Buffer.from('other bytes'));
  await expect(opened(inS3)).rejects.toThrow(/is not as it was stored/);
  await store.remove(key);
  await expect(opened(inS3)).rejects.toThrow(/is missing in its store/);
  await expect(opened(openPlaces('database'))).rejects.toThrow(/which is no store of POSTROOM_FILES/);
});

test('the command moves everything to another place, and goes on after it was stopped', async () => {
  const { deployment } = fixture.needs;
  const before = await opened(inS3);
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await moveAll(inS3);
  const stopped = openPlaces('directory', bucket);
  expect(await moveFilesToPlace({ deployment, files: stopped }, print, AbortSignal.abort())).toBe(false);
  expect(lines.at(-1)).toBe('Stopped: the same command goes on with what is left.');
  expect(await places()).toEqual([bucket, bucket]);

  for (const [place, former, name] of [
    ['directory', bucket, 'directory:'],
    ['database', 'directory', undefined],
  ] as const) {
    const files = openPlaces(place, former);
    const wait = setInterval(() => deployment.pool.query('update object_removal set due_at = now()'), 50);
    expect(await moveFilesToPlace({ deployment, files }, print, running)).toBe(true);
    clearInterval(wait);
    expect(await places()).toEqual([name, name]);
    expect(await opened(files)).toEqual(before);
  }
  expect(await objects()).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^2 files, .* MB moved to directory:\.$/));
});

test('who reads a file while it is moved still gets it', async () => {
  await moveAll(inS3);
  const before = await opened(inS3);
  const files = openPlaces('directory', bucket);
  const stopping = new AbortController();
  const { deployment } = fixture.needs;
  const moved = moveFilesToPlace(
    { deployment, files },
    (line) => line.startsWith('Deleting') && stopping.abort(),
    stopping.signal,
  );
  let reads = 0;
  let done = false;
  void moved.then(() => {
    done = true;
  });
  for (; !done; reads += 1) expect(await opened(files)).toEqual(before);
  expect(reads).toBeGreaterThan(0);
  // A transaction that began before still finds the former copy.
  await removeObjects(deployment.pool, files);
  expect((await objects()).length).toBe(2);
});

test('no object is deleted while a backup reads', async () => {
  const { pool } = fixture.needs.deployment;
  await moveAll(inS3);
  const backup = await pool.connect();
  await backup.query(keepObjects);
  await pool.query('delete from raw_message');
  await removeAll(inS3);
  expect((await objects()).length).toBe(2);
  backup.release(true);
  await expect
    .poll(async () => {
      await removeAll(inS3);
      return (await objects()).length;
    })
    .toBe(1);
});
