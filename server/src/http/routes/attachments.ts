import { z } from 'zod';
import { openAttachment, openRawMessage } from '../../conversations/files.ts';
import { Refused, refusal } from '../../errors.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath } from '../shapes.ts';

/** Types a browser shows as pictures and never runs; SVG is not among them. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']);

export function attachmentRoutes(app: App, { database }: Services): void {
  const tags = ['messages'];
  app.get(
    '/api/instances/:instanceId/attachments/:attachmentId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "An attachment's bytes; pictures are shown in place, all else is a download",
        params: instancePath.extend({ attachmentId: id }),
        querystring: z.object({ download: z.stringbool().default(false) }),
      },
    },
    async ({ instanceId, params, query }, reply) => {
      const attachment = await database.inInstance(instanceId, (tx) =>
        openAttachment(tx, params.attachmentId),
      );
      if (!attachment) throw new Refused(noSuchFile('attachment'));
      const shown = pictures.has(attachment.mediaType) && !query.download;
      return reply
        .header('content-type', shown ? attachment.mediaType : 'application/octet-stream')
        .header('content-disposition', disposition(shown ? 'inline' : 'attachment', attachment.filename))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cache-control', 'private, max-age=3600')
        .send(attachment.bytes);
    },
  );
  app.get(
    '/api/instances/:instanceId/messages/:messageId/raw',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The message as it came, for saving as .eml',
        params: instancePath.extend({ messageId: id }),
      },
    },
    async ({ instanceId, params }, reply) => {
      const raw = await database.inInstance(instanceId, (tx) => openRawMessage(tx, params.messageId));
      if (!raw) throw new Refused(noSuchFile('message'));
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', disposition('attachment', `${params.messageId}.eml`))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(raw);
    },
  );
}

function noSuchFile(what: string) {
  return refusal(404, `no-such-${what}`, `There is no such ${what} here.`, 'It may have been deleted.');
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
