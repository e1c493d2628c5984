import { z } from 'zod';
import { openFileAt } from '../../../conversations/files.ts';
import { decodeCharset } from '../../../mail/mime/charsets.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { id, instancePath, nameAndAddress, time } from '../../schemas/common.ts';
import { filePath, toFilePath } from '../../schemas/file-path.ts';
import type { HttpServer, Services } from '../../services.ts';

/** A preview shows the beginning of a longer text (bytes). */
const maxTextBytes = 512 * 1024;

export function previewRoutes(app: HttpServer, services: Services): void {
  const tags = ['messages'];
  const params = instancePath.extend({ attachmentId: id });
  const querystring = z.object({ path: filePath });
  app.get(
    '/api/instances/:instanceId/attachments/:attachmentId/text',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The text of a text file, whatever its character set',
        params,
        querystring,
        response: {
          200: z.object({ text: z.string(), truncated: z.boolean() }).meta({ id: 'AttachmentText' }),
        },
      },
    },
    async (request) => {
      const { attachmentId } = request.params;
      const file = await openFileAt(services, request, attachmentId, toFilePath(request.query.path));
      if (!file) throw new ProblemError(noSuchFile);
      const text = decodeCharset(file.bytes.subarray(0, maxTextBytes), file.charset ?? '');
      return { text: text.replaceAll('\0', ''), truncated: file.bytes.length > maxTextBytes };
    },
  );
  app.get(
    '/api/instances/:instanceId/attachments/:attachmentId/message',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'An attached message (message/rfc822), opened',
        params,
        querystring,
        response: { 200: attachedMessage },
      },
    },
    async (request) => {
      const path = toFilePath(request.query.path);
      const file = await openFileAt(services, request, request.params.attachmentId, path);
      if (file?.mediaType !== 'message/rfc822') throw new ProblemError(noSuchFile);
      const message = await services.attachedMessages.message(Buffer.from(file.bytes), []);
      if (!message) throw new ProblemError(unreadable);
      return message;
    },
  );
}

const attachedMessage = z
  .object({
    from: nameAndAddress.nullable(),
    to: z.array(nameAndAddress),
    cc: z.array(nameAndAddress),
    subject: z.string(),
    date: time.nullable(),
    text: z.string(),
    html: z.string().nullable(),
    protection: z.enum(['pgp-signed', 'pgp-encrypted', 'smime-signed', 'smime-encrypted']).nullable(),
    /** In order: the index of a file is the last part of its path. */
    attachments: z.array(
      z.object({
        filename: z.string(),
        mediaType: z.string(),
        size: z.number().int(),
        contentId: z.string().nullable(),
        inline: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'AttachedMessage' });

const noSuchFile = createProblem(404, 'no-such-attachment');
const unreadable = createProblem(422, 'unreadable-attachment');
