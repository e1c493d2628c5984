import { setTimeout as sleep } from 'node:timers/promises';
import { gmail } from '@googleapis/gmail';
import { expect, test } from 'vitest';
import { requestOptions } from './client.ts';

// An error that nobody listens to would fail the run, as it ends the process.
test('a request whose signal is aborted before it is sent only rejects', async () => {
  const rootUrl = 'http://127.0.0.1:1/';
  const options = { ...requestOptions(1_000, AbortSignal.abort()), rootUrl };
  const { messages } = gmail({ version: 'v1', rootUrl }).users;
  await expect(messages.send({ userId: 'me', requestBody: { raw: 'eA' } }, options)).rejects.toThrow(
    /abort/i,
  );
  const media = { mimeType: 'message/rfc822', body: 'Subject: x\r\n\r\nx' };
  await expect(messages.send({ userId: 'me', media }, options)).rejects.toThrow(/abort/i);
  await sleep(50);
});
