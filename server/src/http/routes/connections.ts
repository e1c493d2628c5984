import { z } from 'zod';
import { Refused } from '../../errors.ts';
import { cancelConnection } from '../../mailboxes/cancel-connection.ts';
import type { ConnectingNeeds } from '../../mailboxes/connection-deps.ts';
import { googleNotConfigured, noSuchConnection } from '../../mailboxes/connection-problems.ts';
import { connection } from '../../mailboxes/connection-view.ts';
import { mailbox } from '../../mailboxes/mailbox-view.ts';
import { saveConnection } from '../../mailboxes/save-connection.ts';
import { startConnection } from '../../mailboxes/start-connection.ts';
import { actorOf, mailboxSettings, mailboxShape } from '../mailbox-shapes.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath } from '../shapes.ts';

const path = instancePath.extend({ connectionId: id });

const connectionShape = z
  .object({
    id,
    state: z.enum(['waiting', 'authorised', 'refused', 'saved', 'cancelled', 'expired']),
    address: z.string().nullable(),
    refusal: z.object({ code: z.string(), sentence: z.string(), remedy: z.string() }).nullable(),
    settings: z.object({
      displayName: z.string(),
      templateId: id.nullable(),
      dynamicAliasName: z.boolean(),
      threading: z.enum(['single', 'history']),
    }),
    reconnects: z.boolean(),
    mailboxId: id.nullable(),
  })
  .meta({ id: 'Connection' });

/** Connecting an address, from the button to Save Changes (C3 to C8). Google's way back is google-callback.ts. */
export function connectionRoutes(app: App, { database, queue, connecting }: Services): void {
  const tags = ['mailboxes'];
  const needs = (): ConnectingNeeds => {
    if (!connecting) throw new Refused(googleNotConfigured);
    return connecting;
  };
  app.post(
    '/api/instances/:instanceId/connections',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Start connecting an address',
        description:
          'Open authorizationUrl in the same browser within ten minutes. With a mailboxId it reconnects that address.',
        params: instancePath,
        body: z.strictObject({ mailboxId: id.optional() }).default({}),
        response: { 201: z.object({ id, authorizationUrl: z.url() }) },
      },
    },
    async ({ instanceId, user, body }, reply) => {
      const started = await database.inInstance(instanceId, (tx) =>
        startConnection(needs(), tx, {
          browser: { userId: user.id, sessionId: user.sessionId },
          mailboxId: body.mailboxId ?? null,
          now: new Date(),
        }),
      );
      return reply.status(201).send(started);
    },
  );
  app.get(
    '/api/instances/:instanceId/connections/:connectionId',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'How far connecting has come',
        params: path,
        response: { 200: connectionShape },
      },
    },
    async ({ instanceId, user, params }) => {
      const found = await database.inInstance(instanceId, (tx) =>
        connection(tx, params.connectionId, { userId: user.id, now: new Date() }),
      );
      if (!found) throw new Refused(noSuchConnection);
      return found;
    },
  );
  app.post(
    '/api/instances/:instanceId/connections/:connectionId/save',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Save the settings: the address receives from now on',
        params: path,
        body: mailboxSettings,
        response: { 201: z.object({ mailbox: mailboxShape }) },
      },
    },
    async (request, reply) => {
      const { instanceId, body } = request;
      const { connectionId } = request.params;
      const outcome = await saveConnection(
        needs(),
        { instanceId, connectionId },
        {
          settings: body,
          actor: actorOf(request),
          now: new Date(),
          async onConnected(tx, mailboxId) {
            await queue.enqueue(tx, 'sync', { instanceId, mailboxId });
            await queue.enqueue(tx, 'release-held', { instanceId, mailboxId });
          },
        },
      );
      if (outcome.kind === 'refused') throw new Refused(outcome.refusal);
      const saved = await database.inInstance(instanceId, (tx) => mailbox(tx, outcome.mailboxId));
      return reply.status(201).send({ mailbox: saved! });
    },
  );
  app.delete(
    '/api/instances/:instanceId/connections/:connectionId',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Cancel: the access is given back to Google',
        params: path,
        response: { 204: z.null() },
      },
    },
    async ({ instanceId, user, params }, reply) => {
      await cancelConnection(needs(), { instanceId, connectionId: params.connectionId }, user.id);
      return reply.status(204).send(null);
    },
  );
}
