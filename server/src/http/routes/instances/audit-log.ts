import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { z } from 'zod';
import { auditActions } from '../../../audit/actions.ts';
import { type AuditView, auditEntries, auditFilterOptions } from '../../../audit/read-audit-log.ts';
import { escapeCsvFormula } from '../../csv-formula-escape.ts';
import { id, instancePath, requestTime, time } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

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
const pageSize = 50;
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
        querystring: filter.extend({ after: id.optional() }),
        response: {
          200: z.object({
            entries: z.array(entry),
            /** The `after` of the next page; null if there is none. */
            next: id.nullable(),
            actors: z.array(z.object({ id, name: z.string() })),
            actions: z.array(action),
          }),
        },
      },
    },
    ({ instanceId, query: { after = null, ...asked } }) =>
      database.inInstance(instanceId, async (tx) => {
        const entries = await auditEntries(tx, asked, { after, limit: pageSize + 1 });
        const shown = entries.slice(0, pageSize);
        const next = entries.length > pageSize ? shown.at(-1)!.id : null;
        return { entries: shown, next, ...(await auditFilterOptions(tx)) };
      }),
  );
  app.get(
    '/api/instances/:instanceId/audit.csv',
    {
      config,
      schema: { tags, summary: 'The whole audit log as CSV', params: instancePath, querystring: filter },
    },
    ({ instanceId, query }, reply) => {
      const rows = async function* () {
        let after: string | null = null;
        for (;;) {
          const entries: AuditView[] = await database.inInstance(instanceId, (tx) =>
            auditEntries(tx, query, { after, limit: exportBatchSize }),
          );
          for (const one of entries) yield csvRowOf(one);
          if (entries.length < exportBatchSize) return;
          after = entries.at(-1)!.id;
        }
      };
      const columns = ['at', 'who', 'action', 'subject', 'before', 'after', 'from'];
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .send(Readable.from(rows()).pipe(stringify({ header: true, bom: true, columns })));
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
