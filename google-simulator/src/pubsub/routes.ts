import type { FastifyInstance } from 'fastify';
import type { Simulator } from '../simulator.ts';
import { PubSubError } from './errors.ts';
import { filled, type MethodBody, type MethodCall } from './method-call.ts';
import { startPushing } from './push.ts';
import { callSubscription } from './subscription-methods.ts';
import { listSubscriptions } from './subscriptions.ts';
import { callTopic } from './topic-methods.ts';
import { getTopic, listTopics } from './topics.ts';

/** Pub/Sub's REST API, version 1. Like Google's own emulator it requires no credentials. */
export async function registerPubSub(app: FastifyInstance, simulator: Simulator): Promise<void> {
  startPushing(simulator);
  await app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => {
      const { code, status, message } = error instanceof PubSubError ? error : asPubSubError(error);
      return reply.code(code).send({ error: { code, message, status } });
    });
    scope.get<{ Params: { project: string } }>('/v1/projects/:project/topics', (request) =>
      filled('topics', listTopics(simulator, request.params.project)),
    );
    scope.get<{ Params: { project: string } }>('/v1/projects/:project/subscriptions', (request) =>
      filled('subscriptions', listSubscriptions(simulator, { project: request.params.project })),
    );
    scope.get<{ Params: { project: string; id: string } }>(
      '/v1/projects/:project/topics/:id/subscriptions',
      (request) => {
        const topic = `projects/${request.params.project}/topics/${request.params.id}`;
        getTopic(simulator, topic);
        return filled(
          'subscriptions',
          listSubscriptions(simulator, { topic }).map(({ name }) => name),
        );
      },
    );
    resourceRoute(scope, 'topics', (call) => callTopic(simulator, call));
    resourceRoute(scope, 'subscriptions', (call) => callSubscription(simulator, call));
  });
}

/** Routes every method of one topic or one subscription to `handle`. */
function resourceRoute(
  app: FastifyInstance,
  kind: 'topics' | 'subscriptions',
  handle: (call: MethodCall) => object | Promise<object>,
): void {
  app.route<{ Params: { project: string; id: string }; Body: MethodBody | null }>({
    method: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
    url: `/v1/projects/:project/${kind}/:id`,
    handler: async (request, reply) => {
      // Google's custom methods: `topics/t:publish`
      const [id = '', custom] = request.params.id.split(':');
      const name = `projects/${request.params.project}/${kind}/${id}`;
      const verb = `${request.method} ${custom ?? ''}`.trim();
      return handle({ name, verb, body: request.body ?? {}, reply });
    },
  });
}

function asPubSubError(error: unknown): PubSubError {
  const { statusCode, message } = error as { statusCode?: number; message: string };
  if (statusCode !== undefined && statusCode < 500)
    return new PubSubError(statusCode, 'INVALID_ARGUMENT', message);
  console.error(error);
  return new PubSubError(500, 'INTERNAL', 'Internal error encountered.');
}
