import { z } from 'zod';
import { readPause, resume } from '../../../backup/pause.ts';
import { auditInEveryInstance } from '../../../instances/account-audit.ts';
import { actorOf } from '../../access.ts';
import { instancePath, time } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

/** The pause of a copy that was restored from a backup (S8): what everybody sees, and how an admin ends it. */
export function pauseRoutes(app: HttpServer, { deployment, database, pause }: Services): void {
  const tags = ['instances'];
  const url = '/api/instances/:instanceId/pause';
  app.get(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Whether Postroom is paused',
        description:
          'A copy that was restored from a backup reads and sends nothing until somebody says that the original is off. backupAt: when the backup was made.',
        params: instancePath,
        response: {
          200: z.object({
            pause: z.object({ pausedAt: time, backupAt: time }).nullable().meta({ id: 'Pause' }),
          }),
        },
      },
    },
    async () => {
      const found = await readPause(deployment);
      return { pause: found && !found.resumedAt ? found : null };
    },
  );
  app.delete(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'End the pause: the original is off',
        description: 'All organizations of this Postroom read and send again.',
        params: instancePath,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      if (await resume(deployment, actor.name)) {
        await auditInEveryInstance({ deployment, database }, actor, {
          action: 'deployment.resumed',
          subject: 'Postroom',
        });
      }
      await pause.refresh();
      return reply.status(204).send(null);
    },
  );
}
