import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { saveScreenshot } from './browser.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, instanceOf, openFromList, setUndoSeconds } from './steps.ts';

setUp();
let page: Page;
let mailboxId: string;

beforeAll(async () => {
  page = await openInbox();
  mailboxId = await connect(page, environment, 'support@acme.example');
  await setUndoSeconds(page, environment, 0);
});

async function arrive(from: string, subject: string, body: string, fields: Record<string, string> = {}) {
  const all = { From: from, To: 'support@acme.example', Subject: subject, ...fields };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const raw = Buffer.from(`${head.join('')}\r\n${body}\r\n`).toString('base64');
  const sender = /<([^>]*)>/.exec(from)?.[1] ?? from;
  await control(environment, '/deliver', { from: sender, to: ['support@acme.example'], raw });
}
const timeline = () => page.getByRole('region', { name: 'Messages' });
async function open(subject: RegExp) {
  await page.goto(`${environment.url}/acme/inbox/open`);
  await openFromList(page, page.getByRole('link', { name: subject }));
}

test('the author of a forwarded message becomes the customer and is answered', async () => {
  const html =
    '<div>She writes for the third time, please help.<br><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <strong>Mia Kern</strong> &lt;<a href="mailto:mia@client.example">mia@client.example</a>&gt;<br>Date: Fri, Nov 6, 2026 at 9:00 AM<br>Subject: Lamp<br>To: &lt;jo@acme.example&gt;<br></div><br><div>The <b>lamp</b> arrived broken.</div></div></div>';
  await arrive('Jo Doe <jo@acme.example>', 'Fwd: Lamp', html, {
    'MIME-Version': '1.0',
    'Content-Type': 'text/html; charset=utf-8',
  });
  await open(/Fwd: Lamp/);
  await timeline().getByText('Jo Doe forwarded this message from Mia Kern (mia@client.example)').waitFor();
  await timeline().getByText('She writes for the third time, please help.').waitFor();
  const frame = timeline().frameLocator('iframe').first();
  await frame.getByText('arrived broken').waitFor();
  expect(await frame.getByText(/Forwarded message|third time/).count()).toBe(0);
  await expectAccessible(page);
  await saveScreenshot(page, 'forward-offered');

  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  const composer = page.getByRole('region', { name: 'Reply' });
  await composer.getByText('Jo Doe', { exact: false }).first().waitFor();
  await timeline().getByRole('button', { name: 'Make Mia Kern the customer' }).click();
  await composer.getByText('Mia Kern', { exact: false }).first().waitFor();
  await timeline().getByRole('button', { name: 'Make Mia Kern the customer' }).waitFor({ state: 'detached' });
  await saveScreenshot(page, 'forward-accepted');
});

