import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import { resume } from '../backup/pause.ts';
import { commandLine } from '../command-line.ts';
import { type Config, readConfig } from '../config.ts';
import type { Deployment } from '../database/connect.ts';
import { findKeysWithoutInstance } from '../database/instance-keys.ts';
import { rightsAsSql } from '../database/rights.ts';
import { readRunningUrl } from '../operations/process-reports.ts';
import { StartupError } from '../problems.ts';
import { openFileStores } from '../stores/file-stores.ts';
import { StoreError } from '../stores/object-store.ts';
import { allowPasswords } from './allow-passwords.ts';
import { backUp, printBackupKey, restore, verify as verifyBackup } from './backup.ts';
import {
  type DatabaseContext,
  openCommandContext,
  openConnection,
  openDatabaseContext,
} from './command-context.ts';
import { examine } from './doctor.ts';
import { listFilePlaces, moveFilesToPlace } from './files.ts';
import { resetPassword } from './reset-password.ts';
import { forgetSecrets, reseal, rotateSecret } from './secret.ts';
import { verify } from './verify.ts';

const usage = `Usage: ${commandLine('COMMAND')}

  backup FOLDER              writes an encrypted backup of everything into a new folder below FOLDER,
                             which may be s3://bucket/prefix
  backup key                 prints a new key to encrypt backups with
  backup verify BACKUP [--key FILE]
                             compares a backup with its checksums; with its key, reads all of it
  restore BACKUP --key FILE  restores a backup into an empty database; the copy is paused
  files                      says where the files of messages are: the database, a directory, an S3 bucket
  files move                 moves all of them to the place of POSTROOM_FILES, while Postroom runs
  resume                     ends the pause of a restored copy: the original is off for good
  db prepare                 prints the SQL with which an admin of Postgres gives the database user its rights
  db keys                    lists the keys that do not carry the instance (docs/scale.md)
  doctor                     looks for what is usually wrong, and says what mends it
  secret rotate              makes a new secret in the data directory; the former ones still open what they sealed
  secret reseal              seals everything with the current secret, as each start does
  secret forget              removes the former secrets of the data directory, if nothing needs them
  verify [--mailbox support@acme.com] [--instance acme]
                             holds every connected address (or one) against what Gmail lists of it,
                             fetches what is missing, and says how many of how many are here
  admin reset ana@acme.com [--two-factor]
                             prints a link with which the user of this address sets a new password,
                             once, within an hour; with --two-factor it turns the second step off too
  admin allow-passwords ORGANIZATION
                             ends what an organization (as in its addresses) requires for signing in`;

type Values = { mailbox?: string; instance?: string; key?: string; 'two-factor'?: boolean };
type Command = {
  /** The words of the command; `*` stands for an argument. */
  words: string[];
  options?: Array<keyof Values>;
  /** It needs no Postroom that has run before. */
  isForNew?: true;
  run(config: Config, args: string[], values: Values): Promise<unknown>;
};

const print = (line: string) => console.log(line);

const commands: Command[] = [
  { words: ['backup', 'key'], isForNew: true, run: () => printBackupKey(print) },
  {
    words: ['backup', 'verify', '*'],
    isForNew: true,
    options: ['key'],
    run: (config, [place], { key }) => verifyBackup(config, { place: place!, keyFile: key ?? null }, print),
  },
  { words: ['backup', '*'], run: (config, [place]) => runBackup(config, place!) },
  {
    words: ['restore', '*'],
    isForNew: true,
    options: ['key'],
    run: (config, [place], { key }) => runRestore(config, place!, key),
  },
  { words: ['files'], run: (config) => onDatabase(config, (context) => listFilePlaces(context, print)) },
  { words: ['files', 'move'], run: runMoveFiles },
  { words: ['resume'], run: runResume },
  { words: ['db', 'prepare'], isForNew: true, run: printRights },
  {
    words: ['db', 'keys'],
    run: (config) => onDatabase(config, ({ deployment }) => printKeys(deployment)),
  },
  { words: ['doctor'], run: runDoctor },
  { words: ['secret', 'rotate'], run: (config) => rotateSecret(config, print) },
  {
    words: ['secret', 'reseal'],
    run: (config) => onDatabase(config, ({ deployment }) => reseal(config, deployment, print)),
  },
  {
    words: ['secret', 'forget'],
    run: (config) => onDatabase(config, ({ deployment }) => forgetSecrets(config, deployment, print)),
  },
  {
    words: ['verify'],
    options: ['mailbox', 'instance'],
    run: (config, _args, values) => runVerify(config, values),
  },
  {
    words: ['admin', 'reset', '*'],
    options: ['two-factor'],
    run: (config, [email], values) => runReset(config, email!, values['two-factor'] ?? false),
  },
  {
    words: ['admin', 'allow-passwords', '*'],
    run: (config, [slug]) => onDatabase(config, (context) => allowPasswords(context, slug!, print)),
  },
];

