import { z } from 'zod';
import { StartupError } from '../problems.ts';

/**
 * The format of a backup, described in docs/backup.md: a folder of files. Every file except the list of checksums is
 * encrypted in the age format (https://age-encryption.org/v1).
 */
export const formatVersion = 1;

/** SHA-256 of each file, as `sha256sum --check` reads it. It is written last: without it a backup is not complete. */
export const checksumsFile = 'SHA256SUMS';
export const manifestFile = 'manifest.json.age';
export const secretFile = 'secret.age';
/** The rows of a table: `COPY … TO` in its text format, compressed with gzip, encrypted. */
export const tableFile = (table: string) => `${table}.copy.gz.age`;

const name = z.string().regex(/^[a-z_][a-z0-9_]*$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSchema = z.object({
  format: z.literal(formatVersion),
  /** The version of Postroom that made it. */
  postroom: z.string(),
  /** When its snapshot was taken, ISO 8601. */
  createdAt: z.iso.datetime(),
  /** The migrations that the database had, in their order: the schema of the rows. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(
    z.object({
      name,
      /** In the order of the values in each line. */
      columns: z.array(name).min(1),
      rows: z.int().min(0),
      sha256,
    }),
  ),
  sequences: z.array(z.object({ name, value: z.int(), called: z.boolean() })),
  /** The id of the key that sealed values are encrypted with, as in their `kid`. */
  secretId: z.string(),
  /** The secret's file; null where the secret is kept in POSTROOM_SECRET, and by the operator. */
  secret: z.object({ sha256 }).nullable(),
});

export type Manifest = z.output<typeof manifestSchema>;

/** Why a backup cannot be made, verified or restored, in plain words. */
export class BackupError extends StartupError {}
