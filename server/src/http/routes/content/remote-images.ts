import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { referencesUrl } from '../../../conversations/files.ts';
import { fetchImage } from '../../../conversations/remote-image.ts';
import { countAttempt } from '../../../instances/rate-limit.ts';
import type { NetworkAccess } from '../../../network/network-access.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { defaultBounds } from '../../bounds.ts';
import { isKeptByBrowser } from '../../caching.ts';
import { id, instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const querystring = z.object({ url: z.string().max(4_000) });
/** How long a preview shows a picture before it is fetched again. */
const previewSeconds = 600;

/** Images on other servers: this one fetches them, so that theirs learn neither who looks nor from where. */
export function remoteImageRoutes(app: HttpServer, services: Services): void {
  const { database, deployment, imageNetwork } = services;
  const { previewImagesPerUser } = { ...defaultBounds, ...services.bounds };
  app.get(
    '/api/instances/:instanceId/messages/:messageId/remote-images',
    {
      config: { access: 'member' },
      schema: {
        tags: ['messages'],
        summary: 'A remote image of a message, fetched by the server',
        produces: ['image/*'],
        description:
          'Its sender learns neither who reads the message nor from where. Only public addresses are requested.',
        params: instancePath.extend({ messageId: id }),
        querystring,
      },
    },
    async ({ instanceId, params, query }, reply) => {
      const { messageId } = params;
      const asked = await database.inInstance(instanceId, (tx) => referencesUrl(tx, messageId, query.url));
      if (!asked) throw new ProblemError(noSuchPicture);
      // Asked before it is fetched again: the sender would learn how often the message is read.
      if (isKeptByBrowser(reply, query.url)) return reply.status(304).send();
      return sendImage(reply, query.url, imageNetwork);
    },
  );
  app.get(
    '/api/instances/:instanceId/preview-images',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['templates'],
        summary: 'A remote image of a message that is being prepared, fetched by the server for a preview',
        produces: ['image/*'],
        description: 'Only public addresses are requested. How many a user may have fetched is limited.',
        params: instancePath,
        querystring,
      },
    },
    async ({ query, user }, reply) => {
      const period = Math.floor(Date.now() / (previewSeconds * 1_000));
      if (isKeptByBrowser(reply, `${query.url} ${period}`)) return reply.status(304).send();
      const limit = { max: previewImagesPerUser, seconds: previewSeconds };
      await countAttempt(deployment, [{ key: `preview images of ${user.id}`, limit }]);
      return sendImage(reply, query.url, imageNetwork);
    },
  );
}

async function sendImage(reply: FastifyReply, url: string, network?: NetworkAccess): Promise<FastifyReply> {
  const image = await fetchImage(url.startsWith('//') ? `https:${url}` : url, network);
  if (image.kind === 'refused') throw new ProblemError(noRemoteImage);
  return reply
    .header('content-type', image.mediaType)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(image.bytes);
}

const noSuchPicture = createProblem(404, 'no-such-picture');
const noRemoteImage = createProblem(404, 'no-remote-image');
