import { z } from 'zod';
import { zip } from '../../../conversations/zip.ts';
import {
  addCustomerNote,
  changeCustomer,
  customerTimeline,
  deleteCustomerNote,
  noSuchCustomer,
  openCustomer,
} from '../../../customers/customer.ts';
import { deleteCustomer } from '../../../customers/delete-customer.ts';
import { exportCustomer } from '../../../customers/export-customer.ts';
import { listCustomers } from '../../../customers/list-customers.ts';
import { mergeCustomer, unmergeCustomer } from '../../../customers/merge-customers.ts';
import type { InstanceTransaction } from '../../../database/instance-transaction.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import { actorOf } from '../../schemas/mailboxes.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ customerId: id });
const url = '/api/instances/:instanceId/customers/:customerId';
const row = z
  .object({
    id,
    name: z.string(),
    addresses: z.array(z.string()),
    conversations: z.number().int(),
    lastMessageAt: time.nullable(),
  })
  .meta({ id: 'CustomerRow' });
const page = z
  .object({
    customer: z.object({
      id,
      name: z.string(),
      addresses: z.array(z.string()),
      createdAt: time,
      conversations: z.number().int(),
    }),
    notes: z.array(
      z.object({
        id,
        body: z.string(),
        author: z.object({ id, name: z.string() }).nullable(),
        createdAt: time,
      }),
    ),
    /** Those that became part of this one: each can be parted again. */
    merges: z.array(z.object({ id, name: z.string(), addresses: z.array(z.string()), at: time })),
  })
  .meta({ id: 'CustomerPage' });
const name = z.string().trim().min(1).max(200);

/** The people who write in (A2). */
export function customerRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['customers'];
  const opened = async (tx: InstanceTransaction, customerId: string) => {
    const found = await openCustomer(tx, customerId);
    if (!found) throw new ProblemError(noSuchCustomer);
    return found;
  };
  app.get(
    '/api/instances/:instanceId/customers/list',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'One page of customers by name, or of those whose name or address begins so',
        params: instancePath,
        querystring: z.object({
          search: z.string().max(200).default(''),
          after: z.string().max(1_000).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ customers: z.array(row), next: z.string().nullable() }) },
      },
    },
    ({ instanceId, query }) =>
      database.inInstance(instanceId, (tx) => listCustomers(tx, { ...query, after: query.after ?? null })),
  );
  app.get(
    url,
    {
      config: { access: 'member' },
      schema: { tags, summary: 'A customer', params: path, response: { 200: page } },
    },
    ({ instanceId, params }) => database.inInstance(instanceId, (tx) => opened(tx, params.customerId)),
  );
  app.patch(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "Change a customer's name or addresses",
        params: path,
        body: z.strictObject({
          name: name.optional(),
          addAddress: z.string().max(320).optional(),
          removeAddress: z.string().max(320).optional(),
        }),
        response: { 200: page },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        const { customerId } = request.params;
        await changeCustomer(tx, customerId, request.body, actorOf(request));
        return opened(tx, customerId);
      }),
  );
  app.get(
    `${url}/timeline`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'What was written with a customer in all conversations, newest first',
        params: path,
        querystring: z.object({ before: z.string().max(100).optional() }),
        response: {
          200: z.object({
            messages: z.array(
              z
                .object({
                  id,
                  conversationId: id,
                  subject: z.string(),
                  direction: z.enum(['inbound', 'outbound', 'note']),
                  from: z.string(),
                  snippet: z.string(),
                  files: z.number().int(),
                  sentAt: time,
                })
                .meta({ id: 'CustomerMessage' }),
            ),
            next: z.string().nullable(),
          }),
        },
      },
    },
    ({ instanceId, params, query }) =>
      database.inInstance(instanceId, (tx) => customerTimeline(tx, params.customerId, query.before ?? null)),
  );
  app.post(
    `${url}/notes`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Note something about a customer',
        params: path,
        body: z.strictObject({ body: z.string().trim().min(1).max(10_000) }),
        response: { 201: page },
      },
    },
    async ({ instanceId, user, params, body }, reply) => {
      const { customerId } = params;
      const noted = await database.inInstance(instanceId, async (tx) => {
        await addCustomerNote(tx, { customerId, body: body.body, authorId: user.id, now: new Date() });
        return opened(tx, customerId);
      });
      return reply.status(201).send(noted);
    },
  );
  app.delete(
    `${url}/notes/:noteId`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Delete a note about a customer',
        params: path.extend({ noteId: id }),
        response: { 200: page },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        await deleteCustomerNote(tx, request.params, actorOf(request));
        return opened(tx, request.params.customerId);
      }),
  );
  app.post(
    `${url}/merge`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Make another customer part of this one; it can be undone',
        params: path,
        body: z.strictObject({ fromId: id }),
        response: { 200: page },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        const intoId = request.params.customerId;
        await mergeCustomer(tx, { fromId: request.body.fromId, intoId }, actorOf(request), new Date());
        return opened(tx, intoId);
      }),
  );
  app.delete(
    `${url}/merges/:mergeId`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Part two merged customers again',
        params: path.extend({ mergeId: id }),
        response: { 200: page },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        await unmergeCustomer(tx, request.params, actorOf(request));
        return opened(tx, request.params.customerId);
      }),
  );
  app.post(
    `${url}/delete`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Delete a customer and everything of theirs, for good',
        description: 'For requests under data protection law. Nothing changes in Gmail.',
        params: path,
        /** The customer's name, typed. */
        body: z.strictObject({ name: z.string().max(1_000) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, params, body } = request;
      await database.inInstance(instanceId, async (tx) => {
        const { customer } = await opened(tx, params.customerId);
        if (customer.name.trim() !== body.name.trim()) throw new ProblemError(otherName);
        await deleteCustomer(tx, params.customerId, actorOf(request));
      });
      return reply.status(204).send(null);
    },
  );
  app.get(
    `${url}/export.zip`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Everything of a customer as one archive: JSON, messages as they came, attachments',
        params: path,
      },
    },
    async ({ instanceId, params }, reply) => {
      await database.inInstance(instanceId, (tx) => opened(tx, params.customerId));
      const files = exportCustomer(database, instanceId, params.customerId);
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', `attachment; filename="customer-${params.customerId}.zip"`)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(zip(files, new Date()));
    },
  );
}

const otherName = createProblem(400, 'customer-name-mismatch');
