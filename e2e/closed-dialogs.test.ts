import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { environment, openInbox, setUp } from './set-up.ts';
import { connect, deliver, openFromList } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
  await deliver(environment, 'Closed dialogs', '<p>Hello</p>');
  await openFromList(page, page.getByRole('link', { name: /Closed dialogs/ }));
  await button('Note').waitFor();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const palette = () => page.getByPlaceholder('Type a command, or words of a conversation');
const message = () => page.getByRole('textbox', { name: 'Message', exact: true });
const hasFocus = (name: string) =>
  expect.poll(() => button(name).evaluate((one) => one.matches(':focus'))).toBe(true);

test.each([
  ['the shortcuts', '?', () => page.getByRole('dialog', { name: 'Keyboard shortcuts' })],
  ['the palette', 'Control+k', palette],
  ['the tags', 'l', () => page.getByRole('combobox', { name: 'Find or make a tag' })],
  ['the people', 'Shift+I', () => page.getByRole('combobox', { name: 'Find a person' })],
  ['the times', 's', () => page.getByRole('menuitem', { name: /Tomorrow morning/ })],
])('after %s are closed, the focus is where it was', async (_name, key, opened) => {
  await button('Note').focus();
  await page.keyboard.press(key);
  await opened().waitFor();
  await expect.poll(() => button('Note').evaluate((one) => one.matches(':focus'))).toBe(false);
  await page.keyboard.press('Escape');
  await opened().waitFor({ state: 'detached' });
  await hasFocus('Note');
});

test('after a dialog that a menu opened is closed, the button of the menu has the focus', async () => {
  await button('More for this conversation').click();
  await page.getByRole('menuitem', { name: 'Merge with another conversation' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge with another conversation' });
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await hasFocus('More for this conversation');
});

test('the palette opens over a reply, closes at a click outside it, and writing goes on', async () => {
  await button('Reply').click();
  await message().pressSequentially('Hello');
  await page.getByText(/^Saved /).waitFor();
  await button('Link').waitFor();
  await page.keyboard.press('Control+k');
  await expect.poll(() => palette().evaluate((one) => one.matches(':focus'))).toBe(true);
  await page.mouse.click(20, 880);
  await palette().waitFor({ state: 'detached' });
  await expect.poll(() => message().evaluate((one) => one.matches(':focus'))).toBe(true);
  await page.keyboard.type(' Ana');
  await expect.poll(() => message().textContent()).toBe('Hello Ana');
});

test('a link typed without a scheme leads to the web, and shows its address', async () => {
  await message().fill('See ');
  await button('Link').click();
  await page.getByRole('textbox', { name: 'Address of the link' }).fill('far.example/sizes');
  // What is typed at once is of the message also where the browser paints late.
  await page.evaluate(
    `globalThis.requestAnimationFrame = (paint) => setTimeout(() => paint(performance.now()), 500)`,
  );
  await page.keyboard.press('Enter');
  await page.keyboard.type(' for sizes');
  await expect.poll(() => message().textContent()).toBe('See far.example/sizes for sizes');
  expect(await message().locator('a').getAttribute('href')).toBe('https://far.example/sizes');
  expect(await message().locator('a').textContent()).toBe('far.example/sizes');
});

test('what is typed after an emoji was chosen, or after Cc and Bcc, is in the composer', async () => {
  await message().fill('Thank you');
  await button('Insert emoji').click();
  await button('😀').click({ delay: 100 });
  // For longer than Mantine waits before it gives the focus back to the button.
  await page.keyboard.type(', Ana', { delay: 20 });
  await expect.poll(() => message().textContent()).toBe('Thank you😀, Ana');
  await button('Headings, quote and code').click();
  await page.getByRole('menuitem', { name: 'Quote' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => message().evaluate((one) => one.matches(':focus'))).toBe(true);
  await button('Cc and Bcc').click();
  await expect
    .poll(() =>
      page.getByRole('combobox', { name: 'Cc', exact: true }).evaluate((one) => one.matches(':focus')),
    )
    .toBe(true);
});
