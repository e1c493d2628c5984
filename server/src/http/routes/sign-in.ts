import { fromNodeHeaders } from 'better-auth/node';
import { signInPath } from '../../instances/sign-in.ts';
import type { App, Services } from '../services.ts';

/** better-auth's own routes, handed through. */
export function signInRoutes(app: App, { signIn, url }: Services): void {
  app.route({
    method: ['GET', 'POST'],
    url: `${signInPath}/*`,
    config: { access: 'anyone' },
    schema: { hide: true },
    async handler(request, reply) {
      const answer = await signIn.handler(
        new Request(new URL(request.url, url), {
          method: request.method,
          headers: fromNodeHeaders(request.headers),
          ...(request.body ? { body: JSON.stringify(request.body) } : {}),
        }),
      );
      reply.status(answer.status);
      for (const [name, value] of answer.headers) {
        if (name !== 'set-cookie') reply.header(name, value);
      }
      for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return reply.serializer((body) => body as string).send(await answer.text());
    },
  });
}
