import { z } from 'zod';
import { existingCustomer } from '../../../customers/customer.ts';
import { customerConversations } from '../../../customers/customer-conversations.ts';
import { volume } from '../../../reports/volume.ts';
import { conversationRow } from '../../schemas/common.ts';
import { customerPath } from '../../schemas/customers.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const url = '/api/instances/:instanceId/customers/:customerId';
const count = z.number().int();

/** What the page of a customer shows of their conversations (A2) and of how much was written (A6). */
export function customerActivityRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['customers'];
  const config = { access: 'member' } as const;
  app.get(
    `${url}/conversations`,
    {
      config,
      schema: {
        tags,
        summary: 'A page of the conversations of a customer, of all or of one status, newest first',
        params: customerPath,
        querystring: z.object({
          status: z.enum(['open', 'snoozed', 'done']).optional(),
          ...pageQuery({ usual: 10, most: 100 }),
        }),
        response: {
          200: z.object({ conversations: z.array(conversationRow), next }),
        },
      },
    },
    ({ instanceId, params, query, user }) =>
      database.inInstance(instanceId, async (tx) => {
        await existingCustomer(tx, params.customerId);
        return customerConversations(tx, { ...query, customerId: params.customerId, userId: user.id });
      }),
  );
  app.get(
    `${url}/volume`,
    {
      config,
      schema: {
        tags,
        summary: 'Messages received from and sent to a customer, and conversations done',
        description: 'Over time, counted as in reports. Steps without any are left out.',
        params: customerPath,
        querystring: z.object({
          from: z.iso.date(),
          to: z.iso.date(),
          step: z.enum(['day', 'week', 'month']),
        }),
        response: {
          200: z.object({
            steps: z.array(z.object({ start: z.string(), arrivals: count, sent: count, done: count })),
          }),
        },
      },
    },
    ({ instanceId, params, query: { step, ...period } }) =>
      database.inInstance(instanceId, async (tx) => {
        await existingCustomer(tx, params.customerId);
        const { steps } = await volume(tx, { ...period, customerId: params.customerId }, step);
        return { steps };
      }),
  );
}
