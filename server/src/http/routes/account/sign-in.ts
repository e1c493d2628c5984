import { fromNodeHeaders } from 'better-auth/node';
import { auditInEveryInstance } from '../../../instances/profile.ts';
import { assertBelowLimit, countAttempt, resetAttempts } from '../../../instances/rate-limit.ts';
import { ipHeader, signInPath } from '../../../instances/sign-in.ts';
import type { HttpServer, Services } from '../../services.ts';

/** Failures per account, and per IP address (an office shares one), in ten minutes. */
const failureLimits = { ofAccount: { max: 10, seconds: 600 }, ofIp: { max: 50, seconds: 600 } };

/** Passes requests to better-auth: signing in and out, and two-factor authentication. */
export function signInRoutes(app: HttpServer, { deployment, database, signIn, url }: Services): void {
  app.route({
    method: ['GET', 'POST'],
    url: `${signInPath}/*`,
    config: { access: 'anyone' },
    schema: { hide: true },
    async handler(request, reply) {
      const path = (request.params as { '*': string })['*'];
      const changes = request.method === 'POST';
      const ipKey = `sign-in from ${request.ip}`;
      const address = path === 'sign-in/email' ? emailIn(request.body) : null;
      const accountKey = address === null ? null : `sign-in as ${address}`;
      if (changes) {
        await assertBelowLimit(deployment, ipKey, failureLimits.ofIp);
        if (accountKey) await assertBelowLimit(deployment, accountKey, failureLimits.ofAccount);
      }
      const headers = fromNodeHeaders(request.headers);
      headers.set(ipHeader, request.ip);
      const before = path.startsWith('two-factor/') ? await signIn.api.getSession({ headers }) : null;
      const answer = await signIn.handler(
        new Request(new URL(request.url, url), {
          method: request.method,
          headers,
          ...(request.body ? { body: JSON.stringify(request.body) } : {}),
        }),
      );
      if (changes && answer.status >= 400 && answer.status < 500) {
        await countAttempt(deployment, ipKey, failureLimits.ofIp);
        if (accountKey) await countAttempt(deployment, accountKey, failureLimits.ofAccount);
      } else if (accountKey && answer.ok) await resetAttempts(deployment, accountKey);
      if (before && answer.ok) {
        const { id, name, email, twoFactorEnabled } = before.user;
        const action =
          path === 'two-factor/verify-totp' && !twoFactorEnabled
            ? 'user.two-factor-on'
            : path === 'two-factor/disable'
              ? 'user.two-factor-off'
              : path === 'two-factor/generate-backup-codes'
                ? 'user.backup-codes-created'
                : null;
        const actor = { id, name, ipAddress: request.ip };
        if (action) await auditInEveryInstance({ deployment, database }, actor, { action, subject: email });
      }
      reply.status(answer.status);
      for (const [name, value] of answer.headers) {
        if (name !== 'set-cookie') reply.header(name, value);
      }
      for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return reply.serializer((body) => body as string).send(await answer.text());
    },
  });
}

function emailIn(body: unknown): string | null {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : null;
  return typeof email === 'string' ? email.toLowerCase().slice(0, 254) : null;
}
