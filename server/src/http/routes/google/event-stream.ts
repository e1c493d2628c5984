import { z } from 'zod';
import { securityEventsPath } from '../../../config.ts';
import { googleNotConfigured } from '../../../mailboxes/connection-problems.ts';
import { readRegistration, registerEventStream } from '../../../mailboxes/event-stream-registration.ts';
import { ProblemError } from '../../../problems.ts';
import { actorOf } from '../../access.ts';
import { instancePath, time } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const registrationSchema = z
  .object({
    /** Whether Postroom can register the receiver itself: a key of a service account is configured. */
    canRegister: z.boolean(),
    /**
     * `registered`: no test event could be asked for. `waiting`: one is on its way. `late`: it should have arrived.
     * `arrived`: it has. `moved`: a former address of Postroom is registered.
     */
    state: z.enum(['unregistered', 'registered', 'waiting', 'late', 'arrived', 'moved']),
    registeredAt: time.nullable(),
    /** When the test event arrived. */
    arrivedAt: time.nullable(),
  })
  .meta({ id: 'SecurityEventRegistration' });

/** Registering the receiver of Google's security events at Google, for admins; the same in every instance. */
export function eventStreamRoutes(app: HttpServer, services: Services): void {
  const { deployment, database, connecting, eventStreamKey = null } = services;
  const url = `${services.url}${securityEventsPath}`;
  const path = '/api/instances/:instanceId/google-set-up/security-events';
  const config = { access: 'admin' } as const;
  const tags = ['google'];
  const response = { 200: z.object({ registration: registrationSchema }) };
  const view = async () => ({
    registration: {
      canRegister: connecting !== null && eventStreamKey !== null,
      ...(await readRegistration(deployment, url, new Date())),
    },
  });
  app.get(
    path,
    {
      config,
      schema: {
        tags,
        summary: 'Whether Google sends its security events here',
        description: 'As Postroom registered it; Google is not asked.',
        params: instancePath,
        response,
      },
    },
    view,
  );
  app.post(
    path,
    {
      config: { ...config, asksGoogle: true },
      schema: {
        tags,
        summary: 'Register Postroom for Google’s security events',
        description:
          'Afterwards Google is asked for a test event, which arrives within seconds. A Google Cloud project has one receiver: if it is another one now, the answer is 409 unless replace is true.',
        params: instancePath,
        body: z.strictObject({ replace: z.boolean().optional() }).default({}),
        response,
      },
    },
    async (request) => {
      if (!connecting) throw new ProblemError(googleNotConfigured);
      const problem = await registerEventStream(
        { deployment, database, root: connecting.google.addresses.riscRoot, keyFile: eventStreamKey },
        {
          instanceId: request.instanceId,
          actor: actorOf(request),
          url,
          replace: request.body.replace ?? false,
          now: new Date(),
        },
      );
      if (problem) throw new ProblemError(problem);
      return view();
    },
  );
}
