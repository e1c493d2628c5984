import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createBackupKey, type Decrypt, decryptWith, encryptTo } from '../backup/encryption.ts';
import { readFile as readBackupFile } from '../backup/file-streams.ts';
import { BackupError, secretFile } from '../backup/format.ts';
import type { Print } from '../backup/progress.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { s3Store } from '../backup/s3-store.ts';
import { type BackupStore, folderStore } from '../backup/store.ts';
import { verifyBackup } from '../backup/verify-backup.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { commandLine } from '../command-line.ts';
import type { Config } from '../config.ts';
import type { Connection } from '../database/connect.ts';
import { keyIdOf } from '../google/seal.ts';
import { putSecretFirst } from '../secrets.ts';
import type { FilePlaces, FileStores } from '../stores/file-stores.ts';
import { parseBucket } from '../stores/s3.ts';

/** Prints a new key: the operator keeps it, its recipient is the setting of the server. */
export async function printBackupKey(print: Print): Promise<void> {
  const { identity, recipient } = await createBackupKey();
  print(`# Keep this file apart from the server and from the backups. Without it no backup can be opened.`);
  print(`# public key: ${recipient}`);
  print(identity);
  console.error(`\nFor the server:\n  POSTROOM_BACKUP_RECIPIENT=${recipient}`);
}

type WithS3 = { files: Pick<FilePlaces, 's3'> };

const isS3 = (place: string) => place.startsWith('s3://');

/** The folder, or `s3://bucket/prefix`, of one backup. */
function openBackupStore({ files }: WithS3, place: string): BackupStore {
  if (!isS3(place)) return folderStore(path.resolve(place));
  const bucket = parseBucket(place);
  if (!bucket) throw new BackupError(`${place} is not like s3://bucket/prefix.`);
  if (!files.s3) {
    throw new BackupError('Set POSTROOM_S3_ACCESS_KEY_ID and POSTROOM_S3_SECRET_ACCESS_KEY: docs/files.md');
  }
  return s3Store(files.s3, bucket);
}

/** Writes a backup into a new folder below `place`, named after the time. */
export async function backUp(
  config: Pick<Config, 'backupRecipient' | 'secrets' | 'secretsInDataDirectory'> & WithS3,
  {
    connection,
    files,
    place,
    version,
  }: { connection: Connection; files?: FileStores; place: string; version: string },
  print: Print,
): Promise<string> {
  if (!config.backupRecipient) {
    throw new BackupError(
      'A backup is encrypted, and there is no key yet. Create one, and keep it apart from this machine:\n' +
        '  npm run --silent postroom -- backup key > postroom-backup.key\n' +
        '  Then set POSTROOM_BACKUP_RECIPIENT to its public key.',
    );
  }
  const name = `postroom-${new Date().toISOString().replaceAll(/[:-]|\.\d+/g, '')}`;
  const to = isS3(place) ? `${place.replace(/\/$/, '')}/${name}` : path.resolve(place, name);
  const store = openBackupStore(config, to);
  const target = { connection, files, store, encrypt: encryptTo(config.backupRecipient) };
  const manifest = await writeBackup(
    target,
    { version, secret: config.secrets[0], storesSecret: config.secretsInDataDirectory },
    print,
  );
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  print(`Backup of ${rows.toLocaleString('en')} rows, as of ${manifest.createdAt}: ${to}`);
  if (!manifest.secret) print('POSTROOM_SECRET is not in it: keep it where you keep the key of the backup.');
  return to;
}

/** Verifies a backup; without a key only the checksums of its files. */
export async function verify(
  config: WithS3,
  { place, keyFile }: { place: string; keyFile: string | null },
  print: Print,
): Promise<void> {
  const decrypt = keyFile === null ? null : await readKey(keyFile);
  await verifyBackup({ store: openBackupStore(config, place), decrypt }, print);
  print(
    decrypt
      ? 'The backup is complete, and this key opens it.'
      : 'All files are as they were written. Whether a key opens them is not known: add --key FILE.',
  );
}

/** Restores a backup into the empty database of the configuration, which is paused then. */
export async function restore(
  config: Pick<Config, 'secrets' | 'secretsInDataDirectory' | 'dataDirectory'> & WithS3,
  { connection, place, keyFile }: { connection: Connection; place: string; keyFile: string },
  print: Print,
): Promise<void> {
  const source = { store: openBackupStore(config, place), decrypt: await readKey(keyFile) };
  const manifest = await restoreBackup({ connection, ...source }, print);
  const known = config.secrets.some((secret) => keyIdOf(secret) === manifest.secretId);
  if (!known) await adoptSecret(config, source, manifest.secret, print);
  print(
    `Restored as of ${manifest.createdAt}. This copy is paused: it asks Google for nothing.\n` +
      `Once the original is off for good, type: ${commandLine('resume')}`,
  );
}

/** What was sealed with the secret of the original must be opened here too. */
async function adoptSecret(
  config: Pick<Config, 'secretsInDataDirectory' | 'dataDirectory'>,
  source: { store: BackupStore; decrypt: Decrypt },
  secret: { sha256: string } | null,
  print: Print,
): Promise<void> {
  const file = path.join(config.dataDirectory, 'secret');
  if (!secret) {
    print(
      'The secret of the original is not here, and not in the backup: addresses stay disconnected, and second\n' +
        'steps cannot be passed, until it is. Add it to POSTROOM_SECRET_PREVIOUS.',
    );
    return;
  }
  await putSecretFirst(
    config.dataDirectory,
    await text(readBackupFile(source, { file: secretFile, sha256: secret.sha256 })),
  );
  print(`The secret of the original is in ${file}.`);
  if (!config.secretsInDataDirectory) {
    print('POSTROOM_SECRET is another one: add the first line of that file to POSTROOM_SECRET_PREVIOUS.');
  }
}

async function readKey(file: string): Promise<Decrypt> {
  const content = await readFile(file, 'utf8').catch((error: Error) => {
    throw new BackupError(`The key file cannot be read: ${error.message}`);
  });
  return decryptWith(content);
}