// Exit status: 0 done, 1 something is missing or could not be done, 2 wrong usage.
try {
  const { positionals, values } = readArguments();
  const command = commands.find(
    ({ words, options = [] }) =>
      words.length === positionals.length &&
      words.every((word, index) => word === '*' || word === positionals[index]) &&
      Object.keys(values).every((name) => options.includes(name as keyof Values)),
  );
  if (command) {
    if (!command.isForNew) requirePostroom(process.env);
    const args = positionals.filter((_, index) => command.words[index] === '*');
    const done = await command.run(await readConfig(process.env), args, values);
    process.exitCode = done === false ? 1 : 0;
  } else {
    console.error(`${faultOfUse(positionals)}\n\n${usage}`);
    process.exitCode = 2;
  }
} catch (error) {
  const isPlain = error instanceof StartupError || error instanceof StoreError;
  console.error(isPlain ? error.message : error);
  process.exitCode = 1;
}

/** A command that is typed in another folder than that of the settings must not make a new Postroom there. */
function requirePostroom({ DATABASE_URL, POSTROOM_DATA_DIR = 'data' }: NodeJS.ProcessEnv): void {
  const directory = path.resolve(POSTROOM_DATA_DIR);
  if (DATABASE_URL || existsSync(path.join(directory, 'postgres'))) return;
  throw new StartupError(
    `There is no Postroom in ${directory}, and DATABASE_URL is not set.\n` +
      `  Type this in the folder where the server’s .env is, or start Postroom first: ${commandLine('start')}`,
  );
}

function faultOfUse(positionals: string[]): string {
  const [first] = positionals;
  if (first === undefined) return 'A command is missing.';
  if (!commands.some(({ words }) => words[0] === first)) return `There is no command ${first}.`;
  return `The command ${first} is not used in this way.`;
}

async function runVerify(config: Config, filter: { mailbox?: string; instance?: string }): Promise<boolean> {
  const context = await openCommandContext(config);
  const signal = untilStopped();
  try {
    return (await verify(context, filter, print, signal)) && !signal.aborted;
  } finally {
    await context.close();
  }
}

function runMoveFiles(config: Config): Promise<boolean> {
  return onDatabase(config, (context) => moveFilesToPlace(context, print, untilStopped()));
}

/** On a signal, everything that a command opened is closed in order, including its Postgres. */
function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stopping.abort(new Error('Stopped')));
  }
  return stopping.signal;
}

function runReset(config: Config, email: string, twoFactor: boolean): Promise<boolean> {
  return onDatabase(config, async (context) => {
    const url = (await readRunningUrl(context.deployment)) ?? config.url;
    return resetPassword(context, { email, twoFactor, url }, print);
  });
}

async function runBackup(config: Config, place: string): Promise<void> {
  const { connection, close } = await openConnection(config);
  try {
    const files = openFileStores(config.files, config.dataDirectory);
    await backUp(config, { connection, files, place, version: packageFile.version }, print);
  } finally {
    await close();
  }
}

async function runRestore(config: Config, place: string, keyFile: string | undefined): Promise<void> {
  if (!keyFile) throw new StartupError('Add the key that opens the backup: --key FILE');
  const { connection, isInUse, close } = await openConnection(config);
  try {
    if (isInUse) throw new StartupError('Postroom is running on this data directory: stop it first.');
    await restore(config, { connection, place, keyFile }, print);
  } finally {
    await close();
  }
}

async function runDoctor(config: Config): Promise<boolean> {
  const findings = await examine(config, () => openConnection(config), process.env);
  for (const { text, advice } of findings) {
    print(`${advice === null ? 'ok ' : '!! '} ${text}`);
    if (advice !== null) print(advice.replaceAll(/^/gm, '      '));
  }
  return findings.every(({ advice }) => advice === null);
}

async function printKeys({ sql }: Pick<Deployment, 'sql'>): Promise<void> {
  const { distributed, replicated, keys } = await findKeysWithoutInstance(sql);
  for (const { table, key, becomes } of keys) print(`${table}: ${key}\n    ${becomes}`);
  print(`${distributed.length} tables by instance, with ${keys.length} keys that do not carry it.`);
  print(`${replicated.length} tables of the deployment: ${replicated.join(', ')}`);
}

async function printRights({ databaseUrl }: Config): Promise<void> {
  if (!databaseUrl)
    throw new StartupError('The embedded Postgres needs no preparation: DATABASE_URL is not set.');
  for (const line of rightsAsSql({ connectionString: databaseUrl })) print(line);
}

/** Runs `work` on the database of the configuration. */
async function onDatabase<T>(config: Config, work: (context: DatabaseContext) => Promise<T>): Promise<T> {
  const context = await openDatabaseContext(config);
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

function runResume(config: Config): Promise<void> {
  return onDatabase(config, async ({ deployment }) => {
    const resumed = await resume(deployment, null);
    print(resumed ? 'Resumed. A Postroom that runs here begins within a second.' : 'It was not paused.');
  });
}

function readArguments(): { positionals: string[]; values: Values } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        mailbox: { type: 'string' },
        instance: { type: 'string' },
        key: { type: 'string' },
        'two-factor': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { help, ...others } = values;
    if (help) {
      console.log(usage);
      process.exit(0);
    }
    return { positionals, values: others };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}
