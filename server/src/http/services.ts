import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { EventNotifier } from '../events/event-notifier.ts';
import type { Channel, PushTarget } from '../google/pubsub.ts';
import type { SignIn } from '../instances/sign-in.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import type { Queue } from '../queue/queue.ts';
import type { Renderer } from '../templates/renderer.ts';

/** Fastify with schemas in zod. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes need, wired once by the house. */
export type Services = {
  deployment: Deployment;
  database: Database;
  signIn: SignIn;
  queue: Queue;
  eventNotifier: EventNotifier;
  renderer: Renderer;
  /** null: no Google client is configured, so no address can be connected. */
  connecting: ConnectionDeps | null;
  /** null: no Pub/Sub topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  /** False where another process reads and sends; left out where this one does. */
  runsWorker?: boolean;
  url: string;
  /** Opens the making of the first admin, while there is no user. */
  bootstrapToken?: string;
  /** Whose X-Forwarded-For is believed: addresses, ranges, or `loopback` (which it is where nothing is said). */
  trustedProxies?: string;
  simulator: { webmailUrl: string } | null;
};
