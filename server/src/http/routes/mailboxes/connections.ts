import { z } from 'zod';
import { cancelConnection } from '../../../mailboxes/cancel-connection.ts';
import type { ConnectionDeps } from '../../../mailboxes/connection-deps.ts';
import { googleNotConfigured, noSuchConnection } from '../../../mailboxes/connection-problems.ts';
import { connection } from '../../../mailboxes/connection-view.ts';
import { mailbox } from '../../../mailboxes/mailbox-view.ts';
import { requestSync } from '../../../mailboxes/request-sync.ts';
import { saveConnection } from '../../../mailboxes/save-connection.ts';
import { startConnection } from '../../../mailboxes/start-connection.ts';
import { ProblemError } from '../../../problems.ts';
import { actorOf, sessionOf } from '../../access.ts';
import { problemSchema, problemView } from '../../problem-documents.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { mailboxResponse, mailboxSchema, mailboxSettingsSchema } from '../../schemas/mailboxes.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ connectionId: id });

const connectionSchema = z
  .object({
    id,
    state: z.enum(['waiting', 'authorised', 'refused', 'saved', 'cancelled', 'expired']),
    address: z.string().nullable(),
    problem: problemSchema.nullable(),
    settings: z.object({
      displayName: z.string(),
      templateId: id.nullable(),
      dynamicAliasName: z.boolean(),
      threading: z.enum(['single', 'history']),
    }),
    reconnects: z.boolean(),
    mailboxId: id.nullable(),
    /** The name of the member whose own address it is: everybody here would read their mail. */
    ownedBy: z.string().nullable(),
  })
  .meta({ id: 'Connection' });

/**
 * Connecting an address, from the button to Save Changes (C3 to C8). google/oauth-callback.ts holds Google's
 * redirect.
 */
export function connectionRoutes(app: HttpServer, { database, queue, connecting }: Services): void {
  const tags = ['mailboxes'];
  const requireDeps = (): ConnectionDeps => {
    if (!connecting) throw new ProblemError(googleNotConfigured);
    return connecting;
  };
  app.post(
    '/api/instances/:instanceId/connections',
    {
      config: { access: 'admin', secretAnswer: true, scope: null, asksGoogle: true },
      schema: {
        tags,
        summary: 'Start connecting an address',
        description:
          'Open authorizationUrl in the same browser within ten minutes. With a mailboxId it reconnects that address; with twoWay it only asks for the permission of its two-way sync.',
        params: instancePath,
        body: z.strictObject({ mailboxId: id.optional(), twoWay: z.boolean().optional() }).default({}),
        response: { 201: z.object({ id, authorizationUrl: z.url() }) },
      },
    },
    async (request, reply) => {
      const { instanceId, user, body } = request;
      const started = await database.inInstance(instanceId, (tx) =>
        startConnection(requireDeps(), tx, {
          session: { userId: user.id, sessionId: sessionOf(request) },
          mailboxId: body.mailboxId ?? null,
          twoWay: body.twoWay ?? false,
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
        summary: 'The state of a connection',
        params: path,
        response: { 200: connectionSchema },
      },
    },
    async (request) => {
      const { instanceId, user, params } = request;
      const found = await database.inInstance(instanceId, (tx) =>
        connection(tx, params.connectionId, { userId: user.id, now: new Date() }),
      );
      if (!found) throw new ProblemError(noSuchConnection);
      return { ...found, problem: problemView(request, found.problem) };
    },
  );
  app.post(
    '/api/instances/:instanceId/connections/:connectionId/save',
    {
      config: { access: 'admin', asksGoogle: true },
      schema: {
        tags,
        summary: 'Save the settings: the address receives from now on',
        params: path,
        body: mailboxSettingsSchema,
        response: { 201: z.object({ mailbox: mailboxSchema }) },
      },
    },
    async (request, reply) => {
      const { instanceId, body } = request;
      const { connectionId } = request.params;
      const outcome = await saveConnection(
        requireDeps(),
        { instanceId, connectionId },
        {
          settings: body,
          actor: actorOf(request),
          now: new Date(),
          async onConnected(tx, mailboxId) {
            await requestSync(tx, [mailboxId]);
            await queue.enqueue(tx, 'release-held', { instanceId, mailboxId });
          },
        },
      );
      if (outcome.kind === 'refused') throw new ProblemError(outcome.problem);
      const saved = await database.inInstance(instanceId, (tx) => mailbox(tx, outcome.mailboxId));
      return reply.status(201).send({ mailbox: mailboxResponse(request, saved!) });
    },
  );
  app.delete(
    '/api/instances/:instanceId/connections/:connectionId',
    {
      config: { access: 'admin', asksGoogle: true },
      schema: {
        tags,
        summary: 'Cancel: the access is revoked at Google',
        params: path,
        response: { 204: z.null() },
      },
    },
    async ({ instanceId, user, params }, reply) => {
      await cancelConnection(requireDeps(), { instanceId, connectionId: params.connectionId }, user.id);
      return reply.status(204).send(null);
    },
  );
}
