import { z } from 'zod';
import {
  causes,
  figureNames,
  healthOfDeployment,
  healthOfInstance,
} from '../../../operations/deployment-health.ts';
import { type ProcessReport, readProcesses } from '../../../operations/process-reports.ts';
import { instancePath, time } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const area = z
  .object({
    area: z.enum(['processes', 'database', 'work', 'receiving', 'addresses', 'sending', 'google', 'live']),
    state: z.enum(['good', 'attention', 'bad']),
    /** The worst of what is not as it should be; null: all is well. */
    cause: z.enum(causes).nullable(),
    figures: z.array(
      z.object({
        name: z.enum(figureNames),
        unit: z.enum(['count', 'seconds', 'milliseconds', 'ratio']),
        /** Null: there is nothing to measure. */
        value: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'HealthArea' });

const process = z
  .object({
    id: z.uuid(),
    role: z.enum(['all', 'web', 'worker']),
    /** The `pid` of its log lines. */
    pid: z.int(),
    startedAt: time,
    /** When it last said how it is: every five seconds. */
    reportedAt: time,
    state: z.enum(['good', 'attention', 'bad']),
    /** It has not reported for 30 seconds: it hangs, was killed, or does not reach Postgres. */
    silent: z.boolean(),
    /** Background work whose last attempts failed, and that did nothing for ten minutes, by the names in its metrics. */
    failingLoops: z.array(z.string()),
    stoppedLoops: z.array(z.string()),
    /** Open pages. */
    streams: z.int(),
    /** From an event to its writing on a live stream, on average over five minutes; null without any. */
    eventLagMs: z.number().nullable(),
  })
  .meta({ id: 'HealthProcess' });

function describeProcess({ id, role, pid, startedAt, reportedAt, isSilent, figures }: ProcessReport) {
  const { failingLoops, stoppedLoops, streams, eventLagMs } = figures;
  const isBad = isSilent || stoppedLoops.length > 0;
  const state = isBad
    ? ('bad' as const)
    : failingLoops.length > 0
      ? ('attention' as const)
      : ('good' as const);
  const own = { id, role, pid, startedAt, reportedAt, state, silent: isSilent };
  return { ...own, failingLoops, stoppedLoops, streams, eventLagMs };
}

/** How Postroom is, for admins: figures of their organization, and of the deployment without any of others (A7). */
export function healthRoutes(app: HttpServer, { deployment, database }: Services): void {
  app.get(
    '/api/instances/:instanceId/health',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['instances'],
        summary:
          'How Postroom is: its processes, the database, background work, receiving, sending and Google',
        description:
          'Addresses, receiving and sending are those of the organization; the others are the figures of the deployment and of all its processes.',
        params: instancePath,
        response: { 200: z.object({ at: time, areas: z.array(area), processes: z.array(process) }) },
      },
    },
    async ({ instanceId }) => {
      const own = await database.inInstance(instanceId, healthOfInstance);
      const processes = await readProcesses(deployment);
      const shared = await healthOfDeployment(deployment, processes);
      return { at: new Date(), areas: [...own, ...shared], processes: processes.map(describeProcess) };
    },
  );
}
