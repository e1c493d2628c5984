import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { newUserContext, saveScreenshot } from './browser.ts';
import { runInDatabase } from './environment.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, deliver, instanceOf, setUndoSeconds } from './steps.ts';

setUp();

const account = 'ana.silva@mail.example';
const article = (page: Page) => page.getByRole('article').last();

test('the customer gets plain, templated and history replies', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  const agent = await openInbox();
  const customer = await (await newUserContext(browser)).newPage();
  const mailboxId = await connect(agent, environment, 'support@acme.example');
  const base = `/api/instances/${await instanceOf(agent, environment)}`;
  await callApi(agent, environment, 'PATCH', `${base}/writing-settings`, {
    undoSeconds: 0,
    signature: '<p>Ada</p>',
  });
  const settle = (settings: object) =>
    callApi(agent, environment, 'PATCH', `${base}/mailboxes/${mailboxId}`, settings);
  const { templates } = await callApi<{ templates: Array<{ id: string; name: string }> }>(
    agent,
    environment,
    'GET',
    `${base}/templates`,
  );

  await customer.goto(`${environment.google}/mail/${account}/inbox`);
  await customer.getByRole('button', { name: 'Compose' }).click();
  await customer.getByLabel('To', { exact: true }).fill('support@acme.example');
  await customer.getByLabel('Subject').fill('Opening hours');
  await customer.getByRole('textbox', { name: 'Message' }).click();
  await customer.keyboard.type('When are you open on Saturdays?');
  await customer.getByRole('button', { name: 'Send' }).click();
  await customer.waitForURL(({ pathname }) => !pathname.endsWith('/compose'));
  await agent.getByRole('link', { name: /Opening hours/ }).click();
  const answer = async (text: string, nth: number) => {
    await agent.getByRole('button', { name: 'Reply', exact: true }).click();
    await agent.getByRole('textbox', { name: 'Message', exact: true }).click();
    await agent.keyboard.type(text);
    await agent.keyboard.press('Control+Enter');
    const sent = agent
      .getByRole('region', { name: 'Messages', exact: true })
      .getByText('Sent', { exact: true });
    await expect.poll(() => sent.count(), { timeout: 20_000 }).toBe(nth);
    await customer.goto(`${environment.google}/mail/${account}/inbox`);
    await customer
      .getByRole('link', { name: /Opening hours/ })
      .first()
      .click();
    await article(customer).frameLocator('iframe').getByText(text).waitFor();
  };

  // The blank template adds nothing but the signature.
  await answer('From nine to one.', 1);
  const shown = article(customer).frameLocator('iframe');
  await shown.getByText('Ada', { exact: true }).waitFor();
  expect(await shown.getByText(/Acme Support$/).count()).toBe(0);
  await saveScreenshot(customer, 'received-plain');

  await settle({ templateId: templates.find(({ name }) => name === 'Acme brand')!.id });
  await answer('And on Sundays never.', 2);
  await article(customer).frameLocator('iframe').getByText(/Acme/).first().waitFor();
  await article(customer).scrollIntoViewIfNeeded();
  await saveScreenshot(customer, 'received-templated');

  await settle({ threading: 'history' });
  await answer('Except before Christmas.', 3);
  const quoted = article(customer).frameLocator('iframe').locator('blockquote');
  await quoted.getByText('From nine to one.').first().waitFor();
  await quoted.getByText('When are you open on Saturdays?').first().waitFor();
  await article(customer).scrollIntoViewIfNeeded();
  await saveScreenshot(customer, 'received-history');
  await customer.setViewportSize({ width: 400, height: 800 });
  await saveScreenshot(customer, 'received-history-phone');
});

test('the message shows when Gmail changed its From', async ({ onTestFailed }) => {
  onTestFailed(() => console.log(environment.server.output()));
  const admin = await openInbox();
  const base = `/api/instances/${await instanceOf(admin, environment)}`;
  const { mailboxes } = await callApi<{ mailboxes: Array<{ id: string }> }>(
    admin,
    environment,
    'GET',
    `${base}/mailboxes`,
  );
  const changedAt = new Date();
  await callApi(admin, environment, 'PATCH', `${base}/mailboxes/${mailboxes[0]!.id}`, {
    dynamicAliasName: true,
  });
  // Waits until the send-as addresses are read: the change below must come after that.
  const read = 'select from mailbox where send_as_read_at >= $1';
  await expect.poll(() => runInDatabase(environment, read, [changedAt])).toBe(1);
  await deliver(environment, 'Who writes?', '<p>Hello</p>');
  const john = await openInbox('agent');
  await setUndoSeconds(john, environment, 0);
  await john.getByRole('link', { name: /Who writes/ }).click();
  await john.getByRole('button', { name: 'Reply', exact: true }).click();
  const composer = john.getByRole('region', { name: 'Reply', exact: true });
  await composer.getByText('John Carter <john@acme.example>').waitFor();
  // The send-as addresses that Postroom has read are now outdated.
  await control(environment, '/send-as', {
    account: 'support@acme.example',
    email: 'john@acme.example',
    name: 'John Carter',
    status: 'pending',
  });
  await john.getByRole('textbox', { name: 'Message', exact: true }).click();
  await john.keyboard.type('It is me.');
  await john.keyboard.press('Control+Enter');
  await john
    .getByText(/^Gmail sent this from .*support@acme\.example.*, not from John Carter <john@acme\.example>/)
    .waitFor();
  await saveScreenshot(john, 'composer-from-changed');
});
