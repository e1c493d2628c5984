import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { environment, exitWithError, node, root, run } from './setup.mjs';

// `npm run api-types`: generates the types of the web and of the client from the server's OpenAPI document.

const generated = path.join(root, 'client/src/generated');
const printed = spawnSync(node, ['server/src/http/print-openapi.ts'], { cwd: root, encoding: 'utf8' });
if (printed.status !== 0) exitWithError(printed.stderr);
writeFileSync(path.join(generated, 'openapi.json'), printed.stdout);
const types = path.join(root, 'node_modules/.bin/openapi-typescript');
const args = [path.join(generated, 'openapi.json'), '-o', path.join(generated, 'schema.ts')];
if (!run(types, args, { env: environment() })) exitWithError('The types could not be written.');
