import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../database/connect.ts';
import { openEmptyDatabase, openTestDatabase } from '../testing/database.ts';
import { startS3Server } from '../testing/s3-server.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'google-simulator/README.md'],
  ...readdirSync(path.join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Commands that this test runs, as they are written. */
const runHere = [
  'npm run --silent postroom -- backup key > postroom-backup.key',
  'npm run postroom -- backup /mnt/backups',
  'npm run postroom -- backup verify /mnt/backups/postroom-20260102T030405Z --key postroom-backup.key',
  'npm run postroom -- backup s3://acme-backups/postroom',
  'npm run postroom -- restore /mnt/backups/postroom-20260102T030405Z --key postroom-backup.key',
  'npm run postroom -- resume',
  'npm run postroom -- files',
  'npm run postroom -- files move',
  'npm run postroom -- secret rotate',
  'npm run postroom -- secret reseal',
  'npm run postroom -- secret forget',
  "find /mnt/backups -maxdepth 1 -name 'postroom-*' -mtime +35 -exec rm -r {} +",
];

/** Commands that another test runs. */
const runElsewhere: Record<string, string> = {
  'npm start': 'e2e/npm-start.test.ts',
  'node scripts/start.mjs': 'e2e/npm-start.test.ts',
  'npm run package -- /tmp': 'e2e/packed.test.ts',
  'npx ./postroom-0.1.0.tgz': 'e2e/packed.test.ts',
  'npm run postroom -- doctor': 'server/src/commands/backup.test.ts',
  'npm run postroom -- admin reset ana@acme.com': 'server/src/commands/reset-password.test.ts',
  'npm run postroom -- admin reset ana@acme.com --two-factor': 'server/src/commands/reset-password.test.ts',
  'npm run postroom -- admin allow-passwords acme':
    'server/src/http/routes/instances/sign-in-requirement.test.ts',
  'npm run postroom -- db prepare': 'server/src/database/rights.test.ts',
  'npm run postroom -- db keys': 'server/src/database/instance-keys.test.ts',
  'npm run postroom -- verify': 'server/src/commands/verify.test.ts',
  'sha256sum --check SHA256SUMS': 'server/src/backup/backup.test.ts',
};

/** Commands that no test runs, and why. */
const notRun: Array<[command: RegExp, reason: string]> = [
  [/^npm test$/, 'runs this test'],
  [/^(sudo|docker|docker-compose|systemctl|journalctl) /, 'needs root, systemd or Docker'],
  [/^gcloud /, 'needs Google'],
  [/^curl .*desk\.acme\.com|^curl -c cookies/, 'an example of a request'],
  [/^npm install standardwebhooks$|^npm audit$/, 'an example of npm'],
  [/^age --decrypt /, 'needs the program age; backup.test.ts reads the format'],
  [/^psql "\$DATABASE_URL"/, 'an example of psql'],
  [/^17 2 \* \* \* /, 'a line of cron whose command is run'],
  [/^node src\/main\.ts --port 4401/, 'scripts/start-simulator.mjs starts it in every browser test'],
  [/^npm run postroom -- backup$/, 'names the command'],
];

/** Lines of code blocks, and code in the text, that begin with a program. */
function commandsIn(text: string): string[] {
  const program =
    /^(npm|npx|node|sudo|docker|docker-compose|gcloud|curl|age|psql|find|sha256sum|systemctl|journalctl|17 2 \*) ?/;
  const blocks = [
    ...text.matchAll(/^ {4,}(\S.*)$/gm),
    ...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm),
  ].flatMap(([, block]) => block!.split('\n'));
  const inline = text.matchAll(
    /`((?:npm (?:run|start|test|install|audit)|npx|node|find|sha256sum)\b[^`]*)`/g,
  );
  const lines = [...blocks, ...[...inline].map(([, code]) => code!)].map((line) =>
    line.replaceAll(/\s+/g, ' ').trim(),
  );
  return [...new Set(lines.filter((line) => line.includes(' ') && program.test(line)))];
}

/** The scripts of package.json are for developers, who run them all the time. */
function isScript(command: string): boolean {
  const [, script, workspace] = /^npm run (?:--silent )?([\w:-]+)(?: -w (\w+))?/.exec(command) ?? [];
  if (!script || script === 'postroom' || script === 'package') return false;
  const { scripts } = JSON.parse(read(path.join(workspace ?? '.', 'package.json')));
  return script in scripts;
}

test('each command in the documents is run by a test, or listed with the reason why not', () => {
  const commands = documents.flatMap((file) =>
    commandsIn(read(file)).map((command) => `${command}   (${file})`),
  );
  const unknown = commands.filter((line) => {
    const command = line.replace(/ {3}\([^)]*\)$/, '');
    return !(
      runHere.includes(command) ||
      command in runElsewhere ||
      notRun.some(([pattern]) => pattern.test(command)) ||
      isScript(command)
    );
  });
  expect(unknown).toEqual([]);
  const all = commands.join('\n');
  expect([...runHere, ...Object.keys(runElsewhere)].filter((command) => !all.includes(command))).toEqual([]);
  expect(Object.values(runElsewhere).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

let original: Awaited<ReturnType<typeof openTestDatabase>>;
let empty: Awaited<ReturnType<typeof openEmptyDatabase>>;
let s3: Awaited<ReturnType<typeof startS3Server>>;
let folder: string;
beforeAll(async () => {
  original = await openTestDatabase();
  empty = await openEmptyDatabase();
  s3 = await startS3Server('acme-backups');
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-documents-'));
});
afterAll(async () => {
  await original?.close();
  await empty?.close();
  await s3?.close();
  await rm(folder, { recursive: true, force: true });
});

test('the commands of an operator do what their documents say', { timeout: 300_000 }, async () => {
  const urlOf = ({ connectionString, host, user, database }: Connection) =>
    connectionString ?? `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host!)}`;
  let backup = '';
  const settings: Record<string, string> = {
    DATABASE_URL: urlOf(original.connection),
    POSTROOM_DATA_DIR: path.join(folder, 'data'),
    POSTROOM_S3_ENDPOINT: s3.settings.endpoint,
    POSTROOM_S3_ACCESS_KEY_ID: s3.settings.accessKeyId,
    POSTROOM_S3_SECRET_ACCESS_KEY: s3.settings.secretAccessKey,
  };
  async function run(number: number, changes: Record<string, string> = {}) {
    const command = runHere[number]!.replaceAll('/mnt/backups', path.join(folder, 'backups'))
      .replaceAll('postroom-20260102T030405Z', backup)
      .replaceAll('postroom-backup.key', path.join(folder, 'postroom-backup.key'));
    const { status, stdout, stderr } = await inShell(command, { ...settings, ...changes });
    expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({
      command,
      status: 0,
      stderr: '',
    });
    return stdout;
  }
  await run(0);
  const key = readFileSync(path.join(folder, 'postroom-backup.key'), 'utf8');
  settings.POSTROOM_BACKUP_RECIPIENT = /^# public key: (age1\S+)$/m.exec(key)![1]!;
  await run(1);
  [backup = ''] = await readdir(path.join(folder, 'backups'));
  expect(await run(2)).toContain('The backup is complete, and this key opens it.');
  expect(await run(3)).toMatch(/s3:\/\/acme-backups\/postroom\/postroom-\d{8}T\d{6}Z$/m);
  const copy = { DATABASE_URL: urlOf(empty.connection), POSTROOM_DATA_DIR: path.join(folder, 'copy') };
  expect(await run(4, copy)).toContain('This copy is paused');
  expect(await run(5, copy)).toContain('Resumed.');
  expect(await run(6)).toContain('New files are kept in the database.');
  expect(await run(7)).toContain('Done.');
  for (const number of [8, 9, 10]) await run(number);
  await run(11);
  expect(await readdir(path.join(folder, 'backups'))).toEqual([backup]);
});

/** As typed in the checkout; without settings of whoever runs the tests. */
function inShell(command: string, env: Record<string, string>) {
  const options = { cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } };
  return promisify(execFile)('sh', ['-c', command], options).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error) => ({ status: error.code as number, stdout: String(error.stdout), stderr: String(error.stderr) }),
  );
}
