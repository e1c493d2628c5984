import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitWithError, home } from './setup.mjs';

// `npm run db`: psql on the database of DATABASE_URL, or else of the Postroom that runs here.

const data = path.resolve(home, process.env.POSTROOM_DATA_DIR ?? 'data');
const hash = createHash('sha256').update(data).digest('hex').slice(0, 16);
const sockets = [path.join(data, 'socket'), path.join(tmpdir(), `postroom-${hash}`)];
const socket = sockets.find((one) => existsSync(path.join(one, '.s.PGSQL.5432')));
const url = process.env.DATABASE_URL;
if (!url && !socket)
  exitWithError('No database is running here. Start Postroom with npm start, or set DATABASE_URL.');
const args = url ? [url] : ['-h', socket, '-U', 'postroom', 'postroom'];
const { error } = spawnSync('psql', [...args, ...process.argv.slice(2)], { stdio: 'inherit' });
if (error) exitWithError('The console is psql. Type:\n  sudo apt-get install -y postgresql-client');
