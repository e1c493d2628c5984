import { securityEventsPath } from '../../../config.ts';
import { verifySecurityEvent } from '../../../google/security-events.ts';
import { googleNotConfigured } from '../../../mailboxes/connection-problems.ts';
import { handleSecurityEvent } from '../../../mailboxes/handle-security-event.ts';
import { sendProblem } from '../../problem-documents.ts';
import type { HttpServer, Services } from '../../services.ts';

/** A security event token has about 1 kB. */
const bodyLimit = 32 * 1024;

/**
 * Receives Google's security events (Cross-Account Protection, RFC 8935): anyone may call it, but only what
 * Google signed for our client is accepted. 202: handled; 400: invalid; 503: send it again.
 */
export function googleSecurityEventRoutes(app: HttpServer, { connecting, pause }: Services): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
  app.post(
    securityEventsPath,
    { config: { access: 'anyone', uncounted: true }, schema: { hide: true }, bodyLimit },
    async (request, reply) => {
      if (!connecting) return sendProblem(reply, googleNotConfigured);
      if (pause.isPaused()) return reply.status(503).header('retry-after', '60').send();
      const now = new Date();
      const verified = await verifySecurityEvent(connecting.google, String(request.body ?? '').trim(), now);
      if (verified.kind === 'invalid') {
        const { err, description } = verified;
        request.log.warn({ err, description }, 'a security event was not valid');
        return reply.status(400).header('content-language', 'en').send({ err, description });
      }
      if (verified.kind !== 'ok') {
        return reply.status(503).header('retry-after', '60').send();
      }
      const event = verified.value;
      const affected = await handleSecurityEvent(connecting, event, now);
      const types = event.events.map(({ type }) => type);
      request.log.info({ jti: event.jti, types, ...affected }, 'Google sent a security event');
      return reply.status(202).send();
    },
  );
}
