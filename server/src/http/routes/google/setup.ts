import { z } from 'zod';
import { notificationsPath, securityEventsPath } from '../../../config.ts';
import { googleAddresses } from '../../../google/config.ts';
import { setUpCommands } from '../../../google/pubsub.ts';
import { requiredScopes } from '../../../google/scopes.ts';
import { checkSetUp } from '../../../google/set-up/check.ts';
import { redirectUri } from '../../../mailboxes/connection-deps.ts';
import { setUpEvidence } from '../../../mailboxes/set-up-evidence.ts';
import { checkView, problemShape } from '../../problem-documents.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const setupSchema = z
  .object({
    /** The Google simulator replaces Google. */
    simulator: z.boolean(),
    /** The configured client; null if there is none. */
    clientId: z.string().nullable(),
    url: z.string(),
    redirectUri: z.string(),
    scopes: z.array(z.string()),
    /** The configured topic; null if there is none. */
    topic: z.string().nullable(),
    pushServiceAccount: z.string().nullable(),
    pushEndpoint: z.string(),
    /**
     * Commands that create the topic, Gmail's publish permission and the subscription; for `my-project` if no
     * topic is configured.
     */
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
      'notifications',
      'security-events',
    ]),
    /** `unknown`: cannot be checked from here. `not-configured`: not set up, and not needed. */
    state: z.enum(['ok', 'missing', 'wrong', 'unknown', 'not-configured']),
    ...problemShape,
  })
  .meta({ id: 'GoogleSetupCheck' });

/** Shown while no topic is configured. */
const exampleChannel = {
  topic: 'projects/my-project/topics/gmail',
  subscription: 'projects/my-project/subscriptions/gmail-postroom',
};

/**
 * The set-up of Google, for admins: what to enter at Google, and whether it is right, as far as it can be
 * checked.
 */
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
        summary: 'What the set-up of Google needs: addresses, permissions, commands',
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
        scopes: ['openid', 'email', 'profile', ...requiredScopes],
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
      config: { ...config, asksGoogle: true },
      schema: {
        tags,
        summary: 'Check each step of the set-up, as far as possible',
        description: 'Calls Google, and changes nothing there.',
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
