import type { FastifyReply } from 'fastify';
import type { Heartbeat } from '../database/heartbeat.ts';
import { createProblem } from '../problems.ts';
import { sendProblem } from './problem-documents.ts';
import type { HttpServer } from './services.ts';

/** A request that waits for so long is answered (ms); an answer of Postgres that is late by less may still come. */
const patienceMs = 1_000;
/** The paths that need the database; the others are files of the web page. */
const needsDatabase = /^\/(api|oauth|google|unsubscribe)\//;
const away = createProblem(503, 'database-away');

/**
 * While Postgres does not answer, refuses new requests with 503 at once, and answers those under way so. A change
 * under way may still be committed, as after any lost answer.
 */
export function answerWhileDatabaseIsAway(app: HttpServer, heartbeat: Heartbeat): void {
  const underWay = new Map<FastifyReply, number>();
  app.addHook('onRequest', async (request, reply) => {
    if (!needsDatabase.test(request.url)) return;
    if (heartbeat.awaySince !== null) return sendProblem(reply, away);
    underWay.set(reply, performance.now());
    reply.raw.once('close', () => underWay.delete(reply));
  });
  heartbeat.onMiss(() => {
    const before = performance.now() - patienceMs;
    for (const [reply, began] of underWay) {
      if (began < before && !reply.sent && !reply.raw.headersSent) sendProblem(reply, away);
    }
  });
}
