import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, control, deliver, setUndoSeconds, syncUntilShown } from './steps.ts';

const address = 'support@acme.example';
setUp();

const notificationsButton = (page: Page, unread: number) =>
  page.getByRole('button', {
    name: unread ? `Notifications, ${unread} unread` : 'Notifications',
    exact: true,
  });
/** Waits until the animations of an element have ended. */
const waitForAnimations = (moving: Locator) =>
  moving.evaluate((element) =>
    Promise.allSettled(
      (element as never as Animated).getAnimations({ subtree: true }).map(({ finished }) => finished),
    ),
  );
type Animated = { getAnimations(options: object): Array<{ finished: Promise<unknown> }> };
const answerWith = async (page: Page, text: string) => {
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type(text);
};

test('a disconnected mailbox holds answers, and asks about old ones', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  const admin = await openInbox();
  await connect(admin, environment, address);
  await deliver(environment, 'Where is it?', '<p>Hello</p>');
  const agent = await openInbox('agent');
  await setUndoSeconds(agent, environment, 0);
  await agent.getByRole('link', { name: /Where is it\?/ }).click();
  await notificationsButton(admin, 0).waitFor();

  // The owner revokes the access at Google: admins get a notification on every page.
  await control(environment, '/revoke', { email: address });
  await syncUntilShown(environment, notificationsButton(admin, 1));
  const toast = admin.getByRole('alert').filter({ hasText: `${address} is disconnected from Gmail` });
  await toast.waitFor();
  await waitForAnimations(toast);
  await saveScreenshot(admin, 'disconnected-toast');
  await notificationsButton(admin, 1).click();
  const list = admin.getByRole('region', { name: 'Notifications' }).last();
  await list.getByText(`${address} is disconnected from Gmail`).waitFor();
  await expectAccessible(admin);
  await saveScreenshot(admin, 'disconnected-list');
  await notificationsButton(admin, 0).waitFor();
  await list.getByRole('link').first().click();
  await admin.getByText(/Disconnected since/).waitFor();
  await saveScreenshot(admin, 'disconnected-email');
  const phone = await openInbox('admin', 400, 800);
  await notificationsButton(phone, 0).click();
  await phone
    .getByRole('region', { name: 'Notifications' })
    .last()
    .getByText(`${address} is disconnected from Gmail`)
    .waitFor();
  await expectAccessible(phone);
  await saveScreenshot(phone, 'disconnected-phone');
  // Agents get no notification: theirs are about conversations.
  await notificationsButton(agent, 0).waitFor();

  // Answers of agents are held, and the page says so.
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
  // The order of the messages has changed: the page must load them again.
  await agent.reload();
  await expect.poll(() => messages.getByText('Held', { exact: true }).count()).toBe(2);

  // After reconnecting, the new answer is sent; the page asks whether to send the old one.
  await connect(admin, environment, address);
  await notificationsButton(admin, 1).waitFor();
  await messages.getByText('Sent', { exact: true }).waitFor();
  await messages.getByText(new RegExp(`^Written on .*, while ${address} was disconnected`)).waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'disconnected-question');
  await messages.getByRole('button', { name: 'Send now' }).click();
  await expect.poll(() => messages.getByText('Sent', { exact: true }).count(), { timeout: 20_000 }).toBe(2);
  expect(await messages.getByText('Held', { exact: true }).count()).toBe(0);
});

/** Changes the dates of a message and its delivery to two days ago. */
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
