import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jwtVerify } from 'jose';
import { post } from '../control/post.ts';
import { pushSecurityEvent } from '../control/security-events.ts';
import { readSetting, writeSetting } from '../settings.ts';
import type { Simulator } from '../simulator.ts';
import { RiscError, type RiscFault, refusals } from './errors.ts';
import { ensureServiceAccount, type ServiceAccount } from './service-account.ts';

const audience = 'https://risc.googleapis.com/google.identity.risc.v1beta.RiscManagementService';
const verification = 'https://schemas.openid.net/secevent/risc/event-type/verification';

type Delivery = { delivery_method: string; url: string };
type Stream = { delivery: Delivery; events_requested: string[] };
/**
 * What tests set: a fault until null, of one `call` (`verify` …) or of each, and where the receiver is reached instead of
 * its own origin.
 */
type Settings = { fault?: RiscFault | 'undelivered' | null; call?: string | null; origin?: string | null };

/**
 * The RISC API of a project's event stream: read, update, and verify, which sends a verification event to the
 * registered receiver (developers.google.com/identity/protocols/risc). `/control/event-stream` sets faults.
 */
export async function registerEventStream(
  app: FastifyInstance,
  simulator: Simulator,
  stateDirectory: string,
): Promise<void> {
  const serviceAccount = ensureServiceAccount(stateDirectory);
  const stored = <Value>(name: string): Value | null => JSON.parse(readSetting(simulator, name) ?? 'null');
  const store = (name: string, value: object) => writeSetting(simulator, name, JSON.stringify(value));
  const settings = () => stored<Settings>('risc-settings') ?? {};
  const stream = (): Stream => {
    const found = stored<Stream>('risc-stream');
    if (!found) throw new RiscError(404, 'NOT_FOUND', 'Project has no RISC configuration.');
    return found;
  };

  app.get('/control/event-stream', () => ({ stream: stored('risc-stream'), ...settings() }));
  post<Settings & { stream?: Stream | null }>(app, '/event-stream', ({ stream, ...changed }) => {
    store('risc-settings', { ...settings(), ...changed });
    if (stream === null) writeSetting(simulator, 'risc-stream', null);
    else if (stream) store('risc-stream', stream);
  });

  await app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => {
      const { code, status, message, reason } = error instanceof RiscError ? error : refusals['500'];
      const details = reason ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] : [];
      return reply.code(code).send({ error: { code, message, status, details } });
    });
    scope.addHook('onRequest', async (request) => {
      await requireServiceAccount(request, serviceAccount);
      const { fault, call } = settings();
      if (call && !request.url.endsWith(`:${call}`)) return;
      if (fault && fault !== 'undelivered') throw refusals[fault];
    });
    scope.get('/v1beta/stream', () => stream());
    scope.post<{ Body: Partial<Stream> | null }>('/v1beta/stream::update', ({ body }) => {
      const { delivery, events_requested } = body ?? {};
      if (!delivery) throw missing('delivery');
      if (!events_requested?.length) throw missing('events_requested');
      // Google refuses every http: address; that of this machine is allowed here, for practice.
      if (!/^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(delivery.url)) throw refusals['not-https'];
      store('risc-stream', { delivery, events_requested });
      return {};
    });
    scope.post<{ Body: { state?: string } | null }>('/v1beta/stream::verify', ({ body }, reply) => {
      const { delivery, events_requested } = stream();
      if (events_requested.includes(verification) && settings().fault !== 'undelivered') {
        // As at Google, the event is sent on its own, whatever becomes of this answer.
        reply.raw.once(
          'finish',
          () => void sendVerification(simulator, delivery.url, settings(), body?.state),
        );
      }
      return {};
    });
  });
}

async function sendVerification(
  simulator: Simulator,
  url: string,
  { origin }: Settings,
  state: string | undefined,
): Promise<void> {
  const receiver = origin ? new URL(new URL(url).pathname, origin).href : url;
  await pushSecurityEvent(simulator, { receiver, event: 'verification', state }).catch(() => {});
}

/** Throws unless the request carries a token that the service account signed itself (RFC 7523). */
async function requireServiceAccount(request: FastifyRequest, account: ServiceAccount): Promise<void> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const { email } = account;
  try {
    const options = { audience, issuer: email, subject: email, algorithms: ['RS256'] };
    const { protectedHeader } = await jwtVerify(token, account.publicKey, options);
    if (protectedHeader.kid !== account.keyId) throw refusals.unauthorized;
  } catch {
    throw refusals.unauthorized;
  }
}

function missing(field: string): RiscError {
  return new RiscError(400, 'INVALID_ARGUMENT', `Stream configuration must contain ${field} field.`);
}
