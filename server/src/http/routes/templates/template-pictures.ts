import { z } from 'zod';
import { createProblem, ProblemError } from '../../../problems.ts';
import { findPicture, storePicture } from '../../../templates/template-pictures.ts';
import { isKeptByBrowser } from '../../caching.ts';
import { id, instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

/** More than fits, so that a picture of a usual size that is too large is refused as such. */
const maxBase64 = 900_000;

/** The pictures of templates, such as a logo. Messages carry them: mail programs need not load them from anywhere. */
export function templatePictureRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['templates'];
  const config = { access: 'admin' } as const;
  app.post(
    '/api/instances/:instanceId/template-pictures',
    {
      config,
      schema: {
        tags,
        summary: 'Store a picture for templates: a PNG, JPEG or GIF of at most 200 kB',
        description:
          'A template shows it as `cid:<id>@postroom`. It is deleted a week after no version of a template refers to it.',
        params: instancePath,
        body: z.strictObject({
          filename: z.string().min(1).max(200),
          /** The bytes in Base64 (RFC 4648, section 4). */
          base64: z.base64().max(maxBase64, { abort: true }),
        }),
        response: {
          201: z.object({
            picture: z.object({
              id,
              mediaType: z.string(),
              /** Its own size, in pixels. */
              width: z.number().int(),
              height: z.number().int(),
            }),
          }),
        },
      },
    },
    async ({ instanceId, body: { filename, base64 } }, reply) => {
      const bytes = Buffer.from(base64, 'base64');
      const picture = await database.inInstance(instanceId, (tx) => storePicture(tx, { filename, bytes }));
      return reply.status(201).send({ picture });
    },
  );
  app.get(
    '/api/instances/:instanceId/template-pictures/:pictureId',
    {
      config,
      schema: {
        tags,
        summary: 'A picture of templates',
        produces: ['image/*'],
        params: instancePath.extend({ pictureId: id }),
      },
    },
    async ({ instanceId, params }, reply) => {
      const picture = await database.inInstance(instanceId, (tx) => findPicture(tx, params.pictureId));
      if (!picture) throw new ProblemError(noSuchPicture);
      if (isKeptByBrowser(reply, picture.bytes)) return reply.status(304).send();
      return reply
        .header('content-type', picture.mediaType)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(picture.bytes);
    },
  );
}

const noSuchPicture = createProblem(404, 'no-such-template-picture');
