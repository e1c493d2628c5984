import type { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** The context of every part of the simulator: database, clock, URL and fault hooks. */
export type Simulator = {
  store: Store;
  clock: Clock;
  /** `http://127.0.0.1:PORT`, also the issuer of its tokens. Known once the server listens. */
  origin: string;
  /** Emits `pubsub` (a subscription's full name) when something may be delivered. */
  wakeUps: EventEmitter;
  /** Aborted when the simulator stops, which ends waiting pulls and pushes. */
  stopping: AbortSignal;
  hooks: Hooks;
};

/** Fault hooks, set by the area that owns faults; without a hook there is no fault. */
export type Hooks = {
  /** Called before /token and /revoke are executed: the hook has sent the response (`answered`), or it shall be lost. */
  oauth?: (
    method: 'token' | 'revoke',
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<'answered' | 'drop-response' | null>;
  /** How a mailbox's notification is delivered: copies 0 drops it, 2 doubles it; delayMs makes it late. */
  notification?: (emailAddress: string) => { copies: number; delayMs: number };
};
