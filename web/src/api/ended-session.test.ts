import { afterEach, expect, test, vi } from 'vitest';
import { fetchSignedIn, onEndedSession, retrySignedIn } from './ended-session.ts';

/** A server that refuses requests until somebody has signed in. */
function serverWithoutSession() {
  const server = { signedIn: false, bodies: [] as string[] };
  vi.stubGlobal('fetch', async (request: Request) => {
    const body = await request.text();
    if (!server.signedIn) return new Response(null, { status: 401 });
    server.bodies.push(body);
    return new Response('done');
  });
  return server;
}

const post = (body: string) => new Request('http://postroom.example/api', { method: 'POST', body });

afterEach(() => vi.unstubAllGlobals());

test('refused requests are repeated with their bodies after one sign-in', async () => {
  const server = serverWithoutSession();
  let asked = 0;
  const end = onEndedSession(async () => {
    asked++;
    await Promise.resolve();
    server.signedIn = true;
    return true;
  });
  const [one, two] = await Promise.all([fetchSignedIn(post('one')), fetchSignedIn(post('two'))]);
  expect([one.status, two.status, asked]).toEqual([200, 200, 1]);
  expect(server.bodies.sort()).toEqual(['one', 'two']);
  end();
});

test('where nobody was signed in, the refusal is the answer', async () => {
  serverWithoutSession();
  expect((await fetchSignedIn(post('one'))).status).toBe(401);
});

test('a call is repeated after a 401 only', async () => {
  const end = onEndedSession(async () => true);
  const call = vi
    .fn()
    .mockRejectedValueOnce(Object.assign(new Error(), { status: 401 }))
    .mockResolvedValueOnce('done');
  expect(await retrySignedIn(call)).toBe('done');
  const refused = vi.fn().mockRejectedValue(Object.assign(new Error(), { status: 409 }));
  await expect(retrySignedIn(refused)).rejects.toMatchObject({ status: 409 });
  expect(refused).toHaveBeenCalledOnce();
  end();
});
