import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control, deliver } from './steps.ts';

setUp();

test('an admin checks that every message is stored', async () => {
  const page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  for (const subject of ['One', 'Two', 'Three']) await deliver(environment, subject, '<p>Hello</p>');
  await page.goto(`${environment.url}/acme/apps/email`);
  await page.getByText('New mail is announced by Google').waitFor();
  await askForCheck(page);
  await page.getByText('3 of 3 messages · checked').waitFor();
  await saveScreenshot(page, 'email-checked');
  await page.setViewportSize({ width: 400, height: 800 });
  await saveScreenshot(page, 'email-checked-phone');
  expect(await page.getByText('was missing').count()).toBe(0);
});

test('a check lists missing messages, or shows when it tries again', async () => {
  const page = await openInbox();
  await page.goto(`${environment.url}/acme/apps/email`);
  await deleteStored('Two');
  await askForCheck(page);
  await page.getByRole('button', { name: '1 was missing and has been fetched' }).click();
  const dialog = page.getByRole('dialog', { name: 'Messages that were missing' });
  await dialog.getByText('Two', { exact: true }).waitFor();
  await dialog.getByText('Ana <ana@far.example>').waitFor();
  await saveScreenshot(page, 'email-check-missing');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('3 of 3 messages · checked').waitFor();

  await control(environment, '/faults', { method: 'messages.list', kind: '503', times: 1 });
  await askForCheck(page);
  await page.getByText(/Google did not answer; .* Next check at \d\d:\d\d\.$/).waitFor();
  await saveScreenshot(page, 'email-check-failed');
  await page.setViewportSize({ width: 400, height: 800 });
  await saveScreenshot(page, 'email-check-failed-phone');
});

test('the verify command works with and without a running server', async () => {
  await deleteStored('Three');
  const whileRunning = await postroom('verify', '--mailbox', 'support@acme.example');
  expect(whileRunning.output).toMatch(
    /^support@acme.example {2}3 of 3 {2}1 was missing and has been fetched$/m,
  );
  expect(whileRunning.output).toMatch(/was missing: .*“Three”/);
  expect(whileRunning.status).toBe(0);
  await control(environment, '/faults', { method: 'messages.list', kind: '503', times: 1 });
  expect(await postroom('verify')).toMatchObject({
    status: 1,
    output: expect.stringMatching(/did not answer/),
  });
  expect((await postroom('verify', '--mailbox', 'nobody@acme.example')).status).toBe(1);
  expect(await postroom('verify', '--all')).toMatchObject({
    status: 2,
    output: expect.stringMatching(/Usage/),
  });
  expect((await postroom('--help')).status).toBe(0);

  await environment.server.end('SIGTERM');
  const whileStopped = await postroom('verify');
  expect(whileStopped.output).toMatch(/^support@acme.example {2}3 of 3 {2}all there$/m);
  expect(whileStopped.status).toBe(0);
  await environment.startServer();
});

async function askForCheck(page: Page): Promise<void> {
  await page.getByRole('button', { name: /support@acme.example/ }).click();
  await page.getByRole('menuitem', { name: 'Check this mailbox' }).click();
}

/** Deletes a stored message, so that it is missing. */
async function deleteStored(subject: string): Promise<void> {
  const rows = await runInDatabase(
    environment,
    'with gone as (delete from message where subject = $1 returning id) delete from gmail_message where message_id in (select id from gone)',
    [subject],
  );
  expect(rows).toBe(1);
}

/** Runs `npm run postroom -- …` with the server's configuration. */
async function postroom(...args: string[]): Promise<{ status: number | null; output: string }> {
  const main = fileURLToPath(new URL('../server/src/commands/main.ts', import.meta.url));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir(), ...environment.env };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const out of [child.stdout, child.stderr]) {
    out.on('data', (chunk) => {
      output += chunk;
    });
  }
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}
