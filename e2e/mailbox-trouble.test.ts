import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { answerConsent } from './connect-steps.ts';
import { runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control, deliver } from './steps.ts';

const address = 'support@acme.example';
setUp();
let admin: Page;
let agent: Page;
beforeAll(async () => {
  admin = await openInbox();
  await connect(admin, environment, address);
  agent = await openInbox('agent');
});

async function clearFaults(path: string): Promise<void> {
  await fetch(`${environment.google}/control${path}`, { method: 'DELETE' });
}

/** Syncs until a sync failed, and dates the outage back. */
async function syncUntilFailing(): Promise<void> {
  await expect
    .poll(async () => {
      await runInDatabase(environment, 'update mailbox set next_sync_at = now() where failing_since is null');
      return runInDatabase(
        environment,
        `update mailbox set failing_since = now() - interval '3 minutes' where failing_since is not null`,
      );
    })
    .toBe(1);
}

test('a message that Gmail does not return is told, and read on request', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  await control(environment, '/message-faults', { message: 'Broken order', kind: '500' });
  for (const subject of ['First order', 'Broken order', 'Later order']) {
    await deliver(environment, subject, '<p>Where is it?</p>');
  }
  await agent.getByRole('link', { name: /Later order/ }).waitFor();
  await agent.getByText('1 message cannot be read').waitFor();
  await expectAccessible(agent);
  await agent.getByRole('button', { name: 'Show', exact: true }).click();
  const dialog = agent.getByRole('dialog', { name: 'Messages that cannot be read' });
  await dialog.getByText('Google answered: Backend Error').waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'unreadable-messages');
  await clearFaults('/message-faults');
  await dialog.getByRole('button', { name: /^Try again/ }).click();
  await agent.getByRole('link', { name: /Broken order/ }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await agent.getByText('1 message cannot be read').waitFor({ state: 'detached' });
});

test('an outage of a mailbox is shown until it ends', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  await control(environment, '/faults', { method: 'history.list', kind: 'precondition', times: null });
  await admin.goto(`${environment.url}/acme/apps/email`);
  await admin.getByText('Connected', { exact: true }).waitFor();
  // As if it had lasted for three minutes.
  await syncUntilFailing();
  await admin.getByText(/Trouble since/).waitFor();
  await admin.getByText('Google answered: Precondition check failed.').waitFor();
  await expectAccessible(admin);
  await saveScreenshot(admin, 'trouble-list');
  await admin.getByRole('main').getByRole('link', { name: 'Acme Support' }).click();
  await admin
    .getByRole('alert')
    .getByText(/Trouble since/)
    .waitFor();
  await saveScreenshot(admin, 'trouble-page');

  await agent.getByRole('link', { name: new RegExp(address) }).click();
  await agent.getByText(`${address} has had trouble since`).waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'trouble-inbox');

  await clearFaults('/faults');
  await runInDatabase(environment, 'update mailbox set next_sync_at = now(), sync_not_before = null');
  await agent.getByText(`${address} has had trouble since`).waitFor({ state: 'detached' });
  await admin.getByText(/Trouble since/).waitFor({ state: 'detached' });
});

test('two-way sync is asked for, and goes both ways', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  await admin.goto(`${environment.url}/acme/apps/email`);
  await admin.getByRole('main').getByRole('link', { name: 'Acme Support' }).click();
  const region = admin.getByRole('region', { name: 'Two-way sync with Gmail' });
  const sync = region.getByRole('switch', { name: 'Keep Gmail and Postroom in step' });
  const openConsent = async () => {
    const opening = admin.waitForEvent('popup');
    await sync.click();
    const google = await opening;
    await google.getByRole('button', { name: 'Allow' }).waitFor();
    return google;
  };
  const unticked = await openConsent();
  await unticked.getByText('already has some access').waitFor();
  await unticked.getByRole('checkbox').uncheck();
  await answerConsent(unticked, 'Allow');
  await region.getByText(`${address} stays connected as it was.`).waitFor();
  await expectAccessible(admin);
  await saveScreenshot(admin, 'two-way-declined');
  await answerConsent(await openConsent(), 'Allow');
  await expect.poll(() => sync.isChecked()).toBe(true);
  await expectAccessible(admin);
  await saveScreenshot(admin, 'two-way-on');

  await deliver(environment, 'Both ways', '<p>Where is it?</p>');
  await agent.getByRole('link', { name: /Both ways/ }).click();
  await agent.getByRole('button', { name: 'Done', exact: true }).click();
  const labels = async () => {
    const path = `${environment.google}/control/mailboxes/${address}/messages`;
    const { messages } = (await (await fetch(path)).json()) as {
      messages: Array<{ subject: string; labels: string[] }>;
    };
    return messages.find(({ subject }) => subject === 'Both ways')?.labels ?? [];
  };
  await expect.poll(labels).not.toContain('INBOX');
  await expect.poll(labels).not.toContain('UNREAD');

  await admin.reload();
  await sync.click();
  await region.getByText(/Only reconnecting the address/).waitFor();
  await saveScreenshot(admin, 'two-way-off');
});
