import { z } from 'zod';
import { oidcCallbackPath } from '../../../config.ts';
import { providerIds } from '../../../identities/provider.ts';
import { isWithoutUsers } from '../../../instances/instances.ts';
import { invitationOf } from '../../../instances/invitations.ts';
import { countAttempt } from '../../../instances/rate-limit.ts';
import { linkUses } from '../../../instances/sign-in-limits.ts';
import { answerProviderCallback, beginProviderSignIn } from '../../provider-callback.ts';
import { token } from '../../schemas/people.ts';
import { ownPath, providerUrl } from '../../schemas/sign-in.ts';
import type { HttpServer, Services } from '../../services.ts';

const provider = z.enum(providerIds);

/** Signing in with Google, or another OpenID Connect provider. */
export function providerSignInRoutes(app: HttpServer, services: Services): void {
  const tags = ['profile'];
  const config = { access: 'anyone' } as const;
  app.get(
    '/api/sign-in',
    {
      config,
      schema: {
        tags,
        summary: 'Where people can sign in besides their password',
        response: {
          200: z.object({
            providers: z.array(z.object({ id: provider, name: z.string() })),
            /** Nobody can sign in before the bootstrap link was used. */
            withoutUsers: z.boolean(),
          }),
        },
      },
    },
    async () => ({
      providers: (services.providers ?? []).map(({ config: { id, name } }) => ({ id, name })),
      withoutUsers: await isWithoutUsers(services.deployment),
    }),
  );
  app.post(
    '/api/sign-in/:provider',
    {
      config,
      schema: {
        tags,
        summary: 'Begin a sign-in at a provider',
        description: 'The browser goes to the URL and comes back signed in, at the path `to`.',
        params: z.object({ provider }),
        body: z.strictObject({ to: ownPath.default('/') }),
        response: providerUrl,
      },
    },
    ({ params, body }, reply) =>
      beginProviderSignIn(services, params.provider, { kind: 'sign-in', to: body.to }, reply),
  );
  app.post(
    '/api/invitations/:token/sign-in/:provider',
    {
      config,
      schema: {
        tags,
        summary: 'Begin to accept an invitation by signing in at a provider',
        description: 'The verified address of the account has to be the invited one.',
        params: z.object({ token, provider }),
        response: providerUrl,
      },
    },
    async ({ params, ip }, reply) => {
      await countAttempt(services.deployment, linkUses(ip));
      await invitationOf(services.deployment, params.token);
      const purpose = { kind: 'invitation', token: params.token } as const;
      return beginProviderSignIn(services, params.provider, purpose, reply);
    },
  );
  app.get(
    oidcCallbackPath,
    { config: { access: 'anyone', answersAnyText: true }, schema: { hide: true } },
    (request, reply) => answerProviderCallback(services, 'oidc', request, reply),
  );
}
