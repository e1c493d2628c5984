import { stringify } from 'csv-stringify/sync';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { allowanceOf } from '../../../bulk/allowance.ts';
import {
  addRecipients,
  changeBulk,
  createBulk,
  deleteBulk,
  findCustomers,
  removeRecipients,
} from '../../../bulk/bulk-drafts.ts';
import { changeBulkState } from '../../../bulk/bulk-state.ts';
import { type BulkView, bulkMessage, bulkMessages, recipients } from '../../../bulk/bulk-views.ts';
import { parseRecipientList } from '../../../bulk/parse-recipient-list.ts';
import { previewBulk } from '../../../bulk/preview-bulk.ts';
import { sendBulkTest } from '../../../outbound/bulk-message.ts';
import { escapeCsvFormula } from '../../csv-formula-escape.ts';
import { problemSchema, problemView } from '../../problem-documents.ts';
import { id, instancePath, nameAndAddress, time } from '../../schemas/common.ts';
import { actorOf } from '../../schemas/mailboxes.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ bulkId: id });
const base = '/api/instances/:instanceId/bulk-messages';
const count = z.number().int();
const bulkMessageSchema = z
  .object({
    id,
    mailboxId: id,
    address: z.string(),
    subject: z.string(),
    html: z.string(),
    state: z.enum(['draft', 'sending', 'paused', 'stopped', 'cancelled', 'done']),
    /** Why it stopped or waits. */
    problem: problemSchema.nullable(),
    author: z.string().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    counts: z.object({
      all: count,
      waiting: count,
      leftOut: count,
      sending: count,
      sent: count,
      bounced: count,
      failed: count,
    }),
  })
  .meta({ id: 'BulkMessage' });
const bulkMessageResponse = { 200: z.object({ bulkMessage: bulkMessageSchema }) };
const content = z.strictObject({
  mailboxId: id,
  subject: z.string().max(500),
  html: z.string().max(500_000),
});

