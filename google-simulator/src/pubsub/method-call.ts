import type { FastifyReply } from 'fastify';
import { PubSubError } from './errors.ts';
import type { Publication } from './publish.ts';
import type { Subscription } from './subscriptions.ts';
import type { Policy } from './topics.ts';

/** A call of a method on one topic or subscription. */
export type MethodCall = {
  /** The full name: `projects/p/topics/t` */
  name: string;
  /** The HTTP method, followed by the custom method if there is one: `POST publish` */
  verb: string;
  body: MethodBody;
  reply: FastifyReply;
};

export type MethodBody = {
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

export function unknownMethod(): PubSubError {
  return new PubSubError(404, 'NOT_FOUND', 'Method not found.');
}

/** Google's responses omit empty lists. */
export function filled<Item>(name: string, items: Item[]): Record<string, Item[]> {
  return items.length > 0 ? { [name]: items } : {};
}
