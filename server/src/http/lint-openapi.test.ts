import { createConfig, lintFromString } from '@redocly/openapi-core';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createServer } from './server.ts';
import type { Services } from './services.ts';

test('the OpenAPI document has no error and no warning of Redocly’s recommended rules', async () => {
  const services = { url: 'https://desk.acme.com', simulator: null, notifications: null };
  const app = await createServer({ ...services } as unknown as Services, pino({ level: 'silent' }));
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(app.swagger()), config });
  await app.close();
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
  ).toEqual([]);
});
