import { z } from 'zod';
import { changeCustomer, customerTimeline, existingCustomer } from '../../../customers/customer.ts';
import { deleteCustomer } from '../../../customers/delete-customer.ts';
import { exportCustomer } from '../../../customers/export-customer.ts';
import { listCustomers } from '../../../customers/list-customers.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import { customerPage, customerPath } from '../../schemas/customers.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

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
const name = z.string().trim().min(1).max(200);

/** The people who write to the instance (A2). */
export function customerRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['customers'];
  app.get(
    '/api/instances/:instanceId/customers/list',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'One page of customers by name, or those whose name or address begins with a text',
        params: instancePath,
        querystring: z.object({
          search: z.string().max(200).default(''),
          ...pageQuery({ usual: 50, most: 200 }),
        }),
        response: { 200: z.object({ customers: z.array(row), next }) },
      },
    },
    ({ instanceId, query }) => database.inInstance(instanceId, (tx) => listCustomers(tx, query)),
  );
  app.get(
    url,
    {
      config: { access: 'member' },
      schema: { tags, summary: 'A customer', params: customerPath, response: { 200: customerPage } },
    },
    ({ instanceId, params }) =>
      database.inInstance(instanceId, (tx) => existingCustomer(tx, params.customerId)),
  );
  app.patch(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "Change a customer's name or addresses",
        params: customerPath,
        body: z.strictObject({
          name: name.optional(),
          addAddress: z.string().max(320).optional(),
          removeAddress: z.string().max(320).optional(),
        }),
        response: { 200: customerPage },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        const { customerId } = request.params;
        await changeCustomer(tx, customerId, request.body, actorOf(request));
        return existingCustomer(tx, customerId);
      }),
  );
  app.get(
    `${url}/timeline`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The messages of a customer in all conversations, newest first',
        params: customerPath,
        querystring: z.object(pageQuery({ usual: 30, most: 100 })),
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
            next,
          }),
        },
      },
    },
    ({ instanceId, params, query }) =>
      database.inInstance(instanceId, (tx) => customerTimeline(tx, params.customerId, query)),
  );
  app.post(
    `${url}/delete`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Delete a customer and everything of theirs, for good',
        description: 'For requests under data protection law. Nothing changes in Gmail.',
        params: customerPath,
        /** The customer's name, typed to confirm. */
        body: z.strictObject({ name: z.string().max(1_000) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, params, body } = request;
      await database.inInstance(instanceId, async (tx) => {
        const { customer } = await existingCustomer(tx, params.customerId);
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
        summary: 'All data of a customer as an archive: JSON, messages as received, attachments',
        produces: ['application/zip'],
        params: customerPath,
      },
    },
    async ({ instanceId, params }, reply) => {
      await database.inInstance(instanceId, (tx) => existingCustomer(tx, params.customerId));
      const files = exportCustomer(database, instanceId, params.customerId);
      const { zip } = await import('../../../conversations/zip.ts');
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', `attachment; filename="customer-${params.customerId}.zip"`)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(zip(files, new Date()));
    },
  );
}

const otherName = createProblem(400, 'customer-name-mismatch');
