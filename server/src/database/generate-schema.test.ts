import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { inDatabase, template } from '../testing/postgres.ts';
import { connect } from './connect.ts';
import { generateSchema } from './generate-schema.ts';

test('generated/schema.ts is current (else: npm run database-types)', async () => {
  const deployment = connect(inDatabase(inject('postgres'), template));
  const current = await generateSchema(deployment);
  await deployment.pool.end();
  const written = await readFile(new URL('generated/schema.ts', import.meta.url), 'utf8');
  expect(written).toBe(current);
});
