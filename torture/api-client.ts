import { setTimeout as sleep } from 'node:timers/promises';
import { answerConsent } from '../google-simulator/src/testing.ts';

/** Someone at a browser: asks the real web process, and asks again where it was killed meanwhile. */
export type ApiClient = ReturnType<typeof createApiClient>;

/** An answer that asking again does not better. */
export class ApiError extends Error {
  status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Read to its end: a process that dies while it answers is asked again. */
export type Answer = { headers: Headers; json(): unknown };

/** `url`: of Postroom; `instanceId`: whose member they are. `noteFault` hears of answers from 500 up. */
export function createApiClient(
  url: string,
  { email, password, instanceId }: { email: string; password: string; instanceId: string },
  noteFault: (what: string) => void,
) {
  let cookie = '';

  async function callOnce(method: string, target: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${url}${target}`, {
      method,
      redirect: 'manual',
      headers: { cookie, origin: url, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const { status, headers } = answer;
    const text = await answer.text();
    if (status < 400) return { headers, json: () => JSON.parse(text) };
    throw new ApiError(`${method} ${target}: ${status} ${text}`, status);
  }

  /** Repeats until there is an answer: the process may be dead, or die while it works on this. */
  async function call(method: string, target: string, body?: object): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await callOnce(method, target, body);
      } catch (error) {
        const answered = error instanceof ApiError;
        if (answered && error.status >= 500) noteFault(error.message);
        if ((answered && error.status < 500) || tries === 600) throw error;
        await sleep(200);
      }
    }
  }
  const instancePath = `/api/instances/${instanceId}`;

  return {
    instanceId,
    cookie: () => cookie,
    call: (method: 'GET' | 'POST', path: string, body?: object) =>
      call(method, `${instancePath}${path}`, body),

    async signIn(): Promise<void> {
      const answer = await call('POST', '/api/auth/sign-in/email', { email, password });
      cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
    },

    /**
     * Connects an account through Google's pages, or connects `mailboxId` again; from the beginning where
     * a process died or Google failed in between. Answers the mailbox's id.
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
