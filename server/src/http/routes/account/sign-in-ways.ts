import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { assertFreshSignIn, unlinkFromSelf, waysToSignIn } from '../../../identities/link-identity.ts';
import { providerIds } from '../../../identities/provider.ts';
import { countAttempt } from '../../../instances/rate-limit.ts';
import { ownPasswordAttempts } from '../../../instances/sign-in-limits.ts';
import { actorOf, sessionOf } from '../../access.ts';
import { beginProviderSignIn, configuredProvider } from '../../provider-callback.ts';
import { time } from '../../schemas/common.ts';
import { password } from '../../schemas/people.ts';
import { ownPath, providerUrl } from '../../schemas/sign-in.ts';
import type { HttpServer, Services } from '../../services.ts';

const provider = z.enum(providerIds);
const path = z.object({ provider });
const ways = z
  .object({
    /** They have a password. */
    password: z.boolean(),
    /** They signed in within the last ten minutes: changes need no password. */
    isFresh: z.boolean(),
    providers: z.array(
      z.object({
        id: provider,
        name: z.string(),
        /** The account that is linked; null if none is. */
        identity: z.object({ email: z.string().nullable(), linkedAt: time, usedAt: time }).nullable(),
      }),
    ),
  })
  .meta({ id: 'SignInWays' });

/** The ways in which the signed-in user can sign in. */
export function signInWayRoutes(app: HttpServer, services: Services): void {
  const { providers = [] } = services;
  const tags = ['profile'];
  const config = { access: 'user' } as const;
  const url = '/api/me/sign-in-ways';
  const selfOf = (request: FastifyRequest) => ({
    id: request.user.id,
    email: request.user.email,
    sessionId: sessionOf(request),
  });
  /** Throws a problem unless they signed in a moment ago, or the password is right. */
  const requireFreshSignIn = async (request: FastifyRequest, given: string | undefined) => {
    if (given !== undefined) await countAttempt(services.deployment, ownPasswordAttempts(request.user.id));
    await assertFreshSignIn(services, selfOf(request), given);
  };
  app.get(
    url,
    { config, schema: { tags, summary: 'The ways in which you can sign in', response: { 200: ways } } },
    (request) => waysToSignIn(services, providers, selfOf(request)),
  );
  app.post(
    `${url}/:provider`,
    {
      config,
      schema: {
        tags,
        summary: 'Begin to link an account at a provider',
        description: 'More than ten minutes after signing in it needs the password.',
        params: path,
        body: z.strictObject({ password: password.optional(), to: ownPath }),
        response: providerUrl,
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      await requireFreshSignIn(request, body.password);
      const { id, sessionId } = selfOf(request);
      const purpose = { kind: 'link', userId: id, sessionId, to: body.to } as const;
      return beginProviderSignIn(services, params.provider, purpose, reply);
    },
  );
  app.delete(
    `${url}/:provider`,
    {
      config,
      schema: {
        tags,
        summary: 'Unlink an account at a provider; sessions begun with it end',
        description:
          'Refused for the only way in. More than ten minutes after signing in it needs the password.',
        params: path,
        body: z.strictObject({ password: password.optional() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await requireFreshSignIn(request, request.body.password);
      const unlinked = configuredProvider(services, request.params.provider);
      const change = { self: selfOf(request), actor: actorOf(request), provider: unlinked };
      await unlinkFromSelf(services, providers, change);
      return reply.status(204).send(null);
    },
  );
}
