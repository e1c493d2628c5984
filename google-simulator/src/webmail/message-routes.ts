import type { FastifyInstance } from 'fastify';
import { findMessage, rawOf } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';
import { openMessage, withPictures } from './open-message.ts';
import { mailPath } from './pages.ts';
import { messageGone, sendNotFound } from './responses.ts';

type Params = { account: string; id: string; part: string };

/** The body of one message for its frame, its parts, and its bytes as text. */
export function messageRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get<{ Params: Params }>('/mail/:account/message/:id/body', async (request, reply) => {
    const { account, id } = request.params;
    if (!findMessage(simulator, account, id)) return sendNotFound(simulator, reply, messageGone);
    const opened = await openMessage(simulator, account, id);
    const shown = withPictures(opened, (part) => mailPath(account, 'message', id, 'part', String(part)));
    const own = `http://${request.headers.host}`;
    return reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        `default-src 'none'; img-src ${own} data:; style-src 'unsafe-inline'; form-action 'none'; sandbox allow-same-origin allow-popups`,
      )
      .send(
        `<!doctype html><base target="_blank"><style>body{margin:0;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%}</style>${shown}`,
      );
  });

  app.get<{ Params: Params }>('/mail/:account/message/:id/part/:part', async (request, reply) => {
    const { account, id } = request.params;
    if (!findMessage(simulator, account, id)) return sendNotFound(simulator, reply, messageGone);
    const part = (await openMessage(simulator, account, id)).parts[Number(request.params.part)];
    if (!part) return sendNotFound(simulator, reply, messageGone);
    const picture = part.type.startsWith('image/');
    return reply
      .type(picture ? part.type : 'application/octet-stream')
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header(
        'content-disposition',
        `${picture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(part.name)}`,
      )
      .send(part.content);
  });

  app.get<{ Params: Params }>('/mail/:account/message/:id/original', (request, reply) => {
    const { account, id } = request.params;
    if (!findMessage(simulator, account, id)) return sendNotFound(simulator, reply, messageGone);
    return reply.type('text/plain; charset=utf-8').send(rawOf(simulator, account, id).toString());
  });
}