/** Bulk messages (S6), for admins: what goes wrong with them can block the address for everybody. */
export function bulkMessageRoutes(app: HttpServer, { database, queue, renderer, url }: Services): void {
  const tags = ['bulk messages'];
  const config = { access: 'admin' } as const;
  const bulkResponse = (request: FastifyRequest, bulk: BulkView) => ({
    ...bulk,
    problem: problemView(request, bulk.problem),
  });
  const view = async (request: FastifyRequest, bulkId: string) => {
    const bulk = await database.inInstance(request.instanceId, (tx) => bulkMessage(tx, bulkId));
    return { bulkMessage: bulkResponse(request, bulk) };
  };
  app.get(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'The bulk messages, newest first',
        params: instancePath,
        response: { 200: z.object({ bulkMessages: z.array(bulkMessageSchema) }) },
      },
    },
    async (request) => {
      const found = await database.inInstance(request.instanceId, bulkMessages);
      return { bulkMessages: found.map((bulk) => bulkResponse(request, bulk)) };
    },
  );
  app.get(
    `${base}/:bulkId`,
    { config, schema: { tags, summary: 'One bulk message', params: path, response: bulkMessageResponse } },
    (request) => view(request, request.params.bulkId),
  );
  app.put(
    `${base}/:bulkId`,
    {
      config,
      schema: {
        tags,
        summary: 'Write or change a bulk message',
        description: 'The id is made by the caller. Refused once it has been started.',
        params: path,
        body: content,
        response: bulkMessageResponse,
      },
    },
    async (request) => {
      const { instanceId, params, body } = request;
      await database.inInstance(instanceId, async (tx) => {
        await createBulk(tx, params.bulkId, body, actorOf(request));
        await changeBulk(tx, params.bulkId, body, actorOf(request));
      });
      return view(request, params.bulkId);
    },
  );
  app.delete(
    `${base}/:bulkId`,
    {
      config,
      schema: { tags, summary: 'Delete one never sent', params: path, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) =>
        deleteBulk(tx, request.params.bulkId, actorOf(request)),
      );
      return reply.status(204).send(null);
    },
  );
  app.post(
    `${base}/:bulkId/recipients`,
    {
      config,
      bodyLimit: 12 * 1024 * 1024,
      schema: {
        tags,
        summary: 'Add customers: from a pasted list, or those found by words',
        params: path,
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
            bad: z.array(z.object({ line: count, text: z.string(), problem: problemSchema })),
          }),
        },
      },
    },
    async (request) => {
      const { instanceId, params, body } = request;
      const read = 'list' in body ? parseRecipientList(body.list) : null;
      const outcome = await database.inInstance(instanceId, async (tx) => {
        const listed = read?.listed ?? (await findCustomers(tx, 'search' in body ? body.search : ''));
        return addRecipients(tx, params.bulkId, listed, actorOf(request));
      });
      return {
        ...(await view(request, params.bulkId)),
        added: outcome.added,
        duplicates: outcome.there + (read?.duplicates ?? 0),
        unsubscribed: outcome.unsubscribed,
        bad: (read?.bad ?? [])
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
        summary: 'Take customers out again: one by his position, or all',
        params: path,
        querystring: z.object({ position: z.coerce.number().int().optional() }),
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
        summary: 'The customers and what became of each',
        params: path,
        querystring: z.object({ after: z.coerce.number().int().min(0).default(0) }),
        response: {
          200: z.object({
            recipients: z.array(
              z.object({
                position: count,
                address: z.string(),
                name: z.string(),
                state: z.enum(['waiting', 'left-out', 'sending', 'sent', 'bounced', 'failed']),
                /** Why it was not sent. */
                problem: problemSchema.nullable(),
                /** What the recipient's server said when it came back. */
                diagnostic: z.string().nullable(),
                changedAt: time.nullable(),
                conversationId: id.nullable(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { instanceId, params, query } = request;
      const found = await database.inInstance(instanceId, (tx) =>
        recipients(tx, params.bulkId, { after: query.after, limit: 200 }),
      );
      return {
        recipients: found.map((one) => ({ ...one, problem: problemView(request, one.problem) })),
      };
    },
  );
  app.get(
    `${base}/:bulkId/report.csv`,
    { config, schema: { tags, summary: 'The report, as CSV', params: path } },
    async (request, reply) => {
      const { instanceId, params } = request;
      const rows = await database.inInstance(instanceId, (tx) =>
        recipients(tx, params.bulkId, { after: 0, limit: null }),
      );
      const lines = rows.map(({ address, name, state, problem, diagnostic, changedAt }) => ({
        address: escapeCsvFormula(address),
        name: escapeCsvFormula(name),
        state,
        reason: escapeCsvFormula(problemView(request, problem)?.title ?? diagnostic ?? ''),
        at: changedAt?.toISOString() ?? '',
      }));
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="report.csv"')
        .send(
          stringify(lines, {
            header: true,
            bom: true,
            columns: ['address', 'name', 'state', 'reason', 'at'],
          }),
        );
    },
  );
  app.get(
    `${base}/:bulkId/preview`,
    {
      config,
      schema: {
        tags,
        summary: 'What one customer would get',
        params: path,
        querystring: z.object({ position: z.coerce.number().int().min(0).default(0) }),
        response: {
          200: z.object({
            from: nameAndAddress,
            to: nameAndAddress,
            subject: z.string(),
            html: z.string(),
            unknown: z.array(z.string()),
          }),
        },
      },
    },
    ({ instanceId, params, query, user }) =>
      database.inInstance(instanceId, (tx) => previewBulk(tx, renderer, params.bulkId, query.position, user)),
  );
  app.get(
    `${base}/:bulkId/allowance`,
    {
      config,
      schema: {
        tags,
        summary: "What the address may still send by Google's daily limit",
        params: path,
        response: { 200: z.object({ limit: count, sent: count, forBulk: count }) },
      },
    },
    ({ instanceId, params }) =>
      database.inInstance(instanceId, async (tx) => {
        const { mailboxId } = await bulkMessage(tx, params.bulkId);
        return allowanceOf(tx, mailboxId, new Date());
      }),
  );
  app.post(
    `${base}/:bulkId/test`,
    {
      config,
      schema: {
        tags,
        summary: 'Send it to oneself, as the customer at a position would get it',
        params: path,
        body: z.strictObject({ position: z.number().int().min(0).default(0) }),
        response: { 202: z.object({ address: z.string() }) },
      },
    },
    async ({ instanceId, params, body, user }, reply) => {
      await database.inInstance(instanceId, (tx) =>
        sendBulkTest(
          tx,
          { bulkId: params.bulkId, position: body.position, user, url, now: new Date() },
          queue.enqueue,
        ),
      );
      return reply.status(202).send({ address: user.email });
    },
  );
  for (const command of ['start', 'pause', 'resume', 'cancel'] as const) {
    app.post(
      `${base}/:bulkId/${command}`,
      {
        config,
        schema: {
          tags,
          summary: `${command[0]!.toUpperCase()}${command.slice(1)} a bulk message`,
          params: path,
          response: bulkMessageResponse,
        },
      },
      async (request) => {
        const { instanceId, params } = request;
        await database.inInstance(instanceId, (tx) =>
          changeBulkState(tx, params.bulkId, command, actorOf(request), new Date()),
        );
        return view(request, params.bulkId);
      },
    );
  }
}
