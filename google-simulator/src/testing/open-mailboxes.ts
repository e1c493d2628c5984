import { type gmail_v1, gmail as gmailClient } from '@googleapis/gmail';
import { afterAll, beforeAll, expect } from 'vitest';
import { answerConsent, authorizationUrl, googleClient, startForTest } from '../testing.ts';

export const userId = 'me';
export const support = 'support@acme.example';
export const ana = 'ana.silva@mail.example';
const accounts = [support, ana, 'sales@acme.example', 'john@acme.example'];

/** The bytes of a plain message. */
export const mail = (fields: Record<string, string>, body = 'Hello') =>
  Buffer.from(
    `${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}\r\n`,
  );
/** The same as messages.send takes it. */
export const raw = (fields: Record<string, string>, body?: string) =>
  mail(fields, body).toString('base64url');

/** How a call failed; null if it did not. */
export const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error) => ({
      status: error.response?.status ?? error.status,
      reason: error.response?.data?.error?.errors?.[0]?.reason,
      message: error.response?.data?.error?.message ?? error.message,
      retryAfter: error.response?.headers?.get?.('retry-after') ?? null,
    }),
  );

/**
 * A simulator for the tests of one file, started and stopped by its hooks, and the mailboxes of four accounts,
 * opened with full access by Google's own client.
 */
export function openMailboxes() {
  let google: Awaited<ReturnType<typeof startForTest>>;
  const mailboxes = new Map<string, gmail_v1.Gmail>();
  beforeAll(async () => {
    google = await startForTest();
    for (const email of accounts) mailboxes.set(email, await open(email, ['https://mail.google.com/']));
    await control('/quota', { perMinute: null });
  });
  afterAll(() => google?.end());

  /** Opens a mailbox with these scopes. */
  async function open(email: string, scopes: string[]) {
    const client = googleClient(google.url);
    const { url, verifier } = authorizationUrl(client, { scope: ['openid', 'email', ...scopes] as never });
    const code = (await answerConsent(url, email, { ticked: scopes })).searchParams.get('code')!;
    const { tokens } = await client.getToken({ code, codeVerifier: verifier });
    client.setCredentials(tokens);
    return gmailClient({
      version: 'v1',
      auth: client as never,
      rootUrl: `${google.url}/`,
      retry: false,
    } as never);
  }
  const of = (email: string) => mailboxes.get(email)!.users;
  async function control(path: string, body: object, method = 'POST') {
    const answer = await fetch(`${google.url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    expect(answer.status).toBe(200);
    return answer.json();
  }

  return {
    url: () => google.url,
    /** googleapis takes the root URL of uploads only from the options of each call. */
    here: () => ({ rootUrl: `${google.url}/` }),
    open,
    of,
    /** A call of the control API. */
    control,
    async send(from: string, fields: Record<string, string>, threadId?: string) {
      const { data } = await of(from).messages.send({ userId, requestBody: { raw: raw(fields), threadId } });
      return data as { id: string; threadId: string };
    },
    /** The newest message with a label. */
    async newest(email: string, label = 'INBOX') {
      const { data } = await of(email).messages.list({ userId, labelIds: [label], maxResults: 1 });
      const { data: message } = await of(email).messages.get({
        userId,
        id: data.messages![0]!.id!,
        format: 'metadata',
      });
      const header = (name: string) =>
        message.payload?.headers?.find((one) => one.name === name)?.value ?? null;
      return { id: message.id!, threadId: message.threadId!, labels: message.labelIds!, header };
    },
  };
}
