import { z } from 'zod';
import { id, instancePath, time } from './common.ts';

export const customerPath = instancePath.extend({ customerId: id });
export const customerNote = z
  .object({
    id,
    body: z.string(),
    author: z.object({ id, name: z.string() }).nullable(),
    createdAt: time,
  })
  .meta({ id: 'CustomerNote' });
export const customerPage = z
  .object({
    customer: z.object({
      id,
      name: z.string(),
      addresses: z.array(z.string()),
      createdAt: time,
      conversations: z.number().int(),
      byStatus: z.object({ open: z.number().int(), snoozed: z.number().int(), done: z.number().int() }),
    }),
    /** The newest 100. */
    notes: z.array(customerNote),
    /** Customers merged into this one; each merge can be undone. */
    merges: z.array(z.object({ id, name: z.string(), addresses: z.array(z.string()), at: time })),
  })
  .meta({ id: 'CustomerPage' });
