import type { FastifyReply } from 'fastify';
import type { Simulator } from '../simulator.ts';
import { invalid, PubSubError } from './errors.ts';
import { acknowledge, leaseWaiting, setDeadline } from './lease-messages.ts';
import { filled, type MethodBody, type MethodCall, unknownMethod } from './method-call.ts';
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  markActive,
  type Subscription,
  updateSubscription,
} from './subscriptions.ts';

/** How long a pull without returnImmediately waits for a first message. */
const pullWaitMs = 10_000;

/** The methods of one subscription (Pub/Sub reference, projects.subscriptions). */
export async function callSubscription(
  simulator: Simulator,
  { name, verb, body, reply }: MethodCall,
): Promise<object> {
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
}

async function pull(
  simulator: Simulator,
  name: string,
  { maxMessages = 0, returnImmediately = false }: MethodBody,
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
