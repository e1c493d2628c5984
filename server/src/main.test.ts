import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const isRoot = userInfo().uid === 0;
/** The user nobody: an ordinary one, for tests that run as root. */
const nobody = { uid: 65_534, gid: 65_534 };
/** Whether every folder above this project lets others through. */
const openToOthers = (() => {
  for (let at = main; at !== path.dirname(at); at = path.dirname(at)) {
    if (!(statSync(path.dirname(at)).mode & 0o001)) return false;
  }
  return true;
})();
if (isRoot && !openToOthers) {
  console.warn('An ordinary user cannot enter the folder of this project: its start is not tested here.');
}

let folder: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  // A long path, below a folder that only its owner may enter: both have traps (database/embedded-postgres.ts).
  folder = await mkdtemp(path.join(tmpdir(), `postroom-main-${'long-'.repeat(16)}`));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Running = {
  output: () => string;
  exit: Promise<number | null>;
  ready: Promise<void>;
  child: ChildProcess;
};

function start(dataDirectory: string, env: Record<string, string> = {}, user?: typeof nobody): Running {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, TMPDIR: tmpdir(), PORT: '0', POSTROOM_DATA_DIR: dataDirectory, ...env },
    ...user,
  });
  started.push(child);
  let output = '';
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ready = new Promise<void>((resolve) => {
    const onOutput = (chunk: Buffer) => {
      output += chunk;
      if (/Postroom is ready/.test(output)) resolve();
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
  });
  const readyOrEnded = Promise.race([ready, exit.then(() => Promise.reject(new Error(output)))]);
  readyOrEnded.catch(() => {});
  return { output: () => output, exit, child, ready: readyOrEnded };
}

const postmaster = async (dataDirectory: string) =>
  Number.parseInt(await readFile(path.join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8'), 10);

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('it starts, refuses a second on its data directory, survives kill -9 and stops cleanly', async () => {
  const data = path.join(folder, 'data');
  const first = start(data);
  await first.ready;
  const pid = await postmaster(data);

  const second = start(data);
  expect(await second.exit).toBe(1);
  expect(second.output()).toMatch(/Another Postroom is running on the data directory .*\n {2}Stop it first/);
  expect(alive(pid)).toBe(true);

  first.child.kill('SIGKILL');
  await first.exit;
  expect(alive(pid)).toBe(true);
  const third = start(data);
  await third.ready;
  expect(third.output()).toMatch(/took over the Postgres/);
  expect(await postmaster(data)).toBe(pid);
  expect(third.output()).not.toMatch(/0001-the-whole-way/); // its tables were there

  third.child.kill('SIGINT');
  expect(await third.exit).toBe(0);
  // Postgres takes its file away last; its process may stay as a zombie of whoever adopted it.
  await expect(postmaster(data)).rejects.toThrow(/ENOENT/);
  // The next start need not compile it again.
  expect(await readdir(path.join(data, 'compiled'))).not.toEqual([]);
});

test('it stops by itself, and says so, when its Postgres ends', async () => {
  const data = path.join(folder, 'ends');
  const running = start(data);
  await running.ready;
  process.kill(await postmaster(data), 'SIGQUIT');
  expect(await running.exit).toBe(1);
  expect(running.output()).toMatch(/Postroom stops: its Postgres has ended/);
});

test('an occupied port is named, and nothing is left running', async () => {
  const occupant: Server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => occupant.once('listening', resolve));
  const { port } = occupant.address() as { port: number };
  const data = path.join(folder, 'port');
  const running = start(data, { PORT: String(port) });
  expect(await running.exit).toBe(1);
  expect(running.output()).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
  await expect(postmaster(data)).rejects.toThrow(/ENOENT/);
  occupant.close();
});

test.each<Record<string, string>>([{}, { POSTROOM_SECRET: 'a secret that is in the environment' }])(
  'an unwritable data directory is named, with what to do: %o',
  async (settings) => {
    const running = start('/dev/null/data', settings);
    expect(await running.exit).toBe(1);
    expect(running.output()).toMatch(
      /cannot write to its data directory \/dev\/null\/data.*set POSTROOM_DATA_DIR/s,
    );
  },
);

test('a host name that no address is known of is named', async () => {
  const running = start(path.join(folder, 'host'), { HOST: 'nowhere.invalid' });
  expect(await running.exit).toBe(1);
  expect(running.output()).toMatch(/cannot listen on nowhere\.invalid:0.*Change HOST or PORT/s);
  expect(running.output()).not.toContain(' at ');
});

test('a database that does not answer is named', async () => {
  const running = start(path.join(folder, 'url'), { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  expect(await running.exit).toBe(1);
  expect(running.output()).toMatch(/cannot use the database of DATABASE_URL/);
});

test('the unit of systemd starts it again however long its database is away', async () => {
  const unit = await readFile(new URL('../../ops/systemd/postroom.service', import.meta.url), 'utf8');
  // By default systemd gives up after five starts in ten seconds.
  expect(unit).toMatch(/^\[Unit\](\n(?!\[).*)*\nStartLimitIntervalSec=0\n/m);
  expect(unit).toMatch(/^Restart=always$/m);
});

// Run by an ordinary user, every test above is this one.
test.runIf(isRoot && openToOthers)('an ordinary user starts it just so', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'postroom-ordinary-'));
  await chown(home, nobody.uid, nobody.gid);
  const data = path.join(home, 'data');
  const running = start(data, { HOME: home }, nobody);
  await running.ready;
  const pid = await postmaster(data);
  expect((await readFile(`/proc/${pid}/status`, 'utf8')).match(/^Uid:\s+(\d+)/m)?.[1]).toBe(
    String(nobody.uid),
  );
  running.child.kill('SIGTERM');
  expect(await running.exit).toBe(0);
  await rm(home, { recursive: true, force: true });
});
