import { rename, rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { copyDirectory, runInDatabase } from './environment.ts';
import { environment, openInbox, setUp } from './set-up.ts';
import { callApi, connect, control, deliver, instanceOf } from './steps.ts';

setUp();
let page: Page;
beforeAll(async () => {
  page = await openInbox();
});

type Conversations = { conversations: Array<{ id: string }> };
type Timeline = { messages: Array<{ id: string; delivery: { state: string } | null }> };

test('a copy of the data directory sends nothing that left after it was made', async () => {
  const mailboxId = await connect(page, environment, 'support@acme.example');
  const base = `/api/instances/${await instanceOf(page, environment)}/conversations`;
  await deliver(environment, 'Where is it?', '<p>Hello</p>');
  let conversationId = '';
  await expect
    .poll(async () => {
      const { conversations } = await callApi<Conversations>(page, environment, 'GET', base);
      conversationId = conversations[0]?.id ?? '';
      return conversationId;
    })
    .not.toBe('');
  const id = crypto.randomUUID();
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const reply = { id, mailboxId, to: ['ana@far.example'], html: '<p>Tomorrow</p>', sendAt };
  await callApi(page, environment, 'POST', `${base}/${conversationId}/replies`, reply);

  const { dataDirectory } = environment;
  const copy = `${dataDirectory}-copy`;
  await environment.server.end('SIGTERM');
  await copyDirectory(dataDirectory, copy);
  await environment.startServer();
  await anHourPasses();
  await expect.poll(() => timesAccepted(id)).toBe(1);

  await environment.server.end('SIGTERM');
  await rm(dataDirectory, { recursive: true });
  await rename(copy, dataDirectory);
  // Receiving would find the copy in Sent as well.
  await control(environment, '/faults', { account: '*', method: 'history.list', kind: '503', times: null });
  await environment.startServer();
  await anHourPasses();
  await expect
    .poll(
      async () => {
        const { messages } = await callApi<Timeline>(page, environment, 'GET', `${base}/${conversationId}`);
        return messages.find((message) => message.id === id)?.delivery?.state;
      },
      { timeout: 60_000 },
    )
    .toBe('sent');
  expect(await timesAccepted(id)).toBe(1);
});

const anHourPasses = () =>
  runInDatabase(environment, `update delivery set send_after = send_after - interval '2 hours'`);

/** How often Google accepted a message. */
async function timesAccepted(messageId: string): Promise<number> {
  type Ledger = { entries: Array<{ kind: string; delivery: string | null }> };
  const { entries } = (await (await fetch(`${environment.google}/control/ledger`)).json()) as Ledger;
  return entries.filter(({ kind, delivery }) => kind === 'accepted' && delivery === messageId).length;
}
