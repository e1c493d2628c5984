import type { FastifyInstance } from 'fastify';
import type { startSimulatedGoogle } from './simulated-google.ts';

type SimulatedGoogle = Pick<Awaited<ReturnType<typeof startSimulatedGoogle>>, 'signIn'>;
/** What the tests read of an answer. */
type Body = ReturnType<typeof JSON.parse>;
type Answer = { status: number; body: Body; text: string; location: string | null };

/** A browser that keeps cookies, calls the API, and signs in at a provider. */
export type ProviderBrowser = ReturnType<typeof openBrowser>;

/** `origin`: the address people open; `callback`: the path that the provider redirects to. */
export function openBrowser(
  app: FastifyInstance,
  google: SimulatedGoogle,
  { origin, callback = '/oauth/google/callback' }: { origin: string; callback?: string },
) {
  const cookies = new Map<string, string>();
  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
    url: string,
    payload?: object,
  ): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { origin, ...(cookie && { cookie }) };
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const isJson = String(answer.headers['content-type']).includes('json');
    const body: Body = isJson && answer.body ? answer.json() : null;
    const location = answer.headers.location ? String(answer.headers.location) : null;
    return { status: answer.statusCode, body, text: answer.body, location };
  };
  return {
    cookies,
    call,
    /** Begins with a POST to `path`, chooses the account at the provider, and comes back. */
    async through(path: string, as: string, payload: object = {}): Promise<Answer> {
      const begun = await call('POST', path, payload);
      if (begun.status !== 200) return begun;
      return this.comeBack(await google.signIn(begun.body.url, { as }));
    },
    comeBack: (query: Record<string, string | undefined>): Promise<Answer> =>
      call('GET', `${callback}?${new URLSearchParams(query as Record<string, string>)}`),
    signIn: (email: string, password: string) => call('POST', '/api/auth/sign-in/email', { email, password }),
    /** The address of who is signed in; null if nobody is. */
    async me(): Promise<string | null> {
      const { status, body } = await call('GET', '/api/me');
      return status === 200 ? body.user.email : null;
    },
  };
}
