import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addRecipients, removeRecipients } from '../../../bulk/bulk-drafts.ts';
import { bulkMessage, type RecipientView, recipients } from '../../../bulk/bulk-views.ts';
import { findCustomers, noneLeftOut } from '../../../bulk/find-customers.ts';
import { prepareBulkPreview, renderBulkPreview } from '../../../bulk/preview-bulk.ts';
import { openRecipientListReader } from '../../../bulk/recipient-list-reader.ts';
import { loadLater } from '../../../load-later.ts';
import { sendBulkTest } from '../../../outbound/bulk/bulk-message.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { TemplateError } from '../../../templates/template-errors.ts';
import { actorOf } from '../../access.ts';
import { escapeCsvFormula } from '../../csv-formula-escape.ts';
import { problemSchema, problemView } from '../../problem-documents.ts';
import {
  bulkMessageResponse,
  bulkMessageSchema,
  bulkMessageView,
  bulkPath,
  count,
} from '../../schemas/bulk.ts';
import { id, int4, nameAndAddress, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { sentPreviewShape } from '../../schemas/sent-preview.ts';
import type { HttpServer, Services } from '../../services.ts';

const csv = loadLater<typeof import('csv-stringify/sync')>('csv-stringify/sync');

const base = '/api/instances/:instanceId/bulk-messages';

/** The recipients of a bulk message, and what each would receive or has received. */
export function bulkRecipientRoutes(app: HttpServer, { database, queue, renderer, url }: Services): void {
  const tags = ['bulk messages'];
  const lists = openRecipientListReader();
  app.addHook('onClose', () => lists.close());
  const config = { access: 'admin' } as const;
  const view = async (request: FastifyRequest, bulkId: string) => {
    const bulk = await database.inInstance(request.instanceId, (tx) => bulkMessage(tx, bulkId));
    return { bulkMessage: bulkMessageView(request, bulk, url) };
  };
  app.post(
    `${base}/:bulkId/recipients`,
    {
      config,
      bodyLimit: 12 * 1024 * 1024,
      schema: {
        tags,
        summary: 'Add customers, from a pasted list or by a search',
        params: bulkPath,
        body: z.union([
          z.strictObject({ list: z.string().max(10_000_000) }),
          z.strictObject({ search: z.string().max(200) }),
        ]),
        response: {
          200: z.object({
            bulkMessage: bulkMessageSchema,
            added: count,
            duplicates: count,
            unsubscribed: count,
            /** Customers of a search who get no bulk message: why, and how many. */
            leftOut: z.object({ automatic: count, lists: count, bounced: count, complained: count }),
            invalid: z.array(z.object({ line: count, text: z.string(), problem: problemSchema })),
          }),
        },
      },
    },
    async (request) => {
      const { instanceId, params, body } = request;
      const read = 'list' in body ? await lists.read(body.list) : null;
      const outcome = await database.inInstance(instanceId, async (tx) => {
        const { listed, leftOut } = read
          ? { listed: read.listed, leftOut: noneLeftOut }
          : await findCustomers(tx, 'search' in body ? body.search : '');
        const { added, there, unsubscribed } = await addRecipients(
          tx,
          params.bulkId,
          listed,
          actorOf(request),
        );
        return { added, there, unsubscribed: unsubscribed + leftOut.unsubscribed, leftOut };
      });
      return {
        ...(await view(request, params.bulkId)),
        added: outcome.added,
        duplicates: outcome.there + (read?.duplicates ?? 0),
        unsubscribed: outcome.unsubscribed,
        leftOut: outcome.leftOut,
        invalid: (read?.invalid ?? [])
          .slice(0, 200)
          .map((line) => ({ ...line, problem: problemView(request, line.problem) })),
      };
    },
  );
  app.delete(
    `${base}/:bulkId/recipients`,
    {
      config,
      schema: {
        tags,
        summary: 'Remove customers: one by position, or all',
        params: bulkPath,
        querystring: z.object({ position: z.coerce.number().pipe(int4).optional() }),
        response: bulkMessageResponse,
      },
    },
    async (request) => {
      const { instanceId, params, query } = request;
      await database.inInstance(instanceId, (tx) =>
        removeRecipients(tx, params.bulkId, query.position ?? null, actorOf(request)),
      );
      return view(request, params.bulkId);
    },
  );
  app.get(
    `${base}/:bulkId/recipients`,
    {
      config,
      schema: {
        tags,
        summary: 'The customers and the state of each',
        params: bulkPath,
        querystring: z.object(pageQuery({ usual: 200 })),
        response: {
          200: z.object({
            recipients: z.array(
              z.object({
                position: count,
                address: z.string(),
                name: z.string(),
                state: z.enum(['waiting', 'skipped', 'sending', 'sent', 'bounced', 'failed']),
                /** Why it was not sent. */
                problem: problemSchema.nullable(),
                /** The text of the recipient's server, if the message bounced. */
                diagnostic: z.string().nullable(),
                changedAt: time.nullable(),
                conversationId: id.nullable(),
              }),
            ),
            next,
          }),
        },
      },
    },
    async (request) => {
      const { instanceId, params, query } = request;
      const found = await database.inInstance(instanceId, (tx) => recipients(tx, params.bulkId, query));
      return {
        next: found.next,
        recipients: found.rows.map((one) => ({ ...one, problem: problemView(request, one.problem) })),
      };
    },
  );
  app.get(
    `${base}/:bulkId/report.csv`,
    { config, schema: { tags, summary: 'The report, as CSV', produces: ['text/csv'], params: bulkPath } },
    async (request, reply) => {
      const { instanceId, params } = request;
      const pageAfter = (after?: string) =>
        database.inInstance(instanceId, (tx) => recipients(tx, params.bulkId, { after, limit: reportPage }));
      const first = await pageAfter();
      // By page, so that a long report neither blocks other requests nor needs memory.
      async function* report() {
        for (let page = first; ; page = await pageAfter(page.next)) {
          const lines = page.rows.map((row) => reportLine(request, row));
          yield csv().stringify(lines, {
            header: page === first,
            bom: page === first,
            columns: reportColumns,
          });
          if (page.next === null) return;
        }
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="report.csv"')
        .send(Readable.from(report()));
    },
  );
  app.get(
    `${base}/:bulkId/preview`,
    {
      config,
      schema: {
        tags,
        summary: 'What one customer would receive',
        params: bulkPath,
        querystring: z.object({ position: z.coerce.number().pipe(int4.min(0)).default(0) }),
        response: {
          200: z.object({
            from: nameAndAddress,
            to: nameAndAddress,
            subject: z.string(),
            ...sentPreviewShape,
            unknown: z.array(z.string()),
            /** The fields without a default that are empty for some customers, and for how many. */
            emptyFields: z.array(z.object({ field: z.string(), customers: count })),
          }),
        },
      },
    },
    async ({ instanceId, params, query, user }) => {
      const asked = { position: query.position, viewer: user, url };
      const preview = await database.inInstance(instanceId, (tx) =>
        prepareBulkPreview(tx, params.bulkId, asked),
      );
      const sent = await renderBulkPreview(renderer, preview).catch((error) => {
        if (!(error instanceof TemplateError)) throw error;
        throw new ProblemError(createProblem(409, 'template-broken', { fault: error.problem }));
      });
      const { from, to, subject, unknown, emptyFields } = preview;
      return { from, to, subject, unknown, emptyFields, ...sent };
    },
  );
  app.post(
    `${base}/:bulkId/test`,
    {
      config,
      schema: {
        tags,
        summary: 'Send it to yourself, as the customer at a position would receive it',
        params: bulkPath,
        body: z.strictObject({ position: int4.min(0).default(0) }),
        response: { 202: z.object({ address: z.string() }) },
      },
    },
    async ({ instanceId, params, body, user }, reply) => {
      await database.inInstance(instanceId, (tx) =>
        sendBulkTest(
          tx,
          { bulkId: params.bulkId, position: body.position, user, now: new Date() },
          queue.enqueue,
        ),
      );
      return reply.status(202).send({ address: user.email });
    },
  );
}

const reportPage = 1_000;
const reportColumns = ['address', 'name', 'state', 'reason', 'at'];

function reportLine(request: FastifyRequest, row: RecipientView) {
  const { address, name, state, problem, diagnostic, changedAt } = row;
  return {
    address: escapeCsvFormula(address),
    name: escapeCsvFormula(name),
    state,
    reason: escapeCsvFormula(problemView(request, problem)?.title ?? diagnostic ?? ''),
    at: changedAt?.toISOString() ?? '',
  };
}
