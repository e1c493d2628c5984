import type { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** What every part of the simulator is handed: the state, the time, where it is, and who may disturb it. */
export type Simulator = {
  store: Store;
  clock: Clock;
  /** `http://127.0.0.1:PORT`, also the issuer of its tokens. Known once the server listens. */
  origin: string;
  /** Emits `pubsub` (a subscription's full name) when something may be delivered. */
  wakeUps: EventEmitter;
  /** Aborted when the simulator stops: ends waiting pulls and pushes. */
  stopping: AbortSignal;
  hooks: Hooks;
};

/** Set by the area that owns faults; each absent hook means no fault. */
export type Hooks = {
  /** Called before /token and /revoke do their work: `answered` by the hook itself, or the answer is to be lost. */
  oauth?: (
    method: 'token' | 'revoke',
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<'answered' | 'drop-response' | null>;
  /** How a mailbox's notification is delivered: copies 0 drops it, 2 doubles it; delayMs makes it late. */
  notification?: (emailAddress: string) => { copies: number; delayMs: number };
};
