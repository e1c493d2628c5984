import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import { wakeConversation } from '../conversations/change.ts';
import type { Database } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import type { Locks } from '../database/locks.ts';
import { dueMailboxes } from '../inbound/due.ts';
import { deliver } from '../outbound/deliver.ts';
import { releaseHeld } from '../outbound/hold.ts';
import { unfinishedDeliveries } from '../outbound/unfinished.ts';
import type { Queue } from '../queue/queue.ts';
import { startTicker } from './ticker.ts';
import { type Handlers, startWorker } from './worker.ts';

/** What the work needs, wired once by the house. */
export type WorkNeeds = {
  config: Config;
  deployment: Deployment;
  database: Database;
  queue: Queue;
  locks: Locks;
};
