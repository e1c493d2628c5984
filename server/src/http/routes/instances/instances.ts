import { z } from 'zod';
import {
  createInstanceWithAdmin,
  membershipsOf,
  renameInstance,
  requestInstanceDeletion,
} from '../../../instances/instances.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { actorOf } from '../../schemas/mailboxes.ts';
import { instanceName, kind } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const count = z.number().int();

/** Instances: made, named and deleted by admins (A1). */
export function instanceRoutes(app: HttpServer, { deployment, database, queue }: Services): void {
  const tags = ['instances'];
  const path = '/api/instances/:instanceId';
  app.post(
    '/api/instances',
    {
      config: { access: 'user' },
      schema: {
        tags,
        summary: 'Make an instance, with yourself as its admin',
        description: 'For who is an admin of one already.',
        body: z.strictObject({ name: instanceName, kind }),
        response: { 201: z.object({ id, slug: z.string() }) },
      },
    },
    async (request, reply) => {
      const own = await membershipsOf(deployment, request.user.id);
      if (!own.some(({ role }) => role === 'admin')) throw new ProblemError(adminsOnly);
      const made = await createInstanceWithAdmin(
        { deployment, database },
        { ...request.body, actor: actorOf(request) },
      );
      return reply.status(201).send(made);
    },
  );
  app.patch(
    path,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Give the instance another name',
        params: instancePath,
        body: z.strictObject({ name: instanceName }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) =>
        renameInstance(tx, request.body.name, actorOf(request)),
      );
      return reply.status(204).send(null);
    },
  );
  app.get(
    `${path}/contents`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'What would be deleted with the instance',
        params: instancePath,
        response: {
          200: z.object({
            mailboxes: z.array(z.string()),
            conversations: count,
            customers: count,
            people: count,
          }),
        },
      },
    },
    ({ instanceId }) =>
      database.inInstance(instanceId, async ({ sql }) => {
        const of = async (table: 'conversation' | 'customer' | 'membership') => {
          const { count } = await sql
            .selectFrom(table)
            .select((eb) => eb.fn.countAll<number>().as('count'))
            .executeTakeFirstOrThrow();
          return count;
        };
        const mailboxes = await sql
          .selectFrom('mailbox')
          .where('deletedAt', 'is', null)
          .select('address')
          .orderBy('address')
          .execute();
        return {
          mailboxes: mailboxes.map(({ address }) => address),
          conversations: await of('conversation'),
          customers: await of('customer'),
          people: await of('membership'),
        };
      }),
  );
  app.delete(
    path,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Delete the instance and all that is in it',
        description:
          'Nobody has access from then on. Every address is disconnected, its access given back to Google, then all data is removed.',
        params: instancePath,
        /** Typed by the admin. */
        body: z.strictObject({ name: z.string().max(200) }),
        response: { 202: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, body, user } = request;
      await database.inInstance(instanceId, async (tx) => {
        await requestInstanceDeletion(tx, body.name, new Date());
        await queue.enqueue(tx, 'sweep-instances', {});
      });
      request.log.warn(
        { instanceId, name: body.name, by: user.email, from: request.ip },
        'an instance is deleted',
      );
      return reply.status(202).send(null);
    },
  );
}

const adminsOnly = createProblem(403, 'admins-only-create');
