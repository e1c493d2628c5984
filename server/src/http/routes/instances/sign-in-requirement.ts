import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { providerIds } from '../../../identities/provider.ts';
import {
  changeSignInRequirement,
  linkedMembers,
  sessionIdentity,
  signInRequirement,
} from '../../../identities/required-sign-in.ts';
import { actorOf, sessionOf } from '../../access.ts';
import { configuredProvider } from '../../provider-callback.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const provider = z.enum(providerIds);
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
const requirement = {
  /** What members must sign in with; null: whatever they have. */
  provider: provider.nullable(),
  /** The Google Workspace domains whose accounts are accepted; empty: any account that is linked. */
  domains: z.array(domain).max(50),
};
const view = z
  .object({
    ...requirement,
    members: z.number().int(),
    /** The configured providers, and how many members have linked an account of each. */
    providers: z.array(z.object({ id: provider, name: z.string(), linked: z.number().int() })),
    /** What your own session was begun with; null: with a password. */
    own: z.object({ provider, hostedDomain: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'SignInRequirement' });

/** What the members of an organization must sign in with, for admins. */
export function signInRequirementRoutes(app: HttpServer, services: Services): void {
  const { database, deployment, providers = [] } = services;
  const tags = ['instances'];
  const config = { access: 'admin' } as const;
  const url = '/api/instances/:instanceId/required-sign-in';
  const read = async (request: FastifyRequest) => {
    const own = await sessionIdentity(deployment, sessionOf(request));
    return database.inInstance(request.instanceId, async (tx) => {
      const { members, linked } = await linkedMembers(tx);
      return {
        signIn: {
          ...(await signInRequirement(tx)),
          members,
          providers: providers.map(({ config: { id, name } }) => ({ id, name, linked: linked[id] })),
          own,
        },
      };
    });
  };
  const response = { 200: z.object({ signIn: view }) };
  app.get(
    url,
    {
      config,
      schema: { tags, summary: 'What members must sign in with', params: instancePath, response },
    },
    read,
  );
  app.put(
    url,
    {
      config,
      schema: {
        tags,
        summary: 'Change what members must sign in with',
        description:
          'Your own session must have been begun with it. API keys are not affected; `postroom admin allow-passwords` ends it.',
        params: instancePath,
        body: z.strictObject(requirement),
        response,
      },
    },
    async (request) => {
      const { provider: required, domains } = request.body;
      if (required) configuredProvider(services, required);
      const change = {
        requirement: { provider: required, domains: required === 'google' ? [...new Set(domains)] : [] },
        actor: actorOf(request),
        sessionId: sessionOf(request),
      };
      await database.inInstance(request.instanceId, (tx) => changeSignInRequirement(tx, change));
      return read(request);
    },
  );
}
