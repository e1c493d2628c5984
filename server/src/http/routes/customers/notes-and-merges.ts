import { z } from 'zod';
import { existingCustomer } from '../../../customers/customer.ts';
import { addCustomerNote, customerNotes, deleteCustomerNote } from '../../../customers/customer-notes.ts';
import { mergeCustomer, unmergeCustomer } from '../../../customers/merge-customers.ts';
import { actorOf } from '../../access.ts';
import { id } from '../../schemas/common.ts';
import { customerNote, customerPage, customerPath } from '../../schemas/customers.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const url = '/api/instances/:instanceId/customers/:customerId';

/** Notes about customers, and merging customers. */
export function customerNoteAndMergeRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['customers'];
  app.get(
    `${url}/notes`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The notes about a customer, newest first',
        params: customerPath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ notes: z.array(customerNote), next }) },
      },
    },
    ({ instanceId, params, query }) =>
      database.inInstance(instanceId, async (tx) => {
        await existingCustomer(tx, params.customerId);
        return customerNotes(tx, params.customerId, query);
      }),
  );
  app.post(
    `${url}/notes`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Add a note about a customer',
        params: customerPath,
        body: z.strictObject({ body: z.string().trim().min(1).max(10_000) }),
        response: { 201: customerPage },
      },
    },
    async ({ instanceId, user, params, body }, reply) => {
      const { customerId } = params;
      const noted = await database.inInstance(instanceId, async (tx) => {
        await addCustomerNote(tx, { customerId, body: body.body, authorId: user.id, now: new Date() });
        return existingCustomer(tx, customerId);
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
        params: customerPath.extend({ noteId: id }),
        response: { 200: customerPage },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        await deleteCustomerNote(tx, request.params, actorOf(request));
        return existingCustomer(tx, request.params.customerId);
      }),
  );
  app.post(
    `${url}/merge`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Merge another customer into this one; it can be undone',
        params: customerPath,
        body: z.strictObject({ fromId: id }),
        response: { 200: customerPage },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        const intoId = request.params.customerId;
        await mergeCustomer(tx, { fromId: request.body.fromId, intoId }, actorOf(request), new Date());
        return existingCustomer(tx, intoId);
      }),
  );
  app.delete(
    `${url}/merges/:mergeId`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Undo a merge of customers',
        params: customerPath.extend({ mergeId: id }),
        response: { 200: customerPage },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        await unmergeCustomer(tx, request.params, actorOf(request));
        return existingCustomer(tx, request.params.customerId);
      }),
  );
}
