import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createServer } from './server.ts';
import type { Services } from './services.ts';

const document = async () => {
  const services = { url: 'https://desk.acme.com', simulator: null, notifications: null };
  const app = await createServer({ ...services } as unknown as Services, pino({ level: 'silent' }));
  const answer = await app.inject('/api/openapi.json');
  await app.close();
  return answer.json<OpenApi>();
};

type OpenApi = {
  paths: Record<string, Record<string, { requestBody?: Body; responses: Record<string, Body> }>>;
  components: object;
};
type Body = { content?: Record<string, { schema: object; example?: unknown }> };

test('the OpenAPI document has no error and no warning of Redocly’s recommended rules', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(await document()), config });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
  ).toEqual([]);
});

test('every body of a request and of an answer has an example that its schema accepts', async () => {
  const { paths, components } = await document();
  const pointer = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateSchema: false,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
      date: /^\d{4}-\d\d-\d\d$/,
      uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
      uri: (text: string) => URL.canParse(text),
      email: /^[^@\s]+@[^@\s]+$/,
      byte: /^[\w+/]+=*$/,
    },
  });
  // Added once, so that a schema which many bodies share is compiled once.
  ajv.addSchema({ $id: 'postroom:', paths, components });
  let count = 0;
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { requestBody, responses }] of Object.entries(operations))
      for (const [part, { content = {} }] of [
        ['request', requestBody ?? {}],
        ...Object.entries(responses),
      ] as Array<[string, Body]>) {
        const json = content['application/json'];
        if (!json) continue;
        count += 1;
        const at = `${method} ${path} ${part}`;
        expect(json, at).toHaveProperty('example');
        const isValid = ajv.compile({
          $ref: `postroom:#/paths/${[path, method, ...(part === 'request' ? ['requestBody'] : ['responses', part])].map(pointer).join('/')}/content/application~1json/schema`,
        });
        expect(isValid(json.example), `${at} ${ajv.errorsText(isValid.errors)}`).toBe(true);
      }
  expect(count).toBeGreaterThan(150);
});
