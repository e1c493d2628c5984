import type { FastifyReply, FastifyRequest } from 'fastify';
import { createProblem } from '../problems.ts';
import type { Bounds } from './bounds.ts';
import { sendProblem } from './problem-documents.ts';
import type { HttpServer } from './services.ts';

/**
 * Refuses a body that arrives too slowly with status 408, whatever its route does with it, and closes the
 * connection. Its time grows with what has arrived, so that a large file may take longer than a form.
 */
export function refuseSlowBodies(
  app: HttpServer,
  { bodyMs, bodyBytesPerSecond }: Pick<Bounds, 'bodyMs' | 'bodyBytesPerSecond'>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0;
    if (!hasBody) return;
    const began = performance.now();
    const bytesBefore = raw.socket.bytesRead;
    const check = () => {
      if (raw.complete || raw.readableEnded || raw.destroyed) return;
      const received = raw.socket.bytesRead - bytesBefore;
      const left = began + bodyMs + (received / bodyBytesPerSecond) * 1_000 - performance.now();
      if (left > 0) timer = setTimeout(check, left);
      else refuse(request, reply);
    };
    let timer = setTimeout(check, bodyMs);
    raw.once('close', () => clearTimeout(timer));
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  // It was answered without its body, such as with 401.
  if (reply.sent || reply.raw.headersSent) request.raw.destroy();
  else sendProblem(reply.header('connection', 'close'), createProblem(408, 'request-too-slow'));
}
