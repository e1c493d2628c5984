import { z } from 'zod';
import { notificationsPath } from '../../../config.ts';
import { googleAddresses } from '../../../google/config.ts';
import { requiredScopes } from '../../../google/oauth.ts';
import { setUpCommands } from '../../../google/pubsub.ts';
import { checkSetUp } from '../../../google/set-up/check.ts';
import { redirectUri } from '../../../mailboxes/connection-deps.ts';
import { setUpEvidence } from '../../../mailboxes/set-up-evidence.ts';
import { checkView, problemShape } from '../../problem-documents.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';
import { securityEventsPath } from './security-events.ts';

const setupSchema = z
  .object({
    /** The simulated Google stands in for Google. */
    simulator: z.boolean(),
    /** A client is configured; null where none is. */
    clientId: z.string().nullable(),
    url: z.string(),
    redirectUri: z.string(),
    scopes: z.array(z.string()),
    /** The topic configured; null where none is. */
    topic: z.string().nullable(),
    pushServiceAccount: z.string().nullable(),
    pushEndpoint: z.string(),
    /** What makes topic, Gmail's right to publish and subscription; for `my-project` where none is configured. */
    commands: z.array(z.string()),
    securityEventsUrl: z.string(),
  })
  .meta({ id: 'GoogleSetup' });
const checkSchema = z
  .object({
    id: z.enum([
      'gmail-api',
      'url',
      'client',
      'reach',
      'redirect',
      'scopes',
      'audience',
      'credentials',
      'topic',
      'publisher',
      'subscription',
      'push',
      'arriving',
      'security-events',
    ]),
    /** `unseen`: it cannot be seen from here. `off`: not set up, and not needed. */
    state: z.enum(['ok', 'missing', 'wrong', 'unseen', 'off']),
    ...problemShape,
  })
  .meta({ id: 'GoogleSetupCheck' });

/** What is shown where no topic is configured yet. */
const exampleChannel = {
  topic: 'projects/my-project/topics/gmail',
  subscription: 'projects/my-project/subscriptions/gmail-postroom',
};

/** Setting Google up, for admins: what to type at Google, and whether it is right as far as can be seen. */
export function googleSetUpRoutes(app: HttpServer, services: Services): void {
  const { deployment, connecting, notifications, url, simulator } = services;
  const config = { access: 'admin' } as const;
  const tags = ['google'];
  const google = connecting?.google ?? null;
  const push = notifications?.push ?? null;
  app.get(
    '/api/instances/:instanceId/google-set-up',
    {
      config,
      schema: {
        tags,
        summary: 'What setting Google up needs: addresses, permissions, commands',
        params: instancePath,
        response: { 200: z.object({ setUp: setupSchema }) },
      },
    },
    () => ({
      setUp: {
        simulator: simulator !== null,
        clientId: google?.clientId ?? null,
        url,
        redirectUri: redirectUri(url),
        scopes: ['openid', 'email', ...requiredScopes],
        topic: notifications?.channel.topic ?? null,
        pushServiceAccount: push?.serviceAccount ?? null,
        pushEndpoint: `${url}${notificationsPath}`,
        commands: setUpCommands(notifications?.channel ?? exampleChannel, push),
        securityEventsUrl: `${url}${securityEventsPath}`,
      },
    }),
  );
  app.post(
    '/api/instances/:instanceId/google-set-up/check',
    {
      config,
      schema: {
        tags,
        summary: 'Look at each step of setting Google up, as far as it can be seen',
        description: 'Asks Google, and changes nothing there.',
        params: instancePath,
        response: { 200: z.object({ checks: z.array(checkSchema) }) },
      },
    },
    async (request) => {
      const checks = await checkSetUp({
        google,
        addresses: google?.addresses ?? googleAddresses,
        url,
        redirectUri: redirectUri(url),
        notifications,
        evidence: await setUpEvidence(deployment, new Date()),
      });
      return { checks: checks.map((check) => ({ ...check, ...checkView(request, check) })) };
    },
  );
}
