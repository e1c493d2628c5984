import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, openBrowser, saveScreenshot } from './browser.ts';
import { runInDatabase, startTestEnvironment, type TestEnvironment } from './environment.ts';
import { connect, control, deliver, setUndoSeconds, signIn } from './steps.ts';

const address = 'support@acme.example';
let environment: TestEnvironment;
let browser: Browser;
beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

const bell = (page: Page, unread: number) =>
  page.getByRole('button', {
    name: unread ? `Notifications, ${unread} unread` : 'Notifications',
    exact: true,
  });
/** What slides in has come to rest. */
const settled = (moving: Locator) =>
  moving.evaluate((element) =>
    Promise.all(
      (element as never as Animated).getAnimations({ subtree: true }).map(({ finished }) => finished),
    ),
  );
type Animated = { getAnimations(options: object): Array<{ finished: Promise<unknown> }> };
const answerWith = async (page: Page, text: string) => {
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type(text);
};

test('a lost access shows by itself, holds what is written, and asks about what grew old', async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.log(environment.server.output()));
  const admin = await (await newUserContext(browser)).newPage();
  const agent = await (await newUserContext(browser)).newPage();
  const phone = await (await newUserContext(browser, 400, 800)).newPage();
  await signIn(admin, environment);
  await connect(admin, environment, address);
  await deliver(environment, 'Where is it?', '<p>Hello</p>');
  await signIn(agent, environment, 'agent');
  await setUndoSeconds(agent, environment, 0);
  await agent.getByRole('link', { name: /Where is it\?/ }).click();
  await bell(admin, 0).waitFor();

  // The owner removes Postroom at Google: admins hear of it, wherever they are.
  await control(environment, '/revoke', { email: address });
  // Nothing tells of it but a look, a minute after the last one where mail is announced (connecting-back.test.ts
  // waits for it): here it is due at once.
  await expect
    .poll(async () => {
      await runInDatabase(environment, 'update mailbox set next_sync_at = now()');
      return bell(admin, 1).count();
    })
    .toBe(1);
  const toast = admin.getByRole('alert').filter({ hasText: `${address} is disconnected from Gmail` });
  await toast.waitFor();
  await settled(toast);
  await saveScreenshot(admin, 'disconnected-toast');
  await bell(admin, 1).click();
  const list = admin.getByRole('region', { name: 'Notifications' }).last();
  await list.getByText(`${address} is disconnected from Gmail`).waitFor();
  await expectAccessible(admin);
  await saveScreenshot(admin, 'disconnected-list');
  await bell(admin, 0).waitFor();
  await list.getByRole('link').first().click();
  await admin.getByText(/Disconnected since/).waitFor();
  await saveScreenshot(admin, 'disconnected-email');
  await signIn(phone, environment);
  await bell(phone, 0).click();
  await phone
    .getByRole('region', { name: 'Notifications' })
    .last()
    .getByText(`${address} is disconnected from Gmail`)
    .waitFor();
  await expectAccessible(phone);
  await saveScreenshot(phone, 'disconnected-phone');
  // Agents are not told by notification: theirs are of conversations.
  await bell(agent, 0).waitFor();

  // What agents write is held, and says so.
  await agent.getByText(`${address} is disconnected from Gmail. Your message will be held`).waitFor({
    state: 'hidden',
  });
  await answerWith(agent, 'Written long ago');
  await agent.getByText(/Your message will be held and sent when an admin reconnects it/).waitFor();
  await agent.getByRole('button', { name: 'Send', exact: true }).click();
  const messages = agent.getByRole('region', { name: 'Messages' });
  await messages.getByText('Held', { exact: true }).waitFor();
  await answerWith(agent, 'Written today');
  await agent.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => messages.getByText('Held', { exact: true }).count()).toBe(2);
  await saveScreenshot(agent, 'disconnected-held');
  await twoDaysAgo('Written long ago');
  // It stands before everything else now, and the page had begun later.
  await agent.reload();
  await expect.poll(() => messages.getByText('Held', { exact: true }).count()).toBe(2);

  // Connected again: the fresh one leaves, the old one asks.
  await connect(admin, environment, address);
  await bell(admin, 1).waitFor();
  await messages.getByText('Sent', { exact: true }).waitFor();
  await messages.getByText(new RegExp(`^Written on .*, while ${address} was disconnected`)).waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'disconnected-question');
  await messages.getByRole('button', { name: 'Send now' }).click();
  await expect.poll(() => messages.getByText('Sent', { exact: true }).count(), { timeout: 20_000 }).toBe(2);
  expect(await messages.getByText('Held', { exact: true }).count()).toBe(0);
});

/** As if the message of these words had been written two days before. */
async function twoDaysAgo(words: string): Promise<void> {
  const rowCount = await runInDatabase(
    environment,
    `with old as (update message set sent_at = sent_at - interval '2 days' where body_text like $1 returning id)
      update delivery set created_at = created_at - interval '2 days', send_after = send_after - interval '2 days'
        from old where message_id = old.id`,
    [`%${words}%`],
  );
  expect(rowCount).toBe(1);
}
