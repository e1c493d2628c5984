import { z } from 'zod';
import {
  filesOfMessage,
  openAttachment,
  openFileAt,
  openRawMessage,
  openSource,
  readFiles,
} from '../../../conversations/files.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { isKeptByBrowser } from '../../caching.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { filePath, toFilePath } from '../../schemas/file-path.ts';
import type { HttpServer, Services } from '../../services.ts';

/** Types that browsers show as images and never execute; SVG is not one of them. */
const inlineImageTypes = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);

export function attachmentRoutes(app: HttpServer, services: Services): void {
  const { database } = services;
  const tags = ['messages'];
  app.get(
    '/api/instances/:instanceId/attachments/:attachmentId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "An attachment's bytes; images and PDF are shown inline, the rest is downloaded",
        produces: ['application/octet-stream', 'application/pdf', 'image/*'],
        params: instancePath.extend({ attachmentId: id }),
        querystring: z.object({ path: filePath, download: z.stringbool().default(false) }),
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const attachment = await openFileAt(services, request, params.attachmentId, toFilePath(query.path));
      if (!attachment) throw new ProblemError(noSuchFile('attachment'));
      if (isKeptByBrowser(reply, attachment.bytes)) return reply.status(304).send();
      const isPdf = attachment.mediaType === 'application/pdf';
      const shown = (inlineImageTypes.has(attachment.mediaType) || isPdf) && !query.download;
      return (
        reply
          .header('content-type', shown ? attachment.mediaType : 'application/octet-stream')
          .header('content-disposition', disposition(shown ? 'inline' : 'attachment', attachment.filename))
          // Browsers show no PDF in a sandbox; their viewer is one itself and runs nothing of this page.
          .header(
            'content-security-policy',
            shown && isPdf ? "default-src 'none'" : "default-src 'none'; sandbox",
          )
          .send(Buffer.from(attachment.bytes))
      );
    },
  );
  app.get(
    '/api/instances/:instanceId/messages/:messageId/raw',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The message as received, to save as .eml',
        produces: ['application/octet-stream'],
        params: instancePath.extend({ messageId: id }),
      },
    },
    async ({ instanceId, params }, reply) => {
      const raw = await openRawMessage(database, instanceId, params.messageId);
      if (!raw) throw new ProblemError(noSuchFile('message'));
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', disposition('attachment', `${params.messageId}.eml`))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(raw);
    },
  );
  app.get(
    '/api/instances/:instanceId/messages/:messageId/source',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "A message's header fields, and its raw text",
        params: instancePath.extend({ messageId: id }),
        response: {
          200: z
            .object({
              headers: z.array(z.object({ name: z.string(), value: z.string() })),
              source: z.string(),
              truncated: z.boolean(),
            })
            .meta({ id: 'MessageSource' }),
        },
      },
    },
    async ({ instanceId, params }) => {
      const source = await openSource(services, instanceId, params.messageId);
      if (!source) throw new ProblemError(noSuchFile('message'));
      return source;
    },
  );
  app.get(
    '/api/instances/:instanceId/messages/:messageId/attachments.zip',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'All attachments of a message in one archive',
        produces: ['application/zip'],
        params: instancePath.extend({ messageId: id }),
      },
    },
    async ({ instanceId, params }, reply) => {
      const files = await database.inInstance(instanceId, (tx) => filesOfMessage(tx, params.messageId));
      if (!files) throw new ProblemError(noSuchFile('message'));
      const open = (attachmentId: string) => openAttachment(database, instanceId, attachmentId);
      const { zip } = await import('../../../conversations/zip.ts');
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', disposition('attachment', 'attachments.zip'))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(zip(readFiles(open, files), new Date()));
    },
  );
}

const fileProblems = {
  attachment: 'no-such-attachment',
  message: 'no-such-message',
} as const;

function noSuchFile(what: 'attachment' | 'message') {
  return createProblem(404, fileProblems[what]);
}

/** Content-Disposition with the name in both forms (RFC 6266 §4.3, RFC 8187). */
function disposition(kind: 'inline' | 'attachment', filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