test('a conversation is moved to an address that never wrote', async () => {
  await arrive('Ana Silva <ana@far.example>', 'For my neighbour', 'Please write to Lee.');
  await open(/For my neighbour/);
  await page.getByRole('button', { name: 'More for this conversation' }).click();
  await page.getByRole('menuitem', { name: 'Move to another customer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill('lee@new.example');
  await dialog.getByRole('button', { name: 'Move to lee@new.example' }).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'move-to-address');
  await dialog.getByRole('button', { name: 'Move to lee@new.example' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('region', { name: 'Reply' }).getByText('lee@new.example').waitFor();
});

test('a new subject is on its card and in the list', async () => {
  const opening = '<moved@far.example>';
  await arrive('Eva Toth <eva@far.example>', 'Change of address', 'I moved.', { 'Message-ID': opening });
  await arrive('Eva Toth <eva@far.example>', 'Stop parcel 4711 today', 'See subject.', {
    'In-Reply-To': opening,
  });
  await open(/Stop parcel 4711 today · Change of address/);
  await timeline().getByText('New subject: Stop parcel 4711 today').waitFor();
  await saveScreenshot(page, 'new-subject');
});

/** The newest message in the mailbox's Sent folder, as Gmail has it. */
async function lastSent(): Promise<string> {
  const mailbox = `${environment.google}/control/mailboxes/support@acme.example/messages`;
  const { messages } = (await (await fetch(mailbox)).json()) as {
    messages: Array<{ id: string; labels: string[] }>;
  };
  const sent = messages.findLast(({ labels }) => labels.includes('SENT'));
  return sent ? (await fetch(`${mailbox}/${sent.id}/raw`)).text() : '';
}

test('mail to an alias is answered from it, under the name it has in the settings', async () => {
  await page.goto(`${environment.url}/acme/apps/email/${mailboxId}`);
  const form = page.getByRole('form', { name: 'help@acme.example' });
  await form.getByRole('textbox', { name: 'Display name' }).fill('Acme Help');
  await form.getByRole('button', { name: 'Save help@acme.example' }).click();
  await page.getByText('Changes saved').waitFor();
  await expectAccessible(page);
  await form.scrollIntoViewIfNeeded();
  await saveScreenshot(page, 'alias-settings');

  await arrive('Eva Toth <eva@far.example>', 'Help me', 'Where do I write to?', { To: 'help@acme.example' });
  await open(/Help me/);
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  const composer = page.getByRole('region', { name: 'Reply' });
  await composer.getByText('Acme Help <help@acme.example>').waitFor();
  const from = composer.getByRole('combobox', { name: 'From' });
  expect(await from.inputValue()).toBe('Acme Help · help@acme.example');
  await from.click();
  await page.getByRole('option', { name: /support@acme\.example/ }).click();
  await expect.poll(() => from.inputValue()).toMatch(/support@acme\.example$/);
  await from.click();
  await page.getByRole('option', { name: 'Acme Help · help@acme.example' }).waitFor();
  await saveScreenshot(page, 'alias-in-from');
  await page.getByRole('option', { name: 'Acme Help · help@acme.example' }).click();
  await composer.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.type('Just here.');
  await composer.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(lastSent, { timeout: 15_000 }).toMatch(/^From: Acme Help <help@acme\.example>\r$/m);
});

test('an invitation is answered as the address that is invited', async () => {
  const calendar = (method: string, sequence: number) =>
    [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', `METHOD:${method}`, 'BEGIN:VEVENT', 'UID:fitting-1'],
      ...[`SEQUENCE:${sequence}`, 'SUMMARY:Fitting', 'DTSTART:20270301T100000Z', 'DTEND:20270301T110000Z'],
      'ORGANIZER;CN=Eva Toth:mailto:eva@far.example',
      'ATTENDEE;RSVP=TRUE:mailto:help@acme.example',
      ...['END:VEVENT', 'END:VCALENDAR'],
    ].join('\r\n');
  const fields = (method: string) => ({
    'MIME-Version': '1.0',
    'Content-Type': `text/calendar; charset=utf-8; method=${method}`,
  });
  await arrive('Eva Toth <eva@far.example>', 'Fitting', calendar('REQUEST', 0), fields('REQUEST'));
  await open(/Fitting/);
  const answer = timeline().getByRole('region', { name: 'Your answer as help@acme.example' });
  await answer.getByRole('button', { name: 'Maybe' }).click();
  await answer.getByText(/answered for help@acme\.example/).waitFor();
  await expectAccessible(page);
  await answer.getByRole('button', { name: 'Yes' }).click();
  await answer.getByRole('button', { name: 'Yes', pressed: true }).waitFor();
  await saveScreenshot(page, 'invitation-answered');
  await expect.poll(lastSent, { timeout: 15_000 }).toMatch(/^Subject: Accepted: Fitting\r$/m);
  expect(await lastSent()).toMatch(/method=REPLY/);

  await arrive('Eva Toth <eva@far.example>', 'Cancelled: Fitting', calendar('CANCEL', 1), fields('CANCEL'));
  await timeline().getByText('The organiser cancelled this event.').waitFor();
  await answer.waitFor({ state: 'detached' });
});

test('the composer says whom an answer would tell that we got a hidden copy', async () => {
  const fields = { To: 'Tom Becker <tom@client.example>', Cc: 'mia@client.example' };
  await arrive(
    'Nora Lind <nora@far.example>',
    'Our offer for the chairs',
    'Please keep this to yourselves.',
    fields,
  );
  await open(/Our offer for the chairs/);
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  const reply = page.getByRole('region', { name: 'Reply', exact: true });
  await reply.getByText('Nora Lind').waitFor();
  const warning = page.getByText(
    'This message names none of your addresses: you got a hidden copy (Bcc). Your answer shows this to Tom Becker and mia@client.example.',
  );
  expect(await warning.count()).toBe(0);
  await expectAccessible(page);
  await saveScreenshot(page, 'reply-leaves-out');
  await reply.getByRole('button', { name: 'Reply all', exact: true }).click();
  await warning.waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'hidden-copy');
  const composer = page.getByRole('region', { name: 'Reply all', exact: true });
  expect(await composer.getByRole('button', { name: 'Reply all', exact: true }).count()).toBe(0);
  await composer.getByRole('button', { name: 'Leave out these recipients' }).click();
  await warning.waitFor({ state: 'detached' });
  await composer.getByText('Nora Lind').waitFor();
  expect(await composer.getByText(/client\.example/).count()).toBe(0);
});

test('what a limit holds back is marked in the list and in the conversation', async () => {
  const instance = await instanceOf(page, environment);
  await callApi(page, environment, 'PATCH', `/api/instances/${instance}/receiving`, { messagesPerHour: 1 });
  await arrive('Robot <robot@loop.example>', 'Loop 1', 'Hello');
  await arrive('Robot <robot@loop.example>', 'Loop 2', 'Hello again');
  await open(/More than 1 messages in an hour from robot@loop\.example/);
  await page.getByText('More messages came from robot@loop.example within an hour').first().waitFor();
  await timeline().getByText('Hello again').waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'held-back');
});
