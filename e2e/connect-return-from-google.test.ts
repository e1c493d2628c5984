import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { newUserContext, saveScreenshot } from './browser.ts';
import { answerConsent, listAddresses, openGooglePopup } from './connect-steps.ts';
import { runInDatabase } from './environment.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { connect, control, deliver, setUndoSeconds, syncUntilShown } from './steps.ts';

const address = 'support@acme.example';
setUp();
let admin: Page;
let agent: Page;
beforeAll(async () => {
  admin = await openInbox();
  await connect(admin, environment, address);
  await deliver(environment, 'Where is it?', '<p>Hello</p>');
  agent = await openInbox('agent');
  await setUndoSeconds(agent, environment, 0);
});

const reconnectLink = (page: Page) => page.getByRole('link', { name: `Reconnect ${address}` });
const askAdmin = 'Ask an admin to reconnect it.';

test('answers are held while disconnected, and sent when reconnected', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  await agent.getByRole('link', { name: /Where is it\?/ }).click();
  await agent.getByRole('article').waitFor();

  // The owner removes Postroom on Google's page of third-party access.
  const owner = await (await newUserContext(browser)).newPage();
  await owner.goto(`${environment.google}/connections?account=${address}`);
  await owner.getByRole('button', { name: 'Remove access of Postroom' }).click();
  await owner.getByText('The app no longer has access to this account.').waitFor();

  // The agent sees it in the list of mailboxes, the conversation and the composer, without a link.
  const views = agent.getByRole('navigation', { name: 'Views' });
  await syncUntilShown(environment, views.getByText('Disconnected'));
  await views.getByText(askAdmin).waitFor();
  const bar = agent.getByRole('status').filter({ hasText: `${address} is disconnected from Gmail.` });
  await bar.getByText('Nothing is received, and what is sent is held. Nothing is lost.').waitFor();
  await bar.getByText(askAdmin).waitFor();
  await expectAccessible(agent);
  await saveScreenshot(agent, 'back-agent-conversation');
  await agent.getByRole('button', { name: 'Reply', exact: true }).click();
  await agent.getByText(/Your message will be held and sent when an admin reconnects it/).waitFor();
  await agent.getByRole('textbox', { name: 'Message' }).click();
  await agent.keyboard.type('It is on its way.');
  await expectAccessible(agent);
  await saveScreenshot(agent, 'back-agent-composer');
  await agent.getByRole('button', { name: 'Send', exact: true }).click();
  const messages = agent.getByRole('region', { name: 'Messages' });
  await messages.getByText('Held', { exact: true }).waitFor();
  expect(await reconnectLink(agent).count()).toBe(0);

  // The admin sees it on every page, in the list, on the address's page and in the conversation.
  await admin.goto(`${environment.url}/acme/settings`);
  await reconnectLink(admin).first().waitFor();
  await expectAccessible(admin);
  await admin.goto(`${environment.url}/acme/apps/email`);
  await admin.getByText(/Disconnected since/).waitFor();
  await admin.getByRole('link', { name: 'Reconnect', exact: true }).waitFor();
  await expectAccessible(admin);
  await saveScreenshot(admin, 'back-admin-list');
  await admin.getByRole('main').getByRole('link', { name: 'Acme Support' }).click();
  await admin.getByRole('heading', { name: address }).waitFor();
  await admin.getByText('1 message is held until you reconnect').waitFor();
  await admin.getByText('Nothing is read while the address is disconnected').waitFor();
  await expectAccessible(admin);
  await saveScreenshot(admin, 'back-admin-page');
  await admin.goto(`${environment.url}/acme/inbox/open`);
  await admin.getByRole('link', { name: /Where is it\?/ }).click();
  // Links: in the list of mailboxes, above the page, in the conversation and at the held message.
  await expect.poll(() => reconnectLink(admin).count()).toBe(4);
  await expectAccessible(admin);
  await saveScreenshot(admin, 'back-admin-conversation');

  // The link leads to Google's button.
  await reconnectLink(admin).last().click();
  await admin.getByText('Messages that arrived meanwhile are fetched').waitFor();
  await saveScreenshot(admin, 'back-admin-reconnect');
  await deliver(environment, 'Written meanwhile', '<p>Anybody?</p>');
  const google = await openGooglePopup(admin);
  await google.getByRole('button', { name: 'Allow' }).waitFor();
  await answerConsent(google, 'Allow');
  await admin.getByRole('button', { name: 'Save Changes' }).click();
  const row = admin.getByRole('listitem').filter({ hasText: address });
  await row.getByText('Connected', { exact: true }).waitFor();
  await expect.poll(() => reconnectLink(admin).count()).toBe(0);

  // The held answer is sent, new mail is received, and the warnings are gone.
  await messages.getByText('Sent', { exact: true }).waitFor();
  await agent.getByRole('link', { name: /Written meanwhile/ }).waitFor();
  await bar.waitFor({ state: 'hidden' });
  await views.getByText(askAdmin).waitFor({ state: 'hidden' });
  expect(await agent.getByText('is disconnected from Gmail').count()).toBe(0);
});

test('an app in Testing is disconnected after seven days', async () => {
  await runInDatabase(
    environment,
    `update mailbox_grant set granted_at = now() - interval '7 days', access_token_expires_at = now()`,
  );
  await control(environment, '/revoke', { email: address });
  await admin.goto(`${environment.url}/acme/apps/email`);
  const row = admin.getByRole('listitem').filter({ hasText: address });
  await syncUntilShown(
    environment,
    row.getByText('It does so while the consent screen of the Google Cloud project is in Testing.'),
  );
  await row.getByText(/publishes the app in the Google Cloud console/).waitFor();
  await row.getByRole('link', { name: 'Reconnect', exact: true }).waitFor();
  await expectAccessible(admin);
  expect(await listAddresses(admin, environment)).toMatchObject([{ state: 'disconnected' }]);
});
