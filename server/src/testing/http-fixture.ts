import type { RouteOptions } from 'fastify';
import { type Logger, pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { watchPause } from '../backup/pause.ts';
import { googleCallbackPath, oidcCallbackPath } from '../config.ts';
import { openAttachedMessageReader } from '../conversations/attached-message.ts';
import { createEventNotifier } from '../events/event-notifier.ts';
import { limitsFor } from '../http/request-limits.ts';
import { createServer } from '../http/server.ts';
import type { Services } from '../http/services.ts';
import { openProvider, type ProviderId } from '../identities/provider.ts';
import { assignRole } from '../instances/instances.ts';
import { createUser, openSignIn } from '../instances/sign-in.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import { openQueue } from '../queue/queue.ts';
import { openRenderer } from '../templates/renderer.ts';
import { createConnectionFixture } from './connection-fixture.ts';

const secret = 'a secret for testing, long enough';

/** The HTTP server over a connection fixture, listening on a free port, and users to call it. */
export async function createHttpFixture({
  notifications = null,
  bounds = {},
  imageNetwork,
  providers = [],
  hasEventStreamKey = false,
  log = pino({ level: 'silent' }),
}: Partial<Pick<Services, 'notifications' | 'bounds' | 'imageNetwork'>> & {
  log?: Logger;
  /** Where people can sign in: Google, or the simulated one as any other provider. */
  providers?: ProviderId[];
  /** The key of the simulated project's service account is configured. */
  hasEventStreamKey?: boolean;
} = {}) {
  const fixture = await createConnectionFixture();
  const { needs: deps } = fixture;
  const { url } = deps;
  const queue = await openQueue(deps.deployment, { isWorker: false, onError: () => {} });
  const eventNotifier = createEventNotifier(deps.locks);
  const renderer = openRenderer();
  const attachedMessages = openAttachedMessageReader();
  const signIn = openSignIn(deps.deployment, { url, secrets: [secret] });
  const pause = await watchPause(deps.deployment);
  const services = {
    ...deps,
    pause,
    signIn,
    providers: providers.map((id) => simulatedProvider(id, deps)),
    queue,
    eventNotifier,
    renderer,
    attachedMessages,
    connecting: deps,
    simulator: null,
    notifications,
    eventStreamKey: hasEventStreamKey
      ? ({ setting: 'GOOGLE_RISC_CREDENTIALS', file: fixture.google.serviceAccountFile } as const)
      : null,
    // Tests send more requests than people.
    bounds: { requestsPerMinute: limitsFor(1_000_000), ...bounds },
    ...(imageNetwork && { imageNetwork }),
  };
  const routes: RouteOptions[] = [];
  const app = await createServer(services, log, (route) => routes.push(route));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    ...fixture,
    app,
    address,
    signIn,
    queue,
    pause,
    /** Every registered route. */
    routes,

    /** A new member of an instance, signed in; `call` sends API requests as that user. */
    async person(instanceId: string, role: 'admin' | 'agent') {
      const password = 'long enough to sign in';
      const email = `${uuid()}@postroom.example`;
      const { id } = await createUser(
        { signIn, sql: deps.deployment.sql },
        { email, name: `Some ${role}`, password },
      );
      const signedIn = await app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        headers: { origin: url },
        payload: { email, password },
      });
      // Afterwards, so that the audit log begins with what the test does.
      await assignRole(deps.deployment, { instanceId, userId: id, role });
      const cookies = [signedIn.headers['set-cookie']].flat().map((cookie) => cookie!.split(';')[0]);
      const headers = { cookie: cookies.join('; '), origin: url };
      return {
        id,
        email,
        password,
        headers,
        async call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, payload?: object) {
          const answer = await app.inject({
            method,
            url: `/api/instances/${instanceId}${path}`,
            headers,
            ...(payload && { payload }),
          });
          return { status: answer.statusCode, body: answer.body ? answer.json() : null };
        },
        async upload(path: string, payload: Buffer) {
          const answer = await app.inject({
            method: 'PUT',
            url: `/api/instances/${instanceId}${path}`,
            headers: { ...headers, 'content-type': 'application/octet-stream' },
            payload,
          });
          return { status: answer.statusCode, body: answer.json() };
        },
      };
    },

    /** The enqueued tasks of this name. */
    async waiting(name: string): Promise<object[]> {
      const { rows } = await deps.deployment.pool.query(
        `select data from pgboss.job where name = $1 and state = 'created'`,
        [name],
      );
      return rows.map(({ data }) => data);
    },

    async close() {
      pause.close();
      await app.close();
      eventNotifier.close();
      await renderer.close();
      await attachedMessages.close();
      await queue.stop();
      await fixture.close();
    },
  };
}

/** Google as the program knows it, and the simulator as a provider whose addresses are discovered. */
function simulatedProvider(id: ProviderId, { google, url }: ConnectionDeps) {
  const { issuer, authorization, token, jwks } = google.addresses;
  const { clientId, clientSecret } = google;
  const more =
    id === 'google'
      ? { name: 'Google', callbackPath: googleCallbackPath, endpoints: { authorization, token, jwks } }
      : { name: 'Acme SSO', callbackPath: oidcCallbackPath, endpoints: null };
  const config = { id, issuer, clientId, clientSecret, trustsEmail: false, workspaceOnly: id === 'google' };
  return openProvider({ ...config, ...more }, url);
}
