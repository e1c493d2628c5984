import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRawMessage } from '../conversations/files.ts';
import { connect } from '../database/connect.ts';
import { bindToInstances } from '../database/instance-transaction.ts';
import { moveNewFiles } from '../files/move-files.ts';
import { type FileStores, openFileStores } from '../stores/file-stores.ts';
import { openEmptyDatabase } from '../testing/database.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { startS3Server } from '../testing/s3-server.ts';
import { createBackupKey, decryptWith, encryptTo } from './encryption.ts';
import { restoreBackup } from './restore-backup.ts';
import { s3Store } from './s3-store.ts';
import { verifyBackup } from './verify-backup.ts';
import { writeBackup } from './write-backup.ts';

const details = { version: '0.1.0', secret: 'a secret for testing, long enough', storesSecret: true };
const silent = () => {};
/** In more than one part of an upload, since it cannot be compressed. */
const largeFile = randomBytes(8_000_000);

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let s3: Awaited<ReturnType<typeof startS3Server>>;
let key: Awaited<ReturnType<typeof createBackupKey>>;
let files: FileStores;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  s3 = await startS3Server();
  key = await createBackupKey();
  files = openFileStores({ current: 's3://postroom/mail', former: [], s3: s3.settings }, 'unused');
  const encoded = largeFile.toString('base64').replace(/.{76}/g, '$&\r\n');
  fixture.arrive(
    { Subject: 'Large', 'Content-Type': 'multipart/mixed; boundary="b"' },
    `--b\r\n\r\nTab\tand \\. and \\N\r\n--b\r\nContent-Type: application/octet-stream; name="a.bin"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n${encoded}\r\n--b--`,
  );
  for (let count = 0; count < 20; count += 1) fixture.arrive({ Subject: `Small ${count}` }, `Line ${count}`);
  await fixture.sync();
}, 60_000);
afterAll(async () => {
  await fixture?.close();
  await s3?.close();
});

const place = (name: string) => s3Store(s3.settings, { name: s3.bucket, prefix: `backups/${name}/` });
const opened = (name: string) => ({ store: place(name), decrypt: decryptWith(key.identity) });

function backUp(name: string) {
  const { connection } = fixture.needs.deployment;
  return writeBackup(
    { connection, files, store: place(name), encrypt: encryptTo(key.recipient) },
    details,
    silent,
  );
}

/** Without where the bytes are. */
const filesOf = (client: pg.Pool) =>
  Promise.all(
    [
      `select message_id, size, sha256(zstd) as hash, location from raw_message order by 1`,
      `select sha256, sha256(bytes) as hash, location from blob order by 1`,
    ].map(async (text) => (await client.query(text)).rows),
  );

test('a backup in a bucket holds the files of the store, and is restored without it', async () => {
  const { pool } = fixture.needs.deployment;
  const before = await filesOf(pool);
  // Half of them are in the store, and half in the database.
  await moveNewFiles(pool, files, AbortSignal.timeout(60_000));
  fixture.arrive({ Subject: 'Not moved yet' }, 'Here');
  await fixture.sync();
  await backUp('good');
  await verifyBackup(opened('good'), silent);
  await verifyBackup({ store: place('good'), decrypt: null }, silent);
  await expect(backUp('good')).rejects.toThrow(/s3:\/\/postroom\/backups\/good is not empty/);

  const empty = await openEmptyDatabase();
  await restoreBackup({ connection: empty.connection, ...opened('good') }, silent);
  const restored = connect(empty.connection);
  const after = await filesOf(restored.pool);
  expect(after[0]!.length).toBe(before[0]!.length + 1);
  expect(after[0]).toEqual(expect.arrayContaining(before[0]!));
  expect(after[1]).toEqual(before[1]);
  const [large] = before[1]!;
  expect(large.hash).toEqual(large.sha256);
  const database = bindToInstances(restored);
  const raw = await openRawMessage(database, fixture.instanceId, before[0]![0].message_id);
  expect(raw?.length).toBeGreaterThan(100);
  await restored.pool.end();
  await empty.close();
}, 120_000);

test('a missing file of the store ends the backup, which is then not complete', async () => {
  const { pool } = fixture.needs.deployment;
  const { rows } = await pool.query<{ location: string }>(
    'select location from raw_message where location is not null limit 1',
  );
  const { store, key: object } = files.find(rows[0]!.location)!;
  const bytes = await store.get(object);
  await store.remove(object);
  await expect(backUp('incomplete')).rejects.toThrow(
    /^The file s3:\/\/postroom\/mail\/.* is missing in its store/,
  );
  await expect(verifyBackup(opened('incomplete'), silent)).rejects.toThrow(
    'There is no complete backup in s3://postroom/backups/incomplete: the file SHA256SUMS is missing.',
  );
  await store.put(object, bytes!);
}, 60_000);

test('an upload that is cut off leaves no object and no parts', async () => {
  const target = await place('cut').write('table.copy.gz.age');
  async function* content() {
    yield largeFile;
    throw new Error('The table cannot be read');
  }
  await expect(pipeline(Readable.from(content()), target)).rejects.toThrow('cannot be read');
  expect(await s3.objects('backups/cut')).toEqual([]);
  expect(await s3.openUploads()).toEqual([]);
});

test('a bucket that is away, missing or refused is said plainly', async () => {
  const elsewhere = s3Store(s3.settings, { name: 'elsewhere', prefix: '' });
  const refused = s3Store({ ...s3.settings, secretAccessKey: 'wrong' }, { name: s3.bucket, prefix: '' });
  const connection = fixture.needs.deployment.connection;
  const encrypt = encryptTo(key.recipient);
  await expect(writeBackup({ connection, store: elsewhere, encrypt }, details, silent)).rejects.toThrow(
    'There is no bucket elsewhere.',
  );
  await expect(writeBackup({ connection, store: refused, encrypt }, details, silent)).rejects.toThrow(
    /^The backup cannot be written: The bucket postroom refused a request: status 403/,
  );
  await s3.goAway();
  await expect(verifyBackup(opened('good'), silent)).rejects.toThrow(
    /^The backup cannot be read: The bucket postroom cannot be reached: .*ECONNREFUSED/,
  );
  await s3.comeBack();
});
