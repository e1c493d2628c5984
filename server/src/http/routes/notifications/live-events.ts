import { z } from 'zod';
import { eventsAfter, lastEvent } from '../../../events/read-events.ts';
import { eventLag, liveStreams } from '../../../metrics/metrics.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { hasAccessStill } from '../../access.ts';
import { defaultBounds } from '../../bounds.ts';
import { openLiveStreams } from '../../live-streams.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

/** A page further behind reloads all its data instead. */
const maxReplay = 1_000;
const keepAliveMs = 15_000;

/**
 * Live updates as server-sent events (WHATWG HTML §9.2). The stream resumes after the number of the last
 * event that the page received: it replays from the table until it has caught up, and only then waits for
 * notifications, so that no event is missed between replay and live. It ends with the session and with the
 * membership: both wake the streams of the instance, and every stream is woken from time to time.
 */
export function liveEventRoutes(
  app: HttpServer,
  { deployment, database, eventNotifier, bounds }: Services,
): void {
  const { liveStreamsPerUser, liveStreamBacklog } = { ...defaultBounds, ...bounds };
  const streams = openLiveStreams(liveStreamsPerUser);
  app.addHook('preClose', async () => streams.endAll());
  app.get(
    '/api/instances/:instanceId/events',
    {
      config: { access: 'member' },
      schema: {
        tags: ['live'],
        summary: 'Live events of the instance, as server-sent events',
        params: instancePath,
        querystring: z.object({ after: z.coerce.number().int().min(0).optional() }),
      },
    },
    async (request, reply) => {
      const { instanceId, user } = request;
      const resumed = Number(request.headers['last-event-id'] ?? Number.NaN);
      if (!streams.add(user.id, reply.raw)) {
        throw new ProblemError(createProblem(429, 'too-many-live-streams', { limit: liveStreamsPerUser }));
      }
      const newest = await lastEvent(database, instanceId);
      let lastSentSeq = Number.isSafeInteger(resumed) ? resumed : (request.query.after ?? newest);

      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      if (streams.ended) return out.end();
      liveStreams.inc();
      const write = (text: string) => {
        if (out.writableEnded || out.destroyed) return;
        out.write(text);
        // A client that does not read it: what it misses is replayed when it returns.
        if (out.writableLength > liveStreamBacklog) out.destroy();
      };
      const writeEvent = (type: string, data: object, seq?: number) =>
        write(`${seq === undefined ? '' : `id: ${seq}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);

      writeEvent('hello', { seq: newest });
      if (lastSentSeq > newest || newest - lastSentSeq > maxReplay) {
        lastSentSeq = newest;
        writeEvent('reset', { seq: newest }, newest);
      }

      let replaying = true;
      let sending = false;
      let hasMore = false;
      const sendNewEvents = async () => {
        hasMore = true;
        if (sending) return;
        sending = true;
        try {
          while (hasMore && !out.writableEnded && !out.destroyed) {
            hasMore = false;
            const events = await eventsAfter(database, instanceId, lastSentSeq, 200);
            // Checked each time, after reading: nothing is sent once the session, the membership or the key has ended.
            if (!(await hasAccessStill(deployment, request))) return out.end();
            for (const { seq, type, data, at } of events) {
              writeEvent('message', { seq, type, ...data }, seq);
              lastSentSeq = seq;
              // What a page missed while it was away is no delay.
              if (!replaying) eventLag.observe(Math.max(0, Date.now() - at.getTime()) / 1_000);
            }
            if (events.length < 200) replaying = false;
            if (events.length === 200) hasMore = true;
          }
        } catch (error) {
          // The page reconnects with the number of its last event.
          request.log.warn(error, 'a live stream failed');
          out.end();
        } finally {
          sending = false;
        }
      };
      const unsubscribe = eventNotifier.subscribe(instanceId, sendNewEvents);
      const keepAlive = setInterval(() => write(': still here\n\n'), keepAliveMs);
      out.on('close', () => {
        liveStreams.dec();
        unsubscribe();
        clearInterval(keepAlive);
      });
      await sendNewEvents();
    },
  );
}
