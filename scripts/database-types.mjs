import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitWithError, node, root } from './setup.mjs';

// `npm run database-types`: writes the types of the tables, as the migrations make them.

const printed = spawnSync(node, ['server/src/database/print-schema.ts'], { cwd: root, encoding: 'utf8' });
if (printed.status !== 0) exitWithError(printed.stderr);
writeFileSync(path.join(root, 'server/src/database/generated/schema.ts'), printed.stdout);
