import type { FastifyInstance } from 'fastify';
import type { Simulator } from '../simulator.ts';
import { batchEndpoint } from './batch.ts';
import { draftMethods } from './drafts.ts';
import { historyMethods } from './history.ts';
import { mailboxMethods } from './mailbox.ts';
import { messageMethods } from './messages.ts';
import { sendMethods } from './send.ts';
import { threadMethods } from './threads.ts';

/** The Gmail API, version 1, as far as a mail connector uses it. */
export function registerGmail(app: FastifyInstance, simulator: Simulator): void {
  mailboxMethods(app, simulator);
  messageMethods(app, simulator);
  sendMethods(app, simulator);
  threadMethods(app, simulator);
  draftMethods(app, simulator);
  historyMethods(app, simulator);
  batchEndpoint(app);
}
