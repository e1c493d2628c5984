import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Database } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import type { EventBell } from '../events/stream.ts';
import type { Channel, PushTarget } from '../google/pubsub.ts';
import type { SignIn } from '../instances/sign-in.ts';
import type { ConnectingNeeds } from '../mailboxes/connection-deps.ts';
import type { Queue } from '../queue/queue.ts';
import type { Renderer } from '../templates/renderer.ts';

/** Fastify with schemas in zod. */
export type App = FastifyInstance<
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
  bell: EventBell;
  renderer: Renderer;
  /** null: no Google client is configured, so no address can be connected. */
  connecting: ConnectingNeeds | null;
  /** null: no Pub/Sub topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  /** False where another process reads and sends; left out where this one does. */
  works?: boolean;
  url: string;
  /** Opens the making of the first admin, while there is no user. */
  firstRunToken?: string;
  /** Whose X-Forwarded-For is believed: addresses, ranges, or `loopback` (which it is where nothing is said). */
  trustedProxies?: string;
  practice: { webmailUrl: string } | null;
};
