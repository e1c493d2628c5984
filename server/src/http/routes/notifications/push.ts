import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { pushKeys } from '../../../notifications/push-keys.ts';
import {
  isSubscribed,
  type PushBrowser,
  subscribe,
  unsubscribe,
} from '../../../notifications/push-subscriptions.ts';
import { sessionOf } from '../../access.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

/** Bytes of a fixed number, as base64url without padding. */
const bytes = (count: number) => z.string().regex(new RegExp(`^[\\w-]{${Math.ceil((count * 4) / 3)}}$`));

const browserOf = (request: FastifyRequest): PushBrowser => ({
  userId: request.user.id,
  sessionId: sessionOf(request),
});

/** Pushing notifications to the browser of the session (Web Push). */
export function pushRoutes(app: HttpServer, { deployment, database, sealer }: Services): void {
  const tags = ['notifications'];
  const url = '/api/instances/:instanceId/notifications/push';
  app.get(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Whether notifications are pushed to this browser',
        description: '`publicKey` is the applicationServerKey to subscribe with (RFC 8292), base64url.',
        params: instancePath,
        response: { 200: z.object({ publicKey: z.string(), subscribed: z.boolean() }) },
      },
    },
    async (request) => ({
      publicKey: (await pushKeys(deployment, sealer)).publicKey,
      subscribed: await database.inInstance(request.instanceId, (tx) => isSubscribed(tx, browserOf(request))),
    }),
  );
  app.put(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Push my notifications to this browser',
        description:
          'The subscription as the browser has it (Push API). It ends with the session, with the membership, and when the push service says that it is gone.',
        params: instancePath,
        body: z.strictObject({
          endpoint: z.url({ protocol: /^https$/, hostname: z.regexes.domain }).max(1_000),
          keys: z.strictObject({ p256dh: bytes(65), auth: bytes(16) }),
        }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, body } = request;
      await database.inInstance(instanceId, (tx) => subscribe(tx, browserOf(request), body, sealer));
      return reply.status(204).send(null);
    },
  );
  app.delete(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Push nothing more to this browser',
        params: instancePath,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) => unsubscribe(tx, browserOf(request)));
      return reply.status(204).send(null);
    },
  );
}
