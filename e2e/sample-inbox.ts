import type { Page } from 'playwright-core';
import type { TestEnvironment } from './environment.ts';
import { callApi, control, instanceOf } from './steps.ts';

/** Messages of customers to a shop, oldest first: name, subject, text, tag. */
const sampleMails = [
  ['Noah Meyer', 'Invoice for August', 'Could you send me the invoice for August as a PDF?', 'Invoice'],
  ['Ines Costa', 'Wrong size delivered', 'I ordered the jacket in M and got an L. Can I swap it?', 'Return'],
  ['Leo Brandt', 'Do you ship to Norway?', 'I could not find Norway in the list of countries.', ''],
  ['Priya Nair', 'Gift wrapping', 'Can two things of order 4410 be wrapped one by one?', 'Order'],
  ['Oskar Lund', 'Broken on arrival: lamp', 'The shade of the lamp is cracked. Photos are below.', 'Return'],
  ['Mia Keller', 'Change of address', 'We moved. Please send order 4432 to the new address.', 'Order'],
  ['Ana Silva', 'My parcel is late', 'Order 4437 should have come on Tuesday. Do you know more?', 'Order'],
] as const;

type Row = { id: string; subject: string };

/** Delivers the messages to support@acme.example and tags them; returns the conversations' ids by subject. */
export async function fillSampleInbox(
  page: Page,
  environment: TestEnvironment,
): Promise<Map<string, string>> {
  const instance = `/api/instances/${await instanceOf(page, environment)}`;
  const list = async () =>
    (
      await callApi<{ conversations: Row[] }>(
        page,
        environment,
        'GET',
        `${instance}/conversations?view=open&limit=50`,
      )
    ).conversations;
  await page.goto(`${environment.url}/acme/inbox/open`);
  for (const [name, subject, text] of sampleMails) {
    const address = `${name.toLowerCase().replace(' ', '.')}@mail.example`;
    const raw = `From: ${name} <${address}>\r\nTo: support@acme.example\r\nSubject: ${subject}\r\n\r\nHello,\r\n\r\n${text}\r\n\r\nThank you\r\n${name.split(' ')[0]}\r\n`;
    await control(environment, '/deliver', {
      from: address,
      to: ['support@acme.example'],
      raw: Buffer.from(raw).toString('base64'),
    });
    // One after the other, so that the list has this order.
    await page.getByRole('link', { name: subject }).waitFor();
  }
  const ids = new Map((await list()).map(({ id, subject }) => [subject, id]));
  const colors = { Invoice: 'teal', Return: 'orange', Order: 'blue' } as const;
  const tags = new Map<string, string>();
  for (const [name, color] of Object.entries(colors)) {
    const id = crypto.randomUUID();
    await callApi(page, environment, 'PUT', `${instance}/tags/${id}`, { name, color });
    tags.set(name, id);
  }
  for (const [, subject, , tag] of sampleMails) {
    if (!tag) continue;
    await callApi(page, environment, 'PATCH', `${instance}/conversations/${ids.get(subject)}`, {
      addTags: [tags.get(tag)],
    });
  }
  return ids;
}
