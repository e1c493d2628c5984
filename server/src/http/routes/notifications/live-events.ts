import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { openEventFeeds } from '../../../events/event-feed.ts';
import { eventsAfter } from '../../../events/read-events.ts';
import { firstChunk } from '../../../events/recent-events.ts';
import { liveStreams } from '../../../metrics/metrics.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { withAccessStill } from '../../access.ts';
import { defaultBounds } from '../../bounds.ts';
import { encodeEvent, type LiveStream, openLiveStream } from '../../live-stream.ts';
import { openLiveStreams } from '../../live-streams.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const keepAliveMs = 15_000;
const replayAtOnce = 50;

/**
 * Live updates as server-sent events (WHATWG HTML §9.2). The stream resumes after the number of the last
 * event that the page received. It ends with the session and with the membership: both wake the feed of the
 * instance, and every feed is woken from time to time.
 */
export function liveEventRoutes(
  app: HttpServer,
  { deployment, database, eventNotifier, bounds }: Services,
): void {
  const { liveStreamsPerUser, liveStreamBacklog } = { ...defaultBounds, ...bounds };
  const streams = openLiveStreams(liveStreamsPerUser);
  app.addHook('preClose', async () => streams.endAll());
  const requests = new WeakMap<LiveStream, FastifyRequest>();
  const feeds = openEventFeeds<LiveStream>({
    database,
    notifier: eventNotifier,
    encode: encodeEvent,
    async mayFollow(instanceId, followers) {
      const admitted = await withAccessStill(
        deployment,
        instanceId,
        followers.map((follower) => requests.get(follower)!),
      );
      return new Set(followers.filter((follower) => admitted.has(requests.get(follower)!)));
    },
    onFailure: (error) => app.log.warn(error, 'the live streams of an organization failed'),
  });
  app.get(
    '/api/instances/:instanceId/events',
    {
      config: { access: 'member' },
      schema: {
        tags: ['live'],
        summary: 'Live events of the instance, as server-sent events',
        produces: ['text/event-stream'],
        params: instancePath,
        querystring: z.object({ after: z.coerce.number().int().min(0).optional() }),
      },
    },
    async (request, reply) => {
      const { instanceId, user } = request;
      const resumed = Number(request.headers['last-event-id'] ?? Number.NaN);
      const out = reply.raw;
      if (!streams.add(user.id, out)) {
        throw new ProblemError(createProblem(429, 'too-many-live-streams', { limit: liveStreamsPerUser }));
      }
      const stream = openLiveStream({
        out,
        userId: user.id,
        backlog: liveStreamBacklog,
        async readTable(seq) {
          const events = await eventsAfter(database, instanceId, seq, replayAtOnce);
          const admitted = await withAccessStill(deployment, instanceId, [request]);
          if (!admitted.has(request)) return null;
          if (events.length === 0) return { seq, bytes: Buffer.alloc(0) };
          return firstChunk(events.map(encodeEvent), user.id);
        },
        onFailure: (error) => request.log.warn(error, 'a live stream failed'),
      });
      requests.set(stream, request);
      const feed = await feeds.join(instanceId, stream);

      reply.hijack();
      out.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      if (streams.ended || out.destroyed) {
        feed.leave();
        return out.end();
      }
      liveStreams.inc();
      const keepAlive = setInterval(stream.keepAlive, keepAliveMs);
      out.on('close', () => {
        liveStreams.dec();
        feed.leave();
        clearInterval(keepAlive);
      });
      stream.start(feed, Number.isSafeInteger(resumed) ? resumed : (request.query.after ?? null));
    },
  );
}
