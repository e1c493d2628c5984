import { z } from 'zod';
import { reassignConversations } from '../../../conversations/reassign.ts';
import { changeRole, deactivate, members, reactivate } from '../../../instances/members.ts';
import { createPasswordLink, resetTwoFactor } from '../../../instances/password-links.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { member, role } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ userId: id });

/** Settings > People, for admins (A1). */
export function memberRoutes(app: HttpServer, { database, url }: Services): void {
  const tags = ['people'];
  const config = { access: 'admin' } as const;
  const base = '/api/instances/:instanceId/members';
  const empty = { 204: z.null() };
  app.get(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'Everybody who is or was a member, those with access first, by name',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ members: z.array(member), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => members(tx, query));
      return { members: page.rows, next: page.next };
    },
  );
  app.patch(
    `${base}/:userId`,
    {
      config,
      schema: {
        tags,
        summary: "Change a member's role",
        description: 'Refused for the only admin.',
        params: path,
        body: z.strictObject({ role }),
        response: empty,
      },
    },
    async (request, reply) => {
      const { instanceId, params, body } = request;
      await database.inInstance(instanceId, (tx) =>
        changeRole(tx, { userId: params.userId, role: body.role, actor: actorOf(request) }),
      );
      return reply.status(204).send(null);
    },
  );
  app.post(
    `${base}/:userId/deactivate`,
    {
      config,
      schema: {
        tags,
        summary: "Remove a member's access, and reassign their conversations",
        description: 'To another member, or (null) to nobody. Refused for the only admin.',
        params: path,
        body: z.strictObject({ reassignTo: id.nullable() }),
        response: { 200: z.object({ reassigned: z.number().int() }) },
      },
    },
    async (request) => {
      const { instanceId, params, body, user } = request;
      const { userId } = params;
      return database.inInstance(instanceId, async (tx) => {
        await deactivate(tx, { userId, actor: actorOf(request), now: new Date() });
        return {
          reassigned: await reassignConversations(tx, {
            from: userId,
            to: body.reassignTo,
            actorId: user.id,
          }),
        };
      });
    },
  );
  app.post(
    `${base}/:userId/reactivate`,
    { config, schema: { tags, summary: 'Give a member access again', params: path, response: empty } },
    async (request, reply) => {
      const { userId } = request.params;
      await database.inInstance(request.instanceId, (tx) =>
        reactivate(tx, { userId, actor: actorOf(request) }),
      );
      return reply.status(204).send(null);
    },
  );
  app.delete(
    `${base}/:userId/two-factor`,
    {
      config,
      schema: {
        tags,
        summary: 'Turn two-factor authentication off for a member who lost the app and the backup codes',
        description: 'Refused for a member of another instance that you do not administer.',
        params: path,
        response: empty,
      },
    },
    async (request, reply) => {
      const { userId } = request.params;
      await database.inInstance(request.instanceId, (tx) =>
        resetTwoFactor(tx, { userId, actor: actorOf(request) }),
      );
      return reply.status(204).send(null);
    },
  );
  app.post(
    `${base}/:userId/password-link`,
    {
      config: { ...config, secretAnswer: true },
      schema: {
        tags,
        summary: 'Create a link with which a member sets a new password',
        description:
          'To be handed over; it works once, for a day. Refused where it would open another inbox too.',
        params: path,
        response: { 201: z.object({ url: z.string(), expiresAt: time }) },
      },
    },
    async (request, reply) => {
      const { userId } = request.params;
      const { token, expiresAt } = await database.inInstance(request.instanceId, (tx) =>
        createPasswordLink(tx, { userId, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(201).send({ url: `${url}/password/${token}`, expiresAt });
    },
  );
}
