import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import {
  type Admission,
  beginRequest,
  endRequest,
  markCommitted,
  type RepeatableRequest,
} from '../idempotency/stored-answers.ts';
import { createProblem, type Problem, ProblemError } from '../problems.ts';
import type { Access } from './access.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer holds a secret that is shown once: it is not stored for repeated requests. */
    secretAnswer?: true;
  }
}

const header = 'idempotency-key';
const requests = new AsyncLocalStorage<RepeatableRequest>();

/** Whether requests of this route may carry an Idempotency-Key: the other methods are idempotent themselves. */
export function acceptsIdempotencyKey(method: string | string[], access: Access | undefined): boolean {
  return ['POST', 'PATCH'].some((one) => [method].flat().includes(one)) && access !== 'anyone';
}

/**
 * Answers repeated requests that carry an `Idempotency-Key` with the stored answer
 * (draft-ietf-httpapi-idempotency-key-header-07): 409 while the first is under way, 422 if it is another request.
 */
export function answerRepeatedRequests(app: FastifyInstance, deployment: Deployment): void {
  const begun = new WeakMap<FastifyRequest, RepeatableRequest>();
  app.addHook('preHandler', (request, reply, done) => {
    const { method, config } = request.routeOptions;
    if (!request.headers[header] || !acceptsIdempotencyKey(method ?? '', config.access)) return done();
    begin(deployment, request, reply).then(
      (repeatable) => {
        if (!repeatable) return;
        begun.set(request, repeatable);
        // Everything that handles the request runs within this context.
        requests.run(repeatable, done);
      },
      (error) => done(error),
    );
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const repeatable = begun.get(request);
    if (!repeatable) return;
    begun.delete(request);
    const body = typeof payload === 'string' && payload !== '' ? payload : null;
    const mediaType = (reply.getHeader('content-type') as string | undefined) ?? null;
    const keepBody = !request.routeOptions.config.secretAnswer;
    await endRequest(deployment, repeatable, { status: reply.statusCode, mediaType, body }, { keepBody });
  });
}

/** The same database, which notes in each transaction that the request under way has changed something. */
export function notingChanges(database: Database): Database {
  return {
    ...database,
    inInstance: (instanceId, work, options) =>
      database.inInstance(
        instanceId,
        async (tx) => {
          const result = await work(tx);
          const repeatable = requests.getStore();
          // After what else runs with the commit: it may be all that the request writes.
          if (repeatable) markCommitted(tx, repeatable);
          return result;
        },
        options,
      ),
  };
}

/** The request, if it is to be handled now; null if it has been answered here. */
async function begin(
  deployment: Deployment,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RepeatableRequest | null> {
  const repeatable: RepeatableRequest = {
    instanceId: request.instanceId || null,
    userId: request.user.id,
    key: readKey(String(request.headers[header])),
    fingerprint: fingerprintOf(request),
  };
  const admission = await beginRequest(deployment, repeatable);
  if (admission.kind === 'new') return repeatable;
  if (admission.kind !== 'answered') throw new ProblemError(problems[admission.kind]);
  const { status, mediaType, body } = admission.answer;
  reply.status(status).header('idempotent-replayed', 'true');
  if (mediaType) reply.type(mediaType);
  reply.serializer((text: string) => text).send(body ?? undefined);
  return null;
}

const problems: Record<Exclude<Admission['kind'], 'new' | 'answered'>, Problem> = {
  'answered-before': createProblem(409, 'repeated-answer-not-kept'),
  'other-request': createProblem(422, 'idempotency-key-reused'),
  'under-way': createProblem(409, 'request-under-way'),
  'answer-lost': createProblem(409, 'repeated-answer-lost'),
};

/** A string of structured fields (RFC 9651 §3.3.3), or, as most clients send it, without its quotes. */
function readKey(value: string): string {
  const key = /^"(.*)"$/.exec(value.trim())?.[1] ?? value.trim();
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new ProblemError(createProblem(400, 'idempotency-key-invalid'));
  return key;
}

function fingerprintOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body ?? null)}`)
    .digest('hex');
}
