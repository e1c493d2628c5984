import { z } from 'zod';
import { id, instancePath, time } from './common.ts';

export const bulkPath = instancePath.extend({ bulkId: id });
export const count = z.number().int();
export const bulkMessageSchema = z
  .object({
    id,
    mailboxId: id,
    address: z.string(),
    subject: z.string(),
    html: z.string(),
    state: z.enum(['draft', 'sending', 'paused', 'stopped', 'cancelled', 'done']),
    reason: z.object({ code: z.string(), sentence: z.string(), remedy: z.string() }).nullable(),
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
export const bulkMessageResponse = { 200: z.object({ bulkMessage: bulkMessageSchema }) };
