import { afterAll, expect, test } from 'vitest';
import { templateProblem } from './check-template.ts';
import { openRenderer } from './renderer.ts';
import { TemplateError } from './template-errors.ts';

type RenderData = Parameters<typeof renderer.render>[1];

const renderer = openRenderer();
afterAll(() => renderer.close());
const fault = async (html: string) => (await templateProblem(renderer, html))?.code ?? null;

test('a template must always show what the agent writes', async () => {
  expect(await fault('<p>{{draft.htmlBody}}</p>')).toBeNull();
  expect(await fault('<p>{{{draft.htmlBody}}}</p>')).toBeNull();
  expect(await fault('<pre>{{draft.textBody}}</pre>')).toBeNull();
  expect(await fault('{{#with draft}}{{htmlBody}}{{/with}}')).toBeNull();
  expect(await fault('<p>Dear {{customer.name}}</p>')).toBe('template-without-draft');
  expect(await fault('<p>Hello</p><!-- {{draft.htmlBody}} -->')).toBe('template-without-draft');
  expect(await fault('{{#if user.avatarUrl}}{{draft.htmlBody}}{{/if}}')).toBe('template-without-draft');
  expect(await fault('{{#if}')).toBe('template-broken');
});

test('a template that never ends is stopped, and the next one is rendered', async () => {
  // Each selector is matched with each element: 10⁹ steps.
  const rules = Array.from({ length: 6_000 }, (_, at) => `p:not(.a${at}) b:nth-child(${at}n+1){color:red}`);
  const slow = `<style>${rules.join('')}</style>${'<p><b>x</b></p>'.repeat(20_000)}{{draft.htmlBody}}`;
  expect(await fault(slow)).toBe('template-broken');
  expect(await fault('{{draft.htmlBody}}')).toBeNull();
}, 60_000);

test('a template that takes all memory delays no other message', async () => {
  const deep = 40;
  const bomb = `${'{{#each @root}}'.repeat(deep)}boom{{customer.name}}${'{{/each}}'.repeat(deep)}{{draft.htmlBody}}`;
  const data = { draft: { htmlBody: '<p>Hello</p>', textBody: 'Hello' }, user: {} } as Parameters<
    typeof renderer.render
  >[1];
  const bombs = Array.from({ length: 6 }, () => renderer.render(bomb, data).catch((error: Error) => error));
  const others = await Promise.all(
    Array.from({ length: 6 }, () => renderer.render('<b>{{draft.htmlBody}}</b>', data)),
  );
  for (const { text } of others) expect(text).toBe('Hello');
  for (const given of await Promise.all(bombs)) expect(given).toBeInstanceOf(TemplateError);
}, 60_000);

test('the template Blank has a language, a direction and a font, and adds no words', async () => {
  const draft = { htmlBody: '<p>Ihr <b>Paket</b></p>', textBody: 'Ihr Paket', language: 'de' };
  const data = { draft, message: { id: '1', subject: 'A & B', sentAt: '' } } as RenderData;
  const { html, text } = await renderer.render(null, data);
  expect(html).toMatch(/^<!doctype html>\n<html lang="de" dir="ltr"><head><meta charset="utf-8">/);
  expect(html).toContain('<title>A &amp; B</title>');
  expect(html).toMatch(
    /<body><div lang="de" dir="ltr" style="font-family:[^"]+"><p>Ihr <b>Paket<\/b><\/p><\/div><\/body>/,
  );
  expect(text).toBe(draft.textBody);
  const hebrew = { ...data, draft: { ...draft, language: 'he', direction: 'rtl' as const } };
  expect((await renderer.render(null, hebrew)).html).toContain('<html lang="he" dir="rtl">');
  const unknown = { ...data, draft: { htmlBody: '<p>1</p>', textBody: '1' } };
  expect((await renderer.render(null, unknown)).html).toContain('<html dir="ltr">');
});
