import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Simulator } from '../simulator.ts';
import { invalid, PubSubError } from './errors.ts';
import { acknowledge, leaseWaiting, setDeadline } from './lease-messages.ts';
import { type Publication, publish } from './publish.ts';
import { startPushing } from './push.ts';
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  markActive,
  type Subscription,
  updateSubscription,
} from './subscriptions.ts';
import {
  createTopic,
  deleteTopic,
  getPolicy,
  getTopic,
  listTopics,
  type Policy,
  setPolicy,
} from './topics.ts';

/** How long a pull without returnImmediately waits for a first message. */
const pullWaitMs = 10_000;

type Body = {
  labels?: Record<string, string>;
  messages?: Publication[];
  policy?: Partial<Policy>;
  permissions?: string[];
  maxMessages?: number;
  returnImmediately?: boolean;
  ackIds?: string[];
  ackDeadlineSeconds?: number;
  pushConfig?: Subscription['pushConfig'];
  subscription?: Partial<Subscription>;
  updateMask?: string;
};

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
    const resource = (
      kind: 'topics' | 'subscriptions',
      act: (call: {
        name: string;
        verb: string;
        body: Body;
        request: FastifyRequest;
        reply: FastifyReply;
      }) => unknown,
    ): void => {
      scope.route<{ Params: { project: string; id: string }; Body: Body | null }>({
        method: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
        url: `/v1/projects/:project/${kind}/:id`,
        handler: async (request, reply) => {
          // Google's custom methods: `topics/t:publish`
          const [id = '', custom] = request.params.id.split(':');
          const name = `projects/${request.params.project}/${kind}/${id}`;
          const verb = `${request.method} ${custom ?? ''}`.trim();
          return act({ name, verb, body: request.body ?? {}, request, reply });
        },
      });
    };

    resource('topics', ({ name, verb, body }) => {
      switch (verb) {
        case 'PUT':
          return createTopic(simulator, name, body.labels);
        case 'GET':
          return getTopic(simulator, name);
        case 'DELETE':
          deleteTopic(simulator, name);
          return {};
        case 'POST publish':
          return publishAll(simulator, name, body.messages ?? []);
        case 'GET getIamPolicy':
          return getPolicy(simulator, name);
        case 'POST setIamPolicy':
          return setPolicy(simulator, name, body.policy);
        case 'POST testIamPermissions':
          getTopic(simulator, name);
          return { permissions: body.permissions ?? [] };
        default:
          throw unknownMethod();
      }
    });

    resource('subscriptions', async ({ name, verb, body, reply }) => {
      switch (verb) {
        case 'PUT':
          return createSubscription(simulator, name, body as Partial<Subscription>);
        case 'GET':
          return getSubscription(simulator, name);
        case 'PATCH':
          return updateSubscription(simulator, name, body.subscription ?? {}, body.updateMask ?? '');
        case 'DELETE':
          deleteSubscription(simulator, name);
          return {};
        case 'POST pull':
          return pull(simulator, name, body, reply);
        case 'POST acknowledge':
          getSubscription(simulator, name);
          markActive(simulator, name);
          acknowledge(simulator, name, body.ackIds ?? []);
          return {};
        case 'POST modifyAckDeadline': {
          getSubscription(simulator, name);
          const seconds = body.ackDeadlineSeconds ?? 0;
          if (seconds < 0 || seconds > 600) throw invalid('The ack deadline must be 0 to 600 seconds.');
          setDeadline(simulator, name, body.ackIds ?? [], seconds * 1000);
          return {};
        }
        case 'POST modifyPushConfig':
          updateSubscription(simulator, name, { pushConfig: body.pushConfig }, 'pushConfig');
          return {};
        default:
          throw unknownMethod();
      }
    });
  });
}

function publishAll(simulator: Simulator, topic: string, messages: Publication[]): { messageIds: string[] } {
  getTopic(simulator, topic);
  if (messages.length === 0) throw invalid('The value for message_count is too small. You passed 0.');
  if (messages.some(({ data, attributes }) => !data && Object.keys(attributes ?? {}).length === 0)) {
    throw invalid('One or more messages in the publish request is empty.');
  }
  const messageIds = messages.map(({ data, attributes }) =>
    publish(simulator, topic, { data: data ?? '', attributes }),
  );
  return { messageIds };
}

async function pull(
  simulator: Simulator,
  name: string,
  { maxMessages = 0, returnImmediately = false }: Body,
  reply: FastifyReply,
): Promise<object> {
  const subscription = getSubscription(simulator, name);
  if (subscription.pushConfig.pushEndpoint) {
    const message = 'This method is not supported for this subscription type.';
    throw new PubSubError(400, 'FAILED_PRECONDITION', message);
  }
  if (!Number.isInteger(maxMessages) || maxMessages < 1) {
    throw invalid(`Invalid value for max_messages: ${maxMessages}. It must be at least 1.`);
  }
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const wait = returnImmediately ? 0 : pullWaitMs;
  const leased = await leaseWaiting(simulator, subscription, Math.min(maxMessages, 1000), wait, gone.signal);
  return filled(
    'receivedMessages',
    leased.map(({ ackId, message }) => ({ ackId, message })),
  );
}

/** Google's responses omit empty lists. */
function filled<Item>(name: string, items: Item[]): Record<string, Item[]> {
  return items.length > 0 ? { [name]: items } : {};
}

function unknownMethod(): PubSubError {
  return new PubSubError(404, 'NOT_FOUND', 'Method not found.');
}

function asPubSubError(error: unknown): PubSubError {
  const { statusCode, message } = error as { statusCode?: number; message: string };
  if (statusCode !== undefined && statusCode < 500)
    return new PubSubError(statusCode, 'INVALID_ARGUMENT', message);
  console.error(error);
  return new PubSubError(500, 'INTERNAL', 'Internal error encountered.');
}
