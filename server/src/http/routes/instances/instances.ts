import { z } from 'zod';
import {
  createInstanceWithAdmin,
  instanceContents,
  membershipsOf,
  renameInstance,
} from '../../../instances/instances.ts';
import { beginInstanceDeletion } from '../../../mailboxes/delete-instances.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { instanceName, kind } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const count = z.number().int();

/** Instances: created, renamed and deleted by admins (A1). */
export function instanceRoutes(app: HttpServer, { deployment, database, queue }: Services): void {
  const tags = ['instances'];
  const path = '/api/instances/:instanceId';
  app.post(
    '/api/instances',
    {
      config: { access: 'user' },
      schema: {
        tags,
        summary: 'Create an instance, with yourself as its admin',
        description: 'For admins of another instance.',
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
        summary: 'Rename the instance',
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
    ({ instanceId }) => database.inInstance(instanceId, instanceContents),
  );
  app.delete(
    path,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Delete the instance and all its data',
        description:
          'Nobody has access from then on. Every address is disconnected, its access revoked at Google, then all data is deleted.',
        params: instancePath,
        /** The instance's name, typed to confirm. */
        body: z.strictObject({ name: z.string().max(200) }),
        response: { 202: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, body, user } = request;
      await database.inInstance(instanceId, async (tx) => {
        await beginInstanceDeletion(tx, body.name, new Date());
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
