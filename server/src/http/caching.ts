import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Answers are kept nowhere unless their route says otherwise (RFC 9111 §5.2.2.5): most are private. */
export function forbidCaching(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

/**
 * Lets the browser keep an answer, but ask each time before it shows it (RFC 9111 §5.2.2.4). A file that was
 * redacted since, or that the user may not see any more, is answered with a problem before this is called.
 * `content` is what the answer depends on. Returns whether the browser has this very answer: send 304 then.
 */
export function isKeptByBrowser(reply: FastifyReply, content: string | Uint8Array): boolean {
  const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  reply.headers({ 'cache-control': 'private, no-cache', etag });
  return reply.request.headers['if-none-match']?.includes(etag) ?? false;
}
