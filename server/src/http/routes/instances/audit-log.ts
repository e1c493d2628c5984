import { Readable } from 'node:stream';
import { z } from 'zod';
import { auditActions } from '../../../audit/actions.ts';
import { type AuditView, auditEntries, auditFilterOptions } from '../../../audit/read-audit-log.ts';
import type { Page } from '../../../database/paging.ts';
import { loadLater } from '../../../load-later.ts';
import { escapeCsvFormula } from '../../csv-formula-escape.ts';
import { id, instancePath, requestTime, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const csv = loadLater<typeof import('csv-stringify')>('csv-stringify');

const action = z.enum(auditActions);
const filter = z.object({
  actorId: id.optional(),
  action: action.optional(),
  subject: z.string().max(200).optional(),
  from: requestTime.optional(),
  until: requestTime.optional(),
});
const entry = z
  .object({
    id,
    at: time,
    actor: z.object({ id: id.nullable(), name: z.string() }),
    action,
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    ipAddress: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
const exportBatchSize = 1_000;

/** The audit log, for admins (M2). It cannot be changed. */
export function auditLogRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['audit'];
  const config = { access: 'admin' } as const;
  app.get(
    '/api/instances/:instanceId/audit',
    {
      config,
      schema: {
        tags,
        summary: 'Changes by admins, newest first',
        params: instancePath,
        querystring: filter.extend(pageQuery({ usual: 50 })),
        response: {
          200: z.object({
            entries: z.array(entry),
            next,
            actors: z.array(z.object({ id, name: z.string() })),
            actions: z.array(action),
          }),
        },
      },
    },
    ({ instanceId, query }) =>
      database.inInstance(instanceId, async (tx) => {
        const page = await auditEntries(tx, query, query);
        return { entries: page.rows, next: page.next, ...(await auditFilterOptions(tx)) };
      }),
  );
  app.get(
    '/api/instances/:instanceId/audit.csv',
    {
      config,
      schema: {
        tags,
        summary: 'The whole audit log as CSV',
        produces: ['text/csv'],
        params: instancePath,
        querystring: filter,
      },
    },
    ({ instanceId, query }, reply) => {
      const rows = async function* () {
        let after: string | undefined;
        do {
          const page: Page<AuditView> = await database.inInstance(instanceId, (tx) =>
            auditEntries(tx, query, { after, limit: exportBatchSize }),
          );
          for (const one of page.rows) yield csvRowOf(one);
          after = page.next ?? undefined;
        } while (after);
      };
      const columns = ['at', 'who', 'action', 'subject', 'before', 'after', 'from'];
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .send(Readable.from(rows()).pipe(csv().stringify({ header: true, bom: true, columns })));
    },
  );
}

function csvRowOf({ at, actor, action, subject, before, after, ipAddress }: AuditView) {
  const json = (value: unknown) => (value === null ? '' : escapeCsvFormula(JSON.stringify(value)));
  return {
    at: at.toISOString(),
    who: escapeCsvFormula(actor.name),
    action,
    subject: escapeCsvFormula(subject),
    before: json(before),
    after: json(after),
    from: ipAddress ?? '',
  };
}
