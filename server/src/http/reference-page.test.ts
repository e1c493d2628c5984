import { load as parse } from 'cheerio';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenApiDocument } from './reference-page.ts';
import { createServer } from './server.ts';
import type { HttpServer, Services } from './services.ts';

let app: HttpServer;
beforeAll(async () => {
  const services = { url: 'https://desk.acme.com', simulator: null, notifications: null };
  app = await createServer({ ...services } as unknown as Services, pino({ level: 'silent' }));
});
afterAll(() => app?.close());

async function load() {
  const answer = await app.inject('/api/reference');
  return { answer, $: parse(answer.body) };
}

test('the reference page shows every operation of the document with its example', async () => {
  const { answer, $ } = await load();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  const { paths } = (await app.inject('/api/openapi.json')).json<OpenApiDocument>();
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  const shown = $('h3')
    .get()
    .map((heading) => $(heading).attr('id'));
  expect(ids.filter((id) => !shown.includes(id))).toEqual([]);
  const examples = $('pre')
    .get()
    .map((one) => $(one).text());
  expect(examples.length).toBeGreaterThan(100);
  for (const example of examples) expect(() => JSON.parse(example)).not.toThrow();
});

test('every link within the page has a target, and no part of it comes from elsewhere', async () => {
  const { answer, $ } = await load();
  const ids = new Set(
    $('h2, h3')
      .get()
      .map((one) => $(one).attr('id')),
  );
  const targets = $('a')
    .get()
    .map((one) => $(one).attr('href')!);
  expect(targets.filter((href) => !ids.has(href.slice(1)) && href !== '/api/openapi.json')).toEqual([]);
  expect($('script, link, img, iframe').length).toBe(0);
  expect(answer.body).not.toMatch(/url\(|@import/);
  expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
});
