import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Pause } from '../backup/pause.ts';
import type { AttachedMessageReader } from '../conversations/attached-message.ts';
import type { Deployment } from '../database/connect.ts';
import type { Heartbeat } from '../database/heartbeat.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { EventNotifier } from '../events/event-notifier.ts';
import type { KeyFile } from '../google/event-stream.ts';
import type { Channel, PushTarget } from '../google/pubsub.ts';
import type { Sealer } from '../google/seal.ts';
import type { Provider } from '../identities/provider.ts';
import type { SignIn } from '../instances/sign-in.ts';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import type { NetworkAccess } from '../network/network-access.ts';
import type { ProcessState } from '../operations/process-state.ts';
import type { Queue } from '../queue/queue.ts';
import type { Renderer } from '../templates/renderer.ts';
import type { Bounds } from './bounds.ts';

/** Fastify with zod schemas. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes need, created once in app.ts. */
export type Services = {
  deployment: Deployment;
  database: Database;
  /** Requests are answered with 503 while Postgres does not answer it. */
  heartbeat?: Heartbeat;
  /** While it lasts, routes that ask Google are refused. */
  pause: Pause;
  signIn: SignIn;
  /** Where people can sign in besides their password. */
  providers?: Provider[];
  /** Encrypts what the database stores of push subscriptions, and the secrets of webhooks. */
  sealer: Sealer;
  queue: Queue;
  eventNotifier: EventNotifier;
  renderer: Renderer;
  attachedMessages: AttachedMessageReader;
  /** Null: no Google client is configured, so no address can be connected. */
  connecting: ConnectionDeps | null;
  /** Null: no Pub/Sub topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  /** The key of a service account that registers security events; null: none is configured. */
  eventStreamKey?: KeyFile | null;
  /** False if another process syncs and sends. */
  runsWorker?: boolean;
  url: string;
  /** The token of the bootstrap link, valid while there is no user. */
  bootstrapToken?: string;
  /** The proxies whose X-Forwarded-For is trusted: addresses, ranges, or `loopback` (the default). */
  trustedProxies?: string;
  /** Whether a request continues the trace that its `traceparent` header names. */
  trustTraceparent?: boolean;
  simulator: { webmailUrl: string } | null;
  /** Whom people ask who are sent no password link. */
  operatorContact?: string | null;
  bounds?: Partial<Bounds>;
  /** What `/healthz`, `/readyz` and `/metrics` tell. */
  processState?: ProcessState;
  /** Null: the metrics are not on this port. */
  metricsToken?: string | null;
  /** From where remote images are fetched: the public internet, except in tests. */
  imageNetwork?: NetworkAccess;
};
