import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, commandOfPackage } from './command-line.ts';

test('a command is named as this installation has it', () => {
  expect(commandLine('resume', '')).toBe('npm run postroom -- resume');
  expect(commandLine('start', '')).toBe('npm start');
  const installed = '/srv/node_modules/.bin/postroom';
  expect(commandLine('resume', installed)).toBe('/srv/node_modules/.bin/postroom resume');
  expect(commandLine('start', installed)).toBe('/srv/node_modules/.bin/postroom start');
});

test('a server of the npm package names its command, also where a service started it', () => {
  expect(commandOfPackage('/opt/postroom/node_modules/postroom/server/src')).toBe(
    '/opt/postroom/node_modules/.bin/postroom',
  );
  expect(commandOfPackage(import.meta.dirname)).toBe('');
  expect(commandLine('resume')).toBe('npm run postroom -- resume');
});

test('no text of the server names a command of a checkout', () => {
  const folder = import.meta.dirname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(?<!\.test)\.ts$/.test(file) && !/^(testing|command-line)/.test(file),
  );
  const catalogues = readdirSync(path.join(folder, '../../locales')).filter((file) => file.endsWith('.json'));
  const texts = [
    ...files.map((file) => path.join(folder, file)),
    ...catalogues.map((file) => path.join(folder, '../../locales', file)),
  ];
  const named = texts.filter((file) => /npm run postroom|: npm start/.test(readFileSync(file, 'utf8')));
  expect(named).toEqual([]);
});
