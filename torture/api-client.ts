import { setTimeout as sleep } from 'node:timers/promises';
import { answerConsent } from '../google-simulator/src/testing.ts';

/** A user of the API: calls the real web process and repeats a call when the process was killed. */
export type ApiClient = ReturnType<typeof createApiClient>;

/** An error response that a retry does not change. */
export class ApiError extends Error {
  status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** A response whose body was read completely: if the process dies before that, the call is repeated. */
export type ApiResponse = { headers: Headers; json(): unknown };

/** A call is repeated every 200 ms for about five minutes: on a slow machine a killed process starts slowly. */
const maxTries = 1_500;

/** `url`: Postroom's; `instanceId`: the user is a member of it. `noteFault` is called for each 5xx response. */
export function createApiClient(
  url: string,
  { email, password, instanceId }: { email: string; password: string; instanceId: string },
  noteFault: (what: string) => void,
) {
  let cookie = '';

  async function callOnce(method: string, target: string, body?: object | Buffer): Promise<ApiResponse> {
    const isFile = Buffer.isBuffer(body);
    const type = isFile ? 'application/octet-stream' : 'application/json';
    const response = await fetch(`${url}${target}`, {
      method,
      redirect: 'manual',
      headers: { cookie, origin: url, ...(body && { 'content-type': type }) },
      ...(body && { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const { status, headers } = response;
    const text = await response.text();
    if (status < 400) return { headers, json: () => JSON.parse(text) };
    throw new ApiError(`${method} ${target}: ${status} ${text}`, status);
  }

  /** Repeats until there is a response: the process may be down, or be killed while it handles the call. */
  async function call(method: string, target: string, body?: object | Buffer): Promise<ApiResponse> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await callOnce(method, target, body);
      } catch (error) {
        const hasResponse = error instanceof ApiError;
        if (hasResponse && error.status >= 500) noteFault(error.message);
        if ((hasResponse && error.status < 500) || tries === maxTries) throw error;
        await sleep(200);
      }
    }
  }
  const instancePath = `/api/instances/${instanceId}`;

  return {
    instanceId,
    cookie: () => cookie,
    call: (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object | Buffer) =>
      call(method, `${instancePath}${path}`, body),

    async signIn(): Promise<void> {
      const { headers } = await call('POST', '/api/auth/sign-in/email', { email, password });
      cookie = headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
    },

    /**
     * Connects an account through Google's pages, or reconnects `mailboxId`. Starts over when a process was
     * killed or Google failed in between. Returns the mailbox's id.
     */
    async connect(account: string, mailboxId?: string): Promise<string> {
      for (let tries = 1; ; tries += 1) {
        try {
          const started = await call('POST', `${instancePath}/connections`, {
            ...(mailboxId && { mailboxId }),
          });
          const { id, authorizationUrl } = started.json() as Record<'id' | 'authorizationUrl', string>;
          const back = await answerConsent(authorizationUrl, account);
          await call('GET', `${back.pathname}${back.search}`);
          const settings = {
            displayName: account,
            templateId: null,
            dynamicAliasName: false,
            threading: 'single',
          };
          const saved = await call('POST', `${instancePath}/connections/${id}/save`, settings);
          return (saved.json() as { mailbox: { id: string } }).mailbox.id;
        } catch (error) {
          if (tries === 60) throw error;
          await sleep(500);
        }
      }
    },
  };
}
