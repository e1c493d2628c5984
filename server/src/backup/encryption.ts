import { Readable } from 'node:stream';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { BackupError } from './format.ts';

/** Encrypts to one or more recipients (`age1…`), each of whose identities opens the result. */
export type Encrypt = (plain: Readable) => Promise<Readable>;
/** Decrypts with identities (`AGE-SECRET-KEY-1…`); throws a BackupError if none of them opens it. */
export type Decrypt = (sealed: Readable) => Promise<Readable>;

/** Encryption to the recipients of a setting, separated by commas or spaces. */
export function encryptTo(recipients: string): Encrypt {
  const encrypter = new Encrypter();
  const all = recipients.split(/[\s,]+/).filter(Boolean);
  if (all.length === 0) throw new BackupError('No recipient is given.');
  for (const recipient of all) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      // Not named: a private key that was set by mistake would be printed.
      throw new BackupError(
        'It must hold public keys of age, which begin with age1, separated by commas (docs/backup.md).',
      );
    }
  }
  return async (plain) =>
    Readable.fromWeb((await encrypter.encrypt(Readable.toWeb(plain) as never)) as never);
}

/** Decryption with the identities of a key file, as `age-keygen` writes it: one a line, `#` begins a comment. */
export function decryptWith(keyFile: string): Decrypt {
  const decrypter = new Decrypter();
  const identities = keyFile.split('\n').flatMap((line) => {
    const text = line.trim();
    return text && !text.startsWith('#') ? [text] : [];
  });
  if (identities.length === 0) throw new BackupError('The key file has no line AGE-SECRET-KEY-1….');
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      throw new BackupError('The key file is not one of age: its lines begin with AGE-SECRET-KEY-1.');
    }
  }
  return async (sealed) => {
    try {
      return Readable.fromWeb((await decrypter.decrypt(Readable.toWeb(sealed) as never)) as never);
    } catch (error) {
      sealed.destroy();
      if (/no identity matched/i.test((error as Error).message)) {
        throw new BackupError('This key does not open the backup: it was encrypted to another one.');
      }
      throw error;
    }
  };
}

/** A new key: the identity opens backups and is kept by the operator, the recipient is the setting of the server. */
export async function createBackupKey(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}
